"""Messages of a beat's events to events of the domain: `beat_events` backwards, for beats that come from elsewhere.

Checks what the domain cannot see: enum numbers, one-ofs, and anchors that have no domain form.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.rpc import beat_events, from_proto, to_proto
from narrative_server.semantics.mood import Mood
from narrative_server.story import events
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.plan import BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.staging import Placement, Staging
from narrative_server.story.timeline import Anchor, Cue, Target, TargetKind, TimedCue
from narrative_server.v1 import beat_pb2, common_pb2

T = TypeVar("T")

_MEDIA: Final[Mapping[int, Any]] = {number: name for name, number in beat_events.MEDIA.items()}
_WARNINGS: Final[Mapping[int, Any]] = {number: name for name, number in beat_events.WARNINGS.items()}
_EDGES: Final[Mapping[int, Any]] = {
    beat_pb2.ANCHOR_EDGE_UNSPECIFIED: "START",
    **{number: name for name, number in beat_events.EDGES.items()},
}
_FACINGS: Final[Mapping[int, str]] = {number: name for name, number in to_proto.FACINGS.items()}
_STATES: Final[Mapping[int, Any]] = {number: name for name, number in to_proto.STATES.items()}
_TARGETS: Final[Mapping[str, TargetKind]] = {
    "line": "line",
    "background_key": "background",
    "sprite_key": "sprite",
    "sound_key": "sound",
}


def read_events(messages: Sequence[beat_pb2.BeatEvent]) -> tuple[events.BeatEvent, ...]:
    """Read a beat's events; media get new ids, since those of another server say nothing here.

    Raises InvalidRequest naming `events[3].sprite...` for what has no form in the domain.
    """
    emotion = next((m.accepted.plan.mood.emotion for m in messages if m.HasField("accepted")), 0)
    mood = from_proto.EMOTIONS.get(emotion) or "neutral"
    return tuple(_Reader(f"events[{index}]", mood).read(message) for index, message in enumerate(messages))


class _Reader:
    """Reads one event. emotion: the beat's mood, which its pictures are found again by."""

    def __init__(self, field: str, emotion: str) -> None:
        self._field, self._emotion = field, emotion

    def read(self, message: beat_pb2.BeatEvent) -> events.BeatEvent:
        kind = message.WhichOneof("event")
        readers: dict[str, Callable[[Any], events.BeatEvent]] = {
            "accepted": self._accepted,
            "line_started": lambda m: events.LineStarted(m.index, m.speaker, self._feeling(m.emotion, "line_started")),
            "line_delta": lambda m: events.LineDelta(m.index, m.text),
            "line_finished": self._line_finished,
            "narration": lambda m: events.Narration(m.text),
            "background": lambda m: events.BackgroundReady(m.key, self._picture(m.key, m.picture, "background")),
            "sprite": lambda m: events.SpriteReady(m.key, m.character, self._picture(m.key, m.picture, "sprite")),
            "sound": lambda m: events.SoundReady(m.key, self._sound(m.key, m.sound)),
            "timeline": self._timeline,
            "staging": self._staging,
            "warning": self._warning,
            "finished": self._finished,
        }
        if kind is None:
            self._refuse("event", "is not set", "one of " + ", ".join(readers))
        return readers[kind](getattr(message, kind))

    def _accepted(self, message: beat_pb2.BeatAccepted) -> events.BeatEvent:
        plan = message.plan
        intensity = plan.mood.intensity if plan.mood.HasField("intensity") else None
        if intensity is None or not 0.0 <= intensity <= 1.0:
            problem = "is not set" if intensity is None else f"is {intensity}"
            self._refuse("accepted.plan.mood.intensity", problem, "a number from 0 to 1")
        mood = Mood(self._feeling(plan.mood.emotion, "accepted.plan.mood"), intensity)
        return events.BeatAccepted(
            session_id="",
            beat_id="",
            seed=message.seed,
            story_seed=message.story_seed,
            session_revision=0,
            plan=Plan(
                mood=mood,
                background=BackgroundPlan(plan.background.key, plan.background.text)
                if plan.HasField("background")
                else None,
                sprites=tuple(
                    SpritePlan(one.key, one.text, one.character, "character" if one.character else "object")
                    for one in plan.sprites
                ),
                sounds=tuple(
                    SoundPlan(one.key, one.text, self._anchor(one.anchor, "accepted.plan.sounds"), one.offset_ms)
                    for one in plan.sounds
                ),
                speakers_present=tuple(plan.present),
            ),
        )

    def _line_finished(self, message: beat_pb2.LineFinished) -> events.BeatEvent:
        feeling = self._feeling(message.emotion, "line_finished")
        return events.LineFinished(message.index, message.speaker, feeling, message.text, message.duration_ms)

    def _picture(self, key: str, message: common_pb2.Picture, medium: Any) -> PictureAsset:
        encoding = self._enum(from_proto.PICTURE_ENCODINGS, message.encoding, f"{medium}.picture.encoding")
        return PictureAsset(
            id=f"pic_{uuid.uuid4().hex}",
            medium=medium,
            key=key,
            text=message.text,
            seed=message.seed,
            emotion=self._emotion,
            encoding=encoding,
            width_px=message.width_px,
            height_px=message.height_px,
            colours=0,
            data=message.data,
            ground_y=message.ground_y if message.HasField("ground_y") else None,
            facing=self._enum(_FACINGS, message.facing, f"{medium}.picture.facing"),
            pivot_x=message.pivot_x,
            pivot_y=message.pivot_y,
        )

    def _sound(self, key: str, message: common_pb2.Sound) -> SoundAsset:
        return SoundAsset(
            id=f"snd_{uuid.uuid4().hex}",
            key=key,
            text=message.text,
            seed=message.seed,
            encoding=self._enum(from_proto.SOUND_ENCODINGS, message.encoding, "sound.sound.encoding"),
            duration_ms=message.duration_ms,
            sample_rate_hz=message.sample_rate_hz,
            channels=message.channels,
            peak_dbfs=message.peak_dbfs,
            loudness_lufs=message.loudness_lufs,
            data=message.data,
            sample_count=message.sample_count,
            loop_start=message.loop_start_sample,
            loop_end=message.loop_end_sample,
        )

    def _timeline(self, message: beat_pb2.Timeline) -> events.BeatEvent:
        return events.TimelineUpdate(
            revision=message.revision,
            cues=tuple(map(self._cue, message.cues)),
            final=message.final,
            timed_cues=tuple(
                TimedCue(self._cue(timed.cue), timed.start_ms, timed.duration_ms) for timed in message.timed_cues
            ),
            total_ms=message.total_ms,
        )

    def _cue(self, message: beat_pb2.Cue) -> Cue:
        field = message.WhichOneof("target")
        if field is None:
            self._refuse("timeline.cues.target", "is not set", "one of " + ", ".join(_TARGETS))
        target = Target(_TARGETS[field], str(getattr(message, field)))
        return Cue(target, self._anchor(message.anchor, "timeline.cues"), message.offset_ms)

    def _anchor(self, message: beat_pb2.Anchor, field: str) -> Anchor:
        return Anchor(message.line, self._enum(_EDGES, message.edge, f"{field}.anchor.edge"), message.word)

    def _staging(self, message: beat_pb2.Staging) -> events.BeatEvent:
        placements = tuple(
            Placement(one.sprite_key, one.x_px, one.y_px, one.scale, one.mirrored, one.z) for one in message.placements
        )
        return events.StagingUpdate(
            message.revision, message.width_px, message.height_px, message.ground_y_px, Staging(placements)
        )

    def _warning(self, message: beat_pb2.BeatWarning) -> events.BeatEvent:
        medium = self._enum(_MEDIA, message.medium, "warning.medium")
        code = self._enum(_WARNINGS, message.code, "warning.code")
        return events.BeatWarning(medium, message.key, code, message.retryable, message.message)

    def _finished(self, message: beat_pb2.BeatFinished) -> events.BeatEvent:
        """Without timings: nothing of this beat was made here."""
        return events.BeatFinished(
            state=self._enum(_STATES, message.state, "finished.state"),
            reasons=tuple(self._enum(_WARNINGS, code, "finished.reasons") for code in message.reasons),
            timings=events.BeatTimings(),
            scores=tuple(
                events.BeatScore(self._enum(_MEDIA, s.medium, "finished.scores.medium"), s.key, s.metric, s.value)
                for s in message.scores
            ),
        )

    def _feeling(self, number: int, field: str) -> str:
        legal = {n: name for n, name in from_proto.EMOTIONS.items() if name is not None}
        return self._enum(legal, number, f"{field}.emotion")

    def _enum(self, table: Mapping[int, T], number: int, field: str) -> T:
        if number not in table:
            self._refuse(field, f"is {number}", ", ".join(f"{n} ({name})" for n, name in table.items()))
        return table[number]

    def _refuse(self, field: str, problem: str, legal: str) -> NoReturn:
        raise InvalidRequest([FieldViolation(f"{self._field}.{field}", problem, legal)])
