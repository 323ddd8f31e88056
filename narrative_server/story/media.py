"""Makes a beat's pictures and sounds from its plan: seeds, reuse of stored assets, sizes.

The noise of a picture comes from the story's seed and the picture's key, never from the beat's, so that a
character looks the same in every beat; sounds come from the beat's seed.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from narrative_server.images.scenery import wanted_scenery
from narrative_server.images.subject import with_subject
from narrative_server.images.types import Finish, StyleCode
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import Mood
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.engines import Embedding, Engines, MadePicture, MadeSound, PictureOrder, SoundOrder
from narrative_server.story.plan import SoundPlan
from narrative_server.story.request import PictureFormat, SoundFormat
from narrative_server.story.styles import StyleWish, settle_style

NATIVE_SIZE_PX = {"background": (160, 96), "sprite": (32, 32)}
NATIVE_SAMPLE_RATE_HZ = 22050

PictureMedium = Literal["background", "sprite"]


class AssetFinder(Protocol):
    """The part of the store that reuse needs."""

    async def find_asset(
        self,
        session_id: str,
        medium: str,
        key: str,
        emotion: str,
        encoding: str,
        width_px: int,
        height_px: int,
        colours: int,
        finish: str,
    ) -> PictureAsset | None:
        """The session's stored picture of exactly this kind, or None."""
        ...


def picture_size(medium: PictureMedium, wanted: PictureFormat) -> tuple[int, int]:
    """Width and height in pixels: the native size where unset; one side given alone fixes the other."""
    width, height = NATIVE_SIZE_PX[medium]
    factor = wanted.width_px // width or wanted.height_px // height or 1
    return width * factor, height * factor


def finish_key(wanted: PictureFormat) -> str:
    """Equal for formats that finish a picture alike, size, encoding and number of colours aside; "" for the default."""
    told = (wanted.palette, wanted.scaling, wanted.outline, wanted.trimmed, wanted.tiled)
    plain = PictureFormat()
    if told == (plain.palette, plain.scaling, plain.outline, plain.trimmed, plain.tiled):
        return ""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class MediaMaker:
    """Makes the media of one beat."""

    engines: Engines
    finder: AssetFinder | None
    session_id: str
    picture_seed: int
    sound_seed: int
    mood: Mood
    reuse: bool
    style: StyleWish

    async def picture(self, medium: PictureMedium, key: str, text: str, wanted: PictureFormat) -> PictureAsset:
        """Draw the picture of `key`, or take the stored one of the same key, emotion and size."""
        width_px, height_px = picture_size(medium, wanted)
        if self.reuse and self.finder is not None and self.session_id:
            stored = await self.finder.find_asset(
                self.session_id,
                medium,
                key,
                self.mood.emotion,
                wanted.encoding,
                width_px,
                height_px,
                wanted.colours,
                finish_key(wanted),
            )
            if stored is not None:
                return stored
        seed = sub_seed(self.picture_seed, medium, key)
        style = (await settle_style(self.engines, self.style)).code
        return await make_picture(self.engines, medium, key, text, self.mood, seed, wanted, style)

    async def sound(self, plan: SoundPlan, wanted: SoundFormat) -> SoundAsset:
        """Make the sound of `plan`."""
        seed = sub_seed(self.sound_seed, "sound", plan.key)
        return await make_sound(
            self.engines, plan.key, plan.text, plan.duration_ms, plan.intensity, self.mood, seed, wanted
        )


async def make_picture(
    engines: Engines,
    medium: PictureMedium,
    key: str,
    text: str,
    mood: Mood,
    seed: int,
    wanted: PictureFormat,
    style: StyleCode,
) -> PictureAsset:
    """Draw one picture of `text` from the noise of `seed`, in `style`."""
    order = await _picture_order(engines, medium, text, mood, seed, wanted, style)
    return _picture_asset(await engines.picture(order), order, key, text, wanted)


async def make_pictures(
    engines: Engines,
    medium: PictureMedium,
    text: str,
    mood: Mood,
    seeds: Sequence[int],
    wanted: PictureFormat,
    style: StyleCode,
) -> list[PictureAsset]:
    """Draw pictures of `text`, one from the noise of each seed; several are drawn once each, a single one is chosen."""
    if len(seeds) == 1:
        return [await make_picture(engines, medium, "", text, mood, seeds[0], wanted, style)]
    order = await _picture_order(engines, medium, text, mood, seeds[0], wanted, style)
    made = await engines.picture_variants(order, seeds)
    orders = [replace(order, noise_seed=seed) for seed in seeds]
    return [_picture_asset(one, each, "", text, wanted) for one, each in zip(made, orders, strict=True)]


