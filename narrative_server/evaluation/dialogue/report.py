"""The figures of an evaluation, and its table with 95% intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from narrative_server.evaluation.dialogue.scores import HELD_OUT, Score
from narrative_server.evaluation.figures import Figure

if TYPE_CHECKING:
    from rich.table import Table


def figures_of(scores: Sequence[Score]) -> Iterator[Figure]:
    """Each score, followed by its interval's ends as METRIC_ci95_low and METRIC_ci95_high where it has one."""
    for score in scores:
        found = score.estimate
        for suffix, value in (("", found.value), ("_ci95_low", found.low), ("_ci95_high", found.high)):
            if value is not None:
                yield Figure(score.metric + suffix, score.row, value, found.unit, found.n, score.split)


def table_of(scores: Sequence[Score], title: str) -> Table:
    """Metrics down, rows across; intervals in brackets."""
    from rich.table import Table

    table = Table(title=title, caption="95% intervals in brackets; n: lines, beats, speakers or tokens counted")
    rows = list(dict.fromkeys(score.row for score in scores))
    known = {(score.metric, score.split, score.row): score for score in scores}
    names = {(score.metric, score.split): _name(score) for score in scores}
    table.add_column("metric", min_width=max(map(len, names.values()), default=0))
    for row in rows:
        table.add_column(row, justify="right")
    for (metric, split), name in names.items():
        table.add_row(name, *(_cell(known.get((metric, split, row))) for row in rows))
    return table


def _name(score: Score) -> str:
    return score.metric if score.split == HELD_OUT else f"{score.metric} {score.split}"


def _cell(score: Score | None) -> str:
    if score is None:
        return ""
    found = score.estimate
    text = f"{found.value:.3g}"
    if found.low is not None and found.high is not None:
        text += f" ({found.low:.3g}..{found.high:.3g})"
    return f"{text}\nn {found.n}"
