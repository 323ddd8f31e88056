from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.dialogue.types import HistoryLine, SpokenLine
from narrative_server.errors import DataMissing, InvalidRequest
from narrative_server.semantics.split import held_out
from tests.dialogue.finetune.tiny import beat_row


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_row_becomes_a_beat_whose_last_player_line_is_spoken_now(data_folder: Path) -> None:
    beat = read_beats(data_folder)[0]
    assert (beat.player_line, beat.history) == ("Who is there?", (HistoryLine("Odda", "Wait."),))
    assert beat.lines == (SpokenLine("Odda", "fear", "Not door 0!"),)
    assert beat.sounds[0].when == "before"
    assert beat.variants == {"hasty": "door0 opened", "note": "door 0, opened"}


def test_the_held_out_tenth_is_the_project_s(data_folder: Path) -> None:
    beats = read_beats(data_folder)
    assert [beat.held_out for beat in beats] == [held_out(beat_row(number)) for number in range(30)]
    assert 0 < sum(beat.held_out for beat in beats) < 30


def test_a_row_needs_no_more_than_event_cast_and_lines(tmp_path: Path) -> None:
    row = {"event": "A bell.", "cast": [{"name": "Bo"}], "lines": [{"speaker": "Bo", "text": "Hark!"}]}
    (beat,) = read_beats(write(tmp_path / "b.jsonl", row))
    assert (beat.emotion, beat.lines[0].emotion, beat.place) == ("neutral", "neutral", "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lines": []}, "no lines"),
        ({"mood": "bored"}, "bored"),
        ({"lines": [{"speaker": "Zed", "emotion": "fear", "text": "Hi."}]}, "Zed"),
        ({"lines": [{"speaker": "Odda", "emotion": "fear", "text": "  "}]}, "no words"),
        ({"cast": "Odda"}, "malformed"),
    ],
)
def test_a_malformed_row_is_named_with_its_file_and_number(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    path = write(tmp_path / "b.jsonl", beat_row(0), beat_row(1, **change))
    with pytest.raises(InvalidRequest) as caught:
        read_beats(path)
    assert "b.jsonl:2" in str(caught.value)
    assert named in str(caught.value)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    row = beat_row(0)
    del row["event"]
    with pytest.raises(InvalidRequest, match=r"b.jsonl:1 event.*missing"):
        read_beats(write(tmp_path / "b.jsonl", row))


def test_a_script_in_csv_becomes_beats_by_event_with_what_was_said_before(tmp_path: Path) -> None:
    path = tmp_path / "script.csv"
    path.write_text(
        "speaker,line,event,emotion\nBo,Who rang?,The bell rings.,fear\nMia,Not me.,,joy\nBo,Then who?,A slam.,\n",
        encoding="utf-8-sig",
    )
    first, second = read_beats(path)
    assert first.lines == (SpokenLine("Bo", "fear", "Who rang?"), SpokenLine("Mia", "joy", "Not me."))
    assert second.history == (HistoryLine("Bo", "Who rang?"), HistoryLine("Mia", "Not me."))
    assert second.event == "A slam."


def test_missing_columns_of_a_script_are_named(tmp_path: Path) -> None:
    path = tmp_path / "script.csv"
    path.write_text("who,line\nBo,Hi.\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match="speaker"):
        read_beats(path)


def test_an_unknown_emotion_in_a_script_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "script.csv"
    path.write_text("speaker,line,emotion\nBo,Hi.,bored\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"script.csv:2.*bored"):
        read_beats(path)


def test_an_empty_folder_and_an_empty_file_are_missing_data(tmp_path: Path) -> None:
    with pytest.raises(DataMissing):
        read_beats(tmp_path)
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(DataMissing, match="no beat"):
        read_beats(tmp_path)


def test_a_line_separator_inside_a_text_does_not_end_its_row(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps(beat_row(0, place="a\u2028mill"), ensure_ascii=False), encoding="utf-8")
    assert read_beats(path)[0].place == "a\u2028mill"
