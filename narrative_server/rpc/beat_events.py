"""Events of a beat to messages of the contracts."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from narrative_server.rpc import to_proto
from narrative_server.story import events
from narrative_server.story.plan import BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.staging import Placement
from narrative_server.story.timeline import Anchor, Cue, TimedCue
from narrative_server.v1 import beat_pb2, common_pb2

MEDIA = {
    "dialogue": common_pb2.MEDIUM_DIALOGUE,
    "background": common_pb2.MEDIUM_BACKGROUND,
    "sprite": common_pb2.MEDIUM_SPRITE,
    "sound": common_pb2.MEDIUM_SOUND,
}
WARNINGS = {
    "engine_unavailable": beat_pb2.WARNING_CODE_ENGINE_UNAVAILABLE,
    "engine_failed": beat_pb2.WARNING_CODE_ENGINE_FAILED,
    "model_missing": beat_pb2.WARNING_CODE_MODEL_MISSING,
    "deadline": beat_pb2.WARNING_CODE_DEADLINE,
    "context_trimmed": beat_pb2.WARNING_CODE_CONTEXT_TRIMMED,
}
EDGES = {
    "START": beat_pb2.ANCHOR_EDGE_START,
    "END": beat_pb2.ANCHOR_EDGE_END,
    "WORD": beat_pb2.ANCHOR_EDGE_WORD,
}


def event_writer(*, stored: bool) -> Callable[[events.BeatEvent], beat_pb2.BeatEvent]:
    """A function that writes one beat's events in order, numbering them; without `stored`, assets have no id."""
    sequence = 0
    planned: set[str] = set()

    def write(event: events.BeatEvent) -> beat_pb2.BeatEvent:
        nonlocal sequence
        message = _write(event)
        if isinstance(event, events.BeatAccepted):
            planned.update(sound.key for sound in event.plan.sounds)
        elif isinstance(event, events.SoundReady):
            message.sound.proposed = event.key not in planned
        message.sequence = sequence
        sequence += 1
        if not stored:
            _drop_asset_id(message)
        return message

    return write


def _drop_asset_id(message: beat_pb2.BeatEvent) -> None:
    kind = message.WhichOneof("event")
    if kind == "background":
        message.background.picture.asset_id = ""
    elif kind == "sprite":
        message.sprite.picture.asset_id = ""
    elif kind == "sound":
        message.sound.sound.asset_id = ""


@singledispatch
def _write(event: object) -> beat_pb2.BeatEvent:
    raise TypeError(f"no message for {type(event).__name__}")


@_write.register
def _(event: events.BeatAccepted) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(
        accepted=beat_pb2.BeatAccepted(
            session_id=event.session_id,
            beat_id=event.beat_id,
            seed=event.seed,
            story_seed=event.story_seed,
            session_revision=event.session_revision,
            plan=write_plan(event.plan),
            revised_beat_id=event.revised_beat_id,
        )
    )


def write_plan(plan: Plan) -> beat_pb2.BeatPlan:
    """Write a plan."""
    return beat_pb2.BeatPlan(
        mood=to_proto.mood(plan.mood),
        present=plan.speakers_present,
        background=_planned_picture(plan.background) if plan.background else None,
        sprites=map(_planned_picture, plan.sprites),
        sounds=map(_planned_sound, plan.sounds),
    )


def _planned_picture(plan: BackgroundPlan | SpritePlan) -> beat_pb2.PlannedPicture:
    name = plan.character if isinstance(plan, SpritePlan) else ""
    return beat_pb2.PlannedPicture(key=plan.key, text=plan.text, character=name)


def _planned_sound(plan: SoundPlan) -> beat_pb2.PlannedSound:
    return beat_pb2.PlannedSound(key=plan.key, text=plan.text, anchor=_anchor(plan.anchor), offset_ms=plan.offset_ms)


@_write.register
def _(event: events.LineStarted) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(line_started=write_line_started(event))


@_write.register
def _(event: events.LineDelta) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(line_delta=write_line_delta(event))


@_write.register
def _(event: events.LineFinished) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(line_finished=write_line_finished(event))


def write_line_started(event: events.LineStarted) -> beat_pb2.LineStarted:
    """Write the start of a line."""
    return beat_pb2.LineStarted(index=event.index, speaker=event.speaker, emotion=to_proto.emotion(event.emotion))


