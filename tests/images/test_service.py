from __future__ import annotations

import dataclasses
import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from narrative_server.errors import InvalidConfig, InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.images.engine import PictureEngine
from narrative_server.images.service import ImageService
from narrative_server.images.types import ImageConfig, PictureRequest, PictureVariants
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.workers.cancel import Cancelled, CancelToken


@pytest.fixture(scope="session")
def service(weights: Path) -> ImageService:
    return ImageService(config_of(weights))


def config_of(weights: Path) -> ImageConfig:
    return ImageConfig(weights / "sprites", weights / "backgrounds", device="cpu")


@pytest.fixture
def wish(embedding: NDArray[np.float32]) -> PictureRequest:
    return PictureRequest(embedding, Mood("neutral"), 11, 64, 64, "rgba32")


@pytest.fixture
def place(wish: PictureRequest) -> PictureRequest:
    return dataclasses.replace(wish, width_px=320, height_px=192)


def pixels(data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    return np.frombuffer(data, dtype=np.uint8).reshape(height, width, 4)


def test_a_sprite_has_hard_alpha_whole_blocks_and_a_pivot_under_its_feet(
    service: ImageService, wish: PictureRequest
) -> None:
    picture = service.sprite(wish, CancelToken())
    shown = pixels(picture.data, 64, 64)
    assert set(np.unique(shown[..., 3])) <= {0, 255}
    assert (shown[shown[..., 3] == 0] == 0).all()
    np.testing.assert_array_equal(shown, shown[::2, ::2].repeat(2, 0).repeat(2, 1))
    lowest = np.nonzero(shown[..., 3].any(axis=1))[0].max() + 1
    assert picture.pivot_y == lowest / 64
    assert picture.facing == "unknown"
    assert picture.ground_y is None


def test_a_background_is_opaque_and_says_where_its_ground_is(service: ImageService, place: PictureRequest) -> None:
    picture = service.background(place, CancelToken())
    assert (pixels(picture.data, 320, 192)[..., 3] == 255).all()
    assert picture.ground_y == pytest.approx(0.7)


def test_png_and_raw_bytes_show_the_same_sprite(service: ImageService, wish: PictureRequest) -> None:
    raw = service.sprite(wish, CancelToken())
    png = service.sprite(dataclasses.replace(wish, encoding="png"), CancelToken())
    with Image.open(io.BytesIO(png.data)) as picture:
        np.testing.assert_array_equal(np.asarray(picture), pixels(raw.data, 64, 64))


def test_equal_requests_give_equal_bytes_whatever_was_drawn_between(
    weights: Path, service: ImageService, wish: PictureRequest, place: PictureRequest
) -> None:
    first = service.sprite(wish, CancelToken()), service.background(place, CancelToken())
    service.sprite(dataclasses.replace(wish, noise_seed=12), CancelToken())
    fresh = ImageService(config_of(weights))
    assert (fresh.sprite(wish, CancelToken()), fresh.background(place, CancelToken())) == first


def test_another_seed_gives_another_picture(service: ImageService, wish: PictureRequest) -> None:
    other = dataclasses.replace(wish, noise_seed=12)
    assert service.sprite(other, CancelToken()).data != service.sprite(wish, CancelToken()).data


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_mood_changes_a_sprites_colours_and_never_its_shape(
    service: ImageService, wish: PictureRequest, emotion: str
) -> None:
    calm = service.sprite(dataclasses.replace(wish, mood=Mood("neutral")), CancelToken())
    felt = service.sprite(dataclasses.replace(wish, mood=Mood(emotion, 1.0)), CancelToken())
    np.testing.assert_array_equal(pixels(felt.data, 64, 64)[..., 3], pixels(calm.data, 64, 64)[..., 3])
    assert (felt.data == calm.data) == (emotion == "neutral")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_mood_is_another_light_on_the_same_background(
    service: ImageService, place: PictureRequest, emotion: str
) -> None:
    calm, felt = (
        pixels(service.background(dataclasses.replace(place, mood=one), CancelToken()).data, 320, 192)
        for one in (Mood("neutral"), Mood(emotion, 1.0))
    )
    assert (felt == calm).all() == (emotion == "neutral")
    # Where two neighbours are of one colour, they are in every mood.
    assert not (np.diff(felt.astype(int), axis=1).any(axis=-1) & ~np.diff(calm.astype(int), axis=1).any(axis=-1)).any()


def test_a_background_has_as_few_colours_as_its_painted_examples(service: ImageService, place: PictureRequest) -> None:
    shown = pixels(service.background(place, CancelToken()).data, 320, 192)
    assert len(np.unique(shown.reshape(-1, 4), axis=0)) <= 48


def test_colours_are_limited_on_request(service: ImageService, wish: PictureRequest, place: PictureRequest) -> None:
    sprite = service.sprite(dataclasses.replace(wish, colours=5), CancelToken())
    shown = pixels(sprite.data, 64, 64)
    assert len(np.unique(shown[shown[..., 3] > 0], axis=0)) <= 5
    background = service.background(dataclasses.replace(place, colours=8), CancelToken())
    assert len(np.unique(pixels(background.data, 320, 192).reshape(-1, 4), axis=0)) <= 8


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("width_px", {"width_px": 0}),
        ("width_px", {"width_px": 33}),
        ("width_px", {"width_px": 544, "height_px": 544}),
        ("width_px", {"width_px": -32, "height_px": -32}),
        ("height_px", {"height_px": 32}),
        ("encoding", {"encoding": "jpeg"}),
        ("colours", {"colours": 1}),
        ("colours", {"colours": 65}),
        ("noise_seed", {"noise_seed": -1}),
        ("noise_seed", {"noise_seed": 2**63}),
        ("embedding", {"embedding": np.zeros(3, dtype=np.float32)}),
        ("embedding", {"embedding": np.full(384, np.nan, dtype=np.float32)}),
    ],
)
def test_an_illegal_request_names_the_field(
    service: ImageService, wish: PictureRequest, field: str, change: dict[str, object]
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.sprite(dataclasses.replace(wish, **change), CancelToken())
    assert [fault.field for fault in caught.value.violations] == [field]


@pytest.mark.parametrize("wrong", [np.zeros(3, np.float32), np.full(384, np.nan, np.float32)])
def test_what_is_subject_must_be_an_embedding(
    service: ImageService, wish: PictureRequest, wrong: NDArray[np.float32]
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.sprite(dataclasses.replace(wish, subject=wrong), CancelToken())
    assert [fault.field for fault in caught.value.violations] == ["subject"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (np.zeros(3, np.float32), "shape (3,)"),
        (np.full(10, np.nan), "out of range"),
        (np.full(10, 1.1), "out of range"),
    ],
)
def test_scenery_must_be_a_row_of_shares(
    service: ImageService, place: PictureRequest, wrong: NDArray[np.float32], told: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.background(dataclasses.replace(place, scenery=wrong), CancelToken())
    (fault,) = caught.value.violations
    assert fault.field == "scenery"
    assert told in fault.problem
    without = dataclasses.replace(place, scenery=np.zeros(10, np.float32))
    assert service.background(without, CancelToken()) == service.background(place, CancelToken())


def test_references_with_other_tags_than_are_asked_for_are_a_damaged_model(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PictureEngine, "tag_count", 3)
    with pytest.raises(ModelCorrupt, match=r"have 3 tags; 10 are known: night, .*, snow"):
        ImageService(config_of(weights))


def test_every_fault_is_named_at_once(service: ImageService, place: PictureRequest) -> None:
    bad = dataclasses.replace(place, width_px=161, encoding="gif", colours=-4)
    with pytest.raises(InvalidRequest) as caught:
        service.background(bad, CancelToken())
    assert {fault.field for fault in caught.value.violations} == {"width_px", "encoding", "colours"}


def test_a_cancelled_call_draws_nothing(service: ImageService, wish: PictureRequest) -> None:
    token = CancelToken()
    token.set()
    with pytest.raises(Cancelled):
        service.sprite(wish, token)


def test_a_damaged_model_fails_only_its_own_kind(weights: Path, tmp_path: Path, wish: PictureRequest) -> None:
    shutil.copytree(weights, tmp_path / "weights")
    (tmp_path / "weights" / "backgrounds" / "generator.safetensors").write_bytes(b"torn")
    service = ImageService(config_of(tmp_path / "weights"))
    assert service.sprite(wish, CancelToken()).data
    with pytest.raises(ModelCorrupt, match="narrative-server train backgrounds"):
        service.background(dataclasses.replace(wish, width_px=160, height_px=96), CancelToken())


def test_without_any_model_the_service_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="narrative-server train sprites"):
        ImageService(config_of(tmp_path))


@pytest.mark.parametrize(
    "change", [{"device": "tpu"}, {"truncation": 1.5}, {"guidance": 0.0}, {"guidance": float("nan")}, {"threads": -1}]
)
def test_illegal_settings_are_refused_by_name(change: dict[str, object]) -> None:
    with pytest.raises(InvalidConfig, match=rf"images\.{next(iter(change))}"):
        ImageConfig(**change)


def test_serving_imports_no_training() -> None:
    code = (
        "import sys, narrative_server.images.service\n"
        "training = ('trainer', 'steps', 'losses', 'augment', 'vae', 'painter', 'train', 'data')\n"
        "ours = ('narrative_server.gan', 'narrative_server.images')\n"
        "loaded = [name for name in sys.modules if name.startswith(ours)]\n"
        "print([name for name in loaded if name.rsplit('.', 1)[-1].startswith(training)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_requests_and_settings_import_no_torch() -> None:
    code = "import sys, narrative_server.images.types; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("kind", "mood"), [("sprite", "neutral"), ("background", "neutral"), ("background", "joy")])
def test_variants_are_what_their_seeds_give_alone(
    service: ImageService, wish: PictureRequest, place: PictureRequest, kind: str, mood: str
) -> None:
    request = dataclasses.replace(wish if kind == "sprite" else place, mood=Mood(mood), candidates=1)
    made = getattr(service, f"{kind}_variants")(PictureVariants(request, (11, 12, 2**63 - 1)), CancelToken())
    assert len({picture.data for picture in made}) == 3
    for picture, seed in zip(made, (11, 12, 2**63 - 1), strict=True):
        alone = getattr(service, kind)(dataclasses.replace(request, noise_seed=seed), CancelToken())
        shapes = [pixels(one.data, request.width_px, request.height_px).astype(int) for one in (picture, alone)]
        assert np.abs(shapes[0] - shapes[1]).mean() < 2  # together and alone differ by rounding
        assert picture.score == pytest.approx(alone.score, abs=0.02)


@pytest.mark.parametrize("seeds", [(), tuple(range(65)), (3, -1), (2**63,)])
def test_illegal_seeds_of_variants_are_refused_with_all_other_faults(
    service: ImageService, wish: PictureRequest, seeds: tuple[int, ...]
) -> None:
    for variants in (service.sprite_variants, service.background_variants):
        with pytest.raises(InvalidRequest) as caught:
            variants(PictureVariants(dataclasses.replace(wish, encoding="bmp", height_px=31), seeds), CancelToken())
        assert {fault.field for fault in caught.value.violations} >= {"noise_seeds", "encoding"}


def test_cancelled_variants_are_not_drawn(service: ImageService, wish: PictureRequest) -> None:
    cancel = CancelToken()
    cancel.set()
    with pytest.raises(Cancelled):
        service.sprite_variants(PictureVariants(wish, (1, 2)), cancel)
