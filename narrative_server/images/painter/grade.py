"""Mood as light: a palette is shifted in OKLab, and fear darkens the corners; no pixel changes its place.

Works on a picture's palette, so geometry and the number of colours stay. Knows nothing of scenes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter.canvas import BAYER, HEIGHT_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.palette import Floats, oklab_to_srgb, srgb_to_oklab
from narrative_server.semantics.mood import Mood


@dataclass(frozen=True)
class Grade:
    """A colour grade at full intensity, on OKLab lightness, a (green-red) and b (blue-yellow)."""

    lift: float = 0.0
    gain: float = 1.0
    contrast: float = 1.0
    chroma: float = 1.0
    toward_a: float = 0.0
    toward_b: float = 0.0
    vignette: float = 0.0


GRADES: Final[dict[str, Grade]] = {
    "neutral": Grade(),
    "joy": Grade(lift=0.035, gain=1.05, chroma=1.18, toward_a=0.010, toward_b=0.032),
    "sadness": Grade(gain=0.88, contrast=0.88, chroma=0.42, toward_a=-0.008, toward_b=-0.042),
    "anger": Grade(gain=0.94, contrast=1.22, chroma=1.15, toward_a=0.052, toward_b=0.020),
    "fear": Grade(gain=0.70, contrast=1.08, chroma=0.62, toward_a=-0.012, toward_b=-0.040, vignette=0.9),
    "disgust": Grade(gain=0.92, chroma=0.80, toward_a=-0.048, toward_b=0.045),
    "surprise": Grade(lift=0.07, gain=1.05, contrast=1.22, chroma=1.12),
}


def grade_palette(palette: Floats, mood: Mood) -> Floats:
    """Shift a palette (n, 3), sRGB 0..1, by a mood; lighter colours stay lighter."""
    grade, much = GRADES[mood.emotion], mood.intensity
    lab = srgb_to_oklab(palette)
    light = (lab[:, 0] - 0.5) * (1 + (grade.contrast - 1) * much) + 0.5
    light = light * (1 + (grade.gain - 1) * much) + grade.lift * much
    chroma = 1 + (grade.chroma - 1) * much
    # The cast fades at black and white, so that ink stays ink and highlights stay crisp.
    cast = much * np.clip(4.0 * light * (1.12 - light), 0.15, 1.0)
    moved = np.stack(
        [light, lab[:, 1] * chroma + grade.toward_a * cast, lab[:, 2] * chroma + grade.toward_b * cast], axis=-1
    )
    return oklab_to_srgb(np.clip(moved, [0.0, -0.4, -0.4], [1.0, 0.4, 0.4]))


def darken_corners(picture: NDArray[np.intp], palette: Floats, mood: Mood) -> NDArray[np.intp]:
    """Step pixels toward the corners down to darker colours of the same palette, dithered."""
    strength = GRADES[mood.emotion].vignette * mood.intensity
    if strength == 0.0:
        return picture
    lab = srgb_to_oklab(palette)
    goal = lab * np.array([0.72, 0.85, 0.85], np.float32)
    # A wrong hue shows more than a wrong lightness.
    gap = ((goal[:, None] - lab[None]) ** 2 @ np.array([1.0, 4.0, 4.0], np.float32)).astype(np.float32)
    gap[lab[None, :, 0] > lab[:, None, 0]] = np.inf
    darker = np.argmin(gap, axis=1)
    reach = ((X - WIDTH_PX / 2) / (WIDTH_PX / 2)) ** 2 + ((Y - HEIGHT_PX * 0.55) / (HEIGHT_PX * 0.62)) ** 2
    level = strength * (reach - 0.55) + (BAYER - 0.5) * 0.35
    once = np.where(level > 0.15, darker[picture], picture)
    return np.where(level > 0.60, darker[once], once)
