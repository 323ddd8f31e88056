"""Whole evaluations with a fake engine and the real metrics; only the text encoder is replaced."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.errors import DataMissing, InvalidConfig, InvalidRequest, ModelMissing
from narrative_server.evaluation.dialogue import run
from narrative_server.evaluation.dialogue.embeddings import Embeddings
from narrative_server.evaluation.dialogue.run import EvaluateOptions, evaluate
from narrative_server.semantics.types import EMBEDDING_SIZE
from tests.dialogue.finetune.tiny import beat_row
from tests.evaluation.dialogue.fake_engine import FakeEngine

pytest.importorskip("sacrebleu")
pytest.importorskip("rouge_score")


def hashed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Bags of words, each word on an axis of its own hash."""
    rows = np.full((len(texts), EMBEDDING_SIZE), 1e-3, np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.split():
            row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % EMBEDDING_SIZE] += 1.0
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EvaluateOptions:
    monkeypatch.setattr(run, "packaged_embeddings", lambda threads: Embeddings(hashed))
    rows = [json.dumps(beat_row(number)) for number in range(200)]
    (tmp_path / "beats.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "model.gguf").write_bytes(b"weights")
    return EvaluateOptions(
        data=tmp_path / "beats.jsonl",
        answers=tmp_path / "answers",
        config=DialogueConfig(model=str(tmp_path / "model.gguf"), threads=1),
        rows=("untuned", "few_shot"),
        perplexity_beats=0,
    )


def test_rows_are_played_and_scored_beside_the_authored_lines(options: EvaluateOptions) -> None:
    built: list[DialogueConfig] = []
    told: list[tuple[str, int, int]] = []

    def build(config: DialogueConfig) -> FakeEngine:
        built.append(config)
        return FakeEngine()

    found = evaluate(options, lambda *stage: told.append(stage), build)
    assert [(config.adapter, config.prompt) for config in built] == [("none", "instructed"), ("none", "few_shot")]
    assert list(found.answered) == ["untuned", "few_shot", "authored"]
    beats = len(found.answered["authored"])
    assert beats >= 10
    values = {(score.metric, score.row): score.estimate.value for score in found.scores}
    # The fake says "The player opens door N.": it narrates, echoes, and its event is found.
    assert values["narration", "untuned"] == values["echo", "untuned"] == 1.0
    assert values["event_match_at_1_of_10", "untuned"] == values["parse", "untuned"] == 1.0
    assert values["narration", "authored"] == 0.0
    assert ("parse", "authored") not in values
    assert ("untuned", beats, beats) in told
    whole = next(score.estimate for score in found.scores if score.split == "whole_set")
    assert (whole.value, whole.n) == (0.0, 200)
    assert not list(found.failures())


def test_answers_are_kept_so_that_nothing_is_loaded_again_and_fresh_forgets_them(options: EvaluateOptions) -> None:
    def no_engine(config: DialogueConfig) -> FakeEngine:
        raise AssertionError("every answer is known")

    first = evaluate(options, lambda *stage: None, lambda config: FakeEngine())
    again = evaluate(options, lambda *stage: None, no_engine)
    assert again.scores == first.scores
    engine = FakeEngine()
    evaluate(replace(options, fresh=True, rows=("untuned",)), lambda *stage: None, lambda config: engine)
    assert len(engine.requests) == len(first.answered["authored"])
    assert engine.closed


def test_a_failed_beat_lowers_parse_and_is_told_of(options: EvaluateOptions) -> None:
    text = options.data.read_text(encoding="utf-8")
    options.data.write_text(text + "\n" + _held_out_row("broken"), encoding="utf-8")
    found = evaluate(replace(options, rows=("untuned",)), lambda *stage: None, lambda config: FakeEngine())
    assert list(found.failures()) == [("untuned", "EngineFailed: dialogue engine: it broke", 1)]
    parse = next(score.estimate for score in found.scores if score.metric == "parse")
    assert parse.value == pytest.approx(1 - 1 / len(found.answered["authored"]))


def test_other_settings_do_not_mix_with_kept_answers(options: EvaluateOptions) -> None:
    evaluate(options, lambda *stage: None, lambda config: FakeEngine())
    warmer = replace(options, sampling=replace(options.sampling, temperature=0.9))
    (options.answers / "untuned.jsonl").unlink()
    engine = FakeEngine()
    with pytest.raises(InvalidRequest, match=r"few_shot\.jsonl.*temperature 0\.5, now 0\.9"):
        evaluate(warmer, lambda *stage: None, lambda config: engine)
    assert engine.requests == [], "the last row's answers are looked at before the first row is played"


def test_what_cannot_be_evaluated_is_named(options: EvaluateOptions, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"--rows.*untuned"):
        replace(options, rows=("tuned",))
    none = replace(options, rows=("adapter",), config=replace(options.config, adapter="none"))
    with pytest.raises(InvalidConfig, match=r"--adapter.*none"):
        evaluate(none, lambda *stage: None)
    missing = replace(none, config=replace(options.config, adapter=str(tmp_path / "nowhere")))
    with pytest.raises(ModelMissing, match="train dialogue"):
        evaluate(missing, lambda *stage: None)
    options.data.write_text(_held_out_row("x", held_out=False), encoding="utf-8")
    with pytest.raises(DataMissing, match="no held-out beat"):
        evaluate(options, lambda *stage: None)


def _held_out_row(word: str, *, held_out: bool = True) -> str:
    """A row whose event holds `word` and is held out, or is not."""
    from narrative_server.semantics.split import held_out as is_held_out

    rows = (beat_row(0, event=f"The {word} thing {number} falls.", lines=[_line(number)]) for number in range(1000))
    return json.dumps(next(row for row in rows if is_held_out(row) is held_out))


def _line(number: int) -> dict[str, str]:
    return {"speaker": "Odda", "emotion": "fear", "text": f"Thing {number} fell!"}
