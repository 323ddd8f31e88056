"""From timed beats to figures. Knows no engine."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from narrative_server.evaluation.figures import Figure, median

ENDPOINT: Final = "llama.cpp_endpoint"
FIRST_DELTA_ALLOWANCE_MS: Final = 30.0
ONE_STREAM: Final = "1_stream"
GOES_ON: Final = "goes_on"
OPENS: Final = "opens"


@dataclass(frozen=True)
class Played:
    """One beat, as its caller saw it (first_delta_ms, total_ms) and as its engine says.

    goes_on: whether it followed another one of the same scene.
    """

    first_delta_ms: float
    total_ms: float
    uncached_tokens: int
    output_tokens: int
    prefill_ms: float
    decode_ms: float
    goes_on: bool = False

    @property
    def tokens_per_s(self) -> float:
        """Tokens written over the whole beat's time."""
        return 1000.0 * self.output_tokens / self.total_ms


@dataclass(frozen=True)
class Round:
    """Several beats at once: how long until the last had ended, and the tokens of all."""

    seconds: float
    output_tokens: int

    @property
    def tokens_per_s(self) -> float:
        """Tokens of all streams a second."""
        return self.output_tokens / self.seconds


@dataclass(frozen=True)
class Line:
    """first_delta_ms = intercept_ms + ms_per_token * uncached tokens."""

    ms_per_token: float
    intercept_ms: float


def bench_figures(
    load_s: Mapping[str, float],
    singles: Mapping[str, Sequence[Played]],
    rounds: Mapping[str, Sequence[Round]],
    streams: int,
) -> list[Figure]:
    """All figures by row; those against the endpoint where it was measured."""
    figures = []
    for row, played in singles.items():
        figures.append(Figure("load_s", row, load_s[row], "s", 1))
        figures += _first_delta_figures(row, played)
        figures += _rate_figures(row, played, rounds[row], streams)
        if row != ENDPOINT and ENDPOINT in singles:
            figures += _ratio_figures(row, singles, rounds, streams)
    return figures


def fit_line(points: Sequence[tuple[float, float]]) -> Line | None:
    """The Theil-Sen line through (x, y): medians of slopes and of intercepts, which single late beats do not move.

    None without two different x.
    """
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(points, 2)
        if later[0] != earlier[0]
    ]
    if not slopes:
        return None
    slope = median(slopes)
    return Line(slope, median([y - slope * x for x, y in points]))


def _first_delta_figures(row: str, played: Sequence[Played]) -> list[Figure]:
    figures = []
    for split, goes_on in ((OPENS, False), (GOES_ON, True)):
        chosen = [one for one in played if one.goes_on is goes_on]
        figures += [
            Figure("first_delta_ms_p50", row, median([one.first_delta_ms for one in chosen]), "ms", len(chosen), split),
            Figure("uncached_tokens_p50", row, median([one.uncached_tokens for one in chosen]), "", len(chosen), split),
        ]
    line = fit_line([(one.uncached_tokens, one.first_delta_ms) for one in played])
    if line is not None and line.ms_per_token > 0:
        figures.append(Figure("first_delta_slope_tokens_per_s", row, 1000.0 / line.ms_per_token, "1/s", len(played)))
        figures.append(Figure("first_delta_intercept_ms", row, line.intercept_ms, "ms", len(played)))
    rate = _prefill_rate(played)
    late = [
        one.first_delta_ms - FIRST_DELTA_ALLOWANCE_MS - 1000.0 * one.uncached_tokens / rate
        for one in played
        if one.goes_on
    ]
    figures.append(Figure("first_delta_over_allowance_ms_p50", row, median(late), "ms", len(late), GOES_ON))
    return figures


def _prefill_rate(played: Sequence[Played]) -> float:
    """Prompt tokens a second, over the longer half of the prompts, where a step's fixed cost matters least."""
    longer = sorted(played, key=lambda one: one.uncached_tokens)[len(played) // 2 :]
    return 1000.0 * sum(one.uncached_tokens for one in longer) / sum(one.prefill_ms for one in longer)


def _rate_figures(row: str, played: Sequence[Played], rounds: Sequence[Round], streams: int) -> list[Figure]:
    together = f"{streams}_streams"
    decode = [1000.0 * one.output_tokens / one.decode_ms for one in played if one.decode_ms > 0]
    whole = median([one.tokens_per_s for one in played])
    beats = 1000.0 / median([one.total_ms for one in played])
    total = median([one.tokens_per_s for one in rounds])
    count = len(rounds) * streams
    return [
        Figure("prefill_tokens_per_s", row, _prefill_rate(played), "1/s", len(played), ONE_STREAM),
        Figure("decode_tokens_per_s", row, median(decode), "1/s", len(decode), ONE_STREAM),
        Figure("tokens_per_s", row, whole, "1/s", len(played), ONE_STREAM),
        Figure("beats_per_s", row, beats, "1/s", len(played), ONE_STREAM),
        Figure("tokens_per_s", row, total, "1/s", count, together),
        Figure("tokens_per_s_each", row, total / streams, "1/s", count, together),
        Figure("beats_per_s", row, median([streams / one.seconds for one in rounds]), "1/s", count, together),
    ]


def _ratio_figures(
    row: str, singles: Mapping[str, Sequence[Played]], rounds: Mapping[str, Sequence[Round]], streams: int
) -> list[Figure]:
    """Beat by beat and round by round, as each pair ran under the same load."""
    one = [mine.tokens_per_s / peer.tokens_per_s for mine, peer in zip(singles[row], singles[ENDPOINT], strict=True)]
    peers = rounds[ENDPOINT][-len(rounds[row]) :]  # an engine of one slot plays the last rounds only
    all_ = [mine.tokens_per_s / peer.tokens_per_s for mine, peer in zip(rounds[row], peers, strict=True)]
    return [
        Figure("one_stream_vs_endpoint", row, median(one), "", len(one)),
        Figure("eight_streams_vs_endpoint_slots", row, median(all_), "", len(all_) * streams),
    ]
