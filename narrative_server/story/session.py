"""A session (one playthrough's story state) and the beats stored in it, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from narrative_server.dialogue.types import HistoryLine
from narrative_server.semantics.mood import Mood
from narrative_server.story.events import BeatAccepted, BeatEvent, LineFinished
from narrative_server.story.plan import Plan
from narrative_server.story.request import BeatRequest, StoryContext, Trigger


@dataclass(frozen=True)
class Session:
    """One playthrough. `context.seed` is always set; `revision` is the number of beats; times are UTC."""

    id: str
    title: str
    context: StoryContext
    revision: int
    place: str
    parent_id: str
    created_at: datetime
    updated_at: datetime

    @property
    def seed(self) -> int:
        """Where the randomness of its pictures comes from."""
        assert self.context.seed is not None, "a stored session always has a seed"
        return self.context.seed


@dataclass(frozen=True)
class StoredBeat:
    """A finished beat with everything needed to send it again: the request and its events, media included.

    superseded: whether a revision has taken its place in the session since.
    """

    id: str
    session_id: str
    index: int
    request: BeatRequest
    fingerprint: str
    place: str
    mood: Mood
    events: tuple[BeatEvent, ...]
    created_at: datetime
    superseded: bool = False

    @property
    def accepted(self) -> BeatAccepted:
        """How it began: its seeds and its plan."""
        accepted = self.events[0]
        assert isinstance(accepted, BeatAccepted), "a stored beat begins with what was accepted"
        return accepted

    @property
    def plan(self) -> Plan:
        """What it was made from."""
        return self.accepted.plan

    @property
    def spoken_lines(self) -> tuple[LineFinished, ...]:
        """Its lines, in order."""
        return tuple(event for event in self.events if isinstance(event, LineFinished))


@dataclass(frozen=True)
class BeatSummary:
    """A stored beat, in short."""

    id: str
    index: int
    trigger: Trigger
    place: str
    mood: Mood
    lines: tuple[HistoryLine, ...]
    state: str
    created_at: datetime
    revised_beat_id: str = ""
    continues: bool = False


@dataclass(frozen=True)
class Rating:
    """How good a beat or a part of it (a line's index or a key) was, -1..1."""

    session_id: str
    beat_id: str
    score: float
    line: int | None = None
    key: str = ""
    tags: tuple[str, ...] = ()
    better_text: str = ""
