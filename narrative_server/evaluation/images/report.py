"""The table of an evaluation of pictures: a line a metric and split, a column a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from narrative_server.evaluation.figures import Figure

if TYPE_CHECKING:
    from rich.table import Table


def table_of(figures: Sequence[Figure], title: str) -> Table:
    """Intervals are in the JSON lines only; n is the largest of the line."""
    from rich.table import Table

    shown = [figure for figure in figures if "_ci95_" not in figure.metric]
    rows = list(dict.fromkeys(figure.row for figure in shown))
    known = {(figure.metric, figure.split, figure.row): figure for figure in shown}
    table = Table(title=title)
    for name in ("metric", "split"):
        table.add_column(name)
    for row in (*rows, "n"):
        table.add_column(row, justify="right")
    for metric, split in dict.fromkeys((figure.metric, figure.split) for figure in shown):
        found = [known.get((metric, split, row)) for row in rows]
        most = max(figure.n for figure in found if figure)
        table.add_row(metric, split, *(f"{figure.value:.3g}" if figure else "" for figure in found), str(most))
    return table
