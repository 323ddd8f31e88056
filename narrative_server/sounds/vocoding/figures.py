"""How well a vocoder gives back held-out sounds: spectrum and attack. One protocol for every vocoder.

Each sound is turned into its spectrum and back; nothing is aligned and no level is matched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from narrative_server.sounds.attack import measure_attack
from narrative_server.sounds.melspec import FLOOR_DB, HOP, frames_of
from narrative_server.sounds.vocoder import Vocoder
from narrative_server.sounds.vocoding.losses import MelDistance
from narrative_server.sounds.waves import WaveSet

_AUDIBLE_DB = 20.0  # above the floor


@dataclass(frozen=True)
class VocoderFigures:
    """n: sounds measured. mel_error_db: mean absolute difference of audible cells of the spectra. distance: multi-scale
    mel distance as in training. onset_error_ms, attack_error_ms: median absolute differences of onset and rise time;
    the 90th percentile of the second."""

    n: int
    mel_error_db: float
    distance: float
    onset_error_ms: float
    attack_error_ms: float
    attack_error_p90_ms: float


def held_out_rows(waves: WaveSet, most: int) -> list[int]:
    """At most so many held-out sounds, spread evenly over the set; of a set without any, ordinary ones."""
    rows = np.flatnonzero(waves.held_out)
    if not len(rows):
        rows = np.arange(waves.size)
    return [int(row) for row in rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(int)]]


@torch.inference_mode()
def measure(vocoder: Vocoder, waves: WaveSet, rows: Sequence[int]) -> VocoderFigures:
    """Give each sound of `rows` to the vocoder."""
    distance = MelDistance()
    errors, distances, onsets, rises = [], [], [], []
    for row in rows:
        real = _whole_frames(waves.wave(row))
        decibels = frames_of(real[None])
        made = vocoder.waveform(decibels)
        again = frames_of(made)
        audible = decibels > FLOOR_DB + _AUDIBLE_DB
        if audible.any():
            errors.append(float((again - decibels)[audible].abs().mean()))
        distances.append(float(distance(made, real[None])))
        of_real, of_made = measure_attack(real.numpy()), measure_attack(made[0].numpy())
        if of_real is not None and of_made is not None:
            onsets.append(abs(of_real.onset_ms - of_made.onset_ms))
            rises.append(abs(of_real.rise_ms - of_made.rise_ms))
    return VocoderFigures(
        n=len(rows),
        mel_error_db=_mean(errors),
        distance=_mean(distances),
        onset_error_ms=_quantile(onsets, 0.5),
        attack_error_ms=_quantile(rises, 0.5),
        attack_error_p90_ms=_quantile(rises, 0.9),
    )


def _whole_frames(samples: np.ndarray) -> Tensor:
    """The samples and the silence that completes their last hop."""
    frames = max(2, -(-len(samples) // HOP))
    return torch.from_numpy(np.pad(samples, (0, frames * HOP - len(samples))))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share)) if values else float("nan")
