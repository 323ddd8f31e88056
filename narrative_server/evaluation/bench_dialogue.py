"""How fast dialogue engines write, on the machine at hand, with the same prompts and settings in one run.

The engines take turns beat by beat (and round by round with several streams), so that a machine that is busy with
something else slows all alike; figures are medians. What each figure means is in docs/performance.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from narrative_server.dialogue.config import DialogueConfig, PrecisionName
from narrative_server.dialogue.service import build_engine
from narrative_server.dialogue.types import DialogueEngine, DialogueRequest, GenerationStats, LineDelta
from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.evaluation.bench_figures import Played, Round, bench_figures
from narrative_server.evaluation.bench_requests import Scene, bench_scenes
from narrative_server.evaluation.figures import Figure
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)

STREAMS: Final = 8
ROUNDS: Final = 2
"""Rounds of STREAMS beats each that an engine plays with all streams at once, after one that warms it up."""

Factory = Callable[[DialogueConfig], DialogueEngine]


@dataclass(frozen=True)
class Skipped:
    """A row that could not be measured, and why."""

    row: str
    reason: str


@dataclass(frozen=True)
class BenchOptions:
    """rows: names out of ROWS. beats: scenes played by one stream, each with the event that follows it."""

    rows: tuple[str, ...]
    beats: int = 4
    model: str = DialogueConfig.model
    adapter: str = DialogueConfig.adapter
    threads: int = 0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.rows) - set(ROWS))
        if unknown or not self.rows:
            raise InvalidConfig("rows", ", ".join(unknown) or "no row", ", ".join(ROWS))


def bench_dialogue(options: BenchOptions, told: Callable[[str], None]) -> tuple[list[Figure], list[Skipped]]:
    """Load the rows that `options` name, play all, and say what was found; `told` hears what is going on.

    A row that cannot be loaded or fails on its first beat is skipped.
    """
    scenes = bench_scenes(max(options.beats, STREAMS))
    config = DialogueConfig(
        model=options.model, adapter=options.adapter, threads=options.threads, slots=STREAMS, device="cpu"
    )
    with _loaded(options.rows, config, scenes[-1].opening, told) as (engines, load_s, skipped):
        singles = _play_singly(engines, scenes[: options.beats], told)
        rounds = _play_rounds(engines, scenes, told)
    return bench_figures(load_s, singles, rounds, STREAMS), skipped


@contextmanager
def _loaded(
    rows: Sequence[str], config: DialogueConfig, first: DialogueRequest, told: Callable[[str], None]
) -> Iterator[tuple[dict[str, DialogueEngine], dict[str, float], list[Skipped]]]:
    engines: dict[str, DialogueEngine] = {}
    load_s: dict[str, float] = {}
    skipped: list[Skipped] = []
    try:
        for row in rows:
            told(f"loading {row}")
            started = time.perf_counter()
            try:
                engine = ROWS[row](config)
            except Exception as error:  # compilers and converters raise anything; the other rows are still wanted
                log.info("%s cannot be measured", row, exc_info=True)
                skipped.append(Skipped(row, _reason(error)))
                continue
            load_s[row] = time.perf_counter() - started
            try:
                play(engine, first)
            except Exception as error:
                log.info("%s cannot be measured", row, exc_info=True)
                engine.close()
                skipped.append(Skipped(row, _reason(error)))
                continue
            engines[row] = engine
        yield engines, load_s, skipped
    finally:
        for engine in engines.values():
            engine.close()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _play_singly(
    engines: dict[str, DialogueEngine], scenes: Sequence[Scene], told: Callable[[str], None]
) -> dict[str, list[Played]]:
    """Each scene's two beats, one stream; the engines take turns, and take turns at being first."""
    played: dict[str, list[Played]] = {row: [] for row in engines}
    for number, scene in enumerate(scenes):
        for row in _rotated(list(engines), number):
            told(f"beat {number + 1} of {len(scenes)}: {row}")
            played[row] += [
                play(engines[row], scene.opening),
                replace(play(engines[row], scene.following), goes_on=True),
            ]
    return played


def _play_rounds(
    engines: dict[str, DialogueEngine], scenes: Sequence[Scene], told: Callable[[str], None]
) -> dict[str, list[Round]]:
    """STREAMS beats at once, the same for all engines; the first round fills caches and is not counted.

    An engine of one slot plays the last round only.
    """
    rounds: dict[str, list[Round]] = {row: [] for row in engines}
    for number in range(ROUNDS + 1):
        requests = [
            replace(scene.following if number else scene.opening, seed=scene.opening.seed + 1000 * number)
            for scene in scenes[:STREAMS]
        ]
        for row in _rotated(list(engines), number):
            if engines[row].slots == 1 and number != ROUNDS:
                continue  # one beat after another: nothing to warm up, nothing that varies, and it takes longest
            told(f"{STREAMS} streams, round {number} of {ROUNDS}: {row}")
            started = time.perf_counter()
            with ThreadPoolExecutor(STREAMS) as pool:
                found = list(pool.map(play, [engines[row]] * STREAMS, requests))
            if number:
                rounds[row].append(Round(time.perf_counter() - started, sum(one.output_tokens for one in found)))
    return rounds


def play(engine: DialogueEngine, request: DialogueRequest) -> Played:
    """One beat, timed. Raises EngineFailed when it has no word."""
    started = time.perf_counter()
    first = stats = None
    for event in engine.generate(request, CancelToken()):
        if first is None and isinstance(event, LineDelta):
            first = time.perf_counter()
        if isinstance(event, GenerationStats):
            stats = event
    ended = time.perf_counter()
    if first is None or stats is None:
        raise EngineFailed("dialogue", "it wrote no word")
    return Played(
        first_delta_ms=1000.0 * (first - started),
        total_ms=1000.0 * (ended - started),
        uncached_tokens=stats.prompt_tokens - stats.cached_tokens,
        output_tokens=stats.output_tokens,
        prefill_ms=stats.prefill_ms,
        decode_ms=stats.decode_ms,
    )


def _rotated(rows: list[str], by: int) -> list[str]:
    start = by % len(rows) if rows else 0
    return rows[start:] + rows[:start]


def _transformers(*, precision: PrecisionName = "bfloat16", compiled: bool = False) -> Factory:
    def make(config: DialogueConfig) -> DialogueEngine:
        return build_engine(replace(config, engine="transformers", precision=precision, compiled=compiled))

    return make


def _endpoint(config: DialogueConfig) -> DialogueEngine:
    from narrative_server.evaluation.bench_endpoint import EndpointEngine

    return EndpointEngine(config)


def _generate(config: DialogueConfig) -> DialogueEngine:
    from narrative_server.evaluation.bench_peers import GenerateEngine

    return GenerateEngine(config)


def _ctranslate2(config: DialogueConfig) -> DialogueEngine:
    from narrative_server.evaluation.bench_peers import CTranslate2Engine

    return CTranslate2Engine(config)


ROWS: Final[dict[str, Factory]] = {
    "llama.cpp": lambda config: build_engine(replace(config, engine="llama.cpp")),
    "llama.cpp_endpoint": _endpoint,
    "transformers": _transformers(),
    "transformers_int8": _transformers(precision="int8"),
    "transformers_compiled": _transformers(compiled=True),
    "transformers_int8_compiled": _transformers(precision="int8", compiled=True),
    "transformers_generate": _generate,
    "ctranslate2": _ctranslate2,
}
"""Every row by name, and how its engine is made."""

USUAL_ROWS: Final = tuple(row for row in ROWS if not row.endswith("_compiled"))
"""All but those that take minutes to compile."""
