"""Rules about two beats: a replay is the same bytes, and equal seeds give equal media."""

from __future__ import annotations

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import ContractViolation
from narrative_server.v1 import beat_pb2 as pb


def check_replay(first: PlayedBeat, replay: PlayedBeat) -> None:
    """Check that `replay` is `first` from the store: every event byte for byte, but for `finished.replayed`.

    Raises ContractViolation at the first difference.
    """
    for index, (was, now) in enumerate(zip(first.events, replay.events, strict=False)):
        if now.HasField("finished") and not now.finished.replayed:
            raise ContractViolation("replay_says_so", "finished.replayed is false", index)
        if _plain(was) != _plain(now):
            kinds = f"{was.WhichOneof('event')} became {now.WhichOneof('event')} or changed"
            raise ContractViolation("replay_is_the_same_bytes", kinds, index)
    if len(first.events) != len(replay.events):
        counts = f"{len(first.events)} events became {len(replay.events)}"
        raise ContractViolation("replay_is_the_same_bytes", counts, min(len(first.events), len(replay.events)))


def _plain(event: pb.BeatEvent) -> bytes:
    copy = pb.BeatEvent()
    copy.CopyFrom(event)
    if copy.HasField("finished"):
        copy.finished.replayed = False
    return copy.SerializeToString(deterministic=True)


def check_same_media(first: PlayedBeat, second: PlayedBeat) -> None:
    """Check that two beats of equal seeds, plan and lines have the same media, times and staging.

    Ids, timings, scores and the order in which media arrived are left out. Raises ContractViolation.
    """
    for name, was, now in (
        ("lines", [(line.speaker, line.text) for line in first.lines], [(x.speaker, x.text) for x in second.lines]),
        ("pictures", _pictures(first), _pictures(second)),
        ("sounds", _sounds(first), _sounds(second)),
        ("timeline", _times(first), _times(second)),
        ("staging", _places(first), _places(second)),
    ):
        if was != now:
            raise ContractViolation("equal_seeds_give_equal_media", f"{name} differ", len(second.events))


def _pictures(beat: PlayedBeat) -> dict[str, bytes]:
    pictures = {key: sprite.picture.data for key, sprite in beat.sprites.items()}
    return pictures | ({beat.background.key: beat.background.picture.data} if beat.background else {})


def _sounds(beat: PlayedBeat) -> dict[str, bytes]:
    return {key: sound.sound.data for key, sound in beat.sounds.items()}


def _times(beat: PlayedBeat) -> list[bytes]:
    timed = beat.timeline.timed_cues if beat.timeline else ()
    return sorted(cue.SerializeToString(deterministic=True) for cue in timed)


def _places(beat: PlayedBeat) -> list[bytes]:
    placements = beat.staging.placements if beat.staging else ()
    return [placement.SerializeToString(deterministic=True) for placement in placements]
