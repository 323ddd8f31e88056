"""Draws pictures and makes sounds without a model: flat shapes and tones chosen by the noise seed.

They are real files of the size, layout and length that was ordered, and they keep the identity rule: mood changes
brightness, never the shapes.
"""

from __future__ import annotations

import io
import math
import random
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from narrative_server.images.polish import polish_background, polish_sprite
from narrative_server.semantics.mood import Mood
from narrative_server.sounds.files import Loop, file_bytes, peak_dbfs
from narrative_server.sounds.types import ENCODINGS
from narrative_server.story.engines import MadePicture, MadeSound, PictureOrder, SoundOrder

SPRITE_PX: Final = 32
BACKGROUND_WIDTH_PX: Final = 160
BACKGROUND_HEIGHT_PX: Final = 96
GROUND_Y: Final = 0.7
_CALM: Final = Mood("neutral", 0.0)
_BRIGHTNESS_STEP: Final = 0.3
_SHORTEST_CHOSEN_MS: Final = 200
_LONGEST_CHOSEN_MS: Final = 900
_SILENCE_DB: Final = -70.0


def draw_picture(order: PictureOrder) -> MadePicture:
    """Draw the sprite or background of `order` at native size and finish it as the real engine does."""
    dice = random.Random(order.noise_seed)
    facing = dice.choice(("left", "right"))
    image = _draw_sprite(dice, facing) if order.medium == "sprite" else _draw_background(dice)
    pixels, sprite = np.asarray(_lit(image, order.mood)), order.medium == "sprite"
    if sprite:
        polished = polish_sprite(pixels, _CALM, order.colours, order.finish, order.width_px // SPRITE_PX)
    else:
        factor = order.width_px // BACKGROUND_WIDTH_PX
        polished = polish_background(pixels[..., :3], _CALM, order.colours, order.finish, factor)
    height_px, width_px = polished.picture.shape[:2]
    return MadePicture(
        data=encode_picture(Image.fromarray(polished.picture).convert("RGBA"), order.encoding),
        encoding=order.encoding,
        width_px=width_px,
        height_px=height_px,
        ground_y=None if sprite else GROUND_Y,
        facing=facing if sprite else "unknown",
        pivot_x=0.5,
        pivot_y=1.0,
        trim_left_px=polished.left_px,
        trim_top_px=polished.top_px,
        score=_score(order.noise_seed),
    )


def encode_picture(image: Image.Image, encoding: str) -> bytes:
    """Bytes of an RGBA image as "png" or "rgba32" (straight alpha, top row first)."""
    if encoding == "rgba32":
        return image.tobytes()
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def make_sound(order: SoundOrder) -> MadeSound:
    """Make a fading tone of the ordered length; the noise seed chooses its pitch and whether it hisses."""
    dice = random.Random(order.noise_seed)
    chosen_ms = dice.randint(_SHORTEST_CHOSEN_MS, _LONGEST_CHOSEN_MS)
    count = max(1, (order.duration_ms or chosen_ms) * order.sample_rate_hz // 1000)
    seconds = np.arange(count) / order.sample_rate_hz
    pitch_hz, hiss = dice.uniform(110.0, 880.0), dice.random() * 0.3
    noise = np.random.Generator(np.random.Philox(order.noise_seed)).uniform(-1.0, 1.0, count)
    tone = np.sin(2 * math.pi * pitch_hz * seconds) * (1 - hiss) + noise * hiss
    level = 0.1 + 0.7 * order.intensity
    fade = np.exp(-4.0 * seconds / seconds[-1]) if count > 1 else np.ones(1)
    samples = (tone * fade * level).astype(np.float32)
    shown = samples if order.channels == 1 else np.stack([samples, samples], axis=1)
    encoding = next(name for name in ENCODINGS if name == order.encoding)
    data = file_bytes(shown, order.sample_rate_hz, encoding, Loop(0, count) if order.looped else None)
    return MadeSound(
        data=data,
        encoding=order.encoding,
        duration_ms=round(count * 1000 / order.sample_rate_hz),
        sample_rate_hz=order.sample_rate_hz,
        channels=order.channels,
        peak_dbfs=max(peak_dbfs(data), _SILENCE_DB),
        loudness_lufs=_decibels(float(np.sqrt(np.mean(samples**2)))),
        sample_count=count,
        loop_end=count if order.looped else 0,
        score=_score(order.noise_seed),
    )


def _score(noise_seed: int) -> float:
    return round(random.Random(noise_seed).uniform(-0.2, 0.8), 3)


def _decibels(amplitude: float) -> float:
    return max(20 * math.log10(amplitude), _SILENCE_DB) if amplitude > 0 else _SILENCE_DB


def _lit(image: Image.Image, mood: Mood) -> Image.Image:
    """Brighten with pleasant moods and darken with unpleasant ones; alpha stays."""
    factor = 1.0 + _BRIGHTNESS_STEP * mood.valence
    *colours, alpha = image.split()
    return Image.merge(
        "RGBA", [band.point(lambda value: min(255, round(value * factor))) for band in colours] + [alpha]
    )


Colour = tuple[int, int, int, int]


def _colour(dice: random.Random, low: int = 50, high: int = 200) -> Colour:
    return dice.randint(low, high), dice.randint(low, high), dice.randint(low, high), 255


def _shaded(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(value * factor)) for value in colour[:3])
    return red, green, blue, 255


def _draw_sprite(dice: random.Random, facing: str) -> Image.Image:
    """A small figure with head, cloak, feet, eyes to the side that it looks to, and something in its hand."""
    image = Image.new("RGBA", (SPRITE_PX, SPRITE_PX), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    skin, cloth, metal = _colour(dice, 120, 220), _colour(dice), _colour(dice, 140, 220)
    line, wide, tall = _shaded(cloth, 0.45), dice.randint(5, 8), dice.randint(8, 11)
    ahead = 1 if facing == "right" else -1
    waist = 26 - tall
    pen.polygon([(16 - wide, 28), (16 - wide // 2, waist), (15 + wide // 2, waist), (15 + wide, 28)], cloth, line)
    pen.rectangle((12, 29, 14, 31), line)
    pen.rectangle((17, 29, 19, 31), line)
    pen.ellipse((11, waist - 9, 20, waist), skin, line)
    if dice.random() < 0.5:
        pen.polygon([(10, waist - 7), (15 + ahead, waist - 14), (21, waist - 7)], _shaded(cloth, 1.3), line)
    else:
        pen.rectangle((11, waist - 9, 20, waist - 7), metal, line)
    for eye_px in (15 + 2 * ahead, 15 + 4 * ahead):
        pen.point((eye_px, waist - 4), (20, 20, 30, 255))
    hand_px = 16 + ahead * (wide + 2)
    pen.line((hand_px, waist - dice.randint(2, 8), hand_px, 27), metal, 2)
    return image


def _draw_background(dice: random.Random) -> Image.Image:
    """Bands of sky, a disc, two rows of hills, and ground from GROUND_Y downwards."""
    image = Image.new("RGBA", (BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX))
    pen = ImageDraw.Draw(image)
    sky, land = _colour(dice, 60, 190), _colour(dice, 50, 140)
    ground_px = round(GROUND_Y * BACKGROUND_HEIGHT_PX)
    for band in range(6):
        top_px = band * ground_px // 6
        pen.rectangle((0, top_px, BACKGROUND_WIDTH_PX, ground_px), _shaded(sky, 0.7 + 0.1 * band))
    disc_px, high_px = dice.randint(15, 135), dice.randint(6, 24)
    pen.ellipse((disc_px, high_px, disc_px + 14, high_px + 14), (250, 240, 200, 255))
    for row, shade in ((14, 1.25), (7, 1.0)):
        for left_px in range(-20, BACKGROUND_WIDTH_PX, 30):
            top_px = ground_px - row - dice.randint(0, 12)
            pen.ellipse((left_px, top_px, left_px + dice.randint(36, 60), ground_px + 30), _shaded(land, shade))
    pen.rectangle((0, ground_px, BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX), _shaded(land, 0.75))
    for _ in range(40):
        x_px, y_px = dice.randint(0, 157), dice.randint(ground_px + 2, 95)
        pen.line((x_px, y_px, x_px + 2, y_px), _shaded(land, dice.choice((0.6, 0.9))))
    return image
