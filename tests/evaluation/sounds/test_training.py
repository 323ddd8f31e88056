from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.cli import main
from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.evaluation.images.judge import Judge, load_judge, save_judge
from narrative_server.evaluation.images.training import Budget, Spent, train
from narrative_server.evaluation.sounds.augment import disturb
from narrative_server.evaluation.sounds.classifier import (
    ClassifierConfig,
    SoundClassifier,
    load_classifier,
    save_classifier,
)
from narrative_server.evaluation.sounds.classifier_training import held_out_accuracy, train_classifier
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.judge import SOUND_JUDGE, embed_sounds
from narrative_server.evaluation.sounds.judge_training import Told, train_judge
from narrative_server.gan.data import GanData
from tests.evaluation.sounds.conftest import make_data, write_run


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _spoilt(data: SoundData) -> SoundData:
    values = data.gan.values.copy()
    values[data.gan.held_out] = 1.0
    return SoundData(GanData(**{**vars(data.gan), "values": values}), data.waves)


def test_the_classifier_learns_kinds_that_it_can_hear(data: SoundData) -> None:
    classifier, spent = train_classifier(data, Budget(5, steps=25, batch=24, seed=1), _silent)
    assert held_out_accuracy(classifier, data) > 0.8  # type: ignore[operator]
    assert (spent.steps, spent.pictures) == (25, 600)
    assert classifier.config.kinds == ("bell", "door_close", "lock")


def test_the_judge_learns_which_sounds_go_with_which_words(data: SoundData) -> None:
    judge, _ = train_judge(data, Budget(5, steps=80, batch=24, seed=1), _silent)
    items = np.flatnonzero(~data.gan.held_out & ~data.recorded)[:45]
    captions = data.gan.captions[items, 0]
    texts = [data.gan.phrases[row] for row in captions]
    heard = embed_sounds(judge, data.decibels(items))
    said = judge.embed_texts(texts, data.gan.embeddings[captions])
    assert np.linalg.norm(heard, axis=1) == pytest.approx(1.0, abs=1e-4)
    hits = [
        data.kinds[items[int((said @ sound).argmax())]] == data.kinds[items[row]] for row, sound in enumerate(heard)
    ]
    assert np.mean(hits) > 0.6  # by chance one in three


def test_training_never_hears_a_held_out_sound(data: SoundData) -> None:
    for make in (train_judge, train_classifier):
        first, _ = make(data, Budget(5, steps=2, batch=4), _silent)
        second, _ = make(_spoilt(data), Budget(5, steps=2, batch=4), _silent)
        assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_pairs_that_say_nothing_different_are_no_counter_examples(data: SoundData) -> None:
    small, other, heavy, plain = 1, 7, 4, 13  # all of them doors
    rows = data.gan.captions
    captions = np.array([rows[small, 0], rows[other, 0], rows[heavy, 0], rows[plain, 1]])
    found = Told(data).alike(np.array([small, other, heavy, plain]), captions)
    assert found[0, 1]  # both small
    assert not found[0, 2]  # small and heavy
    assert found[0, 3]  # one says nothing of size
    assert not found.diagonal().any()


def test_what_is_disturbed_keeps_its_shape_and_its_silence() -> None:
    spectra = np.full((6, 80, 176), -80.0, np.float32)
    spectra[:, 20:40, :90] = -20.0
    found = disturb(spectra, np.random.default_rng(1))
    assert found.shape == spectra.shape
    assert found.dtype == np.float32
    assert (found[:, :20] == -80.0).all()
    assert (found[:, :, 100:] == -80.0).all()
    assert 0.5 < np.abs(found[:, 20:40, 5:90] - spectra[:, 20:40, 5:90]).mean() < 30


def test_saved_networks_hear_as_before_and_are_small(tmp_path: Path, data: SoundData) -> None:
    classifier = SoundClassifier(ClassifierConfig(tuple(f"kind {k}" for k in range(109)))).eval()
    save_classifier(classifier, {"steps": 1}, tmp_path)
    spectra = data.decibels([0, 1, 2])
    assert load_classifier(tmp_path).predict(spectra) == classifier.predict(spectra)
    judge = Judge(SOUND_JUDGE).eval()
    save_judge(judge, {}, tmp_path)
    np.testing.assert_allclose(
        embed_sounds(load_judge(tmp_path, "train it"), spectra), embed_sounds(judge, spectra), atol=5e-3
    )
    assert sum(path.stat().st_size for path in tmp_path.glob("*.safetensors")) < 4_000_000


def test_a_missing_or_damaged_classifier_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train-classifier sounds"):
        load_classifier(tmp_path)
    save_classifier(SoundClassifier(ClassifierConfig(("a", "b"))), {}, tmp_path)
    path = tmp_path / "classifier.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelCorrupt, match="checksum"):
        load_classifier(tmp_path)
    (tmp_path / "classifier.json").write_text('{"network": 3}', encoding="utf-8")
    with pytest.raises(ModelCorrupt):
        load_classifier(tmp_path)


def test_a_classifier_of_other_kinds_is_not_gone_on_with(data: SoundData) -> None:
    other = SoundClassifier(ClassifierConfig(("bell", "wind")))
    with pytest.raises(ModelCorrupt, match="2 kinds"):
        train_classifier(data, Budget(5, steps=1, batch=2), _silent, start=other)
    with pytest.raises(InvalidConfig, match="two or more"):
        ClassifierConfig(("bell",))


def test_what_is_trained_so_far_is_kept_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrative_server.evaluation.images.training.KEEP_EVERY_S", 0.0)
    kept: list[int] = []
    network = torch.nn.Linear(2, 1)

    def keep(averaged: torch.nn.Linear, spent: Spent) -> None:
        assert averaged is not network
        kept.append(spent.steps)

    def loss_of() -> torch.Tensor:
        return network(torch.ones(2)).square().sum()

    train(network, loss_of, Budget(5, steps=3, batch=2), _silent, "net", keep=keep)
    assert kept == [1, 2, 3]


def test_the_commands_train_both_and_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(make_data(items=30, recordings=4), tmp_path)
    out = tmp_path / "parts"
    words = ["--data", str(tmp_path), "--minutes", "0.01", "--batch", "4", "--threads", "1", "--out", str(out)]
    for part, name in (("train-judge", "judge"), ("train-classifier", "classifier")):
        heard = []
        for _ in range(2):
            assert main(["evaluate", part, "sounds", *words]) == 0
            heard.append(int(capsys.readouterr().err.split(" sounds heard")[0].split()[-1]))
        assert heard[1] > heard[0] > 0
        card = (out / f"{name}.md").read_text(encoding="utf-8")
        assert "sounds shown" in card
        assert "pictures" not in card
