"""Reads a script kept as a table (.csv): columns speaker and line, and optionally event, emotion, place and kind."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from narrative_server.bridges.reading import ReadScript, Scene, Skipped, SpokenLine, known_player, read_emotion
from narrative_server.errors import FieldViolation, InvalidRequest

_REQUIRED = frozenset({"speaker", "line"})
_HEADERS = ("event", "place", "kind")


def read_csv(text: str, file: str, players: Collection[str] = ()) -> ReadScript:
    """The passages of a table's `text`: rows that follow one another under one event; an empty one means the same.

    file: its name for reports. players: further names of the player. Raises InvalidRequest without the two columns.
    """
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    names = [(name or "").strip().casefold() for name in table.fieldnames or ()]
    missing = sorted(_REQUIRED - set(names))
    if missing:
        legal = "a header with speaker and line, and optionally event, emotion, place and kind"
        raise InvalidRequest([FieldViolation(f"{file} columns", f"lack {', '.join(missing)}", legal)])
    table.fieldnames = names
    passages, skipped = [], []
    scene = Scene()
    for row in table:
        told = {key: (row.get(key) or "").strip() for key in ("speaker", "line", "emotion", *_HEADERS)}
        if told["event"] and told["event"] != scene.headers.get("event", ""):
            passages += scene.close()
            scene = Scene(headers={key: told[key] for key in _HEADERS if told[key]})
        if not told["speaker"] or not told["line"]:
            what = "has no speaker" if told["line"] else "has no line"
            skipped.append(Skipped(file, table.line_num, f"the row {what}"))
            continue
        line = SpokenLine(told["speaker"], " ".join(told["line"].split()), read_emotion(told["emotion"]))
        scene.say(known_player(line, players))
    return ReadScript((*passages, *scene.close()), tuple(skipped))
