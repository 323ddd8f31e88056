"""The image worker's service: checks a request, draws, finishes, encodes. Knows nothing of gRPC or sessions.

A model that cannot be loaded fails only its own kind of picture, so that sprites outlive damaged backgrounds.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from narrative_server.devices import choose_device
from narrative_server.errors import FieldViolation, InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.images.choosing import Choice, Chooser, candidate_seeds
from narrative_server.images.engine import PictureEngine
from narrative_server.images.finishing import finish_background, finish_sprite
from narrative_server.images.polish import (
    BACKGROUND_COLOURS,
    SPRITE_COLOURS,
    Polished,
    as_pixel_art,
    polish_background,
    polish_faults,
    polish_sprite,
)
from narrative_server.images.scenery import TAGS
from narrative_server.images.types import (
    BACKGROUND_HEIGHT_PX,
    BACKGROUND_WIDTH_PX,
    ENCODINGS,
    GROUND_Y,
    MAX_BACKGROUND_WIDTH_PX,
    MAX_CANDIDATES,
    MAX_SPRITE_SIDE_PX,
    SPRITE_SIDE_PX,
    ImageConfig,
    Picture,
    PictureRequest,
    PictureVariants,
)
from narrative_server.models.catalogue import find_model, model_path, repair_command
from narrative_server.semantics.choosing import bounded
from narrative_server.semantics.shared_embedding import MODEL_NAME, TRAIN_COMMAND, SharedEmbedding
from narrative_server.semantics.views import view_background, view_sprite
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)

EMBEDDING_SHAPE: Final = (384,)
_MAX_SEED: Final = 2**63 - 1


@dataclass(frozen=True)
class _Format:
    """Smallest size of a kind of picture and the largest whole factor."""

    width_px: int
    height_px: int
    max_factor: int


_SPRITE = _Format(SPRITE_SIDE_PX, SPRITE_SIDE_PX, MAX_SPRITE_SIDE_PX // SPRITE_SIDE_PX)
_BACKGROUND = _Format(BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX, MAX_BACKGROUND_WIDTH_PX // BACKGROUND_WIDTH_PX)


class ImageService:
    """Draws sprites and backgrounds."""

    def __init__(self, config: ImageConfig) -> None:
        """Load both models. Raises ModelMissing or ModelCorrupt when neither can be used."""
        if config.threads:
            torch.set_num_threads(config.threads)
        self._engines = {
            "sprites": _load("sprites", config.sprites_folder, config),
            "backgrounds": _load("backgrounds", config.backgrounds_folder, config),
        }
        failed = [engine for engine in self._engines.values() if not isinstance(engine, PictureEngine)]
        if len(failed) == len(self._engines):
            raise failed[0]
        self._config = config
        self._chooser = _load_chooser(config)

    def sprite(self, payload: PictureRequest, cancel: CancelToken) -> Picture:
        """Draw a sprite: hard alpha, mood as a grade on the same picture, pivot where it stands.

        Raises InvalidRequest, ModelMissing, ModelCorrupt, Cancelled.
        """
        factor = check_request(payload, _SPRITE)
        drawn = self._draw_sprites(payload, self._candidates(payload, self._config.sprite_candidates), cancel)
        choice = Choice(0, None)
        if self._chooser is not None:
            choice = self._chooser.choose(payload.embedding, [view_sprite(picture) for picture in drawn])
        return _sprite(drawn[choice.index], payload, factor, choice.score)

    def sprite_variants(self, payload: PictureVariants, cancel: CancelToken) -> list[Picture]:
        """Draw a sprite for each seed. Raises what `sprite` raises."""
        request = payload.request
        factor = check_variants(payload, _SPRITE)
        drawn = self._draw_sprites(request, payload.noise_seeds, cancel)
        scores = self._scores(request, [view_sprite(picture) for picture in drawn])
        cancel.check()
        return [_sprite(picture, request, factor, score) for picture, score in zip(drawn, scores, strict=True)]

    def background(self, payload: PictureRequest, cancel: CancelToken) -> Picture:
        """Draw a background: the mood as a grade on the same picture.

        Raises InvalidRequest, ModelMissing, ModelCorrupt, Cancelled.
        """
        factor = check_request(payload, _BACKGROUND)
        drawn = self._draw_backgrounds(payload, self._candidates(payload, self._config.background_candidates), cancel)
        choice = Choice(0, None)
        if self._chooser is not None:
            choice = self._chooser.choose(payload.embedding, [view_background(picture) for picture in drawn])
        return _background(drawn[choice.index], payload, factor, choice.score)

    def background_variants(self, payload: PictureVariants, cancel: CancelToken) -> list[Picture]:
        """Draw a background for each seed. Raises what `background` raises."""
        request = payload.request
        factor = check_variants(payload, _BACKGROUND)
        drawn = self._draw_backgrounds(request, payload.noise_seeds, cancel)
        scores = self._scores(request, [view_background(picture) for picture in drawn])
        cancel.check()
        return [_background(picture, request, factor, score) for picture, score in zip(drawn, scores, strict=True)]

    def _draw_sprites(
        self, request: PictureRequest, noise_seeds: Sequence[int], cancel: CancelToken
    ) -> list[NDArray[np.uint8]]:
        return [finish_sprite(grid) for grid in self._grids("sprites", request, noise_seeds, cancel)]

    def _draw_backgrounds(
        self, request: PictureRequest, noise_seeds: Sequence[int], cancel: CancelToken
    ) -> list[NDArray[np.uint8]]:
        return [finish_background(grid) for grid in self._grids("backgrounds", request, noise_seeds, cancel)]

    def _grids(
        self, kind: str, request: PictureRequest, noise_seeds: Sequence[int], cancel: CancelToken
    ) -> NDArray[np.float32]:
        engine = self._engine(kind)
        cancel.check()
        grids = engine.draw_each(request.embedding, noise_seeds, request.subject, request.scenery)
        cancel.check()
        return grids

    def _candidates(self, request: PictureRequest, usual: int) -> list[int]:
        """Seeds of what to choose from: the request's own alone where nothing can choose."""
        return candidate_seeds(request.noise_seed, (request.candidates or usual) if self._chooser else 1)

    def _scores(self, request: PictureRequest, views: list[NDArray[np.float32]]) -> list[float | None]:
        if self._chooser is None:
            return [None] * len(views)
        return [bounded(score) for score in self._chooser.scores(request.embedding, views)]

    def _engine(self, kind: str) -> PictureEngine:
        engine = self._engines[kind]
        if isinstance(engine, PictureEngine):
            return engine
        raise engine


