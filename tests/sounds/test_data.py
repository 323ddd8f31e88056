"""Building the data set: captions, held-out items, recordings that cannot be used, and a tiny training run."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt
from narrative_server.gan.data import load_data
from narrative_server.sounds import data as sound_data
from narrative_server.sounds import train as sound_train
from narrative_server.sounds import waves as sound_waves
from narrative_server.sounds.cleaning import denoise
from narrative_server.sounds.conditions import conditions_of, fit_attack, fit_duration
from narrative_server.sounds.data import build_data
from narrative_server.sounds.finishing import momentary_loudness
from narrative_server.sounds.phrases import borrow_phrases
from narrative_server.sounds.recordings import read_folder, vary
from narrative_server.sounds.service import SoundConfig, SoundRequest, SoundService
from narrative_server.sounds.train import TrainSoundsOptions, read_notes, train_sounds
from narrative_server.sounds.waves import RECORDED, SoundDataOptions, is_held_out, load_waves, shorten
from narrative_server.workers.cancel import CancelToken
from tests.sounds.tiny import embedding, tiny_network


def fake_encode(texts: Sequence[str]) -> np.ndarray:
    """Words in common make texts alike, as with a real encoder."""
    rows = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[hashlib.sha256(word.encode()).digest()[0]] += 1
        row[300] += 0.01
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An audiofolder with two good files and several that cannot be used."""
    place = tmp_path / "recordings"
    place.mkdir()
    t = np.arange(22_050) / 22_050
    tone = 0.5 * np.sin(2 * np.pi * 440 * t) * np.exp(-4 * t)
    soundfile.write(place / "good.wav", tone, 22_050)
    soundfile.write(place / "fast.flac", np.repeat(tone[:, None], 2, axis=1), 96_000)
    soundfile.write(place / "silent.wav", np.zeros(9000), 22_050)
    soundfile.write(place / "one.wav", np.ones(1) * 0.5, 22_050)
    soundfile.write(place / "clipped.wav", np.sign(tone + 1e-9), 22_050)
    (place / "broken.wav").write_bytes(b"RIFF nonsense")
    rows = [(name, f"a {name} sound") for name in ("good.wav", "fast.flac", "silent.wav", "one.wav", "clipped.wav")]
    rows += [("broken.wav", "x"), ("missing.wav", "x"), ("../outside.wav", "x"), ("notes.txt", "x"), ("good.wav", " ")]
    with (place / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file_name", "text"), *rows])
    return place


def test_unusable_recordings_are_reported_and_skipped(folder: Path) -> None:
    reading = read_folder(folder)
    assert [clip.file for clip in reading.clips] == ["good.wav", "fast.flac"]
    reasons = dict(line.split(": ", 1) for line in reading.skipped)
    assert set(reasons) >= {"silent.wav", "one.wav", "clipped.wav", "broken.wav", "missing.wav", "notes.txt"}
    assert reasons["silent.wav"] == "silent"
    assert "few" in reasons["one.wav"]


def test_jsonl_metadata_is_read_and_a_folder_without_any_is_an_error(folder: Path, tmp_path: Path) -> None:
    (folder / "metadata.csv").unlink()
    with pytest.raises(DataMissing, match="metadata"):
        read_folder(folder)
    line = json.dumps({"file_name": "good.wav", "text": "tone"})
    (folder / "metadata.jsonl").write_text(line + "\n", encoding="utf-8")
    assert [clip.text for clip in read_folder(folder).clips] == ["tone"]


def test_variations_differ_and_keep_the_rules(folder: Path) -> None:
    clip = read_folder(folder).clips[0]
    waves = list(vary(clip, 5, np.random.default_rng(0)))
    assert len({wave.tobytes() for wave in waves}) == 5
    for wave in waves:
        assert len(wave) <= 44_100
        levelled = momentary_loudness(wave.astype(np.float64), 22_050) == pytest.approx(-18.0, abs=0.1)
        assert levelled or np.abs(wave).max() == pytest.approx(0.89, abs=1e-3)


def test_a_data_set_is_built_cached_and_the_same_again(folder: Path, tmp_path: Path, only: None) -> None:
    options = SoundDataOptions(tmp_path / "data.npz", per_kind=3, folders=(folder,), variations=2, processes=1)
    data, report = build_data(options, fake_encode)
    assert (report.synthetic, report.recorded, report.kinds) == (6, 4, 2)
    assert data.grid == (16, 20, 44)
    assert any("silent" in line for line in report.skipped)
    again = load_data(options.cache)
    assert again.values.tobytes() == data.values.tobytes()
    share = data.weights[6:].sum() / data.weights.sum()
    assert share == pytest.approx(0.15, abs=1e-3)
    waves = load_waves(options.waves)
    assert waves.kinds == ["click"] * 3 + ["punch"] * 3 + [RECORDED] * 4
    assert 0.05 < np.abs(waves.wave(8)).max() < 0.9
    assert waves.emotions[-1] == "neutral"
    assert report.families == {"interface": 3, RECORDED: 4, "weapons": 3}
    assert sum(report.emotions.values()) == 10
    assert report.duration_ms[0] < report.duration_ms[-1] <= 2000
    assert sum(report.intensity) == pytest.approx(1)
    assert waves.duration_ms()[8] == pytest.approx(len(waves.wave(8)) / 22.05)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only two kinds, no recorded sets, no dialogue phrases: quick, and the same on every machine."""
    monkeypatch.setattr(sound_waves, "KINDS", ("click", "punch"))
    monkeypatch.setattr(sound_waves, "RECORDED_SETS", ())
    monkeypatch.setattr(sound_data, "read_dialogue_phrases", lambda: ())
    monkeypatch.setattr(sound_waves, "is_held_out", lambda *parts: False)


def test_a_tiny_run_trains_resumes_exports_and_serves(
    tmp_path: Path, only: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound_train, "_encoder", lambda options: fake_encode)
    run = tmp_path / "run"
    data = SoundDataOptions(run / "data.npz", per_kind=4, processes=1)
    phrases = ("menu click", "fist landing hard")
    options = TrainSoundsOptions(run, minutes=0.001, batch=4, device="cpu", data=data, preview_phrases=phrases)
    assert train_sounds(options, stop=lambda: True, network=tiny_network()) == run / "model"
    folder = train_sounds(options, network=tiny_network())
    assert sorted(path.name for path in folder.iterdir()) == [
        "card.md",
        "config.json",
        "discriminator.safetensors",
        "generator.safetensors",
        "sound.json",
    ]
    assert list((run / "sheets").glob("*.png"))
    built = load_data(run / "data.npz")
    without = dataclasses.replace(built, notes={key: note for key, note in built.notes.items() if key != "attack"})
    with pytest.raises(ModelCorrupt, match="attack"):
        read_notes(without)
    service = SoundService(SoundConfig(folder, device="cpu", vocoder_iterations=2))
    assert service.sound(SoundRequest(embedding(1), 1), CancelToken()).data


def test_held_out_depends_on_the_words_only_and_takes_about_a_twelfth() -> None:
    share = np.mean([is_held_out("coins", f"number={k}") for k in range(4000)])
    assert share == pytest.approx(0.08, abs=0.02)
    assert is_held_out("a", "b") == is_held_out("a", "b")


def test_shortened_effects_end_quietly() -> None:
    for seed in range(5):
        done = shorten(np.ones(30_000, dtype=np.float32), np.random.default_rng(seed))
        assert 2_000 < len(done) <= 30_000
        assert done[-1] < 0.01


def test_phrases_are_lent_only_to_captions_that_mean_the_same() -> None:
    captions = [("heavy door creaking open", "door creaks"), ("small bell ringing",)]
    lent, count = borrow_phrases(captions, ("old heavy door creaking open", "violin music"), fake_encode, 1)
    assert lent == [(*captions[0], "old heavy door creaking open"), captions[1]]
    assert count == 1


def test_durations_can_be_guessed_from_texts() -> None:
    vectors = fake_encode([f"{word} {k}" for word in ("click", "storm") for k in range(60)])
    durations = np.asarray([100.0] * 60 + [1800.0] * 60)
    guess = fit_duration(vectors, durations)
    assert guess.milliseconds(vectors[0]) < 400 < 700 < guess.milliseconds(vectors[-1])


def test_attacks_can_be_guessed_from_texts_and_conditions() -> None:
    vectors = fake_encode([f"{word} {k}" for word in ("click", "storm") for k in range(60)])
    gentle = np.tile([0.0, 1.0], 60)
    conditions = conditions_of(np.full(120, 300.0), gentle)
    guess = fit_attack(vectors, conditions, np.repeat([1.0, 100.0], 60) * (1.0 + gentle))
    click = [guess.milliseconds(vectors[0], conditions[place]) for place in (0, 1)]
    assert click[0] < click[1] < 10 < 30 < guess.milliseconds(vectors[-1], conditions[-1])
    instant = fit_attack(vectors, conditions, np.zeros(120))
    assert instant.milliseconds(vectors[0], conditions[0]) == pytest.approx(0.5, rel=0.01)


def test_conditions_lie_within_one_and_an_unknown_mood_is_neutral() -> None:
    durations, ends = np.asarray([50.0, 2000.0]), np.asarray([0.0, 1.0])
    values = conditions_of(durations, ends, np.asarray([-1.0, 1.0]), np.asarray([1.0, -1.0]))
    assert values.shape == (2, 4)
    assert np.abs(values).max() <= 1.01
    assert values[0, 0] < -0.95
    assert not conditions_of(durations, ends)[:, 2:].any()


def test_steady_noise_under_a_sound_is_taken_out_and_clean_or_steady_sounds_are_left() -> None:
    t = np.arange(22_050) / 22_050
    clean = np.exp(-8 * t) * np.sin(2 * np.pi * 300 * t)
    hiss = np.random.default_rng(0).standard_normal(len(t))
    done = denoise(clean + 0.01 * hiss)
    assert np.std(done[-4000:]) < 0.25 * 0.01
    assert np.abs(done - clean)[:3000].max() < 0.1
    assert denoise(clean) is clean
    assert denoise(hiss) is hiss


@pytest.mark.parametrize("changes", [{"per_kind": 0}, {"recorded_share": 1.0}, {"processes": 0}, {"variations": 0}])
def test_wrong_options_are_refused(tmp_path: Path, changes: dict[str, int]) -> None:
    with pytest.raises(InvalidConfig):
        SoundDataOptions(tmp_path / "x.npz", **changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidConfig):
        TrainSoundsOptions(minutes=0)
