from __future__ import annotations

from rich.console import Console

from narrative_server.evaluation.dialogue.estimates import Estimate
from narrative_server.evaluation.dialogue.report import figures_of, table_of
from narrative_server.evaluation.dialogue.scores import Score

SCORES = [
    Score("narration", "untuned", Estimate(0.25, "share", 40, 0.125, 0.5)),
    Score("bleu", "adapter", Estimate(3.5, "points", 10)),
    Score("unknown_admitted", "adapter", Estimate(0.0, "share", 9, 0.0, 0.1), "held_out_answerable"),
]


def test_a_score_is_a_figure_and_its_interval_two_more() -> None:
    found = {(figure.metric, figure.row, figure.split): figure.value for figure in figures_of(SCORES)}
    assert found["narration", "untuned", "held_out"] == 0.25
    assert found["narration_ci95_low", "untuned", "held_out"] == 0.125
    assert found["narration_ci95_high", "untuned", "held_out"] == 0.5
    assert found["unknown_admitted", "adapter", "held_out_answerable"] == 0.0
    assert ("bleu_ci95_low", "adapter", "held_out") not in found


def test_the_table_shows_values_intervals_and_counts() -> None:
    console = Console(record=True, width=80)
    console.print(table_of(SCORES, "evaluate dialogue"))
    text = console.export_text()
    assert "0.25 (0.125..0.5)" in text
    assert "n 40" in text
    assert "unknown_admitted held_out_answerable" in text