def check_variants(wanted: PictureVariants, form: _Format) -> int:
    """The whole factor of enlargement. Raises InvalidRequest with every fault found."""
    count, seeds = len(wanted.noise_seeds), wanted.noise_seeds
    faults = []
    if not 1 <= count <= MAX_CANDIDATES:
        faults.append(FieldViolation("noise_seeds", f"has {count}", f"1 to {MAX_CANDIDATES}"))
    if not all(0 <= seed <= _MAX_SEED for seed in seeds):
        faults.append(FieldViolation("noise_seeds", "has one that is out of range", "0 to 2^63-1 each"))
    return check_request(wanted.request, form, faults)


def check_request(request: PictureRequest, form: _Format, known: Sequence[FieldViolation] = ()) -> int:
    """The whole factor of enlargement. Raises InvalidRequest with every fault found, those `known` among them."""
    faults = list(known)
    factor, rest = divmod(request.width_px, form.width_px)
    if rest or not 1 <= factor <= form.max_factor:
        legal = f"a multiple of {form.width_px} from {form.width_px} to {form.width_px * form.max_factor}"
        faults.append(FieldViolation("width_px", f"is {request.width_px}", legal))
    elif request.height_px != factor * form.height_px:
        legal = f"{factor * form.height_px} for this width_px"
        faults.append(FieldViolation("height_px", f"is {request.height_px}", legal))
    if request.encoding not in ENCODINGS:
        faults.append(FieldViolation("encoding", f"is {request.encoding!r}", " or ".join(ENCODINGS)))
    faults += polish_faults(request.finish, request.colours, factor)
    if not 0 <= request.candidates <= MAX_CANDIDATES:
        faults.append(FieldViolation("candidates", f"is {request.candidates}", f"0 to {MAX_CANDIDATES}"))
    if not 0 <= request.noise_seed <= _MAX_SEED:
        faults.append(FieldViolation("noise_seed", f"is {request.noise_seed}", "0 to 2^63-1"))
    faults += _embedding_faults("embedding", request.embedding)
    if request.subject is not None:
        faults += _embedding_faults("subject", request.subject)
    if request.scenery is not None:
        faults += _scenery_faults(request.scenery)
    if faults:
        raise InvalidRequest(faults)
    return factor


