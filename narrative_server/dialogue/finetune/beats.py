"""Reads story beats for training: JSONL in the dialogue set's format, or a CSV script with speaker and line columns.

What a beat means is in `datasets/dialogue/README.md`. Only `event`, `cast` and `lines` are required of a JSONL row;
a CSV row is one line, and its rows of one event, or of consecutive speakers without one, make a beat.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrative_server.dialogue.types import Character, HistoryLine, SoundProposed, SpokenLine
from narrative_server.errors import DataMissing, FieldViolation, InvalidRequest
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.semantics.split import held_out

VARIANTS_FILE: Final = "event-variants.jsonl"
VARIANT_KEYS: Final = ("note", "voice", "plain", "hasty")
LINES_PER_BEAT: Final = 3
"""Lines of a CSV script without events that make one beat; those before are its history."""

_MAX_FAULTS: Final = 20


@dataclass(frozen=True)
class Beat:
    """One beat to learn from. used: indices of `facts` that its lines rely on. variants: other wordings of `event`."""

    event: str
    cast: tuple[Character, ...]
    lines: tuple[SpokenLine, ...]
    emotion: str = "neutral"
    intensity: float = 0.5
    genre: str = ""
    place: str = ""
    history: tuple[HistoryLine, ...] = ()
    player_line: str = ""
    facts: tuple[str, ...] = ()
    used: tuple[int, ...] = ()
    sounds: tuple[SoundProposed, ...] = ()
    session: str = ""
    variants: Mapping[str, str] | None = None
    held_out: bool = False
    grounded: bool = False
    """Whether the player asks for something that one of the facts answers, or none does (`used` is empty)."""


def read_beats(data: Path) -> tuple[Beat, ...]:
    """Beats of a .jsonl or .csv file, or of every such file in a folder (its event variants apart).

    Raises DataMissing when there is no file or no beat, InvalidRequest with the first faults (file, row, key).
    """
    found = sorted(data.iterdir()) if data.is_dir() else [data]
    files = [path for path in found if path.suffix in {".jsonl", ".csv"} and path.name != VARIANTS_FILE]
    if not files or not all(path.is_file() for path in files):
        raise DataMissing(data.name, "give a .jsonl or .csv file of lines, or a folder that holds some")
    variants = _read_variants(data / VARIANTS_FILE) if data.is_dir() else {}
    faults: list[FieldViolation] = []
    beats: list[Beat] = []
    for path in files:
        beats.extend(_read_csv(path, faults) if path.suffix == ".csv" else _read_jsonl(path, variants, faults))
        if len(faults) >= _MAX_FAULTS:
            break
    if faults:
        raise InvalidRequest(faults[:_MAX_FAULTS])
    if not beats:
        raise DataMissing(data.name, "it holds no beat: give at least one line of dialogue")
    return tuple(beats)


def _read_variants(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").split("\n") if row.strip()]
    return {row["event"]: {key: row[key] for key in VARIANT_KEYS if row.get(key)} for row in rows}


def _read_jsonl(path: Path, variants: Mapping[str, dict[str, str]], faults: list[FieldViolation]) -> Iterator[Beat]:
    for number, row in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not row.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            value = json.loads(row)
        except ValueError as error:
            faults.append(FieldViolation(where, f"is not JSON ({error})", "one JSON object a row"))
            continue
        if not isinstance(value, dict):
            faults.append(FieldViolation(where, "is not an object", "one JSON object a row"))
            continue
        try:
            yield _beat_of(value, variants)
        except KeyError as error:
            faults.append(FieldViolation(f"{where} {error.args[0]}", "is missing", "event, cast (name) and lines"))
        except (TypeError, ValueError, AttributeError) as error:
            faults.append(FieldViolation(where, f"is malformed ({error})", "the format of datasets/dialogue/README.md"))


def _beat_of(row: Mapping[str, Any], variants: Mapping[str, dict[str, str]]) -> Beat:
    history = tuple(HistoryLine(str(line["speaker"]), str(line["text"])) for line in row.get("history", ()))
    player_line = ""
    if history and history[-1].speaker == "Player":  # spoken now: the server gets it as player_line
        player_line, history = history[-1].text, history[:-1]
    lines = tuple(_line_of(line) for line in row["lines"])
    cast = tuple(
        Character(str(who["name"]), str(who.get("persona", "")), str(who.get("look", "")), str(who.get("voice", "")))
        for who in row["cast"]
    )
    unknown = sorted({line.speaker for line in lines} - {who.name for who in cast})
    if unknown or not lines:
        raise ValueError(f"lines by {unknown}, who are not in its cast" if unknown else "it has no lines")
    return Beat(
        event=str(row["event"]),
        cast=cast,
        lines=lines,
        emotion=_emotion(row.get("mood", "neutral")),
        intensity=float(row.get("intensity", 0.5)),
        genre=str(row.get("genre", "")).replace("_", " "),
        place=str(row.get("place", "")),
        history=history,
        player_line=player_line,
        facts=tuple(map(str, row.get("facts", ()))),
        used=tuple(int(i) for i in row.get("used", ())),
        sounds=tuple(
            SoundProposed(str(sound["text"]), int(sound["line"]), sound["when"]) for sound in row.get("sounds", ())
        ),
        session=str(row.get("session", "")),
        variants=variants.get(str(row["event"])),
        held_out=held_out(row),
        grounded="facts" in row and "session" not in row,
    )


def _line_of(row: Mapping[str, Any]) -> SpokenLine:
    text = " ".join(str(row["text"]).split())
    if not text:
        raise ValueError("a line has no words")
    return SpokenLine(str(row["speaker"]), _emotion(row.get("emotion", "neutral")), text)


def _emotion(value: object) -> str:
    if value not in EMOTIONS:
        raise ValueError(f"emotion {value!r} is none of {', '.join(EMOTIONS)}")
    return str(value)


def _read_csv(path: Path, faults: list[FieldViolation]) -> Iterator[Beat]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        missing = {"speaker", "line"} - set(table.fieldnames or ())
        if missing:
            legal = "a header with speaker and line, and optionally event and emotion"
            faults.append(FieldViolation(f"{path.name} columns", f"lack {', '.join(sorted(missing))}", legal))
            return
        said: list[tuple[SpokenLine, str]] = []
        for number, row in enumerate(table, 2):
            try:
                line = _line_of(
                    {
                        "speaker": row["speaker"].strip(),
                        "emotion": (row.get("emotion") or "neutral").strip(),
                        "text": row["line"],
                    }
                )
            except (ValueError, AttributeError) as error:
                faults.append(FieldViolation(f"{path.name}:{number}", f"is malformed ({error})", "speaker, line"))
                continue
            said.append((line, (row.get("event") or "").strip()))
    yield from _beats_of_script(said)


def _beats_of_script(said: list[tuple[SpokenLine, str]]) -> Iterator[Beat]:
    start = 0
    while start < len(said):
        event = said[start][1]
        end = start + 1
        while end < len(said) and end - start < LINES_PER_BEAT and said[end][1] in {event, ""}:
            end += 1
        lines = tuple(line for line, _ in said[start:end])
        before = tuple(HistoryLine(line.speaker, line.text) for line, _ in said[max(0, start - LINES_PER_BEAT) : start])
        names = dict.fromkeys([line.speaker for line in lines] + [line.speaker for line in before])
        names.pop("Player", None)
        spoken = tuple(line for line in lines if line.speaker != "Player")
        if spoken:
            row = {"event": event or "The story goes on."}
            yield Beat(row["event"], tuple(map(Character, names)), spoken, history=before, held_out=held_out(row))
        start = end
