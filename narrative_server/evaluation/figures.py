"""One measured figure, a table of them, and their JSON lines. Knows nothing of what is measured."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """A value of `metric` for `row` (the system measured), over `n` samples of `split` ("" where there is none)."""

    metric: str
    row: str
    value: float
    unit: str
    n: int
    split: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.metric} of {self.row} is {self.value}; legal: a finite number")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of `values` (one or more) lie, interpolated linearly."""
    if not values:
        raise ValueError("no values; legal: one or more")
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low, high = math.floor(position), math.ceil(position)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def median(values: Sequence[float]) -> float:
    """The middle of `values` (one or more)."""
    return statistics.median(values)


def spread(metric: str, row: str, values_ms: Sequence[float]) -> list[Figure]:
    """`metric`_p50 and `metric`_p95 of times in milliseconds (one or more)."""
    return [
        Figure(f"{metric}_p50", row, median(values_ms), "ms", len(values_ms)),
        Figure(f"{metric}_p95", row, quantile(values_ms, 0.95), "ms", len(values_ms)),
    ]


def table_of(figures: Iterable[Figure], title: str) -> Table:
    """Metrics down, rows across."""
    from rich.table import Table

    listed = list(figures)
    rows = list(dict.fromkeys(figure.row for figure in listed))
    known = {(figure.metric, figure.split, figure.row): figure for figure in listed}
    table = Table(title=title)
    table.add_column("metric")
    for row in rows:
        table.add_column(row, justify="right")
    for metric, split in dict.fromkeys((figure.metric, figure.split) for figure in listed):
        cells = [known.get((metric, split, row)) for row in rows]
        shown = [f"{cell.value:.4g} {cell.unit} (n {cell.n})" if cell else "" for cell in cells]
        table.add_row(f"{metric} {split}".strip(), *shown)
    return table


def write_json_lines(figures: Iterable[Figure], path: Path) -> None:
    """One JSON object a figure. Raises OSError."""
    lines = [json.dumps(asdict(figure)) for figure in figures]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
