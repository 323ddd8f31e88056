from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from narrative_server.cli import main
from narrative_server.errors import DataMissing, InvalidConfig, NarrativeError
from narrative_server.evaluation.images.five_dollar import make_palette
from narrative_server.evaluation.images.five_dollar_sheet import SampleList, save_samples
from narrative_server.evaluation.images.judge import SPRITE_JUDGE, Judge
from narrative_server.evaluation.images.prompts import choose_prompts, reference_items
from narrative_server.evaluation.images.report import table_of
from narrative_server.evaluation.images.run import (
    EvaluateImagesOptions,
    Tools,
    evaluate_images,
    read_evaluation_data,
)
from narrative_server.evaluation.images.sheets import write_sheets
from narrative_server.gan.data import GanData, save_data
from tests.evaluation.images.conftest import SquareArtist, encode


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _pixel_features(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    return pictures[:, ::4, ::4].reshape(len(pictures), -1).astype(np.float32) / 255.0


class OracleJudge(Judge):
    """Knows each caption's picture: both are embedded as a random vector of the picture's colour block."""

    def __init__(self, data: GanData) -> None:
        super().__init__(SPRITE_JUDGE)
        self._data = data

    def embed_pictures(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.stack([_vector(picture) for picture in pictures])

    def embed_texts(self, texts: object, sentences: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = []
        for text in texts:  # type: ignore[attr-defined]
            caption = self._data.phrases.index(text)
            item = int(np.flatnonzero((self._data.captions == caption).any(axis=1))[0])
            rows.append(_vector(np.moveaxis(self._data.values[item], 0, -1)))
        return np.stack(rows)


def _vector(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(picture.tobytes()).digest()[:4], "big")
    row = np.random.default_rng(seed).standard_normal(16)
    return (row / np.linalg.norm(row)).astype(np.float32)


def _parts(folder: Path, data: GanData) -> None:
    prompts = [*choose_prompts(data, "train", 120), *choose_prompts(data, "held_out", 120)]
    classes = np.ones((len(prompts) + 2, 32, 32), np.uint8)
    palette = make_palette(np.array([[0, 0, 0, 0], [90, 90, 90, 255]], np.uint8))
    save_samples(folder, classes, palette, SampleList(prompts, prompts[:1], 2), {})


@pytest.fixture
def options(tmp_path: Path, data: GanData) -> EvaluateImagesOptions:
    _parts(tmp_path / "parts", data)
    return EvaluateImagesOptions("sprites", tmp_path / "data.npz", limit=24, parts=tmp_path / "parts")


def test_every_row_and_metric_of_both_splits_is_measured(options: EvaluateImagesOptions, data: GanData) -> None:
    artist = SquareArtist(data)
    tools = Tools(OracleJudge(data).eval(), _pixel_features, artist, encode)
    found = evaluate_images(options, data, tools, _silent)
    values = {(one.metric, one.row, one.split): one.value for one in found.figures}
    for row in ("ours_n1", "ours_n16", "retrieval", "five_dollar"):
        for split in ("train", "held_out"):
            for metric in ("r_precision_at_1_of_100", "kid", "precision", "recall", "coverage", "classifier_accuracy"):
                assert (metric, row, split) in values, (metric, row, split)
            assert ("colours", row, split) in values
            assert ("partial_alpha", row, split) in values
        assert ("nearest_train_ratio", row, "held_out") in values
    assert values["nearest_train_ratio", "retrieval", "held_out"] == pytest.approx(0.0, abs=0.05)
    assert values["nearest_train_ratio", "real_held_out", "held_out"] == 1.0
    # The artist of these tests gives nothing on moods, so that every mood looks alike.
    assert values["mood_accuracy", "real_train", "train"] > 0.3 > values["mood_accuracy", "ours_n1", "train"]
    assert values["diversity_within_prompt", "ours_n1", "train"] > 0.0
    assert values["diversity_within_prompt", "five_dollar", "train"] == 0.0
    assert values["classifier_accuracy", "real_held_out", "held_out"] == 1.0
    assert values["r_precision_share_of_real", "ours_n1", "train"] <= 1.0
    assert values["kid", "five_dollar", "train"] > values["kid", "ours_n1", "train"]
    assert {1, 16} == set(artist.asked)
    assert not found.skipped
    assert table_of(found.figures, "figures").row_count > 10


def test_a_judge_that_knows_every_picture_scores_real_ones_as_perfect(
    options: EvaluateImagesOptions, data: GanData
) -> None:
    tools = Tools(OracleJudge(data).eval(), _pixel_features, SquareArtist(data), encode)
    only = EvaluateImagesOptions("sprites", options.data, limit=24, parts=options.parts, rows=("real_train",))
    found = evaluate_images(only, data, tools, _silent)
    values = {one.metric: one.value for one in found.figures if one.split == "train"}
    single = [prompt for prompt in choose_prompts(data, "train", 24) if " " in prompt.caption]
    assert values["r_precision_at_1_of_100"] >= len(single) / 24 > 0.7  # a bare noun is the caption of many
    assert values["r_precision_at_1_of_100_ci95_low"] < values["r_precision_at_1_of_100"]


def test_best_of_sixteen_is_left_out_with_a_word_where_nothing_chooses(
    options: EvaluateImagesOptions, data: GanData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SquareArtist, "chooses", lambda self: False)
    tools = Tools(OracleJudge(data).eval(), _pixel_features, SquareArtist(data), encode)
    only = EvaluateImagesOptions("sprites", options.data, limit=8, parts=options.parts, rows=("ours_n1", "ours_n16"))
    found = evaluate_images(only, data, tools, _silent)
    assert {one.row for one in found.figures} == {"ours_n1"}
    assert "embedding" in found.skipped["ours_n16"]


def test_rows_of_other_numbers_of_candidates_are_made_when_they_are_asked_for(
    options: EvaluateImagesOptions, data: GanData
) -> None:
    artist = SquareArtist(data)
    tools = Tools(OracleJudge(data).eval(), _pixel_features, artist, encode)
    only = EvaluateImagesOptions("sprites", options.data, limit=8, parts=options.parts, rows=("ours_n4",))
    found = evaluate_images(only, data, tools, _silent)
    assert {one.row for one in found.figures} == {"ours_n4"}
    assert set(artist.asked) == {4}
    assert not {"ours_n2", "ours_n4", "ours_n8"} & set(options.rows)


def test_without_a_judge_and_a_baseline_the_rest_is_measured_and_their_commands_are_told(
    tmp_path: Path, data: GanData
) -> None:
    tools = Tools(None, _pixel_features, SquareArtist(data), encode)
    rows = ("ours_n1", "five_dollar")
    options = EvaluateImagesOptions("sprites", tmp_path, limit=8, parts=tmp_path / "nothing", rows=rows)
    found = evaluate_images(options, data, tools, _silent)
    assert {one.row for one in found.figures} == {"ours_n1"}
    assert "kid" in {one.metric for one in found.figures}
    assert "train-judge sprites" in found.skipped["r_precision_at_1_of_100"]
    assert "train-baseline sprites" in found.skipped["five_dollar"]


def test_held_out_captions_are_fresh_and_a_longer_draw_keeps_the_shorter_one(data: GanData) -> None:
    prompts = choose_prompts(data, "held_out", 50)
    trained = {data.phrases[row] for row in data.captions[~data.held_out].ravel()}
    assert len({prompt.caption for prompt in prompts}) == 50
    assert not trained & {prompt.caption for prompt in prompts}
    assert all(data.held_out[prompt.item] for prompt in prompts)
    assert choose_prompts(data, "held_out", 20) == prompts[:20]


def test_items_of_more_weight_are_drawn_more_often(data: GanData) -> None:
    weights = np.where(np.arange(data.size) % 2, 9.0, 1.0).astype(np.float32)
    drawn = reference_items(GanData(**{**vars(data), "weights": weights}), 60, ())
    assert not data.held_out[drawn].any()
    assert (drawn % 2).mean() > 0.75


def test_missing_data_says_which_command_builds_it(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="narrative-server data sprites"):
        read_evaluation_data("sprites", tmp_path / "nothing.npz")
    (tmp_path / "data.npz").write_bytes(b"no data")
    with pytest.raises(NarrativeError, match=r"data\.npz"):
        read_evaluation_data("sprites", tmp_path)


def test_too_few_captions_are_refused_by_name(tmp_path: Path, data: GanData) -> None:
    none_held_out = GanData(**{**vars(data), "held_out": np.zeros(data.size, np.bool_)})
    tools = Tools(OracleJudge(data), _pixel_features, SquareArtist(data), encode)
    with pytest.raises(InvalidConfig, match="0 held_out captions"):
        evaluate_images(EvaluateImagesOptions("sprites", tmp_path, limit=8), none_held_out, tools, _silent)


def test_wrong_rows_and_limits_name_what_is_legal(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="ours_n1"):
        EvaluateImagesOptions("sprites", tmp_path, rows=("theirs",))
    with pytest.raises(InvalidConfig, match="8 to 500"):
        EvaluateImagesOptions("sprites", tmp_path, limit=3)


def test_the_sheets_of_samples_moods_and_styles_are_written(tmp_path: Path, data: GanData) -> None:
    paths = write_sheets("sprites", SquareArtist(data), encode, tmp_path / "sheet.png")
    assert [path.name for path in paths] == ["sheet.png", "sheet_moods.png", "sheet_styles.png"]
    with Image.open(paths[0]) as sheet:
        assert sheet.width > 4 * 4 * 64


def test_the_command_tells_of_missing_data_and_of_a_missing_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "sprites", "--data", str(tmp_path / "none.npz")]) != 0
    assert "narrative-server data sprites" in capsys.readouterr().err
    assert main(["evaluate", "backgrounds", "--json", str(tmp_path / "no" / "f.jsonl")]) != 0
    assert "--json" in capsys.readouterr().err


def test_the_training_command_makes_a_judge(tmp_path: Path, data: GanData) -> None:
    save_data(data, tmp_path / "data.npz")
    out = tmp_path / "out"
    words = ["--data", str(tmp_path), "--minutes", "0.01", "--batch", "8", "--threads", "1", "--out", str(out)]
    assert main(["evaluate", "train-judge", "sprites", *words]) == 0
    assert (out / "judge.safetensors").is_file()
    assert "Judge of sprites" in (out / "judge.md").read_text(encoding="utf-8")
