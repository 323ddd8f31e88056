from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from narrative_server.errors import AlreadyExists, InvalidRequest, NotFound
from narrative_server.sounds.files import file_bytes
from narrative_server.sounds.types import ExaminedSound, SoundFile
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.library import Library
from narrative_server.story.limits import Limits
from narrative_server.story.store import SessionStore
from narrative_server.testing import ScriptedEngines
from narrative_server.testing.scripted_media import encode_picture
from narrative_server.testing.scripted_pictures import SPACE
from narrative_server.testing.scripted_sounds import SOUND_SPACE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MEDIA = ("background", "sprite")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SessionStore]:
    opened = await SessionStore.open(f"sqlite:///{(tmp_path / 'sessions.sqlite3').as_posix()}")
    yield opened
    await opened.close()


@pytest.fixture
def library(store: SessionStore) -> Library:
    return Library(ScriptedEngines(), store, Limits())


def picture(name: str, data: bytes = b"", medium: str = "sprite") -> PictureAsset:
    return PictureAsset(name, medium, "", name, 0, "neutral", "png", 8, 8, 0, data)  # type: ignore[arg-type]


def disc(colour: str) -> bytes:
    return encode_picture(Image.new("RGBA", (8, 8), colour), "png")


def toward(*axes: float) -> np.ndarray:
    row = np.zeros(256, np.float32)
    row[: len(axes)] = axes
    return row / np.linalg.norm(row)


async def test_the_nearest_places_are_found_first_and_of_equal_ones_the_smaller_id(store: SessionStore) -> None:
    for name, place in (("b", toward(1, 0)), ("a", toward(1, 0)), ("far", toward(-1, 0)), ("near", toward(1, 0.2))):
        await store.add_asset(picture(name), place, "one", NOW)
    found = await store.search_assets(toward(1, 0), "one", MEDIA, 10)
    assert [one.asset.id for one in found] == ["a", "b", "near", "far"]
    assert [one.score for one in found] == pytest.approx([1.0, 1.0, 0.98, -1.0], abs=2e-3)
    assert {one.session_id for one in found} == {""}
    assert {one.created_at for one in found} == {NOW}
    assert [one.asset.id for one in await store.search_assets(toward(1, 0), "one", MEDIA, 1, "a")] == ["b"]


async def test_places_of_another_model_are_as_good_as_missing(store: SessionStore) -> None:
    await store.add_asset(picture("a"), toward(1, 0), "old", NOW)
    assert await store.search_assets(toward(1, 0), "new", MEDIA, 10) == ()
    assert await store.place_of("a", "new") is None
    assert [one.id for one in await store.unplaced_pictures("new", 10)] == ["a"]
    await store.place_assets({"a": toward(0, 1), "gone": toward(1, 0)}, "new")
    assert await store.unplaced_pictures("new", 10) == ()
    kept = await store.place_of("a", "new")
    assert kept is not None
    np.testing.assert_allclose(kept, toward(0, 1), atol=1e-3)
    assert await store.search_assets(toward(1, 0), "old", MEDIA, 10) == ()


async def test_an_id_is_stored_once(store: SessionStore) -> None:
    await store.add_asset(picture("a"), toward(1), "one", NOW)
    with pytest.raises(AlreadyExists):
        await store.add_asset(picture("a", b"other"), toward(1), "one", NOW)


async def test_sounds_are_never_placed(store: SessionStore, library: Library) -> None:
    sound = SoundAsset("s", "", "bell", 0, "wav_pcm16", 10, 22050, 1, -1.0, -20.0, b"RIFF")
    await store.add_asset(sound, toward(1), "other", NOW)
    assert await library.find_by_text("bell", (), 0) == ()


