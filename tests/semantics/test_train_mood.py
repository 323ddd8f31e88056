from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import DataMissing
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.semantics.mood_model import FEATURES, MoodWeights, load_weights
from narrative_server.semantics.split import held_out
from narrative_server.semantics.train_mood import (
    Example,
    fit_emotions,
    fit_examples,
    fit_strengths,
    read_examples,
    write_model,
)


def beat(event: str, mood: str = "joy", **more: object) -> dict[str, object]:
    lines = [{"speaker": "A", "emotion": "neutral", "text": f"A line about: {event}"}]
    history = [{"speaker": "Player", "text": "Why?"}]
    return {"event": event, "mood": mood, "intensity": 0.5, "lines": lines, "history": history, **more}


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def separable(count: int) -> tuple[list[Example], np.ndarray]:
    """Texts whose emotion is the largest of the first seven features and whose strength is the eighth."""
    rng = np.random.default_rng(0)
    features = rng.standard_normal((count, FEATURES)).astype(np.float32) * 0.1
    labels = rng.integers(0, len(EMOTIONS), count)
    features[np.arange(count), labels] += 3.0
    features[:, 7] = rng.uniform(0, 1, count)
    examples = [
        Example(f"text {n}", EMOTIONS[label], float(features[n, 7]), "event", n % 10 == 0, f"story {n}")
        for n, label in enumerate(labels)
    ]
    return examples, features


def test_texts_that_can_be_told_apart_are() -> None:
    examples, features = separable(500)
    weights, report = fit_examples(examples, features, (1e-3, 1e-2))
    (score,) = report.scores
    assert score.n == 50
    assert score.accuracy > 0.9 > 0.5 > score.chance
    assert score.intensity_error is not None
    assert score.intensity_error_of_mean is not None
    assert score.intensity_error < 0.5 * score.intensity_error_of_mean
    assert weights.emotion.shape == (FEATURES + 1, len(EMOTIONS))


def test_held_out_examples_do_not_touch_the_fit() -> None:
    examples, features = separable(200)
    spoiled = features.copy()
    spoiled[[example.held_out for example in examples]] = 99.0
    first, second = (fit_examples(examples, given, (1e-2,))[0] for given in (features, spoiled))
    assert np.array_equal(first.emotion, second.emotion)
    assert np.array_equal(first.intensity, second.intensity)


def test_without_any_signal_the_fit_answers_the_frequencies() -> None:
    labels = np.array([1] * 30 + [4] * 10)
    weights = MoodWeights(fit_emotions(np.zeros((40, 3), np.float32), labels, 1e-4), np.zeros(4, np.float32))
    shares = weights.shares(np.zeros((1, 3), np.float32))[0]
    assert shares[1] == pytest.approx(0.75, abs=0.02)
    assert shares[4] == pytest.approx(0.25, abs=0.02)


def test_strengths_of_flat_features_are_their_mean() -> None:
    fitted = fit_strengths(np.zeros((4, 2), np.float32), np.array([0.2, 0.4, 0.6, 0.8], np.float32))
    np.testing.assert_allclose(fitted, [0, 0, 0.5], atol=1e-6)


def test_examples_carry_every_label_and_the_split(tmp_path: Path) -> None:
    events = [f"Event {n}." for n in range(40)]
    write_rows(tmp_path / "plain-1.jsonl", [beat(event) for event in events])
    write_rows(tmp_path / "sessions-1.jsonl", [beat("Told in a session.", session="s-1", index=0)])
    names = ("note", "voice", "plain", "hasty")
    write_rows(tmp_path / "event-variants.jsonl", [{"event": "Event 1."} | {name: f"{name} one" for name in names}])
    examples = list(read_examples(tmp_path))
    of_first = {e.part: e for e in examples if e.story == "Event 1."}
    assert set(of_first) == {"event", "event and player line", "event in other words", "event and lines", "line"}
    assert of_first["line"].emotion == "neutral"
    assert np.isnan(of_first["line"].strength)
    assert of_first["event and player line"].text == "Event 1. Why?"
    assert {e.story for e in examples if e.held_out and e.story != "s-1"} == {
        event for event in events if held_out({"event": event})
    }


def test_no_data_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="beats"):
        list(read_examples(tmp_path))


def test_a_written_model_loads_and_its_card_has_the_figures(tmp_path: Path) -> None:
    weights, report = fit_examples(*separable(200), (1e-2,))
    write_model(tmp_path, weights, report)
    loaded = load_weights(tmp_path)
    assert np.array_equal(loaded.emotion, weights.emotion)
    assert f"{report.scores[0].accuracy:.3f}" in (tmp_path / "card.md").read_text(encoding="utf-8")
