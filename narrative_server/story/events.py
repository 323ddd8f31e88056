"""What a beat answers, event by event. The order that clients may rely on is in the contracts (PlayBeat)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.plan import Plan
from narrative_server.story.staging import Staging
from narrative_server.story.timeline import Cue, TimedCue

WarningCode: TypeAlias = Literal["engine_unavailable", "engine_failed", "model_missing", "deadline", "context_trimmed"]
Medium: TypeAlias = Literal["dialogue", "background", "sprite", "sound"]


@dataclass(frozen=True)
class BeatAccepted:
    """The request is legal, was admitted and has begun."""

    session_id: str
    beat_id: str
    seed: int
    story_seed: int
    session_revision: int
    plan: Plan
    revised_beat_id: str = ""
    kind: Literal["accepted"] = "accepted"


@dataclass(frozen=True)
class LineStarted:
    """A character is about to speak."""

    index: int
    speaker: str
    emotion: str
    kind: Literal["line_started"] = "line_started"


@dataclass(frozen=True)
class LineDelta:
    """Some more text of the line that was started last."""

    index: int
    text: str
    kind: Literal["line_delta"] = "line_delta"


@dataclass(frozen=True)
class LineFinished:
    """The whole line and how long it takes to say."""

    index: int
    speaker: str
    emotion: str
    text: str
    duration_ms: int
    kind: Literal["line_finished"] = "line_finished"


@dataclass(frozen=True)
class Narration:
    """A caption for the screen, never spoken."""

    text: str
    kind: Literal["narration"] = "narration"


@dataclass(frozen=True)
class BackgroundReady:
    """The background is there."""

    key: str
    asset: PictureAsset
    kind: Literal["background"] = "background"


@dataclass(frozen=True)
class SpriteReady:
    """A sprite is there; `character` is empty for an object."""

    key: str
    character: str
    asset: PictureAsset
    kind: Literal["sprite"] = "sprite"


@dataclass(frozen=True)
class SoundReady:
    """A sound is there."""

    key: str
    asset: SoundAsset
    kind: Literal["sound"] = "sound"


@dataclass(frozen=True)
class TimelineUpdate:
    """New cues; with `final`, every cue in absolute time."""

    revision: int
    cues: tuple[Cue, ...]
    final: bool = False
    timed_cues: tuple[TimedCue, ...] = ()
    total_ms: int = 0
    kind: Literal["timeline"] = "timeline"


@dataclass(frozen=True)
class StagingUpdate:
    """Where the sprites stand on a stage of this size; the newest revision holds."""

    revision: int
    width_px: int
    height_px: int
    ground_y_px: int
    staging: Staging
    kind: Literal["staging"] = "staging"


@dataclass(frozen=True)
class BeatWarning:
    """Something is missing or was shortened; the beat goes on."""

    medium: Medium
    key: str
    code: WarningCode
    retryable: bool
    message: str
    kind: Literal["warning"] = "warning"

    @property
    def is_loss(self) -> bool:
        """Whether something that was asked for is missing; a context told in short leaves the beat complete."""
        return self.code != "context_trimmed"


@dataclass(frozen=True)
class BeatTimings:
    """Milliseconds from admission; None for what never came."""

    queued_ms: int = 0
    first_delta_ms: int | None = None
    first_picture_ms: int | None = None
    first_sound_ms: int | None = None
    dialogue_ms: int | None = None
    total_ms: int = 0


@dataclass(frozen=True)
class BeatScore:
    """How well one medium fits its words, 0..1."""

    medium: Medium
    key: str
    metric: str
    value: float


@dataclass(frozen=True)
class BeatFinished:
    """The end: sent only after everything is stored."""

    state: Literal["complete", "partial"]
    reasons: tuple[WarningCode, ...]
    timings: BeatTimings
    scores: tuple[BeatScore, ...] = ()
    replayed: bool = False
    session_revision: int = 0
    kind: Literal["finished"] = "finished"


BeatEvent: TypeAlias = (
    BeatAccepted
    | LineStarted
    | LineDelta
    | LineFinished
    | Narration
    | BackgroundReady
    | SpriteReady
    | SoundReady
    | TimelineUpdate
    | StagingUpdate
    | BeatWarning
    | BeatFinished
)
