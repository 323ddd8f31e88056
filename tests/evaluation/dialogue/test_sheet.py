from __future__ import annotations

from narrative_server.dialogue.types import HistoryLine
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.sheet import sheet
from tests.evaluation.dialogue.beats import answered, beat_of


def test_a_sheet_shows_a_beat_and_each_rows_lines_side_by_side() -> None:
    beat = beat_of(
        "The player opens | the <door>.",
        emotion="fear",
        intensity=0.8,
        facts=("It is locked.", "It rains."),
        used=(0,),
        player_line="Open it!",
        history=(HistoryLine("Odda", "Wait."),),
        variants={"hasty": "open door"},
    )
    text = sheet({"untuned": [answered(beat, "No.", "Never.")], "adapter": [Answered(beat, (), "It broke")]}, "About.")
    assert text.startswith("# Dialogue, side by side\n\nAbout.\n\n## 1. The player opens \\| the &lt;door>.\n")
    for row in ("- Mood: fear 0.8", "- Fact (used): It is locked.", "- Fact: It rains.", "- Player: Open it!"):
        assert f"\n{row}\n" in text
    assert "| untuned | adapter |\n|---|---|\n" in text
    assert "| **Odda** (neutral): No.<br>**Odda** (neutral): Never. | failed: It broke |" in text


def test_a_sheet_has_at_most_fifty_beats_and_only_those_that_all_rows_have() -> None:
    beats = [beat_of(f"Event {i}.") for i in range(80)]
    full = [answered(beat, "Yes.") for beat in beats]
    assert sheet({"a": full, "b": full}, "").count("\n## ") == 50
    assert sheet({"a": full, "b": full[:7]}, "").count("\n## ") == 7