async def test_a_search_places_what_has_no_place_and_the_next_one_computes_none(store: SessionStore) -> None:
    engines = ScriptedEngines()
    library = Library(engines, store, Limits())
    for index in range(20):
        colour = ("red", "green")[index % 2]
        await store.add_asset(picture(f"{colour} {index}", disc(colour)), toward(1), "old model", NOW)
    found = await library.find_by_text("red", (), 100)
    assert len(found) == 20
    assert all(one.asset.id.startswith("red") for one in found[:10])
    calls = engines.calls["semantics"].started
    assert await library.find_by_text("red", (), 100) == found
    assert engines.calls["semantics"].started == calls + 1


async def test_a_stored_picture_that_cannot_be_read_fits_nothing_and_ends_no_search(
    store: SessionStore, library: Library
) -> None:
    await store.add_asset(picture("broken", b"no picture"), toward(1), "old model", NOW)
    await store.add_asset(picture("ruby", disc("red")), toward(1), "old model", NOW)
    found = await library.find_by_text("red", (), 0)
    assert [one.asset.id for one in found] == ["ruby", "broken"]
    assert found[1].score == 0.0
    assert await store.unplaced_pictures(SPACE, 10) == ()


async def test_what_is_placed_before_an_engine_fails_is_kept(store: SessionStore) -> None:
    engines = ScriptedEngines()
    library = Library(engines, store, Limits())
    for index in range(40):
        await store.add_asset(picture(f"p{index:02}", disc("blue")), toward(1), "old model", NOW)
    place, calls = engines.place, 0

    async def failing(*arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls > 25:
            raise RuntimeError("gone")
        return await place(*arguments, **options)  # type: ignore[arg-type]

    engines.place = failing  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError):
        await library.find_by_text("blue", (), 0)
    assert len(await store.unplaced_pictures(SPACE, 100)) == 40 - 16


async def test_an_added_picture_has_a_score_for_its_words(library: Library) -> None:
    fits, _ = await library.add("red", "sprite", disc("red"))
    fits_less, _ = await library.add("purple", "sprite", disc("red"))
    assert fits.score == pytest.approx(1.0)
    assert fits_less.score is not None
    assert fits_less.score < 0.5


def beep() -> bytes:
    """0.2 s at 2 kHz: "high short" to the scripted engines."""
    return file_bytes(0.5 * np.sin(2 * np.pi * 2_000 * np.arange(4_410) / 22_050), 22_050, "wav_pcm16")


async def test_an_added_sound_has_a_score_for_its_words_and_is_placed_at_once(store: SessionStore) -> None:
    engines = ScriptedEngines()
    library = Library(engines, store, Limits())
    fits, _ = await library.add("high short", "sound", beep())
    fits_less, _ = await library.add("purple", "sound", beep())
    assert fits.score == pytest.approx(1.0)
    assert fits_less.score is not None
    assert fits_less.score < 0.5
    assert await store.unplaced_sounds(SOUND_SPACE, 10) == ()


async def test_a_sound_that_is_placed_by_another_embedding_than_words_has_no_score(store: SessionStore) -> None:
    engines = ScriptedEngines()
    examine = engines.examine_sound

    async def elsewhere(sound: SoundFile) -> ExaminedSound:
        return replace(await examine(sound), text_space="another")

    engines.examine_sound = elsewhere  # type: ignore[method-assign]
    added, _ = await Library(engines, store, Limits()).add("high short", "sound", beep())
    assert added.score is None


async def test_nothing_is_stored_of_a_bad_request(library: Library, store: SessionStore) -> None:
    for text, medium, data in (
        ("", "sprite", disc("red")),
        ("x", "dialogue", disc("red")),
        ("x", "sprite", b"x"),
        ("x", "sprite", beep()),
        ("", "sound", beep()),
        ("x", "dialogue", beep()),
        ("x", "sound", b"x"),
        ("x", "sound", disc("red")),
    ):
        with pytest.raises(InvalidRequest):
            await library.add(text, medium, data)
    assert await store.unplaced_pictures("any", 10) == ()
    assert await store.unplaced_sounds("any", 10) == ()
    with pytest.raises(NotFound):
        await library.find_by_asset("none", (), 0)