def write_line_delta(event: events.LineDelta) -> beat_pb2.LineDelta:
    """Write a piece of a line."""
    return beat_pb2.LineDelta(index=event.index, text=event.text)


def write_line_finished(event: events.LineFinished) -> beat_pb2.LineFinished:
    """Write a whole line."""
    return beat_pb2.LineFinished(
        index=event.index,
        speaker=event.speaker,
        emotion=to_proto.emotion(event.emotion),
        text=event.text,
        duration_ms=event.duration_ms,
    )


@_write.register
def _(event: events.Narration) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(narration=beat_pb2.Narration(text=event.text))


@_write.register
def _(event: events.BackgroundReady) -> beat_pb2.BeatEvent:
    picture = to_proto.picture(event.asset)
    return beat_pb2.BeatEvent(background=beat_pb2.BackgroundReady(key=event.key, picture=picture))


@_write.register
def _(event: events.SpriteReady) -> beat_pb2.BeatEvent:
    picture = to_proto.picture(event.asset)
    ready = beat_pb2.SpriteReady(key=event.key, character=event.character, picture=picture)
    return beat_pb2.BeatEvent(sprite=ready)


@_write.register
def _(event: events.SoundReady) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(sound=beat_pb2.SoundReady(key=event.key, sound=to_proto.sound(event.asset)))


@_write.register
def _(event: events.TimelineUpdate) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(
        timeline=beat_pb2.Timeline(
            revision=event.revision,
            cues=map(_cue, event.cues),
            final=event.final,
            timed_cues=map(_timed_cue, event.timed_cues),
            total_ms=event.total_ms,
        )
    )


def _anchor(anchor: Anchor) -> beat_pb2.Anchor:
    return beat_pb2.Anchor(line=anchor.line, edge=EDGES[anchor.point], word=anchor.word)


def _cue(cue: Cue) -> beat_pb2.Cue:
    message = beat_pb2.Cue(anchor=_anchor(cue.anchor), offset_ms=cue.offset_ms)
    if cue.target.kind == "line":
        message.line = int(cue.target.key)
    elif cue.target.kind == "background":
        message.background_key = cue.target.key
    elif cue.target.kind == "sprite":
        message.sprite_key = cue.target.key
    else:
        message.sound_key = cue.target.key
    return message


def _timed_cue(timed: TimedCue) -> beat_pb2.TimedCue:
    return beat_pb2.TimedCue(cue=_cue(timed.cue), start_ms=timed.start_ms, duration_ms=timed.duration_ms)


@_write.register
def _(event: events.StagingUpdate) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(
        staging=beat_pb2.Staging(
            revision=event.revision,
            width_px=event.width_px,
            height_px=event.height_px,
            ground_y_px=event.ground_y_px,
            placements=map(_placement, event.staging.placements),
        )
    )


def _placement(value: Placement) -> beat_pb2.Placement:
    return beat_pb2.Placement(
        sprite_key=value.key,
        x_px=value.x_px,
        y_px=value.y_px,
        scale=value.scale,
        mirrored=value.mirrored,
        z=value.z,
    )


@_write.register
def _(event: events.BeatWarning) -> beat_pb2.BeatEvent:
    return beat_pb2.BeatEvent(
        warning=beat_pb2.BeatWarning(
            medium=MEDIA[event.medium],
            key=event.key,
            code=WARNINGS[event.code],
            retryable=event.retryable,
            message=event.message,
        )
    )


@_write.register
def _(event: events.BeatFinished) -> beat_pb2.BeatEvent:
    timings = event.timings
    return beat_pb2.BeatEvent(
        finished=beat_pb2.BeatFinished(
            state=to_proto.STATES[event.state],
            reasons=[WARNINGS[code] for code in event.reasons],
            timings=beat_pb2.BeatTimings(
                queued_ms=timings.queued_ms,
                first_delta_ms=timings.first_delta_ms,
                first_picture_ms=timings.first_picture_ms,
                first_sound_ms=timings.first_sound_ms,
                dialogue_ms=timings.dialogue_ms,
                total_ms=timings.total_ms,
            ),
            scores=[
                beat_pb2.BeatScore(medium=MEDIA[s.medium], key=s.key, metric=s.metric, value=s.value)
                for s in event.scores
            ],
            replayed=event.replayed,
            session_revision=event.session_revision,
        )
    )
