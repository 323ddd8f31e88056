"""Rules about cues: they never move, point at what exists, and end as one list in order of time."""

from __future__ import annotations

from collections import Counter
from typing import Final

from narrative_server.testing.played_beat import PlayedBeat, cue_target
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb

_MAX_LINES: Final = 8


def timeline_revisions_count_from_one(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Revisions count the timeline events; none follows the final one."""
    if not event.HasField("timeline"):
        return None
    if beat.timeline:
        return "a timeline came after the final one"
    expected, revision = len(beat.timelines) + 1, event.timeline.revision
    return None if revision == expected else f"revision is {revision}, not {expected}"


def cues_never_move(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A target has one cue in the whole beat."""
    if not event.HasField("timeline"):
        return None
    counts = Counter(map(cue_target, (*beat.cues, *event.timeline.cues)))
    again = sorted(target for target, count in counts.items() if count > 1)
    return f"a second cue for {again}" if again else None


def cues_target_what_exists(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A cue starts a line that was started, or a medium that is planned or there."""
    if not event.HasField("timeline"):
        return None
    known = beat.arrived | {(medium, key) for key, medium in beat.planned_keys.items()}
    known |= {("line", str(beat.open_line.index))} if beat.open_line else set()
    unknown = sorted(target for target in map(cue_target, event.timeline.cues) if target not in known)
    return f"cues for {unknown}, which do not exist" if unknown else None


def no_cue_for_what_is_missing(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """What a warning is about has no cue, whichever of the two came first."""
    if event.HasField("timeline"):
        cues, warned = list(event.timeline.cues), beat.warned_keys
    elif event.HasField("warning") and event.warning.key:
        cues, warned = beat.cues, {event.warning.key}
    else:
        return None
    found = sorted(key for kind, key in map(cue_target, cues) if kind != "line" and key in warned)
    return f"cues for {found}, which a warning calls missing" if found else None


def anchors_are_legal(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """An anchor names a possible line and a known edge, and a word with WORD only."""
    if event.HasField("accepted"):
        anchors = [sound.anchor for sound in event.accepted.plan.sounds]
    elif event.HasField("timeline"):
        anchors = [cue.anchor for cue in event.timeline.cues]
    else:
        return None
    for anchor in anchors:
        stray_word = anchor.word and anchor.edge != pb.ANCHOR_EDGE_WORD
        if anchor.line >= _MAX_LINES or anchor.edge not in pb.AnchorEdge.values() or stray_word:
            return f"anchor has line {anchor.line}, edge {anchor.edge}, word {anchor.word}"
    return None


def lines_hang_on_the_line_before(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line's cue is anchored to the end of the line before it, the first to the beat's start."""
    if not event.HasField("timeline"):
        return None
    for cue in event.timeline.cues:
        if cue.WhichOneof("target") != "line":
            continue
        edge = pb.ANCHOR_EDGE_END if cue.line else pb.ANCHOR_EDGE_START
        found = (cue.anchor.line, cue.anchor.edge or pb.ANCHOR_EDGE_START)
        if found != (max(cue.line - 1, 0), edge):
            return f"line {cue.line} is anchored to line {cue.anchor.line}, edge {cue.anchor.edge}"
    return None


def absolute_times_come_at_the_end(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Only the final timeline has timed cues and a length."""
    if not event.HasField("timeline") or event.timeline.final:
        return None
    early = event.timeline.timed_cues or event.timeline.total_ms
    return "times came with a timeline that is not final" if early else None


def timed_cues_are_all_cues(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The final timeline repeats every cue as it was sent, once each."""
    if not event.HasField("timeline") or not event.timeline.final:
        return None
    sent = sorted(cue.SerializeToString(deterministic=True) for cue in (*beat.cues, *event.timeline.cues))
    timed = sorted(timed.cue.SerializeToString(deterministic=True) for timed in event.timeline.timed_cues)
    return None if sent == timed else f"{len(timed)} timed cues do not equal the {len(sent)} that were sent"


def timed_cues_are_sorted(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Timed cues come in order of time."""
    if not event.HasField("timeline"):
        return None
    starts = [timed.start_ms for timed in event.timeline.timed_cues]
    return None if starts == sorted(starts) else f"starts are {starts}"


def timed_cues_last_as_told(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A line and a sound last as their own events say, pictures 0; the length is the last cue's end."""
    if not event.HasField("timeline") or not event.timeline.final:
        return None
    told = {("line", str(line.index)): line.duration_ms for line in beat.lines}
    told |= {("sound", key): sound.sound.duration_ms for key, sound in beat.sounds.items()}
    for timed in event.timeline.timed_cues:
        target = cue_target(timed.cue)
        if timed.duration_ms != told.get(target, 0):
            return f"{target} lasts {timed.duration_ms} ms on the timeline, told {told.get(target, 0)} ms"
    end_ms = max((timed.start_ms + timed.duration_ms for timed in event.timeline.timed_cues), default=0)
    return None if event.timeline.total_ms == end_ms else f"total_ms is {event.timeline.total_ms}, not {end_ms}"


def timed_cues_start_where_anchored(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A start is its anchor's moment plus the offset, not before 0; a word lies within its line."""
    if not event.HasField("timeline") or not event.timeline.final:
        return None
    starts = {timed.cue.line: timed.start_ms for timed in event.timeline.timed_cues if timed.cue.HasField("line")}
    spans = [(starts.get(line.index, 0), starts.get(line.index, 0) + line.duration_ms) for line in beat.lines]
    for timed in event.timeline.timed_cues:
        low_ms, high_ms = (max(0, at + timed.cue.offset_ms) for at in _moments(timed.cue.anchor, spans))
        if not low_ms <= timed.start_ms <= high_ms:
            legal = f"{low_ms}" if low_ms == high_ms else f"{low_ms} to {high_ms}"
            return f"{cue_target(timed.cue)} starts at {timed.start_ms} ms; its anchor says {legal}"
    return None


def _moments(anchor: pb.Anchor, spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Earliest and latest moment that `anchor` can mean."""
    if not spans:
        return 0, 0
    if anchor.line >= len(spans):
        return spans[-1][1], spans[-1][1]
    start_ms, end_ms = spans[anchor.line]
    if anchor.edge == pb.ANCHOR_EDGE_WORD:
        return start_ms, end_ms
    at_ms = end_ms if anchor.edge == pb.ANCHOR_EDGE_END else start_ms
    return at_ms, at_ms


TIMELINE_RULES: Final[tuple[Rule, ...]] = (
    timeline_revisions_count_from_one,
    cues_never_move,
    cues_target_what_exists,
    no_cue_for_what_is_missing,
    anchors_are_legal,
    lines_hang_on_the_line_before,
    absolute_times_come_at_the_end,
    timed_cues_are_all_cues,
    timed_cues_are_sorted,
    timed_cues_last_as_told,
    timed_cues_start_where_anchored,
)
