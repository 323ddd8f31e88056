"""Rows of an evaluation of pictures or of sounds: which are wanted, what is found of them, and their shares of real.

Rows whose names begin with `real_` are of real things, one of them a split. Knows nothing of how a row is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from narrative_server.errors import InvalidConfig
from narrative_server.evaluation.figures import Figure
from narrative_server.evaluation.images.training import Report

MIN_LIMIT: Final = 8
_REAL: Final = "real_"


@dataclass(frozen=True)
class Evaluation:
    """figures of all rows, and why rows or metrics were left out, by name."""

    figures: list[Figure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


def check_wanted(rows: Sequence[str], legal_rows: Sequence[str], limit: int, max_limit: int) -> None:
    """Raise InvalidConfig unless all rows are legal, there is one, and the limit is MIN_LIMIT to `max_limit`."""
    if not rows or not set(rows) <= set(legal_rows):
        raise InvalidConfig("--rows", " ".join(rows), ", ".join(legal_rows))
    if not MIN_LIMIT <= limit <= max_limit:
        raise InvalidConfig("--limit", limit, f"{MIN_LIMIT} to {max_limit}")


def counter(stage: str, total: int, report: Report) -> Callable[[], None]:
    """A function that reports one more of `total` as done, each time it is called."""
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        report(stage, done, total)

    report(stage, 0, total)
    return told


def shares_of_real(figures: Sequence[Figure], metric: str) -> list[Figure]:
    """The metric's figures over what the real row of the same split reaches, as `METRIC_share_of_real`."""
    scores = [figure for figure in figures if figure.metric == metric]
    real = {figure.split: figure.value for figure in scores if figure.row.startswith(_REAL)}
    name = f"{metric.removesuffix('_at_1_of_100')}_share_of_real"
    return [
        Figure(name, one.row, one.value / real[one.split], "ratio", one.n, one.split)
        for one in scores
        if real.get(one.split, 0.0) > 0 and not one.row.startswith(_REAL)
    ]
