from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.semantics.item_words import PLACES_FILE, ItemWords, load_words, pack_words
from narrative_server.semantics.picture_reader import PictureReader
from narrative_server.semantics.service import SemanticsService
from narrative_server.semantics.shared_embedding import EmbeddingFacts, pack_embedding
from narrative_server.semantics.towers import PictureTower, PictureTowerConfig, TextHead, TextHeadConfig
from narrative_server.semantics.types import AnalyzeRequest, PictureFile, PlaceRequest, SemanticsConfig
from narrative_server.workers.cancel import CancelToken

WORDS = ("ghost", "goblin", "desert", "swamp")


def unit_rows(n: int, size: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(n).standard_normal((n, size)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    head, tower = TextHead(TextHeadConfig(hidden=16)), PictureTower(PictureTowerConfig((8, 16)))
    more = {PLACES_FILE: pack_words(WORDS, unit_rows(4, 256))}
    for name, data in pack_embedding(head, tower, EmbeddingFacts(10.0, -5.0, {}, {}), more).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def reader(folder: Path) -> PictureReader:
    return PictureReader(folder, "train")


def sprite() -> NDArray[np.uint8]:
    picture = np.zeros((32, 32, 4), dtype=np.uint8)
    picture[10:30, 8:20] = (200, 30, 30, 255)
    return picture


def png(picture: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_read_with_its_size_medium_and_visible_box(reader: PictureReader) -> None:
    seen = reader.read(PictureFile(png(sprite())))
    assert (seen.width_px, seen.height_px, seen.medium) == (32, 32, "sprite")
    assert seen.visible == (8, 10, 20, 30)
    assert np.linalg.norm(seen.place) == pytest.approx(1.0, rel=1e-5)
    assert set(seen.keywords) <= set(WORDS)


def test_a_png_file_and_raw_bytes_of_one_picture_lie_at_one_place(reader: PictureReader) -> None:
    raw = PictureFile(sprite().tobytes(), "rgba32", 32, 32, "sprite")
    np.testing.assert_array_equal(reader.place_picture(raw), reader.place_picture(PictureFile(png(sprite()))))


def test_the_medium_that_is_told_comes_before_what_the_pixels_say(reader: PictureReader) -> None:
    data = png(sprite())
    places = [reader.place_picture(PictureFile(data, medium=medium)) for medium in ("", "sprite", "background")]
    np.testing.assert_array_equal(places[0], places[1])
    assert not np.array_equal(places[1], places[2])


@pytest.mark.parametrize(
    "file",
    [
        PictureFile(b"1234", "rgba32", 1, 2, field="data"),
        PictureFile(b"", "rgba32", 0, 0, field="data"),
        PictureFile(bytes(4), "jpeg", 1, 1, field="data"),
    ],
)
def test_raw_bytes_that_do_not_fit_their_size_are_refused(reader: PictureReader, file: PictureFile) -> None:
    with pytest.raises(InvalidRequest, match=r"^data has"):
        reader.read(file)


def test_the_nearest_words_come_first_and_none_says_the_same_twice() -> None:
    places = np.eye(4, 256, dtype=np.float32)
    places[1] = 0.95 * places[0] + (1 - 0.95**2) ** 0.5 * places[3]
    words = ItemWords(WORDS, places)
    wanted = np.zeros(256, np.float32)
    wanted[[0, 2, 3]] = (0.8, 0.5, 0.1)
    assert words.nearest(wanted, 4) == ("ghost", "desert")  # goblin says what ghost does, swamp fits too badly
    assert words.nearest(wanted, 1) == ("ghost",)
    assert words.nearest(-wanted, 4) == ()


def test_words_are_packed_and_loaded(folder: Path) -> None:
    checksums = json.loads((folder / "config.json").read_text(encoding="utf-8"))["sha256"]
    words = load_words(folder, checksums, "train")
    assert words.words == WORDS
    np.testing.assert_allclose(words.places, unit_rows(4, 256), atol=1e-3)


def test_missing_and_damaged_words_are_told(folder: Path) -> None:
    (folder / PLACES_FILE).write_bytes(b"torn")
    with pytest.raises(ModelCorrupt, match=r"words\.safetensors"):
        PictureReader(folder, "train")
    (folder / PLACES_FILE).unlink()
    with pytest.raises(ModelMissing, match="train"):
        PictureReader(folder, "train")


@pytest.mark.models
def test_the_service_places_texts_and_pictures_together_and_reads_moods(folder: Path) -> None:
    service, token = SemanticsService(SemanticsConfig(embedding_dir=folder)), CancelToken()
    file = PictureFile(png(sprite()))
    places = service.place(PlaceRequest(("a ghost", "a swamp"), (file,)), token)
    assert places.rows.shape == (3, 256)
    assert service.place(PlaceRequest(), token).rows.shape == (0, 256)
    seen = service.analyze_picture(file, token)
    assert seen.space == places.space
    np.testing.assert_array_equal(seen.place, places.rows[2])
    assert sum(seen.scores.values()) == pytest.approx(1.0)
    text = service.analyze(AnalyzeRequest("a ghost"), token)
    assert text.place is not None
    np.testing.assert_array_equal(text.place, places.rows[0])


@pytest.mark.models
def test_without_the_embedding_texts_are_still_read(tmp_path: Path) -> None:
    service, token = SemanticsService(SemanticsConfig(embedding_dir=tmp_path)), CancelToken()
    assert service.analyze(AnalyzeRequest("a ghost"), token).place is None
    with pytest.raises(ModelMissing, match="narrative-server train embedding"):
        service.place(PlaceRequest(("a ghost",)), token)


@pytest.mark.models
def test_the_packaged_embedding_finds_the_word_for_a_tile_like_picture() -> None:
    service, token = SemanticsService(SemanticsConfig()), CancelToken()
    night = np.full((96, 160, 4), 255, dtype=np.uint8)
    night[..., :3] = (12, 14, 40)
    places = service.place(PlaceRequest(("night sky", "snowfield"), (PictureFile(png(night)),)), token).rows
    assert places[0] @ places[2] > places[1] @ places[2]
