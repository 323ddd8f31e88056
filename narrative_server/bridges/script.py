"""A beat as a script: what the writers turn into a tool's own format. Knows no format, store or server."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

PLAYER: Final = "Player"
NARRATOR: Final = "Narrator"
"""Who speaks captions in a script; such lines carry the tag `narration`, so that they are told from spoken ones."""

_SLUG_CHARS: Final = 40
_ID_CHARS: Final = 8
_BREAKS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class ScriptLine:
    """One line. emotion: empty for the player and captions. id: of letters, digits, _ and -, unlike any other's."""

    speaker: str
    text: str
    id: str
    emotion: str = ""
    narration: bool = False


@dataclass(frozen=True)
class ScriptPlacement:
    """Where a sprite's feet stand, as shares of the background's width and height from the top left, and its scale."""

    x: float
    y: float
    scale: float
    mirrored: bool = False


@dataclass(frozen=True)
class ScriptCue:
    """A picture appears or a sound plays before line `line` (from 0, any kind of line), or `after` it.

    file: path within the archive, without spaces. delay_ms: so long after that line starts, or ends; 0 or more.
    placement: of a sprite, where it is known.
    """

    kind: Literal["background", "sprite", "sound"]
    file: str
    line: int
    after: bool = False
    delay_ms: int = 0
    placement: ScriptPlacement | None = None


@dataclass(frozen=True)
class ScriptBeat:
    """One beat to write. number: from 1, its place in the story. emotion, intensity: the mood, intensity 0 to 1."""

    id: str
    number: int
    event: str
    lines: tuple[ScriptLine, ...]
    kind: str = ""
    place: str = ""
    emotion: str = "neutral"
    intensity: float = 0.5
    cues: tuple[ScriptCue, ...] = ()

    @property
    def name(self) -> str:
        """See `node_name`."""
        return node_name(self.number, self.event, self.id)

    def cues_at(self, line: int, *, after: bool) -> tuple[ScriptCue, ...]:
        """Its cues before line `line`, or `after` it, in their order."""
        return tuple(cue for cue in self.cues if (cue.line, cue.after) == (line, after))


def node_name(number: int, event: str, beat_id: str) -> str:
    """A beat's name as a node (Yarn) or knot (ink): an identifier of a-z, 0-9 and _, unlike that of any other beat."""
    tail = slug(beat_id).replace("-", "")[-_ID_CHARS:]
    return f"beat_{number}_{slug(event)}_{tail}".replace("-", "_")


def slug(text: str) -> str:
    """`text` as a part of a name that every tool accepts: a-z, 0-9 and -, 1 to 40 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_CHARS].rstrip("-") or "unnamed"


def one_line(text: str) -> str:
    """`text` without what no script line can hold: line breaks and control characters become spaces, ends are cut."""
    return "".join(" " if unicodedata.category(c) in _BREAKS else c for c in text).strip()


def mood_words(beat: ScriptBeat) -> str:
    """A beat's mood as the files tell it, such as `fear 0.8`."""
    return f"{beat.emotion} {beat.intensity:.2g}"


def place_words(placement: ScriptPlacement) -> list[str]:
    """A placement as the files tell it: x, y, scale and whether it is mirrored."""
    numbers = (placement.x, placement.y, placement.scale)
    return [*map(number_word, numbers), str(placement.mirrored).lower()]


def number_word(value: float) -> str:
    """`value` with at most three decimals, never with an exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
