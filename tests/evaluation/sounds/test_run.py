from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from numpy.typing import NDArray
from PIL import Image

from narrative_server.cli import main
from narrative_server.errors import InvalidConfig
from narrative_server.evaluation.images.judge import Judge
from narrative_server.evaluation.images.report import table_of
from narrative_server.evaluation.images.rows import Sentences
from narrative_server.evaluation.rows import Evaluation
from narrative_server.evaluation.sounds import scoring
from narrative_server.evaluation.sounds.artist import Conditions, ServiceArtist
from narrative_server.evaluation.sounds.classifier import ClassifierConfig, SoundClassifier
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.judge import SOUND_JUDGE
from narrative_server.evaluation.sounds.pools import draw_pools
from narrative_server.evaluation.sounds.run import EvaluateSoundsOptions, Tools, evaluate_sounds
from narrative_server.evaluation.sounds.scoring import Listeners
from narrative_server.evaluation.sounds.sheets import PHRASES, make_samples, write_sheet, write_waves
from narrative_server.sounds.types import Sound, SoundRequest
from narrative_server.sounds.vocoder import GriffinLim
from narrative_server.workers.cancel import CancelToken
from tests.evaluation.sounds.conftest import KINDS, ToneArtist, encode
from tests.sounds.tiny import embedding, write_tiny_model


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _features(decibels: NDArray[np.float32]) -> NDArray[np.float32]:
    return decibels[:, ::10, :40:10].reshape(len(decibels), -1)


