"""Passages of scripts as rows of training data, in the format of `datasets/dialogue/README.md`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrative_server.bridges.csv_reader import read_csv
from narrative_server.bridges.ink_reader import read_ink
from narrative_server.bridges.reading import Passage, ReadScript, Skipped, SpokenLine, usual_emotion
from narrative_server.bridges.script import PLAYER
from narrative_server.bridges.yarn_reader import read_yarn
from narrative_server.errors import DataMissing, FieldViolation, InvalidRequest

READERS: Final[Mapping[str, Callable[[str, str, Collection[str]], ReadScript]]] = {
    ".yarn": read_yarn,
    ".ink": read_ink,
    ".csv": read_csv,
}
LINES_PER_BEAT: Final = 4
HISTORY_LINES: Final = 4
_DEFAULT_EVENT: Final = "The story goes on."
_DEFAULT_INTENSITY: Final = 0.5


@dataclass(frozen=True)
class TrainingRows:
    """What scripts gave: rows to train on, how many lines they hold, and what was skipped."""

    rows: tuple[dict[str, Any], ...]
    lines: int
    skipped: tuple[Skipped, ...]


def read_scripts(path: Path, players: Collection[str] = ()) -> TrainingRows:
    """Read a .yarn, .ink or .csv file, or every such file in a folder and the folders in it.

    players: further names of the player's character, such as "You".
    Raises DataMissing where there is no such file or no spoken line, InvalidRequest for a file that is not text.
    """
    files = sorted(one for one in path.rglob("*") if _is_script(one)) if path.is_dir() else [path]
    if not files or not all(map(_is_script, files)):
        raise DataMissing(path.name, "give a .yarn, .ink or .csv file, or a folder that holds some")
    rows: list[dict[str, Any]] = []
    skipped: list[Skipped] = []
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        script = READERS[file.suffix.casefold()](_read_text(file, name), name, players)
        skipped += script.skipped
        for passage in script.passages:
            rows += training_rows(passage)
    if not rows:
        raise DataMissing(path.name, "it holds no line of the form `Name: words`")
    return TrainingRows(tuple(rows), sum(len(row["lines"]) for row in rows), tuple(skipped))


def training_rows(passage: Passage) -> Iterator[dict[str, Any]]:
    """Rows of one passage: at most four lines of characters each, with the four lines before them.

    A line of the player ends a row: it is what the next row's characters answer.
    """
    before = list(passage.before)
    chunk: list[SpokenLine] = []
    for line in passage.lines:
        if chunk and (line.speaker == PLAYER or len(chunk) == LINES_PER_BEAT):
            yield _row(passage, before, chunk)
            before += chunk
            chunk = []
        if line.speaker == PLAYER:
            before.append(line)
        else:
            chunk.append(line)
    if chunk:
        yield _row(passage, before, chunk)


def write_rows(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as JSONL."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _row(passage: Passage, before: list[SpokenLine], lines: list[SpokenLine]) -> dict[str, Any]:
    emotion = passage.emotion or usual_emotion(lines)
    history = before[-HISTORY_LINES:]
    names = dict.fromkeys(line.speaker for line in (*lines, *history) if line.speaker != PLAYER)
    row: dict[str, Any] = {"place": _squeezed(passage.place)} if passage.place else {}
    if passage.kind:
        row["trigger"] = passage.kind
    return {
        **row,
        "event": _squeezed(passage.event) or _DEFAULT_EVENT,
        "mood": emotion,
        "intensity": _DEFAULT_INTENSITY if passage.intensity is None else passage.intensity,
        "cast": [{"name": name} for name in names],
        "history": [{"speaker": line.speaker, "text": _squeezed(line.text)} for line in history],
        "lines": [
            {"speaker": line.speaker, "emotion": line.emotion or emotion, "text": _squeezed(line.text)}
            for line in lines
        ],
    }


def _squeezed(text: str) -> str:
    """One space for each run of white space; U+2028 is one too, which JSONL readers may take for a row's end."""
    return " ".join(text.split())


def _is_script(path: Path) -> bool:
    return path.suffix.casefold() in READERS and path.is_file()


def _read_text(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"has the byte 0x{error.object[error.start]:02x} at {error.start}"
        raise InvalidRequest([FieldViolation(name, problem, "text in UTF-8")]) from error
