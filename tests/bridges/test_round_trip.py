"""What is written can be read back, whatever the words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrative_server.bridges.ink_reader import read_ink
from narrative_server.bridges.ink_writer import write_ink
from narrative_server.bridges.reading import Passage, ReadScript
from narrative_server.bridges.script import NARRATOR, ScriptBeat, ScriptLine, node_name, one_line
from narrative_server.bridges.training_rows import read_scripts, write_rows
from narrative_server.bridges.yarn_reader import read_yarn
from narrative_server.bridges.yarn_writer import write_yarn
from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.semantics.mood import EMOTIONS

FORMATS = pytest.mark.parametrize(("write", "read"), [(write_yarn, read_yarn), (write_ink, read_ink)])
SYNTAX = st.sampled_from(
    ["//", "/*", "#", "<<", ">>", "{", "}", "[", "]", "->", "<-", "<>", "~", "*", "===", "\\", ":"]
)
TEXTS = st.lists(SYNTAX | st.text(max_size=6), min_size=1, max_size=8).map("".join).filter(lambda t: one_line(t))
NAMES = TEXTS.map(lambda t: one_line("".join(c for c in t if c not in ":()[]{}<>*"))[:60].strip()).filter(
    lambda name: name and name.casefold() != "player" and not name.startswith("===")
)
LINES = st.builds(lambda name, text, emotion: (name, text, emotion), NAMES, TEXTS, st.sampled_from(sorted(EMOTIONS)))
Write = Callable[[tuple[ScriptBeat, ...]], str]
Read = Callable[[str, str], ReadScript]


def said(passages: tuple[Passage, ...]) -> list[tuple[str, str, str]]:
    return [(line.speaker, line.text, line.emotion) for passage in passages for line in passage.lines]


@FORMATS
@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=4), event=TEXTS, place=st.text(max_size=20))
def test_speakers_texts_and_emotions_survive(
    write: Write, read: Read, lines: list[tuple[str, str, str]], event: str, place: str
) -> None:
    script = tuple(ScriptLine(name, text, f"b-{i}", emotion) for i, (name, text, emotion) in enumerate(lines))
    beats = (
        ScriptBeat("beat_a", 1, event, script, "item_found", place, "fear", 0.8),
        ScriptBeat("beat_b", 2, event, script, place=place),
    )
    found = read(write(beats), "story")
    assert found.skipped == ()
    assert said(found.passages) == [(name, one_line(text), emotion) for name, text, emotion in lines] * 2
    first = found.passages[0]
    assert (first.event, first.place) == (one_line(event), one_line(place))
    assert (first.emotion, first.intensity) == ("fear", 0.8)


@FORMATS
def test_nasty_stories_survive(write: Write, read: Read, nasty: Callable[..., tuple[ScriptBeat, ...]]) -> None:
    beats = nasty(7, 200)
    found = read(write(beats), "story")
    assert found.skipped == ()
    expected = [(line.speaker, one_line(line.text), line.emotion) for beat in beats for line in beat.lines]
    assert said(found.passages) == expected


@FORMATS
def test_captions_are_not_read_as_spoken(write: Write, read: Read) -> None:
    lines = (ScriptLine(NARRATOR, "Old mill: dusk", "b-0", narration=True), ScriptLine("Mara", "Quiet.", "b-1", "fear"))
    found = read(write((ScriptBeat("b", 1, "The player looks up.", lines),)), "story")
    assert said(found.passages) == [("Mara", "Quiet.", "fear")]
    assert found.skipped == ()


def test_names_of_nodes_differ_and_fit_every_tool() -> None:
    events = ["The player finds a key.", "The player finds a key.", "火が燃える", "", "9 lives" * 100]
    names = [node_name(number, event, f"beat_{number:032x}") for number, event in enumerate(events, 1)]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.isascii() and len(name) < 80 for name in names)


@pytest.mark.parametrize("suffix", ["yarn", "ink"])
def test_training_reads_what_was_imported(tmp_path: Path, suffix: str) -> None:
    write = write_yarn if suffix == "yarn" else write_ink
    lines = (
        ScriptLine("Player", "Where is the key?", "b-0"),
        ScriptLine("Mara", "Under the mill.", "b-1", "fear"),
        ScriptLine("Tobin", "It was mine!", "b-2", "anger"),
    )
    beat = ScriptBeat("b", 1, "The player asks for the key.", lines, "talk_to_npc", "old mill", "fear", 0.7)
    (tmp_path / f"story.{suffix}").write_text(write((beat,)), encoding="utf-8")
    rows = tmp_path / "beats.jsonl"
    rows.write_text(write_rows(read_scripts(tmp_path).rows), encoding="utf-8")
    (read,) = read_beats(rows)
    assert (read.event, read.place, read.emotion, read.intensity) == (beat.event, "old mill", "fear", 0.7)
    assert read.player_line == "Where is the key?"
    assert [(line.speaker, line.emotion, line.text) for line in read.lines] == [
        ("Mara", "fear", "Under the mill."),
        ("Tobin", "anger", "It was mine!"),
    ]
    assert [character.name for character in read.cast] == ["Mara", "Tobin"]
    assert json.loads(rows.read_text(encoding="utf-8"))["trigger"] == "talk_to_npc"