class OracleJudge(Judge):
    """Hears which tone a sound is, and reads which one a caption names."""

    def see(self, pixels: torch.Tensor) -> torch.Tensor:
        places = pixels[:, 0].mean(dim=2).argmax(dim=1)  # the loudest band
        return torch.from_numpy(np.stack([_vector(str(place // 3)) for place in places.tolist()]))

    def embed_texts(self, texts: object, sentences: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.stack([_vector(self.heard[text]) for text in texts])  # type: ignore[attr-defined]

    heard: dict[str, str]


def _vector(name: str) -> NDArray[np.float32]:
    row = np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)).standard_normal(32)
    return (row / np.linalg.norm(row)).astype(np.float32)


class OracleClassifier(SoundClassifier):
    """Knows a kind by the tone that is nearest."""

    def predict(self, decibels: NDArray[np.float32]) -> list[str]:
        places = decibels.mean(axis=2).argmax(axis=1)
        return [min(self.known, key=lambda kind: abs(self.known[kind] - place)) for place in places]

    known: dict[str, float]


@pytest.fixture
def tools(data: SoundData) -> Tools:
    judge = OracleJudge(SOUND_JUDGE).eval()
    spectra = data.decibels(range(data.size))
    loudest = spectra.mean(axis=2).argmax(axis=1)
    owners = {caption: int(loudest[item]) for item in range(data.size) for caption in data.captions(item)}
    judge.heard = {caption: str(place // 3) for caption, place in owners.items()}
    classifier = OracleClassifier(ClassifierConfig(tuple(KINDS)))
    kinds = np.array(data.kinds)
    classifier.known = {kind: float(np.median(loudest[kinds == kind])) for kind in KINDS}
    listeners = Listeners(judge, classifier, _features, Sentences(data.gan, encode))
    return Tools(listeners, ToneArtist(data), GriffinLim(2), encode)


def _evaluate(data: SoundData, tools: Tools, **changes: object) -> Evaluation:
    options = EvaluateSoundsOptions(Path(), **{"limit": 24, **changes})  # type: ignore[arg-type]
    return evaluate_sounds(options, data, tools, _silent, components=4)


def _values(found: Evaluation) -> dict[tuple[str, str, str], float]:
    return {(one.metric, one.row, one.split): one.value for one in found.figures}


def test_every_row_and_metric_is_measured(data: SoundData, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "draw_pools", functools.partial(draw_pools, size=3))
    found = _evaluate(data, tools)
    values = _values(found)
    every = ("classifier_accuracy", "r_precision_at_1_of_100", "fad_inf", "attack_distance_ms", "spectral_flatness")
    every += ("pre_echo_db", "nearest_train_ratio", "silent")
    for row in ("ours_n1", "ours_n16", "real_held_out", "vocoded_real", "griffin_lim", "retrieval"):
        for metric in every:
            assert (metric, row, "held_out") in values, (metric, row)
        assert ("spectral_flatness", row, "recordings") in values
        assert ("classifier_accuracy", row, "recordings") not in values
        assert values["silent", row, "held_out"] == 0.0
    for row in ("vocoded_real", "griffin_lim"):
        assert values["attack_time_error_ms", row, "held_out"] >= 0.0
        assert values["onset_error_ms", row, "recordings"] >= 0.0
    assert ("attack_time_error_ms", "ours_n1", "held_out") not in values
    assert values["classifier_accuracy", "real_held_out", "held_out"] == 1.0
    assert values["classifier_accuracy_share_of_real", "ours_n1", "held_out"] == 1.0
    assert values["nearest_train_ratio", "real_held_out", "held_out"] == 1.0
    # Not 0: what is retrieved is finished once more, which shapes its end anew, and tones of one kind are close.
    assert values["nearest_train_ratio", "retrieval", "held_out"] < 0.8
    assert 0.0 < values["diversity_within_prompt", "ours_n1", "held_out"] < 0.5
    assert values["attack_distance_ms", "real_held_out", "held_out"] < 3.0
    assert values["fad_inf", "ours_n1", "held_out"] < values["fad_inf", "griffin_lim", "held_out"]
    assert ("classifier_accuracy_ci95_low", "ours_n1", "held_out") in values
    assert {1, 16} == set(tools.artist.asked)  # type: ignore[attr-defined]
    assert not found.skipped
    assert table_of(found.figures, "figures").row_count > 10


def test_smeared_attacks_are_told_from_real_ones(data: SoundData, tools: Tools) -> None:
    class Smearing:
        def waveform(self, decibels: torch.Tensor) -> torch.Tensor:
            made = GriffinLim(8).waveform(decibels)
            slow = torch.linspace(0, 1, 2_205)  # 100 ms
            made[:, :2_205] *= slow
            return made

    smeared = Tools(tools.listeners, tools.artist, Smearing(), encode)
    values = _values(_evaluate(data, smeared, rows=("real_held_out", "vocoded_real", "griffin_lim")))
    for metric in ("attack_time_error_ms", "attack_distance_ms"):
        assert values[metric, "vocoded_real", "held_out"] > values[metric, "griffin_lim", "held_out"] + 10.0


def test_silent_sounds_are_counted_and_break_nothing(data: SoundData, tools: Tools) -> None:
    class Mute(ToneArtist):
        def draw(
            self, sentence: NDArray[np.float32], wanted: Conditions, seed: int, candidates: int = 1
        ) -> NDArray[np.float32]:
            return np.zeros(2_000, np.float32)

    mute = Tools(tools.listeners, Mute(data), None, encode)
    values = _values(_evaluate(data, mute, rows=("ours_n1",)))
    assert values["silent", "ours_n1", "held_out"] == 1.0
    assert ("spectral_flatness", "ours_n1", "held_out") not in values


def test_what_is_missing_is_left_out_with_the_command_that_makes_it(data: SoundData, tools: Tools) -> None:
    listeners = Listeners(None, None, _features, tools.listeners.sentences)
    bare = Tools(listeners, ToneArtist(data, choosing=False), None, encode)
    found = _evaluate(data, bare, rows=("ours_n1", "ours_n16", "vocoded_real"), limit=8)
    assert {one.row for one in found.figures} == {"ours_n1"}
    assert "train-judge sounds" in found.skipped["r_precision_at_1_of_100"]
    assert "train-classifier sounds" in found.skipped["classifier_accuracy"]
    assert "train vocoder" in found.skipped["vocoded_real"]
    assert "chooses" in found.skipped["ours_n16"]


def test_wrong_rows_and_limits_name_what_is_legal(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="ours_n1"):
        EvaluateSoundsOptions(tmp_path, rows=("theirs",))
    with pytest.raises(InvalidConfig, match="8 to 2000"):
        EvaluateSoundsOptions(tmp_path, limit=3)
    with pytest.raises(InvalidConfig, match="griffin_lim"):
        EvaluateSoundsOptions(tmp_path, vocoder="hifigan")  # type: ignore[arg-type]


def test_the_service_artist_plays_what_the_server_makes(tmp_path: Path) -> None:
    artist = ServiceArtist(write_tiny_model(tmp_path), 1, "griffin_lim")
    wanted = Conditions(duration_ms=200, intensity=0.5)
    wave = artist.draw(embedding(1), wanted, 3)
    assert len(wave) == pytest.approx(0.2 * 22_050, abs=1)
    np.testing.assert_array_equal(wave, artist.draw(embedding(1), wanted, 3))
    assert not np.array_equal(wave, artist.draw(embedding(1), wanted, 4))


def test_the_service_artist_chooses_where_a_score_comes_with_the_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artist = ServiceArtist(write_tiny_model(tmp_path), 1, "griffin_lim")
    asked: list[int] = []
    scores: list[float | None] = [None, 0.5, 0.5]
    made = artist._service.sound

    def sound(request: SoundRequest, cancel: CancelToken) -> Sound:
        asked.append(request.candidates)
        return dataclasses.replace(made(request, cancel), score=scores.pop(0))

    monkeypatch.setattr(artist._service, "sound", sound)
    assert [artist.chooses(), artist.chooses()] == [False, True]
    artist.draw(embedding(1), Conditions(200), 1, candidates=16)
    assert asked == [1, 1, 16]


def test_the_sheet_and_the_waves_show_every_phrase_twice(tmp_path: Path, data: SoundData) -> None:
    told: list[tuple[int, int]] = []
    samples = make_samples(ToneArtist(data), encode, lambda done, total: told.append((done, total)))
    assert told[-1] == (96, 96)
    assert len(PHRASES) == len(set(PHRASES)) == 48
    write_sheet(samples, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 3 * 2 * 176
        assert sheet.height > 16 * 160
    paths = write_waves(samples, tmp_path / "listen")
    assert len(set(paths)) == 96
    assert paths[0].name == "01_footsteps_on_gravel_1.wav"
    assert soundfile.info(paths[5]).samplerate == 22_050


def test_the_command_tells_of_missing_data_and_of_wrong_targets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "sounds", "--data", str(tmp_path)]) != 0
    assert "narrative-server data sounds" in capsys.readouterr().err
    assert main(["evaluate", "sounds", "--json", str(tmp_path / "no" / "f.jsonl")]) != 0
    assert "--json" in capsys.readouterr().err
    (tmp_path / "file").write_text(json.dumps({}), encoding="utf-8")
    assert main(["evaluate", "sounds", "--wavs", str(tmp_path / "file")]) != 0
    assert "--wavs" in capsys.readouterr().err
