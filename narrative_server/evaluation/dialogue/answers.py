"""What a row answered to each beat, kept in a JSONL file so that metrics are worked out again without the model.

The file's first row holds the settings; answers of other settings are refused, never mixed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from narrative_server.dialogue.finetune.beats import Beat
from narrative_server.dialogue.types import SpokenLine
from narrative_server.errors import FieldViolation, InvalidRequest


@dataclass(frozen=True)
class Answer:
    """The lines spoken in one beat; error: why there are none."""

    beat: str
    lines: tuple[SpokenLine, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Answered:
    """A beat, and what one row said in it."""

    beat: Beat
    lines: tuple[SpokenLine, ...]
    error: str = ""

    @property
    def text(self) -> str:
        """The lines' words, joined."""
        return " ".join(line.text for line in self.lines)


def beat_key(beat: Beat) -> str:
    """A beat's name in answer files: 16 hexadecimal digits of a SHA-256 over what it tells and says."""
    told = [beat.session, beat.event, beat.place, beat.player_line, *beat.facts]
    told += [f"{who.name}: {who.persona}" for who in beat.cast]
    told += [f"{line.speaker}: {line.text}" for line in beat.history]
    told += [f"{line.speaker}: {line.text}" for line in beat.lines]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:16]


class AnswerFile:
    """Answers of one row, appended as they come, from any thread. Failed beats are not kept: they are tried again."""

    def __init__(self, path: Path, settings: Mapping[str, str | float]) -> None:
        """Read what is there and open for more. Raises InvalidRequest for other settings; OSError."""
        self.path = path
        self.known: dict[str, Answer] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size:
            self._read(dict(settings))
            self._file: TextIO = path.open("a", encoding="utf-8", newline="\n")
            self._file.write("\n")  # a run that was killed may have left half a row
        else:
            self._file = path.open("w", encoding="utf-8", newline="\n")
            self._write({"settings": dict(settings)})
        self._lock = threading.Lock()

    def __enter__(self) -> AnswerFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def keep(self, answer: Answer) -> None:
        """Add an answer; it is on disk when this returns."""
        with self._lock:
            self.known[answer.beat] = answer
            if not answer.error:
                self._write({"beat": answer.beat, "lines": [asdict(line) for line in answer.lines]})

    def _write(self, row: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()

    def _read(self, settings: dict[str, str | float]) -> None:
        rows = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        found = _row(rows[0]).get("settings")
        if found != settings:
            differing = found if not isinstance(found, dict) else _differences(found, settings)
            problem = f"was written with other settings ({differing})"
            raise InvalidRequest([FieldViolation(self.path.name, problem, "--fresh, or another folder for --answers")])
        for row in map(_row, rows[1:]):
            with contextlib.suppress(KeyError, TypeError):  # not an answer: the beat is played again
                lines = tuple(SpokenLine(line["speaker"], line["emotion"], line["text"]) for line in row["lines"])
                self.known[row["beat"]] = Answer(row["beat"], lines)


def _row(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    keys = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
    return ", ".join(f"{key} {found.get(key)!r}, now {wanted.get(key)!r}" for key in keys)
