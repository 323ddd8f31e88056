"""One evaluation: plays the held-out beats as each row, then scores what was said beside the authored lines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

from narrative_server.dialogue.adapters import PACKAGED, Adapter, find_adapter, weights_sha256
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.finetune.beats import Beat, read_beats
from narrative_server.dialogue.prompts import PROMPT_FORMAT, PromptStyle
from narrative_server.dialogue.service import build_engine
from narrative_server.dialogue.types import DialogueEngine, DialogueRequest
from narrative_server.errors import DataMissing, InvalidConfig, ModelMissing
from narrative_server.evaluation.dialogue.answers import Answer, Answered, AnswerFile, beat_key
from narrative_server.evaluation.dialogue.embeddings import packaged_embeddings
from narrative_server.evaluation.dialogue.overlap import check_packages
from narrative_server.evaluation.dialogue.play import ChooseFacts, play
from narrative_server.evaluation.dialogue.rows import AUTHORED, ROWS, Row, Sampling
from narrative_server.evaluation.dialogue.sampling import Group, sample, spread
from narrative_server.evaluation.dialogue.scores import Judge, Score, rule_errors
from narrative_server.models.catalogue import model_path
from narrative_server.story.relevance import facts_asked_for

ROW_NAMES: Final = tuple(row.name for row in ROWS)
DEFAULT_PERPLEXITY_BEATS: Final = 120

Report: TypeAlias = Callable[[str, int, int], None]
"""Hears what is going on: a stage's name, how many beats of it are done, and how many it has."""
Build: TypeAlias = Callable[[DialogueConfig], DialogueEngine]


@dataclass(frozen=True)
class EvaluateOptions:
    """data: the dialogue set. answers: folder of answer files. rows: names of ROWS.

    config: the engine and the base model, and the adapter of the rows that have one (auto: the packaged one);
    threads 0 takes all cores, as nothing else works beside an evaluation.
    beats: how many to play, 0 for all held-out ones. perplexity_beats: 0 leaves the metric out.
    fresh: forget the answers that are in `answers`.
    """

    data: Path
    answers: Path
    config: DialogueConfig = field(default_factory=lambda: DialogueConfig(slots=8))
    rows: tuple[str, ...] = ROW_NAMES
    sampling: Sampling = field(default_factory=lambda: Sampling(1, DialogueRequest.temperature))
    beats: int = 0
    perplexity_beats: int = DEFAULT_PERPLEXITY_BEATS
    fresh: bool = False

    def __post_init__(self) -> None:
        unknown = [name for name in self.rows if name not in ROW_NAMES]
        if unknown or not self.rows:
            raise InvalidConfig("--rows", " ".join(self.rows), ", ".join(ROW_NAMES))


@dataclass(frozen=True)
class Evaluation:
    """scores: every metric of every row. answered: what each row said, `authored` last."""

    scores: tuple[Score, ...]
    answered: Mapping[str, tuple[Answered, ...]]

    def failures(self) -> Iterator[tuple[str, str, int]]:
        """(row, reason, beats) for beats that an engine could not serve."""
        for name, answered in self.answered.items():
            for reason, beats in Counter(one.error for one in answered if one.error).items():
                yield name, reason, beats


def evaluate(options: EvaluateOptions, report: Report, build: Build = build_engine) -> Evaluation:
    """Play what `options.answers` does not hold yet, and score all of it.

    Raises PackageMissing, DataMissing, InvalidRequest (damaged data; answers of other settings), InvalidConfig,
    ModelMissing or ModelCorrupt. An interruption keeps the answers that are there.
    """
    check_packages()
    config = replace(options.config, threads=options.config.threads or os.cpu_count() or 1)
    options = replace(options, config=config)
    rows = [row for row in ROWS if row.name in options.rows]
    adapter = _needed_adapter(config) if any(row.adapted for row in rows) else None
    every = read_beats(options.data)
    held_out = [beat for beat in every if beat.held_out]
    if not held_out:
        raise DataMissing(options.data.name, "it has no held-out beat to evaluate on: give more beats")
    beats = sample(held_out, options.beats)
    answered = _play_rows(rows, adapter, beats, options, report, build)
    answered[AUTHORED] = tuple(Answered(beat, beat.lines) for group in beats for beat in group)
    scores = [*_score(answered, held_out, options, report), *rule_errors(every)]
    scores += _perplexities(rows, adapter, [beat for group in beats for beat in group], options, report)
    return Evaluation(tuple(scores), answered)


def _needed_adapter(config: DialogueConfig) -> Adapter:
    if config.adapter == "none":
        raise InvalidConfig("--adapter", "none", "auto or a folder; or leave out the rows of the adapter with --rows")
    adapter = find_adapter(config)
    if adapter is None:
        raise ModelMissing(PACKAGED, "narrative-server train dialogue")
    return adapter


