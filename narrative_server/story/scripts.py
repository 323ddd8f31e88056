"""Stored beats as scripts for the writers of `bridges`, and the files that a beat's media are exported as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from narrative_server.bridges.script import (
    NARRATOR,
    PLAYER,
    ScriptBeat,
    ScriptCue,
    ScriptLine,
    ScriptPlacement,
    slug,
)
from narrative_server.story.assets import Asset, SoundAsset
from narrative_server.story.events import (
    BackgroundReady,
    BeatEvent,
    BeatFinished,
    LineFinished,
    Narration,
    SoundReady,
    SpriteReady,
    StagingUpdate,
    TimelineUpdate,
)
from narrative_server.story.session import BeatSummary, StoredBeat
from narrative_server.story.store.codec import said_lines
from narrative_server.story.timeline import Target, TimedCue

MEDIA_FOLDER = "media"


def media_file(asset: Asset, name: str) -> str:
    """Path of an asset's file within an archive, such as `media/sprite-mara-pic_0f3a.png`.

    name: whom or what it shows. Its id makes it unlike any other.
    """
    suffix = "wav" if isinstance(asset, SoundAsset) else "png"
    return f"{MEDIA_FOLDER}/{asset.medium}-{slug(name)}-{asset.id}.{suffix}"


def beat_media(events: Iterable[BeatEvent]) -> dict[str, tuple[str, Asset]]:
    """File and asset of each of a beat's media, by key."""
    media: dict[str, tuple[str, Asset]] = {}
    for event in events:
        if isinstance(event, SpriteReady):
            media[event.key] = (media_file(event.asset, event.character or event.asset.text), event.asset)
        elif isinstance(event, BackgroundReady | SoundReady):
            media[event.key] = (media_file(event.asset, event.asset.text), event.asset)
    return media


def script_beat(beat: StoredBeat, number: int) -> ScriptBeat:
    """A stored beat as a script. number: its place among those that are exported, from 1."""
    lines = _Lines()
    if beat.request.player_line.strip():
        lines.add(beat.id, PLAYER, beat.request.player_line)
    for event in beat.events:
        if isinstance(event, Narration):
            lines.add(beat.id, NARRATOR, event.text, narration=True)
        elif isinstance(event, LineFinished):
            lines.add(beat.id, event.speaker, event.text, event.emotion, spoken=True)
    return ScriptBeat(
        id=beat.id,
        number=number,
        event=beat.request.trigger.event,
        kind=beat.request.trigger.kind,
        place=beat.place,
        emotion=beat.mood.emotion,
        intensity=beat.mood.intensity,
        lines=tuple(lines.lines),
        cues=tuple(_cues(beat, lines)),
    )


def summarise(beat: StoredBeat) -> BeatSummary:
    """A stored beat, in short, as the store lists it."""
    finished = beat.events[-1]
    assert isinstance(finished, BeatFinished), "only a finished beat is stored"
    return BeatSummary(
        id=beat.id,
        index=beat.index,
        trigger=beat.request.trigger,
        place=beat.place,
        mood=beat.mood,
        lines=said_lines(beat.request, beat.events),
        state=finished.state,
        created_at=beat.created_at,
        revised_beat_id=beat.request.revision.beat_id if beat.request.revision else "",
        continues=beat.request.continue_beat,
    )


@dataclass
class _Lines:
    """Lines of the script, and which of them are the beat's own lines: `spoken[i]` is the place of line i."""

    lines: list[ScriptLine] = field(default_factory=list)
    spoken: list[int] = field(default_factory=list)

    def add(
        self, beat_id: str, speaker: str, text: str, emotion: str = "", *, narration: bool = False, spoken: bool = False
    ) -> None:
        if spoken:
            self.spoken.append(len(self.lines))
        self.lines.append(ScriptLine(speaker, text, f"{beat_id}-{len(self.lines)}", emotion, narration))


def _cues(beat: StoredBeat, lines: _Lines) -> Iterable[ScriptCue]:
    """Every picture and sound that has a time; what shows or plays from the start stands before the first line."""
    media = beat_media(beat.events)
    placements = _placements(beat.events)
    timed = [cue for event in beat.events if isinstance(event, TimelineUpdate) for cue in event.timed_cues]
    starts = {cue.target: cue for cue in timed if cue.target.kind == "line"}
    for cue in timed:
        kind = cue.target.kind
        if kind == "line" or cue.target.key not in media:
            continue
        line, after, delay_ms = _moment(cue, starts, lines.spoken)
        file = media[cue.target.key][0]
        yield ScriptCue(kind, file, line, after, delay_ms, placements.get(cue.target.key))


def _moment(cue: TimedCue, starts: Mapping[Target, TimedCue], spoken: list[int]) -> tuple[int, bool, int]:
    """The script line that a cue stands at, whether after it, and how long from its start or end in milliseconds."""
    anchor = cue.cue.anchor
    if cue.start_ms == 0 or not spoken:
        return 0, False, 0
    index = min(anchor.line, len(spoken) - 1)
    line = starts.get(Target.line(index))
    if line is None:
        return spoken[index], False, 0
    after = anchor.point == "END" or anchor.line >= len(spoken)
    origin_ms = line.start_ms + line.duration_ms if after else line.start_ms
    return spoken[index], after, max(0, cue.start_ms - origin_ms)


def _placements(events: Iterable[BeatEvent]) -> dict[str, ScriptPlacement]:
    """The newest staging's placements, by sprite."""
    found: dict[str, ScriptPlacement] = {}
    for event in events:
        if isinstance(event, StagingUpdate):
            found = {
                one.key: ScriptPlacement(one.x_px / event.width_px, one.y_px / event.height_px, one.scale, one.mirrored)
                for one in event.staging.placements
            }
    return found
