from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.evaluation.images import training
from narrative_server.evaluation.images.five_dollar import fit_palette, make_palette
from narrative_server.evaluation.images.five_dollar_sheet import SampleList, load_samples, save_samples
from narrative_server.evaluation.images.five_dollar_training import train_five_dollar
from narrative_server.evaluation.images.parts import PartOptions, make_baseline
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.prompts import Prompt
from narrative_server.evaluation.images.training import Budget
from narrative_server.gan.data import GanData

PALETTE = np.array([[0, 0, 0, 0], [200, 0, 0, 255], [0, 0, 220, 255]], np.uint8)


def _silent(stage: str, done: int, total: int) -> None:
    pass


def test_a_palette_puts_each_pixel_into_its_nearest_class_and_clear_ones_apart() -> None:
    picture = np.array([[[190, 20, 10, 255], [10, 10, 200, 255]], [[200, 0, 0, 0], [0, 0, 220, 127]]], np.uint8)
    assert make_palette(PALETTE).classes(picture[None]).tolist() == [[[1, 2], [0, 0]]]


def test_a_fitted_palette_finds_the_colours_that_are_there(data: GanData) -> None:
    palette = fit_palette(items_of(data, np.arange(100)), 17, seed=1)
    shown = {tuple(colour) for colour in palette.colours.tolist()}
    assert palette.colours[0].tolist() == [0, 0, 0, 0]
    for colour in ((200, 30, 30), (30, 180, 40), (40, 60, 210), (220, 210, 40)):
        assert any(np.abs(np.subtract(colour, other[:3])).max() <= 12 for other in shown)


def test_it_learns_to_draw_what_the_words_name(data: GanData) -> None:
    model, palette, _ = train_five_dollar(data, Budget(minutes=5, steps=100, batch=32, learning_rate=3e-3), _silent)
    items = np.flatnonzero(~data.held_out)[:40]
    rows = data.captions[items, 0]
    drawn = model.draw(data.embeddings[rows], np.random.default_rng(1))
    wanted = palette.classes(items_of(data, items))
    assert ((drawn > 0) == (wanted > 0)).mean() > 0.88  # nothing drawn at all: 0.8


def test_a_sheet_gives_back_its_samples(tmp_path: Path) -> None:
    classes = np.random.default_rng(1).integers(0, 3, (27 + 4, 32, 32)).astype(np.uint8)
    prompts = [Prompt(f"thing {n}", "train" if n % 2 else "held_out") for n in range(27)]
    save_samples(tmp_path, classes, make_palette(PALETTE), SampleList(prompts, prompts[:2], 2), {"steps": 1})
    kept = load_samples(tmp_path, "train it")
    assert kept.prompts == prompts
    np.testing.assert_array_equal(kept.pictures[..., 3] > 0, classes[:27] > 0)
    np.testing.assert_array_equal(
        kept.pictures[classes[:27] == 2][:, :3], np.tile([0, 0, 220], ((classes[:27] == 2).sum(), 1))
    )
    np.testing.assert_array_equal(np.concatenate(kept.variety)[..., 3] > 0, classes[27:] > 0)


def test_a_missing_or_damaged_sheet_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train-baseline"):
        load_samples(tmp_path, "narrative-server evaluate train-baseline sprites")
    prompts = [Prompt("thing", "train")]
    save_samples(tmp_path, np.zeros((1, 32, 32), np.uint8), make_palette(PALETTE), SampleList(prompts, [], 2), {})
    facts = json.loads((tmp_path / "five_dollar.json").read_text(encoding="utf-8"))
    (tmp_path / "five_dollar.json").write_text(json.dumps({**facts, "prompts": [["thing", "x"]]}))
    with pytest.raises(ModelCorrupt, match="legal: train, held_out"):
        load_samples(tmp_path, "train it")
    (tmp_path / "five_dollar.png").write_bytes(b"no picture")
    with pytest.raises(ModelCorrupt, match="checksum"):
        load_samples(tmp_path, "train it")


def test_an_interrupted_training_goes_on_from_what_was_kept(
    tmp_path: Path, data: GanData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "KEEP_EVERY_S", 0.0)
    options = PartOptions("sprites", tmp_path, Budget(minutes=5, steps=9, batch=8), samples=8)

    def cut_off(stage: str, done: int, whole: int) -> None:
        if done >= 300:  # of 1,000: three steps are kept
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_baseline(options, data, cut_off)
    assert make_baseline(options, data, _silent).steps > 9


def test_damaged_weights_are_named_with_the_file_to_delete(tmp_path: Path, data: GanData) -> None:
    (tmp_path / "five_dollar.safetensors").write_bytes(b"no weights")
    options = PartOptions("sprites", tmp_path, Budget(minutes=5, steps=2, batch=8), samples=8)
    with pytest.raises(ModelCorrupt, match=r"delete .*five_dollar\.safetensors"):
        make_baseline(options, data, _silent)


def test_training_again_goes_on_from_what_is_there(tmp_path: Path, data: GanData) -> None:
    options = PartOptions("sprites", tmp_path, Budget(minutes=5, steps=2, batch=8), samples=8)
    assert make_baseline(options, data, _silent).steps == 2
    assert make_baseline(options, data, _silent).steps == 4
    assert "steps: 4" in (tmp_path / "five_dollar.md").read_text(encoding="utf-8")
    assert len(load_samples(tmp_path, "").prompts) == 16
