"""Writes a played beat as files: its events as JSON, each picture and sound, and the scene put together."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from google.protobuf.json_format import MessageToDict

from narrative_server.demo.scene import SceneSprite, compose_scene, enlarge
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.media import decode_picture

SCENE_FILE: Final = "scene.png"
BEAT_FILE: Final = "beat.json"
BACKGROUND_FILE: Final = "background.png"
_SCENE_WIDTH_PX: Final = 1280
_LONGEST_NAME: Final = 40


@dataclass
class BeatFiles:
    """Where a beat's files are: names within its folder, by the keys of the plan."""

    folder: Path
    background: str = ""
    sprites: dict[str, str] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)
    scene: str = ""

    @property
    def names(self) -> dict[str, str]:
        """File names of all media by key."""
        return self.sprites | self.sounds


def write_beat(folder: Path, beat: PlayedBeat) -> BeatFiles:
    """Write `beat` into the new folder `folder`; what is missing in it is left out. Raises OSError."""
    folder.mkdir(parents=True)
    files = BeatFiles(folder)
    sprites = _write_pictures(files, beat)
    for key, ready in beat.sounds.items():
        files.sounds[key] = _free_name(f"sound-{slug(ready.sound.text)}", ".wav", files.names)
        (folder / files.sounds[key]).write_bytes(ready.sound.data)
    if beat.staging is not None:
        background = decode_picture(beat.background.picture) if beat.background else None
        scene = compose_scene(background, sprites, beat.staging)
        files.scene = SCENE_FILE
        enlarge(scene, max(1, _SCENE_WIDTH_PX // scene.width)).save(folder / SCENE_FILE)
    text = json.dumps(_as_json(beat, files), ensure_ascii=False, indent=2)
    (folder / BEAT_FILE).write_text(text + "\n", encoding="utf-8")
    return files


def _write_pictures(files: BeatFiles, beat: PlayedBeat) -> dict[str, SceneSprite]:
    if beat.background is not None:
        files.background = BACKGROUND_FILE
        decode_picture(beat.background.picture).save(files.folder / BACKGROUND_FILE)
    sprites = {}
    for key, ready in beat.sprites.items():
        files.sprites[key] = _free_name(f"sprite-{slug(ready.character or ready.picture.text)}", ".png", files.names)
        image = decode_picture(ready.picture)
        image.save(files.folder / files.sprites[key])
        sprites[key] = SceneSprite(image, ready.picture.pivot_x, ready.picture.pivot_y)
    return sprites


def slug(text: str) -> str:
    """`text` as a part of a file name that every system accepts: a-z, 0-9 and -, up to 40 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].rstrip("-") or "unnamed"


def _free_name(stem: str, suffix: str, taken: dict[str, str]) -> str:
    name, count = stem + suffix, 1
    while name in taken.values():
        count += 1
        name = f"{stem}-{count}{suffix}"
    return name


def _as_json(beat: PlayedBeat, files: BeatFiles) -> dict[str, Any]:
    """The request and the events as protobuf JSON; bytes of media are replaced by the names of their files."""
    events = []
    for event in beat.events:
        told: dict[str, Any] = MessageToDict(event, preserving_proto_field_name=True)
        for kind, medium, name in (
            ("background", "picture", files.background),
            ("sprite", "picture", files.sprites.get(event.sprite.key, "")),
            ("sound", "sound", files.sounds.get(event.sound.key, "")),
        ):
            if kind in told:
                told[kind][medium]["data"] = name
        events.append(told)
    request = MessageToDict(beat.request, preserving_proto_field_name=True) if beat.request else {}
    return {"request": request, "events": events}
