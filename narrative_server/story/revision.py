"""A stored beat made again with some of its parts kept: which lines and media stand, and lines written around them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace

from narrative_server.dialogue.types import (
    DialogueEvent,
    DialogueRequest,
    LineDelta,
    LineFinished,
    LineStarted,
    SpokenLine,
)
from narrative_server.errors import DeadlinePassed, FieldViolation, InvalidRequest, NarrativeError
from narrative_server.story.assets import Asset, PictureAsset, SoundAsset
from narrative_server.story.director import proposed_sound
from narrative_server.story.events import BackgroundReady, SoundReady, SpriteReady, TimelineUpdate
from narrative_server.story.media import MediaMaker, PictureMedium
from narrative_server.story.openings import LineWriter, lines_after
from narrative_server.story.plan import Plan, SoundPlan
from narrative_server.story.request import PictureFormat, Revision, SoundFormat
from narrative_server.story.session import StoredBeat
from narrative_server.story.timeline import Cue


def check_parts(beat: StoredBeat, revision: Revision) -> None:
    """Raise InvalidRequest when `beat` lacks a part that `revision` names."""
    faults = []
    count = len(beat.spoken_lines)
    legal = f"0 to {count - 1}, a line of this beat"
    for line in revision.locked_lines:
        if not 0 <= line < count:
            faults.append(FieldViolation("locked.line", f"is {line}", legal))
    for index, edit in enumerate(revision.edits):
        if not 0 <= edit.line < count:
            faults.append(FieldViolation(f"edits[{index}].line", f"is {edit.line}", legal))
    known = media_of(beat)
    for key in revision.locked_keys:
        if key not in known:
            keys = "a key of this beat: " + ", ".join(known) if known else "this beat has no pictures or sounds"
            faults.append(FieldViolation("locked.key", f"is {key[:60]!r}", keys))
    if faults:
        raise InvalidRequest(faults)


def first_seed(beat: StoredBeat) -> int:
    """The seed of the beat that was played, of which `beat` may be a later take."""
    return beat.request.revision.staging_seed if beat.request.revision else beat.accepted.seed


def media_of(beat: StoredBeat) -> dict[str, Asset]:
    """The pictures and sounds of a beat, by key."""
    media = (event for event in beat.events if isinstance(event, BackgroundReady | SpriteReady | SoundReady))
    return {event.key: event.asset for event in media}


def standing_lines(beat: StoredBeat, revision: Revision) -> dict[int, SpokenLine]:
    """The lines that are locked or edited, by index."""
    lines = [SpokenLine(line.speaker, line.emotion, line.text) for line in beat.spoken_lines]
    standing = {index: lines[index] for index in revision.locked_lines}
    for edit in revision.edits:
        old = lines[edit.line]
        standing[edit.line] = SpokenLine(old.speaker, edit.emotion or old.emotion, edit.text)
    return standing


def keeps_proposals(beat: StoredBeat, revision: Revision) -> bool:
    """Whether the sounds stay those of `beat`: a line or a sound of it stands. Else the model may propose new ones."""
    sounds = {event.key for event in beat.events if isinstance(event, SoundReady)}
    return bool(revision.locked_lines or revision.edits or sounds & set(revision.locked_keys))


def revised_plan(beat: StoredBeat, revision: Revision) -> Plan:
    """The plan of `beat`, with the sounds that it came to have: those that followed from the lines are planned now."""
    if not keeps_proposals(beat, revision):
        return beat.plan
    planned = {sound.key for sound in beat.plan.sounds}
    spare = {sound.key: sound for sound in beat.plan.spare_sounds}
    cues = _sound_cues(beat)
    came = tuple(
        spare.get(event.key)
        or proposed_sound(event.asset.text, cues[event.key].anchor, cues[event.key].offset_ms, beat.mood)
        for event in beat.events
        if isinstance(event, SoundReady) and event.key not in planned
    )
    return replace(beat.plan, sounds=(*beat.plan.sounds, *came), spare_sounds=())


def _sound_cues(beat: StoredBeat) -> dict[str, Cue]:
    updates = (event for event in beat.events if isinstance(event, TimelineUpdate))
    return {cue.target.key: cue for update in updates for cue in update.cues if cue.target.kind == "sound"}


class RevisedLines:
    """Writes a beat's lines around those that stand. Use `write` once, then `require_standing`."""

    def __init__(self, beat: StoredBeat, revision: Revision, write: LineWriter) -> None:
        """write: where new lines come from."""
        self._standing = standing_lines(beat, revision)
        self._last = max(self._standing, default=-1)
        self._new_sounds = not keeps_proposals(beat, revision)
        self._old = beat.spoken_lines
        self._write = write
        self._spoken: list[SpokenLine] = []
        self._error: NarrativeError | None = None

    async def write(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        """Stream all lines of the beat in order; see LineWriter."""
        # What is made again is meant to differ from what it replaces, and from what still follows.
        known = (*(line.text for line in self._old), *(line.text for line in self._standing.values()))
        request = replace(request, avoid=tuple(dict.fromkeys((*request.avoid, *known))))
        while len(self._spoken) <= self._last:
            index = len(self._spoken)
            if index in self._standing:
                for event in _as_spoken(index, self._standing[index]):
                    yield event
                self._spoken.append(self._standing[index])
                continue
            until = min(standing for standing in self._standing if standing > index)
            async with aclosing(self._more(replace(request, max_lines=until, max_sounds=0))) as events:
                async for event in events:
                    yield event
        if len(self._spoken) < len(self._old):
            most = max(request.max_lines, len(self._spoken) + 1)
            sounds = request.max_sounds if self._new_sounds else 0
            async with aclosing(self._more(replace(request, max_lines=most, max_sounds=sounds))) as events:
                async for event in events:
                    yield event

    async def _more(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        try:
            async with aclosing(lines_after(self._write, request, tuple(self._spoken))) as events:
                async for event in events:
                    if isinstance(event, LineFinished):
                        self._spoken.append(SpokenLine(event.speaker, event.emotion, event.text))
                    yield event
        except NarrativeError as error:
            self._error = error
            raise

    def require_standing(self) -> None:
        """Raise what kept a line that stands from being reached; a beat without it must not be stored."""
        if len(self._spoken) <= self._last:
            raise self._error or DeadlinePassed("a line to keep was not reached before the deadline")


def _as_spoken(index: int, line: SpokenLine) -> tuple[DialogueEvent, ...]:
    return (
        LineStarted(index, line.speaker, line.emotion),
        LineDelta(index, line.text),
        LineFinished(index, line.speaker, line.emotion, line.text),
    )


@dataclass(frozen=True)
class RevisedMedia(MediaMaker):
    """Makes a beat's media, but for those in `kept`, which stay as they are."""

    kept: Mapping[str, Asset]

    async def picture(self, medium: PictureMedium, key: str, text: str, wanted: PictureFormat) -> PictureAsset:
        """The kept picture of `key`, else a new one."""
        kept = self.kept.get(key)
        return kept if isinstance(kept, PictureAsset) else await super().picture(medium, key, text, wanted)

    async def sound(self, plan: SoundPlan, wanted: SoundFormat) -> SoundAsset:
        """The kept sound of the plan's key, else a new one."""
        kept = self.kept.get(plan.key)
        return kept if isinstance(kept, SoundAsset) else await super().sound(plan, wanted)