def _embedding_faults(field: str, value: NDArray[np.float32]) -> list[FieldViolation]:
    if value.shape != EMBEDDING_SHAPE:
        return [FieldViolation(field, f"has shape {value.shape}", "(384,)")]
    return [] if np.isfinite(value).all() else [FieldViolation(field, "is not finite", "finite numbers")]


def _scenery_faults(value: NDArray[np.float32]) -> list[FieldViolation]:
    if value.shape != (len(TAGS),):
        return [FieldViolation("scenery", f"has shape {value.shape}", f"({len(TAGS)},)")]
    fine = bool(((value >= 0) & (value <= 1)).all())
    return [] if fine else [FieldViolation("scenery", "has an entry out of range", "0 to 1 each")]


def _load(kind: str, folder: Path | None, config: ImageConfig) -> PictureEngine | ModelMissing | ModelCorrupt:
    command = f"narrative-server train {kind}" if folder else repair_command(find_model(kind))
    try:
        chosen = folder if folder is not None else model_path(kind)
        engine = PictureEngine(chosen, kind, command, config.device, config.truncation, config.guidance)
        known = engine.tag_count
        if known not in (0, len(TAGS)):
            raise ModelCorrupt(
                kind, f"its references have {known} tags; {len(TAGS)} are known: {', '.join(TAGS)}", command
            )
        return engine
    except (ModelMissing, ModelCorrupt) as error:
        log.error("%s", error)
        return error


def _load_chooser(config: ImageConfig) -> Chooser | None:
    """None when it cannot be used: pictures are then drawn without a choice, and the log tells."""
    folder = config.embedding_folder
    command = TRAIN_COMMAND if folder else repair_command(find_model(MODEL_NAME))
    try:
        chosen = folder if folder is not None else model_path(MODEL_NAME)
        return Chooser(SharedEmbedding(chosen, command, choose_device(config.device, "images.device")))
    except (ModelMissing, ModelCorrupt) as error:
        log.error("pictures are drawn without choosing among candidates: %s", error)
        return None


def _sprite(drawn: NDArray[np.uint8], request: PictureRequest, factor: int, score: float | None) -> Picture:
    polished = polish_sprite(as_pixel_art(drawn, SPRITE_COLOURS), request.mood, request.colours, request.finish, factor)
    return _picture(polished, request.encoding, None, score)


def _background(drawn: NDArray[np.uint8], request: PictureRequest, factor: int, score: float | None) -> Picture:
    polished = polish_background(
        as_pixel_art(drawn, BACKGROUND_COLOURS), request.mood, request.colours, request.finish, factor
    )
    return _picture(polished, request.encoding, GROUND_Y, score)


def _picture(polished: Polished, encoding: str, ground_y: float | None, score: float | None) -> Picture:
    height_px, width_px = polished.picture.shape[:2]
    return Picture(
        data=_encode(polished.picture, encoding),
        encoding=encoding,
        width_px=width_px,
        height_px=height_px,
        ground_y=ground_y,
        facing="unknown",
        pivot_x=polished.pivot_x,
        pivot_y=polished.pivot_y,
        trim_left_px=polished.left_px,
        trim_top_px=polished.top_px,
        score=score,
    )


def _encode(picture: NDArray[np.uint8], encoding: str) -> bytes:
    """(H, W, 3 or 4) to a PNG file or to bytes, RGBA in both."""
    if picture.shape[2] == 3:
        opaque = np.full((*picture.shape[:2], 1), 255, dtype=np.uint8)
        picture = np.concatenate((picture, opaque), axis=2)
    if encoding != "png":
        return picture.tobytes()
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()