def _play_rows(
    rows: Sequence[Row],
    adapter: Adapter | None,
    beats: Sequence[Group],
    options: EvaluateOptions,
    report: Report,
    build: Build,
) -> dict[str, tuple[Answered, ...]]:
    """Rows that share a model and a prompt share an engine, which is loaded if any beat needs it."""
    flat = [beat for group in beats for beat in group]
    answered: dict[str, tuple[Answered, ...]] = {}
    files = {row.name: options.answers / f"{row.name}.jsonl" for row in rows}
    for row in rows:  # before hours are spent on the first row, so that the last one's answers are not refused then
        if options.fresh:
            files[row.name].unlink(missing_ok=True)
        with AnswerFile(files[row.name], _settings(row, adapter, options)):
            pass
    choose = _as_the_server_does(flat, options)
    engine: DialogueEngine | None = None
    loaded: DialogueConfig | None = None
    try:
        for row in rows:
            with AnswerFile(files[row.name], _settings(row, adapter, options)) as answers:
                if any(beat_key(beat) not in answers.known for beat in flat):
                    wanted = replace(options.config, adapter=_adapter_key(row, options), prompt=row.prompt)
                    if engine is None or loaded != wanted:
                        report(f"loading the model of {row.name}", 0, 0)
                        if engine:
                            engine.close()
                        engine, loaded = build(wanted), wanted
                    play(engine, row, beats, options.sampling, answers, _counter(row.name, len(flat), report), choose)
                answered[row.name] = tuple(_answered(beat, answers.known) for beat in flat)
    finally:
        if engine:
            engine.close()
    return answered


def _as_the_server_does(beats: Sequence[Beat], options: EvaluateOptions) -> ChooseFacts:
    """Tells a beat's facts as a played beat does: where the player speaks, those that bear on it."""
    asked = [beat for beat in beats if beat.player_line and len(beat.facts) > 1]
    if not asked:
        return lambda beat: beat.facts
    likeness = packaged_embeddings(options.config.threads).likeness
    told = {beat_key(beat): facts_asked_for(beat.facts, beat.event, beat.player_line, likeness) for beat in asked}
    return lambda beat: told.get(beat_key(beat), beat.facts)


def _adapter_key(row: Row, options: EvaluateOptions) -> str:
    return options.config.adapter if row.adapted else "none"


def _settings(row: Row, adapter: Adapter | None, options: EvaluateOptions) -> dict[str, str | float]:
    return {
        "row": row.name,
        "engine": options.config.engine,
        "model": weights_sha256(options.config.model)[:16],
        "adapter": adapter.sha256[:16] if adapter and row.adapted else "none",
        "prompt_format": PROMPT_FORMAT,
        "temperature": options.sampling.temperature,
        "seed": options.sampling.seed,
        "facts": "asked for",
    }


def _answered(beat: Beat, known: Mapping[str, Answer]) -> Answered:
    answer = known[beat_key(beat)]
    return Answered(beat, answer.lines, answer.error)


def _counter(name: str, total: int, report: Report) -> Callable[[], None]:
    done = 0
    report(name, done, total)

    def told() -> None:
        nonlocal done
        done += 1  # threads may meet here: a count that is one off for a moment does no harm
        report(name, done, total)

    return told


def _score(
    answered: Mapping[str, Sequence[Answered]], held_out: Sequence[Beat], options: EvaluateOptions, report: Report
) -> list[Score]:
    from narrative_server.semantics.mood_model import MODEL_NAME, MoodModel

    report("scoring", 0, 0)
    embed = packaged_embeddings(options.config.threads)
    mood = MoodModel(model_path(MODEL_NAME))
    judge = Judge(held_out, embed, lambda text, row: mood.read(text, row).mood.emotion, options.sampling.seed)
    hasty = {row.name for row in ROWS if row.hasty}
    return [
        score for name, said in answered.items() for score in judge.scores(name, said, in_context=name not in hasty)
    ]


def _perplexities(
    rows: Sequence[Row], adapter: Adapter | None, beats: Sequence[Beat], options: EvaluateOptions, report: Report
) -> list[Score]:
    styles: dict[str, PromptStyle] = {"untuned": "instructed", "few_shot": "few_shot"}
    if adapter:
        styles["adapter"] = adapter.style  # last: merging changes the model for good
    chosen = {row.name: styles[row.name] for row in rows if row.name in styles}
    if not options.perplexity_beats or not chosen:
        return []
    from narrative_server.evaluation.dialogue.perplexity import ReferenceScorer

    report("loading the model for perplexity", 0, 0)
    scorer = ReferenceScorer(options.config.model, options.config.context_tokens, options.config.threads)
    some = spread(beats, options.perplexity_beats)
    scores = []
    for name, style in chosen.items():
        if name == "adapter" and adapter:
            scorer.adapt(adapter)
        if estimate := scorer.perplexity(some, style, _counter(f"perplexity of {name}", len(some), report)):
            scores.append(Score("perplexity", name, estimate))
    return scores
