from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from narrative_server.demo.files import write_beat
from narrative_server.demo.page import MARK, PageBeat, build_page, peaks
from narrative_server.demo.story import BEATS
from narrative_server.sounds.files import file_bytes
from narrative_server.testing.played_beat import PlayedBeat


@pytest.fixture
def beat(tmp_path: Path, played: PlayedBeat) -> PageBeat:
    return PageBeat(BEATS[0], played, write_beat(tmp_path / "1-the-bell-rings", played))


def data_of(page: str) -> dict:  # type: ignore[type-arg]
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_the_page_has_every_beat_with_its_lines_media_and_times(beat: PageBeat) -> None:
    (told,) = data_of(build_page("Story", "a server", [beat]))["beats"]
    played = beat.played
    assert [line["text"] for line in told["lines"]] == [line.text for line in played.lines]
    assert [line["start_ms"] for line in told["lines"]] == sorted(line["start_ms"] for line in told["lines"])
    assert {sprite["name"] for sprite in told["sprites"]} >= {"Mira", "Oldo"}
    assert told["total_ms"] == played.timeline.total_ms  # type: ignore[union-attr]
    assert told["mood"]["emotion"] == "fear"
    assert len(told["sounds"]) == len(played.sounds)


def test_every_link_of_the_page_is_a_file_beside_it(beat: PageBeat, tmp_path: Path) -> None:
    (told,) = data_of(build_page("Story", "a server", [beat]))["beats"]
    links = [told["json"], told["scene"], told["background"]["src"]]
    links += [medium["src"] for medium in (*told["sprites"], *told["sounds"])]
    assert all((tmp_path / link).is_file() for link in links)


def test_the_page_loads_nothing_from_elsewhere(beat: PageBeat) -> None:
    page = build_page("Story", "a server", [beat])
    addresses = set(re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"'<]*""", page))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of SVG's namespace, never fetched
    assert not re.search(r"<script[^>]+src=|<link|@import|url\(", page)
    assert not re.search(r"/\*(STYLE|SCRIPT|DATA)\*/", page)


def test_words_never_become_markup(beat: PageBeat) -> None:
    evil = "</script><script>alert(1)</script>"
    beat = replace(beat, told=replace(beat.told, title=evil))
    beat.played.lines[0].text = evil
    page = build_page(evil, evil, [beat])
    assert "<script>alert" not in page
    told = data_of(page)
    assert told["title"] == told["beats"][0]["title"] == told["beats"][0]["lines"][0]["text"] == evil


def test_the_page_is_marked_as_ours(beat: PageBeat) -> None:
    assert MARK in build_page("Story", "a server", [beat])


def test_a_beat_without_media_has_a_page_too(tmp_path: Path, played: PlayedBeat) -> None:
    played.background, played.sprites, played.sounds = None, {}, {}
    beat = PageBeat(BEATS[0], played, write_beat(tmp_path / "1", played))
    (told,) = data_of(build_page("Story", "a server", [beat]))["beats"]
    assert (told["background"], told["sprites"], told["sounds"]) == (None, [], [])


def test_peaks_outline_a_sound() -> None:
    samples = np.concatenate([np.full(100, 0.5), np.zeros(100), np.full(100, -0.25)]).astype(np.float32)
    assert peaks(file_bytes(samples, 22050, "wav_float32"), 3) == [1.0, 0.0, 0.5]
    silence = np.zeros(10, np.float32)
    assert peaks(file_bytes(silence, 22050, "wav_pcm16"), 4) == [0.0] * 4
