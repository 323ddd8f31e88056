from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from narrative_server.demo.files import slug, write_beat
from narrative_server.testing.played_beat import PlayedBeat


def test_every_medium_of_a_beat_becomes_a_file(tmp_path: Path, played: PlayedBeat) -> None:
    files = write_beat(tmp_path / "1-door", played)
    names = {path.name for path in files.folder.iterdir()}
    assert {"beat.json", "background.png", "scene.png", "sprite-mira.png", "sprite-oldo.png"} <= names
    sounds = [name for name in names if name.endswith(".wav")]
    assert len(sounds) == len(played.sounds) > 0
    for key, name in files.sounds.items():
        assert (files.folder / name).read_bytes() == played.sounds[key].sound.data


def test_the_scene_is_the_stage_enlarged_by_a_whole_factor(tmp_path: Path, played: PlayedBeat) -> None:
    files = write_beat(tmp_path / "1", played)
    assert played.staging is not None
    with Image.open(files.folder / files.scene) as scene:
        factor = scene.width // played.staging.width_px
        assert scene.size == (played.staging.width_px * factor, played.staging.height_px * factor)
        assert scene.width == 1280


def test_beat_json_has_every_event_with_names_in_place_of_bytes(tmp_path: Path, played: PlayedBeat) -> None:
    files = write_beat(tmp_path / "1", played)
    told = json.loads((files.folder / "beat.json").read_text(encoding="utf-8"))
    assert len(told["events"]) == len(played.events)
    assert told["events"][0]["accepted"]["plan"]["present"] == ["Mira", "Oldo"]
    named = [event[kind][medium]["data"] for event in told["events"] for kind, medium in MEDIA if kind in event]
    assert sorted(named) == sorted([files.background, *files.names.values()])
    assert all((files.folder / name).is_file() for name in named)
    assert told["request"]["trigger"]["event"] == played.request.trigger.event  # type: ignore[union-attr]


MEDIA = (("background", "picture"), ("sprite", "picture"), ("sound", "sound"))


def test_two_things_of_one_name_get_two_files(tmp_path: Path, played: PlayedBeat) -> None:
    (first, *_) = played.sounds.values()
    played.sounds["another"] = first
    files = write_beat(tmp_path / "1", played)
    assert len(set(files.sounds.values())) == len(played.sounds)


def test_a_beat_without_media_is_written_too(tmp_path: Path, played: PlayedBeat) -> None:
    played.background, played.sprites, played.sounds = None, {}, {}
    files = write_beat(tmp_path / "1", played)
    assert {path.name for path in files.folder.iterdir()} == {"beat.json", "scene.png"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Mira", "mira"), ("Émile d'Or", "emile-d-or"), ("../../etc", "etc"), ("CON:", "con"), ("魔女", "unnamed")],
)
def test_a_slug_is_a_safe_name(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_a_slug_is_short() -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,40}", slug("very long words " * 20))
