"""Mood as light on finished colours: lightness, contrast, chroma, and tints of shadows and lights, in OKLab.

No pixel moves or vanishes. Shadows and lights get tints of their own, as in film grading, since the dark lines of pixel
art are nearly grey whatever is shown: their tint tells the mood of a red dragon as well as that of a green slime. The
same for sprites and backgrounds, so that a scene stands in one light. Deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import bytes_to_oklab, oklab_to_bytes
from narrative_server.semantics.mood import Mood

Tint = tuple[float, float]
"""Added to a (green to red) and b (blue to yellow)."""


@dataclass(frozen=True)
class Grade:
    """A colour grade at full intensity; the default changes nothing.

    gain and contrast act on lightness, to which lift is added; chroma acts on a and b. shadows, lights: tints at
    lightness 0 and 1, mixed between.
    """

    lift: float = 0.0
    gain: float = 1.0
    contrast: float = 1.0
    chroma: float = 1.0
    shadows: Tint = (0.0, 0.0)
    lights: Tint = (0.0, 0.0)


_FLOOR: Final = 0.16
"""Least lightness at full intensity: black itself can take no tint."""

GRADES: Final[dict[str, Grade]] = {
    "neutral": Grade(),
    "joy": Grade(lift=0.04, gain=1.03, chroma=1.20, shadows=(0.024, 0.048), lights=(0.000, 0.050)),
    "sadness": Grade(
        lift=0.03, gain=0.92, contrast=0.84, chroma=0.42, shadows=(-0.022, -0.044), lights=(-0.014, -0.026)
    ),
    "anger": Grade(gain=0.95, contrast=1.18, chroma=1.12, shadows=(0.085, 0.030), lights=(0.038, 0.012)),
    "fear": Grade(gain=0.72, contrast=1.08, chroma=0.65, shadows=(0.040, -0.085), lights=(-0.022, -0.024)),
    "disgust": Grade(lift=0.01, gain=0.95, chroma=0.85, shadows=(-0.060, 0.040), lights=(-0.030, 0.050)),
    "surprise": Grade(
        lift=0.10, gain=1.01, contrast=1.16, chroma=1.08, shadows=(0.050, -0.036), lights=(-0.022, -0.010)
    ),
}


def grade_lab(lab: NDArray[np.float32], mood: Mood) -> NDArray[np.float32]:
    """Move OKLab colours (..., 3) by a mood; equal ones stay equal, intensity 0 changes nothing."""
    grade, much = GRADES[mood.emotion], mood.intensity
    if grade == Grade() or much == 0.0:
        return lab
    light = (lab[..., :1] - 0.5) * _mix(grade.contrast, much) + 0.5
    light = np.clip(light * _mix(grade.gain, much) + grade.lift * much, _FLOOR * much, 1.0)
    shadows, lights = np.array(grade.shadows, dtype=np.float32), np.array(grade.lights, dtype=np.float32)
    # White keeps some of its white, or highlights would look dirty.
    tint = (shadows + (lights - shadows) * light) * np.minimum(1.0, 4.0 * (1.1 - light))
    return np.concatenate((light, lab[..., 1:] * _mix(grade.chroma, much) + tint * much), axis=-1).astype(np.float32)


def grade_picture(picture: NDArray[np.uint8], mood: Mood) -> NDArray[np.uint8]:
    """Grade (H, W, 4) uint8 straight alpha; alpha stays, clear pixels stay 0."""
    colour = oklab_to_bytes(grade_lab(bytes_to_oklab(picture[..., :3]), mood))
    return np.concatenate((np.where(picture[..., 3:] > 0, colour, np.uint8(0)), picture[..., 3:]), axis=-1)


def _mix(full: float, much: float) -> float:
    return 1.0 + (full - 1.0) * much
