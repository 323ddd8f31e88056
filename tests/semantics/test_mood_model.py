from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.semantics.mood_model import FEATURES, FORMAT, Lexicon, MoodModel, MoodWeights, features_of

JOY = EMOTIONS.index("joy")


def write(folder: Path, emotion: np.ndarray, intensity: np.ndarray, **config: object) -> Path:
    save_file({"emotion": emotion, "intensity": intensity}, folder / "mood.safetensors")
    whole = {"format": FORMAT, "emotions": list(EMOTIONS)} | config
    (folder / "config.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


def joyful(folder: Path) -> Path:
    """Weights that call texts joyful by the lexicon's compound alone."""
    emotion = np.zeros((FEATURES + 1, len(EMOTIONS)), np.float32)
    emotion[384, JOY] = 4.0
    emotion[-1, EMOTIONS.index("neutral")] = 1.0
    intensity = np.zeros(FEATURES + 1, np.float32)
    intensity[-1] = 7.0
    return write(folder, emotion, intensity)


def test_shares_match_a_softmax_by_hand() -> None:
    emotion = np.zeros((FEATURES + 1, len(EMOTIONS)), np.float32)
    emotion[-1] = np.log(np.arange(1, 8))
    shares = MoodWeights(emotion, np.zeros(FEATURES + 1, np.float32)).shares(np.zeros((2, FEATURES), np.float32))
    np.testing.assert_allclose(shares, np.tile(np.arange(1, 8) / 28, (2, 1)), rtol=1e-5)


def test_the_lexicon_knows_good_from_bad() -> None:
    lexicon = Lexicon()
    assert lexicon.features("What a wonderful day!")[0] > 0.3
    assert lexicon.features("Everybody died in the horrible fire.")[0] < -0.3
    assert list(lexicon.features("Who? You!")[3:]) == [1.0, 1.0]
    assert not lexicon.features("").any()


def test_a_mood_is_the_largest_share_with_an_intensity_inside_its_range(tmp_path: Path) -> None:
    model = MoodModel(joyful(tmp_path))
    embedding = np.zeros(384, np.float32)
    happy, plain = model.read("I love this wonderful feast!", embedding), model.read("A door.", embedding)
    assert (happy.mood.emotion, plain.mood.emotion) == ("joy", "neutral")
    assert happy.mood.intensity == 1.0
    assert sum(happy.scores.values()) == pytest.approx(1.0)
    assert list(happy.scores) == list(EMOTIONS)
    assert happy.valence > 0 == plain.valence


def test_embeddings_are_scaled_to_unit_variance() -> None:
    unit = np.full((1, 384), 384**-0.5, np.float32)
    np.testing.assert_allclose(features_of(unit, [np.zeros(5, np.float32)])[0, :384], 1.0, rtol=1e-6)


def test_missing_and_broken_weights_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        MoodModel(tmp_path)
    good = joyful(tmp_path)
    (good / "mood.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelCorrupt):
        MoodModel(good)


def test_weights_of_other_shapes_or_emotions_are_refused(tmp_path: Path) -> None:
    intensity = np.zeros(FEATURES + 1, np.float32)
    with pytest.raises(ModelCorrupt, match="shapes"):
        MoodModel(write(tmp_path, np.zeros((3, 7), np.float32), intensity))
    with pytest.raises(ModelCorrupt, match="emotions"):
        MoodModel(write(tmp_path, np.zeros((FEATURES + 1, 7), np.float32), intensity, emotions=["joy"]))
