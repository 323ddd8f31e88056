"""Rules about ReviseBeat: what is kept is kept, and a revision takes the place of its beat."""

from __future__ import annotations

from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import ContractViolation, Rule
from narrative_server.v1 import beat_pb2 as pb


def a_revision_names_its_beat(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """`revised_beat_id` is the beat that was asked for, another than `beat_id`; a played beat has none."""
    if not event.HasField("accepted") or (beat.request is None and beat.revision is None):
        return None
    told, asked = event.accepted.revised_beat_id, beat.revision.beat_id if beat.revision else ""
    if told != asked:
        return f"revised_beat_id is {told!r}, not {asked!r}"
    return f"the revision has the id of its beat, {told!r}" if told and told == event.accepted.beat_id else None


def edited_lines_are_as_given(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """An edited line has the words of the edit, and its emotion where one is given."""
    if not event.HasField("line_finished") or beat.revision is None:
        return None
    line = event.line_finished
    for edit in beat.revision.edits:
        if edit.line == line.index and (line.text, line.emotion) != (edit.text.strip(), edit.emotion or line.emotion):
            return f"line {line.index} is {line.text!r}, edited to {edit.text!r}"
    return None


def standing_lines_are_there(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At the end every line that was locked or edited has come."""
    if not event.HasField("finished") or beat.revision is None:
        return None
    standing = {edit.line for edit in beat.revision.edits}
    standing |= {part.line for part in beat.revision.locked if part.HasField("line")}
    lost = sorted(index for index in standing if index >= len(beat.lines))
    return f"lines {lost} are missing" if lost else None


REVISION_RULES: Final[tuple[Rule, ...]] = (
    a_revision_names_its_beat,
    edited_lines_are_as_given,
    standing_lines_are_there,
)


def check_revision(old: PlayedBeat, new: PlayedBeat) -> None:
    """Check that `new`, as `MockGameClient.revise` gave it, revises `old`: plan and locked parts are the same.

    Raises ContractViolation.
    """
    assert new.revision is not None, "given by MockGameClient.revise"
    if old.accepted is None or new.accepted is None:
        raise ContractViolation("accepted_comes_first", "one of the beats never began", 0)
    same = {
        "session": (old.accepted.session_id, new.accepted.session_id),
        "index": (old.accepted.session_revision, new.accepted.session_revision),
        "mood": (old.plan.mood, new.plan.mood),
        "present": (list(old.plan.present), list(new.plan.present)),
        "background": (old.plan.background, new.plan.background),
        "sprites": (list(old.plan.sprites), list(new.plan.sprites)),
    }
    for name, (was, now) in same.items():
        if was != now:
            raise ContractViolation("a_revision_keeps_the_plan", f"{name} was {was}, is {now}", 0)
    for part in new.revision.locked:
        was, now = (_part(beat, part.line if part.HasField("line") else part.key) for beat in (old, new))
        if was is None or was != now:
            raise ContractViolation("locked_parts_are_kept", f"{part!s} changed", len(new.events))


def _part(beat: PlayedBeat, which: int | str) -> bytes | None:
    """The bytes of a line or medium as the client got it, without whether it was planned."""
    if isinstance(which, int):
        return beat.lines[which].SerializeToString(deterministic=True) if which < len(beat.lines) else None
    if beat.background is not None and beat.background.key == which:
        return beat.background.picture.SerializeToString(deterministic=True)
    if which in beat.sprites:
        return beat.sprites[which].picture.SerializeToString(deterministic=True)
    return beat.sounds[which].sound.SerializeToString(deterministic=True) if which in beat.sounds else None