async def _picture_order(
    engines: Engines,
    medium: PictureMedium,
    text: str,
    mood: Mood,
    seed: int,
    wanted: PictureFormat,
    style: StyleCode,
) -> PictureOrder:
    width_px, height_px = picture_size(medium, wanted)
    # A figure is not what it holds; a place is also what is in it.
    embeddings = await engines.embed(with_subject(text) if medium == "sprite" else [text])
    finish = Finish(style, wanted.palette, wanted.scaling, wanted.outline, wanted.trimmed, wanted.tiled)
    return PictureOrder(
        medium=medium,
        embedding=embeddings[0],
        mood=mood,
        noise_seed=seed,
        width_px=width_px,
        height_px=height_px,
        encoding=wanted.encoding,
        colours=wanted.colours,
        finish=finish,
        subject=embeddings[1] if len(embeddings) > 1 else None,
        scenery=wanted_scenery(text) if medium == "background" else None,
    )


def _picture_asset(made: MadePicture, order: PictureOrder, key: str, text: str, wanted: PictureFormat) -> PictureAsset:
    return PictureAsset(
        id=new_id("pic"),
        medium=order.medium,
        key=key,
        text=text,
        seed=order.noise_seed,
        emotion=order.mood.emotion,
        encoding=made.encoding,
        width_px=made.width_px,
        height_px=made.height_px,
        colours=wanted.colours,
        data=made.data,
        ground_y=made.ground_y,
        facing=made.facing,
        pivot_x=made.pivot_x,
        pivot_y=made.pivot_y,
        trim_left_px=made.trim_left_px,
        trim_top_px=made.trim_top_px,
        finish=finish_key(wanted),
        score=made.score,
    )


async def make_sound(
    engines: Engines,
    key: str,
    text: str,
    duration_ms: int,
    intensity: float,
    mood: Mood,
    seed: int,
    wanted: SoundFormat,
) -> SoundAsset:
    """Make one sound of `text` from the noise of `seed`."""
    (embedding,) = await engines.embed([text])
    order = _sound_order(embedding, seed, duration_ms, intensity, mood, wanted)
    return _sound_asset(await engines.sound(order), seed, key, text)


async def make_sounds(
    engines: Engines,
    text: str,
    duration_ms: int,
    intensity: float,
    mood: Mood,
    seeds: Sequence[int],
    wanted: SoundFormat,
) -> list[SoundAsset]:
    """Make sounds of `text`, one from the noise of each seed; several are made once each, a single one is chosen."""
    if len(seeds) == 1:
        return [await make_sound(engines, "", text, duration_ms, intensity, mood, seeds[0], wanted)]
    (embedding,) = await engines.embed([text])
    order = _sound_order(embedding, seeds[0], duration_ms, intensity, mood, wanted)
    made = await engines.sound_variants(order, seeds)
    return [_sound_asset(one, seed, "", text) for one, seed in zip(made, seeds, strict=True)]


def _sound_order(
    embedding: Embedding, seed: int, duration_ms: int, intensity: float, mood: Mood, wanted: SoundFormat
) -> SoundOrder:
    rate_hz = wanted.sample_rate_hz or NATIVE_SAMPLE_RATE_HZ
    channels = wanted.channels or 1
    return SoundOrder(embedding, seed, duration_ms, intensity, wanted.encoding, rate_hz, mood, channels, wanted.looped)


def _sound_asset(made: MadeSound, seed: int, key: str, text: str) -> SoundAsset:
    return SoundAsset(
        id=new_id("snd"),
        key=key,
        text=text,
        seed=seed,
        encoding=made.encoding,
        duration_ms=made.duration_ms,
        sample_rate_hz=made.sample_rate_hz,
        channels=made.channels,
        peak_dbfs=made.peak_dbfs,
        loudness_lufs=made.loudness_lufs,
        data=made.data,
        sample_count=made.sample_count,
        loop_start=made.loop_start,
        loop_end=made.loop_end,
        score=made.score,
    )


def new_id(prefix: str) -> str:
    """A fresh id such as pic_0f3a..., unique without asking anybody."""
    return f"{prefix}_{uuid.uuid4().hex}"
