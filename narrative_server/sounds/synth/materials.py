"""Struck bodies: what a blow on wood, stone, metal or glass sounds like, by size and force.

Mode ratios are those of ideal bars, plates and bells (Fletcher & Rossing, "The Physics of Musical Instruments"),
detuned a little per draw, since no two doors are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from narrative_server.sounds.synth.dsp import Rng, Samples, decay, length, mix, modes, noise, unit

SIZES = {"tiny": 0.45, "small": 0.65, "thin": 0.7, "": 1.0, "old": 1.05, "big": 1.4, "thick": 1.4, "large": 1.45}
SIZES |= {"heavy": 1.6, "long": 1.3, "huge": 2.1, "giant": 2.4}


@dataclass(frozen=True)
class Material:
    """A body's free vibration.

    base_hz: lowest mode at size 1; ratios: higher modes; t60_s: decay of the lowest mode; damping: how much faster
    each higher mode dies; tilt: gain of mode k is (k+1)**-tilt at middle force; click: share of contact noise;
    click_hz: where that noise lies.
    """

    base_hz: float
    ratios: tuple[float, ...]
    t60_s: float
    damping: float
    tilt: float
    click: float
    click_hz: tuple[float, float]


_BAR = (1.0, 2.76, 5.40, 8.93, 13.34)
_PLATE = (1.0, 1.52, 1.94, 2.71, 3.14, 3.92, 4.77, 5.81, 7.1)
_BELL = (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.17, 5.43)

MATERIALS = {
    "wood": Material(210, (1.0, 1.71, 2.57, 3.9, 5.2, 7.1), 0.16, 0.35, 0.9, 0.35, (400, 3500)),
    "stone": Material(620, (1.0, 1.62, 2.3, 3.4, 4.9), 0.07, 0.3, 0.4, 0.7, (700, 7000)),
    "iron": Material(300, _PLATE, 0.75, 0.10, 0.4, 0.25, (1500, 8000)),
    "metal": Material(360, _PLATE, 0.6, 0.10, 0.35, 0.25, (1500, 9000)),
    "steel": Material(900, _BAR, 0.8, 0.06, 0.2, 0.2, (3000, 10500)),
    "tin": Material(520, _PLATE, 0.2, 0.06, 0.1, 0.4, (2000, 9500)),
    "gold": Material(2300, (1.0, 1.73, 2.61, 3.2, 4.1), 0.35, 0.1, 0.2, 0.15, (4000, 10500)),
    "glass": Material(1500, (1.0, 2.32, 3.1, 4.25, 6.0), 0.35, 0.12, 0.4, 0.3, (3000, 10500)),
    "clay": Material(700, (1.0, 1.45, 2.2, 3.3), 0.09, 0.2, 0.4, 0.5, (900, 6500)),
    "bone": Material(900, (1.0, 1.9, 3.2, 4.6), 0.05, 0.25, 0.5, 0.5, (1000, 6000)),
    "bronze": Material(440, _BELL, 2.2, 0.22, 0.5, 0.08, (2000, 9000)),
    "silver": Material(1500, _BELL, 1.1, 0.15, 0.4, 0.1, (4000, 10500)),
    "leather": Material(120, (1.0, 1.6, 2.2), 0.07, 0.5, 1.2, 0.8, (150, 1800)),
    "flesh": Material(75, (1.0, 1.5, 2.1), 0.11, 0.6, 1.4, 0.8, (120, 1400)),
    "skin": Material(95, (1.0, 1.59, 2.14, 2.3, 2.65), 0.4, 0.4, 0.9, 0.25, (200, 3000)),
}


def strike(rng: Rng, material: str, size: float = 1.0, force: float = 0.5, ring: float = 1.0) -> Samples:
    """One blow: damped modes plus contact noise, peak 1.

    size: relative linear size (pitch falls as 1/size); force 0..1 brightens and lengthens; ring scales the decay.
    """
    body = MATERIALS[material]
    base = body.base_hz / size * rng.uniform(0.88, 1.14)
    t60 = body.t60_s * ring * size**0.5 * (0.7 + 0.6 * force)
    tilt = body.tilt * (1.6 - 1.2 * force)
    freqs, t60s, gains = [], [], []
    for k, ratio in enumerate(body.ratios):
        freqs.append(base * ratio * rng.uniform(0.985, 1.015))
        t60s.append(t60 / (1 + body.damping * (ratio - 1)))
        gains.append((k + 1) ** -tilt * rng.uniform(0.55, 1.0))
    n = length(min(max(t60s) * 1.1 + 0.03, 2.0))
    ringing = unit(modes(n, freqs, t60s, gains))
    low, high = body.click_hz
    contact_s = (0.02 + 0.02 * size) * (1.3 - 0.6 * force)
    contact = unit(noise(rng, min(n, length(contact_s)), low / size**0.5, high * (0.4 + 0.6 * force)))
    contact *= decay(len(contact), contact_s, 0.0006)
    return unit(mix((1 - body.click) * ringing, body.click * (0.5 + force) * contact))
