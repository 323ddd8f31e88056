"""A legal beat, built by hand, for tests that then break it."""

from __future__ import annotations

from functools import cache

import numpy as np

from narrative_server.semantics.mood import Mood
from narrative_server.story.engines import PictureOrder, SoundOrder
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import check_end, check_event
from narrative_server.testing.scripted_media import draw_picture, make_sound
from narrative_server.testing.scripted_reading import embed_text
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

LINES = (("Ada", "Stay close to me, Bo.", 1500), ("Bo", "I heard the bell.", 1200))
GAP_MS = 350
BELL_MS = 500
BELL_START_MS = 1500 + GAP_MS + 700


def request() -> pb.PlayBeatRequest:
    return pb.PlayBeatRequest(
        session_id="s1",
        trigger=pb.Trigger(event="A bell rings in the fog."),
        cast=[common.Character(name="Ada"), common.Character(name="Bo")],
        mood=common.Mood(emotion=common.EMOTION_FEAR),
        seed=7,
    )


def picture(medium: str, seed: int, width_px: int = 0, encoding: str = "png") -> common.Picture:
    native = (32, 32) if medium == "sprite" else (160, 96)
    factor = (width_px or native[0]) // native[0]
    size = native[0] * factor, native[1] * factor
    order = PictureOrder(medium, embed_text("x"), Mood("fear"), seed, *size, encoding, 0)  # type: ignore[arg-type]
    made = draw_picture(order)
    codes = {"png": common.PICTURE_ENCODING_PNG, "rgba32": common.PICTURE_ENCODING_RGBA32}
    facings = {"left": common.FACING_LEFT, "right": common.FACING_RIGHT}
    answer = common.Picture(
        asset_id=f"a{seed}",
        data=made.data,
        encoding=codes[encoding],
        width_px=made.width_px,
        height_px=made.height_px,
        facing=facings.get(made.facing, common.FACING_UNSPECIFIED),
        pivot_x=made.pivot_x if medium == "sprite" else 0.0,
        pivot_y=made.pivot_y if medium == "sprite" else 0.0,
        text="x",
        seed=seed,
    )
    if made.ground_y is not None:
        answer.ground_y = made.ground_y
    return answer


def sound(seed: int = 3, encoding: str = "wav_pcm16") -> common.Sound:
    made = make_sound(SoundOrder(np.zeros(384, np.float32), seed, BELL_MS, 0.5, encoding, 22050))
    codes = {"wav_pcm16": common.SOUND_ENCODING_WAV_PCM16, "wav_float32": common.SOUND_ENCODING_WAV_FLOAT32}
    return common.Sound(
        asset_id="snd",
        data=made.data,
        encoding=codes[encoding],
        duration_ms=made.duration_ms,
        sample_rate_hz=22050,
        channels=1,
        peak_dbfs=made.peak_dbfs,
        loudness_lufs=made.loudness_lufs,
        text="bell",
        seed=seed,
    )


def plan() -> pb.BeatPlan:
    return pb.BeatPlan(
        mood=common.Mood(emotion=common.EMOTION_FEAR, intensity=0.65),
        present=["Ada", "Bo"],
        background=pb.PlannedPicture(key="bg", text="fog"),
        sprites=[
            pb.PlannedPicture(key="ada", text="a knight", character="Ada"),
            pb.PlannedPicture(key="bo", text="a wizard", character="Bo"),
            pb.PlannedPicture(key="chest", text="a chest"),
        ],
        sounds=[pb.PlannedSound(key="bell", text="a bell", anchor=_anchor(1, pb.ANCHOR_EDGE_WORD, 3))],
    )


def _anchor(line: int, edge: pb.AnchorEdge.ValueType, word: int = 0) -> pb.Anchor:
    return pb.Anchor(line=line, edge=edge, word=word)


def cues() -> dict[str, pb.Cue]:
    start = _anchor(0, pb.ANCHOR_EDGE_START)
    return {
        "bg": pb.Cue(background_key="bg", anchor=start),
        "ada": pb.Cue(sprite_key="ada", anchor=start),
        "bo": pb.Cue(sprite_key="bo", anchor=start),
        "chest": pb.Cue(sprite_key="chest", anchor=start),
        "line0": pb.Cue(line=0, anchor=start),
        "line1": pb.Cue(line=1, anchor=_anchor(0, pb.ANCHOR_EDGE_END), offset_ms=GAP_MS),
        "bell": pb.Cue(sound_key="bell", anchor=_anchor(1, pb.ANCHOR_EDGE_WORD, 3)),
    }


