"""Rules about warnings and the end: what is missing is told, and the sums are right."""

from __future__ import annotations

from typing import Final

from narrative_server.testing.played_beat import PlayedBeat, cue_target
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2


def warnings_say_what_is_missing(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A warning has medium, code and a sentence; a medium's has a key, dialogue's none."""
    if not event.HasField("warning"):
        return None
    warning = event.warning
    if not (warning.medium and warning.code and warning.message.strip()):
        return f"medium {warning.medium}, code {warning.code}, message {warning.message!r}"
    is_dialogue = warning.medium == common_pb2.MEDIUM_DIALOGUE
    return None if is_dialogue == (not warning.key) else f"medium {warning.medium} with key {warning.key!r}"


def missing_and_there_exclude_each_other(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """What has arrived is not warned about, and the other way round."""
    kind = event.WhichOneof("event")
    if kind == "warning":
        key, clash = event.warning.key, {key for medium, key in beat.arrived if medium != "line"}
    elif kind in ("background", "sprite", "sound"):
        key, clash = getattr(event, kind).key, beat.warned_keys
    else:
        return None
    return f"{key!r} is both there and missing" if key in clash else None


def a_beat_has_a_line(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A beat without any line is an error, not a finished beat."""
    return "no line was finished" if event.HasField("finished") and not beat.lines else None


def an_open_line_is_warned_about(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line that was dropped has a warning about dialogue."""
    if not event.HasField("finished") or beat.open_line is None:
        return None
    warned = any(warning.medium == common_pb2.MEDIUM_DIALOGUE for warning in beat.warnings)
    return None if warned else f"line {beat.open_line.index} never finished and no warning says why"


def planned_media_come_or_are_warned_about(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At the end every planned medium is there or missing with a warning."""
    if not event.HasField("finished"):
        return None
    there = {key for _, key in beat.arrived}
    lost = sorted(key for key in beat.planned_keys if key not in there | beat.warned_keys)
    return f"{lost} never came and no warning says why" if lost else None


def everything_there_has_a_cue(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At the end a final timeline has come, and cues and what is there are the same things."""
    if not event.HasField("finished"):
        return None
    if beat.timeline is None:
        return "no final timeline came"
    cues = set(map(cue_target, beat.cues))
    if cues - beat.arrived:
        return f"cues for {sorted(cues - beat.arrived)}, which never came"
    return f"no cue for {sorted(beat.arrived - cues)}" if beat.arrived - cues else None


def every_sprite_is_placed(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At the end the newest staging places exactly the sprites that are there."""
    if not event.HasField("finished"):
        return None
    placed = {placement.sprite_key for placement in beat.staging.placements} if beat.staging else set()
    return None if placed == set(beat.sprites) else f"placed are {sorted(placed)}, there are {sorted(beat.sprites)}"


def partial_means_warnings(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The state is PARTIAL where a warning says that something is missing, else COMPLETE."""
    if not event.HasField("finished"):
        return None
    expected = pb.BEAT_STATE_PARTIAL if _losses(beat) else pb.BEAT_STATE_COMPLETE
    found = event.finished.state
    return None if found == expected else f"state is {found}, not {pb.BeatState.Name(expected)}"


def reasons_are_the_warnings(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The reasons are the codes of what is missing, each once; a complete beat has none."""
    if not event.HasField("finished"):
        return None
    reasons, codes = list(event.finished.reasons), _losses(beat)
    same = len(set(reasons)) == len(reasons) and set(reasons) == codes
    return None if same else f"reasons are {reasons}, the warnings' codes {sorted(codes)}"


def _losses(beat: PlayedBeat) -> set[pb.WarningCode.ValueType]:
    """Codes of the warnings about something missing: a trimmed context is told, and takes nothing from the beat."""
    return {warning.code for warning in beat.warnings} - {pb.WARNING_CODE_CONTEXT_TRIMMED}


def timings_fit_what_came(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A time is set when its thing came, is not past total_ms, and words come before their end."""
    if not event.HasField("finished"):
        return None
    timings = event.finished.timings
    told = {field.name: value for field, value in timings.ListFields() if field.has_presence}
    came = {
        "first_delta_ms": any(seen.HasField("line_delta") for seen in beat.events),
        "first_picture_ms": beat.background is not None or bool(beat.sprites),
        "first_sound_ms": bool(beat.sounds),
        "dialogue_ms": bool(beat.lines),
    }
    for name, is_there in came.items():
        if (name in told) != is_there:
            return f"{name} is {'set' if name in told else 'unset'}"
        if is_there and told[name] > timings.total_ms:
            return f"{name} is {told[name]}, total_ms {timings.total_ms}"
    late = came["dialogue_ms"] and timings.first_delta_ms > timings.dialogue_ms
    return f"first_delta_ms {timings.first_delta_ms} is after dialogue_ms {timings.dialogue_ms}" if late else None


def session_moves_on_by_one(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A session's revision grows by one; a revised beat leaves it as it was, an inline beat's stays 0."""
    if not event.HasField("finished") or beat.accepted is None:
        return None
    if beat.accepted.revised_beat_id:
        index, after = beat.accepted.session_revision, event.finished.session_revision
        return None if after > index else f"session_revision is {after} after a revision of beat {index}"
    expected = beat.accepted.session_revision + 1 if beat.accepted.session_id else 0
    found = event.finished.session_revision
    return None if found == expected else f"session_revision is {found}, not {expected}"


def scores_are_of_this_beat(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A score is 0 to 1, named, and about a medium of this beat."""
    known = {key for kind, key in beat.arrived if kind != "line"} | {""}
    for score in event.finished.scores if event.HasField("finished") else ():
        if not (score.metric and 0 <= score.value <= 1 and score.key in known):
            return f"score {score.metric!r} of {score.key!r} is {score.value:g}"
    return None


ENDING_RULES: Final[tuple[Rule, ...]] = (
    warnings_say_what_is_missing,
    missing_and_there_exclude_each_other,
    a_beat_has_a_line,
    an_open_line_is_warned_about,
    planned_media_come_or_are_warned_about,
    everything_there_has_a_cue,
    every_sprite_is_placed,
    partial_means_warnings,
    reasons_are_the_warnings,
    timings_fit_what_came,
    session_moves_on_by_one,
    scores_are_of_this_beat,
)
