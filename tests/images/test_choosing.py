from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig, InvalidRequest
from narrative_server.images.choosing import Chooser, candidate_seeds
from narrative_server.images.service import ImageService
from narrative_server.images.types import ImageConfig, PictureRequest
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.semantics.shared_embedding import EmbeddingFacts, SharedEmbedding, pack_embedding
from narrative_server.semantics.towers import PictureTower, PictureTowerConfig, TextHead, TextHeadConfig
from narrative_server.workers.cancel import CancelToken


@pytest.fixture(scope="module")
def embedding_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained embedding: it prefers something, always the same."""
    folder = tmp_path_factory.mktemp("embedding")
    torch.manual_seed(3)
    head, tower = TextHead(TextHeadConfig(hidden=16)), PictureTower(PictureTowerConfig((8, 16)))
    for name, data in pack_embedding(head, tower, EmbeddingFacts(10.0, -5.0, {}, {})).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def config(weights: Path, embedding_folder: Path) -> ImageConfig:
    return ImageConfig(
        weights / "sprites",
        weights / "backgrounds",
        device="cpu",
        embedding_folder=embedding_folder,
        sprite_candidates=4,
        background_candidates=3,
    )


@pytest.fixture(scope="module")
def service(config: ImageConfig) -> ImageService:
    return ImageService(config)


@pytest.fixture
def wish(embedding: NDArray[np.float32]) -> PictureRequest:
    return PictureRequest(embedding, Mood("neutral"), 11, 32, 32, "rgba32")


@pytest.fixture
def place(wish: PictureRequest) -> PictureRequest:
    return dataclasses.replace(wish, width_px=160, height_px=96)


def test_the_candidates_of_a_seed_stay_when_more_are_drawn() -> None:
    assert candidate_seeds(7, 1) == [7]
    assert candidate_seeds(7, 6)[:3] == candidate_seeds(7, 3)
    assert len(set(candidate_seeds(7, 64) + candidate_seeds(8, 64))) == 128


def test_the_view_with_the_largest_cosine_is_chosen(embedding_folder: Path, embedding: NDArray[np.float32]) -> None:
    shared = SharedEmbedding(embedding_folder, "train")
    views = list(np.random.default_rng(1).uniform(-1, 1, (6, 3, 32, 32)).astype(np.float32))
    cosines = shared.embed_pictures(views) @ shared.embed_texts(embedding[None])[0]
    choice = Chooser(shared).choose(embedding, views)
    assert choice.index == int(np.argmax(cosines))
    assert choice.score == pytest.approx(float(cosines.max()), abs=5e-3)
    assert Chooser(shared).choose(embedding, [views[2]] * 3).index == 0


@pytest.mark.parametrize("kind", ["sprite", "background"])
def test_the_best_of_the_candidates_is_drawn(
    service: ImageService, wish: PictureRequest, place: PictureRequest, kind: str
) -> None:
    asked, draw = (wish, service.sprite) if kind == "sprite" else (place, service.background)
    seeds = candidate_seeds(asked.noise_seed, 8)
    alone = [draw(dataclasses.replace(asked, noise_seed=seed, candidates=1), CancelToken()) for seed in seeds]
    chosen = draw(dataclasses.replace(asked, candidates=8), CancelToken())
    best = max(alone, key=lambda picture: picture.score or -1.0)
    assert chosen.score == pytest.approx(best.score, abs=2e-3)  # a batch may round otherwise than one alone
    shown, expected = (np.frombuffer(one.data, dtype=np.uint8).astype(int) for one in (chosen, best))
    assert np.abs(shown - expected).max() <= 1


def test_equal_requests_choose_the_same_bytes_in_a_fresh_service(
    config: ImageConfig, service: ImageService, wish: PictureRequest, place: PictureRequest
) -> None:
    first = service.sprite(wish, CancelToken()), service.background(place, CancelToken())
    fresh = ImageService(config)
    assert (fresh.sprite(wish, CancelToken()), fresh.background(place, CancelToken())) == first


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_mood_never_changes_which_candidate_is_shown(
    service: ImageService, wish: PictureRequest, place: PictureRequest, emotion: str
) -> None:
    mood = Mood(emotion, 1.0)
    calm, felt = (service.sprite(dataclasses.replace(wish, mood=one), CancelToken()) for one in (Mood(), mood))
    alpha = [np.frombuffer(one.data, dtype=np.uint8)[3::4] for one in (calm, felt)]
    np.testing.assert_array_equal(*alpha)
    assert calm.score == felt.score
    places = [service.background(dataclasses.replace(place, mood=one), CancelToken()) for one in (Mood(), mood)]
    assert places[0].score == places[1].score


def test_neither_size_nor_colours_change_which_candidate_is_shown(service: ImageService, wish: PictureRequest) -> None:
    small = service.sprite(wish, CancelToken())
    large = service.sprite(dataclasses.replace(wish, width_px=64, height_px=64), CancelToken())
    few = service.sprite(dataclasses.replace(wish, colours=3), CancelToken())
    assert small.score == large.score == few.score
    shown = np.frombuffer(small.data, dtype=np.uint8).reshape(32, 32, 4)
    np.testing.assert_array_equal(np.frombuffer(large.data, dtype=np.uint8).reshape(64, 64, 4)[::2, ::2], shown)


def test_without_the_embedding_pictures_are_drawn_and_the_log_tells(
    config: ImageConfig, wish: PictureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        service = ImageService(dataclasses.replace(config, embedding_folder=tmp_path))
    assert "narrative-server train embedding" in caplog.text
    picture = service.sprite(wish, CancelToken())
    assert picture.score is None
    assert picture.data


@pytest.mark.parametrize("count", [-1, 65])
def test_an_illegal_number_of_candidates_names_the_field(
    service: ImageService, wish: PictureRequest, count: int
) -> None:
    with pytest.raises(InvalidRequest, match="candidates"):
        service.sprite(dataclasses.replace(wish, candidates=count), CancelToken())
    with pytest.raises(InvalidConfig, match=r"images\.sprite_candidates"):
        ImageConfig(sprite_candidates=count)
