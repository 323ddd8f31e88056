"""Plays beats through a dialogue engine, several at once; sessions in order, with what was said as history."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import TypeAlias

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.types import DialogueEngine, DialogueRequest, HistoryLine, LineFinished, SpokenLine
from narrative_server.errors import NarrativeError
from narrative_server.evaluation.dialogue.answers import Answer, AnswerFile, beat_key
from narrative_server.evaluation.dialogue.rows import Row, Sampling, request_of
from narrative_server.evaluation.dialogue.sampling import Group
from narrative_server.seeds import sub_seed
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)

ChooseFacts: TypeAlias = Callable[[Beat], tuple[str, ...]]
"""Which of a beat's facts the model is told."""
Told: TypeAlias = Callable[[], None]
"""Called after each beat, those already answered included, from several threads."""


def play(
    engine: DialogueEngine,
    row: Row,
    beats: Sequence[Group],
    sampling: Sampling,
    answers: AnswerFile,
    told: Told,
    choose: ChooseFacts = lambda beat: beat.facts,
) -> None:
    """Answer every beat that `answers` does not hold yet; `choose`: what is told of a beat's facts, by default all.

    A beat that the engine cannot serve becomes an answer with an error, and the others go on. An interruption stops the
    engine and keeps what is done.
    """
    cancel = CancelToken()
    with ThreadPoolExecutor(max_workers=max(engine.slots, 1), thread_name_prefix="evaluate") as pool:
        jobs = [
            pool.submit(_play_group, engine, row, group, sampling, answers, told, choose, cancel) for group in beats
        ]
        try:
            for job in as_completed(jobs):
                job.result()
        except BaseException:
            cancel.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _play_group(
    engine: DialogueEngine,
    row: Row,
    group: Group,
    sampling: Sampling,
    answers: AnswerFile,
    told: Told,
    choose: ChooseFacts,
    cancel: CancelToken,
) -> None:
    said: list[HistoryLine] = []
    for beat in group:
        cancel.check()
        key = beat_key(beat)
        if (answer := answers.known.get(key)) is None:
            request = request_of(beat, row, sampling, sub_seed(sampling.seed, "evaluate", key), tuple(said))
            request = replace(request, facts=choose(beat)) if request.facts else request
            try:
                answer = _answer(engine, key, request, cancel)
            except BaseException:
                cancel.set()  # at once: the thread that waits for the results may be late
                raise
            answers.keep(answer)
        told()
        said += _spoken(beat, answer)


def _answer(engine: DialogueEngine, key: str, request: DialogueRequest, cancel: CancelToken) -> Answer:
    try:
        events = list(engine.generate(request, cancel))
    except NarrativeError as error:
        log.warning("beat %s was not answered: %s", key, error)
        return Answer(key, error=f"{type(error).__name__}: {error}")
    lines = (SpokenLine(e.speaker, e.emotion, e.text) for e in events if isinstance(e, LineFinished))
    return Answer(key, tuple(lines))


def _spoken(beat: Beat, answer: Answer) -> list[HistoryLine]:
    player = [HistoryLine("Player", beat.player_line)] if beat.player_line else []
    return player + [HistoryLine(line.speaker, line.text) for line in answer.lines]
