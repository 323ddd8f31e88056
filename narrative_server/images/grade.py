"""Mood as light on a finished sprite: lightness, contrast, chroma and a cast in OKLab; no pixel moves or vanishes.

Deterministic. Backgrounds get their mood from the network instead, which learnt it from painted pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.oklab import from_oklab, to_oklab
from narrative_server.semantics.mood import Mood


@dataclass(frozen=True)
class Grade:
    """A colour grade at full intensity. gain and contrast act on lightness, chroma on both a and b; 1 changes nothing.

    cast_a: green (-) to red (+); cast_b: blue (-) to yellow (+).
    """

    gain: float = 1.0
    contrast: float = 1.0
    chroma: float = 1.0
    cast_a: float = 0.0
    cast_b: float = 0.0


# Milder than what backgrounds get: a character must stay readable and keep its own colours.
GRADES: Final[dict[str, Grade]] = {
    "neutral": Grade(),
    "joy": Grade(gain=1.06, chroma=1.15, cast_a=0.004, cast_b=0.016),
    "sadness": Grade(gain=0.92, contrast=0.92, chroma=0.62, cast_b=-0.022),
    "anger": Grade(contrast=1.12, chroma=1.10, cast_a=0.028, cast_b=0.010),
    "fear": Grade(gain=0.84, contrast=1.04, chroma=0.74, cast_b=-0.022),
    "disgust": Grade(gain=0.95, chroma=0.88, cast_a=-0.026, cast_b=0.022),
    "surprise": Grade(gain=1.07, contrast=1.10, chroma=1.08),
}


def grade_picture(picture: NDArray[np.uint8], mood: Mood) -> NDArray[np.uint8]:
    """Grade (H, W, 4) uint8 straight alpha; alpha and equal colours stay equal, intensity 0 changes nothing."""
    grade, much = GRADES[mood.emotion], mood.intensity
    if grade == Grade() or much == 0.0:
        return picture
    lab = to_oklab(picture[..., :3].astype(np.float32) / 255.0)  # (H, W, 3)
    light = (lab[..., 0] - 0.5) * _mix(grade.contrast, much) + 0.5
    light = light * _mix(grade.gain, much)
    # The cast fades toward black and white, so that outlines stay ink and highlights stay crisp.
    cast = much * np.clip(4.0 * light * (1.1 - light), 0.1, 1.0)
    chroma = _mix(grade.chroma, much)
    moved = np.stack(
        (light, lab[..., 1] * chroma + grade.cast_a * cast, lab[..., 2] * chroma + grade.cast_b * cast), -1
    )
    colour = (np.clip(from_oklab(moved.astype(np.float32)), 0.0, 1.0) * 255.0).round().astype(np.uint8)
    colour[picture[..., 3] == 0] = 0
    return np.concatenate((colour, picture[..., 3:]), axis=-1)


def _mix(full: float, much: float) -> float:
    return 1.0 + (full - 1.0) * much