def timed_cues() -> list[pb.TimedCue]:
    starts = {"line1": 1500 + GAP_MS, "bell": BELL_START_MS}
    lasts = {"line0": 1500, "line1": 1200, "bell": BELL_MS}
    return [
        pb.TimedCue(cue=cue, start_ms=starts.get(name, 0), duration_ms=lasts.get(name, 0))
        for name, cue in cues().items()
    ]


def placements() -> list[pb.Placement]:
    return [
        pb.Placement(sprite_key="ada", x_px=30, y_px=80, scale=1.0, z=0),
        pb.Placement(sprite_key="bo", x_px=120, y_px=82, scale=1.0, z=1),
        pb.Placement(sprite_key="chest", x_px=75, y_px=90, scale=1.0, z=2),
    ]


def legal_events() -> list[pb.BeatEvent]:
    """A complete beat of the request: two lines, a background, two characters, a chest and a bell; yours to change."""
    copies = []
    for event in _legal_events():
        copies.append(pb.BeatEvent())
        copies[-1].CopyFrom(event)
    return copies


@cache
def _legal_events() -> list[pb.BeatEvent]:
    sent = cues()
    accepted = pb.BeatAccepted(session_id="s1", beat_id="b1", seed=7, story_seed=9, session_revision=2, plan=plan())
    events = [pb.BeatEvent(accepted=accepted), pb.BeatEvent(narration=pb.Narration(text="Fog"))]
    events += _line(0)
    events += [_timeline(1, [sent["line0"]])]
    events += [pb.BeatEvent(background=pb.BackgroundReady(key="bg", picture=picture("background", 1)))]
    for seed, (key, character) in enumerate((("ada", "Ada"), ("bo", "Bo"), ("chest", ""))):
        ready = pb.SpriteReady(key=key, character=character, picture=picture("sprite", 10 + seed))
        events.append(pb.BeatEvent(sprite=ready))
    events += [_timeline(2, [sent[name] for name in ("bg", "ada", "bo", "chest")])]
    events += [
        pb.BeatEvent(
            staging=pb.Staging(revision=1, width_px=160, height_px=96, ground_y_px=67, placements=placements())
        )
    ]
    events += _line(1)
    events += [pb.BeatEvent(sound=pb.SoundReady(key="bell", sound=sound()))]
    events += [_timeline(3, [sent["line1"], sent["bell"]])]
    last = pb.Timeline(revision=4, final=True, timed_cues=timed_cues(), total_ms=BELL_START_MS + BELL_MS)
    events += [pb.BeatEvent(timeline=last), pb.BeatEvent(finished=_finished())]
    return numbered(events)


def _line(index: int) -> list[pb.BeatEvent]:
    speaker, text, duration_ms = LINES[index]
    start = pb.LineStarted(index=index, speaker=speaker, emotion=common.EMOTION_FEAR)
    words = [word if at == 0 else f" {word}" for at, word in enumerate(text.split(" "))]
    end = pb.LineFinished(index=index, speaker=speaker, emotion=common.EMOTION_FEAR, text=text, duration_ms=duration_ms)
    deltas = [pb.BeatEvent(line_delta=pb.LineDelta(index=index, text=word)) for word in words]
    return [pb.BeatEvent(line_started=start), *deltas, pb.BeatEvent(line_finished=end)]


def _timeline(revision: int, new: list[pb.Cue]) -> pb.BeatEvent:
    return pb.BeatEvent(timeline=pb.Timeline(revision=revision, cues=new))


def _finished() -> pb.BeatFinished:
    timings = pb.BeatTimings(
        queued_ms=1, first_delta_ms=20, first_picture_ms=30, first_sound_ms=60, dialogue_ms=50, total_ms=80
    )
    return pb.BeatFinished(state=pb.BEAT_STATE_COMPLETE, timings=timings, session_revision=3)


def numbered(events: list[pb.BeatEvent]) -> list[pb.BeatEvent]:
    for position, event in enumerate(events):
        event.sequence = position
    return events


def find(events: list[pb.BeatEvent], kind: str, which: int = 0) -> pb.BeatEvent:
    """The event number `which` of this kind, counted from 0; -1 is the last."""
    return [event for event in events if event.WhichOneof("event") == kind][which]


def play(events: list[pb.BeatEvent], asked: pb.PlayBeatRequest | None = None) -> PlayedBeat:
    """Check and take in all events of a played beat; raises ContractViolation."""
    return take_in(events, PlayedBeat(asked or request()))


def take_in(events: list[pb.BeatEvent], beat: PlayedBeat) -> PlayedBeat:
    """Check and take in all events; raises ContractViolation."""
    for event in events:
        check_event(beat, event)
        beat.add(event)
    check_end(beat)
    return beat
