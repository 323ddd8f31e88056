"""Builds the page that plays the beats again: one HTML file that loads nothing but the media beside it.

Style and script are files of this package, put into the page whole; all words go in as data, never as markup.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

import numpy as np
import soundfile

from narrative_server.demo.files import BEAT_FILE, BeatFiles
from narrative_server.demo.story import DemoBeat
from narrative_server.demo.terminal import describe_timings, emotion_name
from narrative_server.testing.played_beat import PlayedBeat, Target, cue_target
from narrative_server.v1 import beat_pb2 as pb

PAGE_FILE: Final = "index.html"
MARK: Final = "narrative-server demo"
"""Stands in every page of this demo, so that a later run knows that the folder is its own."""

_STYLES: Final = ("page.css",)
_SCRIPTS: Final = ("stage.js", "timeline.js", "player.js")
_PEAKS: Final = 48


@dataclass(frozen=True)
class PageBeat:
    """A beat with all that the page needs of it."""

    told: DemoBeat
    played: PlayedBeat
    files: BeatFiles


def build_page(title: str, made_with: str, beats: Sequence[PageBeat]) -> str:
    """The whole page as HTML. made_with: one line about the server."""
    folder = resources.files("narrative_server.demo") / "page"

    def read(names: Sequence[str]) -> str:
        return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)

    data = {"title": title, "made_with": made_with, "beats": [_beat_data(beat) for beat in beats]}
    # Inside a script element only "<" could end it early.
    embedded = json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    page = read(["index.html"])
    for slot, text in (("/*STYLE*/", read(_STYLES)), ("/*SCRIPT*/", read(_SCRIPTS)), ("/*DATA*/", embedded)):
        page = page.replace(slot, text, 1)
    return page


def _beat_data(beat: PageBeat) -> dict[str, Any]:
    played, told = beat.played, beat.told
    timeline = played.timeline or pb.Timeline()
    starts: dict[Target, int] = {cue_target(timed.cue): timed.start_ms for timed in timeline.timed_cues}
    finished = played.finished or pb.BeatFinished()
    return {
        "title": told.title,
        "event": told.event,
        "place": told.place,
        "player_line": told.player_line,
        "mood": {"emotion": emotion_name(played.plan.mood.emotion), "intensity": round(played.plan.mood.intensity, 2)},
        "timings": describe_timings(finished),
        "total_ms": timeline.total_ms,
        "narrations": played.narrations,
        "json": _link(beat, BEAT_FILE),
        "scene": _link(beat, beat.files.scene),
        "stage": _stage_data(played),
        "background": _background_data(beat, starts),
        "sprites": _sprite_data(beat, starts),
        "lines": _line_data(played, starts),
        "sounds": _sound_data(beat, starts),
        "warnings": list(dict.fromkeys(warning.message for warning in played.warnings)),
    }


def _link(beat: PageBeat, name: str) -> str:
    return f"{beat.files.folder.name}/{name}" if name else ""


def _stage_data(played: PlayedBeat) -> dict[str, int]:
    staging = played.staging or pb.Staging(width_px=160, height_px=96, ground_y_px=67)
    return {"width": staging.width_px, "height": staging.height_px, "ground": staging.ground_y_px}


def _background_data(beat: PageBeat, starts: dict[Target, int]) -> dict[str, Any] | None:
    ready = beat.played.background
    if ready is None:
        return None
    start_ms = starts.get(("background", ready.key), 0)
    return {"src": _link(beat, beat.files.background), "text": ready.picture.text, "start_ms": start_ms}


def _sprite_data(beat: PageBeat, starts: dict[Target, int]) -> list[dict[str, Any]]:
    sprites = []
    for placement in beat.played.staging.placements if beat.played.staging else ():
        ready = beat.played.sprites.get(placement.sprite_key)
        if ready is None:
            continue
        sprites.append(
            {
                "src": _link(beat, beat.files.sprites[ready.key]),
                "name": ready.character,
                "text": ready.picture.text,
                "start_ms": starts.get(("sprite", ready.key), 0),
                "width": ready.picture.width_px,
                "height": ready.picture.height_px,
                "pivot_x": ready.picture.pivot_x,
                "pivot_y": ready.picture.pivot_y,
                "x": placement.x_px,
                "y": placement.y_px,
                "scale": placement.scale,
                "mirrored": placement.mirrored,
            }
        )
    return sprites


def _line_data(played: PlayedBeat, starts: dict[Target, int]) -> list[dict[str, Any]]:
    return [
        {
            "speaker": line.speaker,
            "emotion": emotion_name(line.emotion),
            "text": line.text,
            "start_ms": starts.get(("line", str(line.index)), 0),
            "duration_ms": line.duration_ms,
        }
        for line in played.lines
    ]


def _sound_data(beat: PageBeat, starts: dict[Target, int]) -> list[dict[str, Any]]:
    return [
        {
            "src": _link(beat, beat.files.sounds[key]),
            "text": ready.sound.text,
            "start_ms": starts.get(("sound", key), 0),
            "duration_ms": ready.sound.duration_ms,
            "peaks": peaks(ready.sound.data),
        }
        for key, ready in beat.played.sounds.items()
    ]


def peaks(wav: bytes, count: int = _PEAKS) -> list[float]:
    """The outline of a WAV file: the highest absolute sample of each of `count` equal parts, 0..1 of the whole's."""
    samples, _ = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    loud = np.abs(samples).max(axis=1)  # (samples,)
    highest = max(float(loud.max(initial=0.0)), 1e-9)
    parts = np.array_split(loud, count)
    return [round(float(part.max(initial=0.0)) / highest, 3) for part in parts]
