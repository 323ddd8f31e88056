"""Rows of training data: length, history, moods, files and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.bridges.csv_reader import read_csv
from narrative_server.bridges.reading import Passage, SpokenLine
from narrative_server.bridges.training_rows import read_scripts, training_rows, write_rows
from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.errors import DataMissing, InvalidRequest


def lines(count: int, speaker: str = "Mara") -> tuple[SpokenLine, ...]:
    return tuple(SpokenLine(speaker, f"line {index}") for index in range(count))


def test_a_row_holds_four_lines_and_the_four_before_them() -> None:
    rows = list(training_rows(Passage(lines(11), before=lines(1, "Tobin"))))
    assert [len(row["lines"]) for row in rows] == [4, 4, 3]
    assert [len(row["history"]) for row in rows] == [1, 4, 4]
    assert [name["name"] for name in rows[0]["cast"]] == ["Mara", "Tobin"]
    assert rows[1]["history"] == [{"speaker": "Mara", "text": f"line {index}"} for index in range(4)]


def test_what_the_player_says_ends_a_row_and_is_answered_by_the_next() -> None:
    said = (
        SpokenLine("Mara", "Well?"),
        SpokenLine("Player", "No."),
        SpokenLine("Mara", "Oh."),
        SpokenLine("Player", "Hm."),
    )
    first, second = training_rows(Passage(said))
    assert [line["text"] for line in first["lines"]] == ["Well?"]
    assert second["history"][-1] == {"speaker": "Player", "text": "No."}
    assert [line["text"] for line in second["lines"]] == ["Oh."]


def test_the_mood_is_the_most_frequent_feeling_and_untold_lines_share_it() -> None:
    said = (
        SpokenLine("A", "x", "fear"),
        SpokenLine("A", "y", "neutral"),
        SpokenLine("A", "z"),
        SpokenLine("A", "u", "fear"),
    )
    (row,) = training_rows(Passage(said))
    assert row["mood"] == "fear"
    assert [line["emotion"] for line in row["lines"]] == ["fear", "neutral", "fear", "fear"]
    (told,) = training_rows(Passage(said, emotion="joy", intensity=0.2))
    assert (told["mood"], told["intensity"]) == ("joy", 0.2)


def test_a_table_is_read_by_its_header() -> None:
    rows = (
        "Speaker,Line,Event,Emotion",
        "Player,Where?,The bell rings.,",
        "Mara,Up there.,,angry",
        ",none,,",
        "Tobin,Ah,A crash.,",
    )
    text = "\ufeff" + "\n".join(rows)
    script = read_csv(text, "s.csv")
    assert [(p.event, [line.speaker for line in p.lines]) for p in script.passages] == [
        ("The bell rings.", ["Player", "Mara"]),
        ("A crash.", ["Tobin"]),
    ]
    assert script.passages[0].lines[1].emotion == "anger"
    assert list(map(str, script.skipped)) == ["s.csv:4: the row has no speaker"]


def test_a_table_without_the_columns_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"s\.csv columns lack line; legal: a header with speaker and line"):
        read_csv("speaker,text\nMara,Hello\n", "s.csv")


def test_a_row_never_holds_what_a_reader_of_jsonl_could_take_for_its_end() -> None:
    (row,) = training_rows(Passage((SpokenLine("Mara", "One\u2028two\x85three."),), event="A\u2029b"))
    assert (row["lines"][0]["text"], row["event"]) == ("One two three.", "A b")


def test_a_folder_gives_all_its_scripts_in_order_and_training_takes_them(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.yarn").write_text("title: A\n---\nMara: One.\nIt rains.\n===\n", encoding="utf-8")
    (tmp_path / "b" / "c.ink").write_text("== k ==\nMara: Two.\n", encoding="utf-8")
    (tmp_path / "d.csv").write_text("speaker,line\nMara,Three.\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("Mara: no", encoding="utf-8")
    found = read_scripts(tmp_path)
    assert [row["lines"][0]["text"] for row in found.rows] == ["One.", "Two.", "Three."]
    assert (found.lines, list(map(str, found.skipped))) == (3, ["a.yarn:4: a line without a speaker"])
    out = tmp_path / "beats.jsonl"
    out.write_text(write_rows(found.rows), encoding="utf-8")
    assert [beat.lines[0].text for beat in read_beats(out)] == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("name", ["none.yarn", "notes.txt", "empty"])
def test_where_there_is_no_script_the_error_says_what_is_wanted(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("Mara: no", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataMissing, match=r"give a \.yarn, \.ink or \.csv file"):
        read_scripts(tmp_path / name)


def test_a_script_without_spoken_lines_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.ink").write_text("It rains.\n", encoding="utf-8")
    with pytest.raises(DataMissing, match="it holds no line of the form `Name: words`"):
        read_scripts(tmp_path / "a.ink")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ink").write_bytes(b"Mara: caf\xe9\n")
    with pytest.raises(InvalidRequest, match=r"a\.ink has the byte 0xe9 at 9; legal: text in UTF-8"):
        read_scripts(tmp_path / "a.ink")
