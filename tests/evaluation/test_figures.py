from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from narrative_server.evaluation.figures import Figure, quantile, table_of, write_json_lines


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_a_quantile_equals_numpys(values: list[float], share: float) -> None:
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), rel=1e-9, abs=1e-6)


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="no values"):
        quantile([], 0.5)


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="legal: a finite number"):
        Figure("x", "ours", float("nan"), "ms", 1)


def test_each_figure_is_one_json_line(tmp_path: Path) -> None:
    figures = [Figure("total_ms", "ours", 1.5, "ms", 10), Figure("total_ms", "peer", 3.0, "ms", 10, "held_out")]
    write_json_lines(figures, tmp_path / "figures.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "figures.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines[1] == {"metric": "total_ms", "row": "peer", "value": 3.0, "unit": "ms", "n": 10, "split": "held_out"}


def test_the_table_has_a_column_for_each_row_measured() -> None:
    figures = [Figure("a", "ours", 1, "ms", 1), Figure("a", "peer", 2, "ms", 1), Figure("b", "peer", 3, "ms", 1)]
    table = table_of(figures, "t")
    assert [column.header for column in table.columns] == ["metric", "ours", "peer"]
    console = Console(record=True, width=100)
    console.print(table)
    assert "3 ms (n 1)" in console.export_text()
