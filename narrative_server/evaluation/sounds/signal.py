"""What ears complain of, measured on samples alone: noise before an attack, and how tonal or noisy a sound is."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from narrative_server.evaluation.sounds.clips import Wave
from narrative_server.sounds.types import NATIVE_RATE_HZ

PRE_ECHO_FLOOR_DB: Final = -80.0
_WINDOW_S: Final = 0.02
_GUARD_S: Final = 0.002  # what comes this shortly before the onset is the attack itself
_FRAME, _HOP = 1024, 512
_AUDIBLE = 1e-4  # of the loudest frame's power: -40 dB


def pre_echo_db(wave: Wave, onset_ms: float) -> float:
    """Power of the 20 ms that end 2 ms before the onset over that of the 20 ms from the onset on, in dB.

    What is before the first sample is silence. Not below PRE_ECHO_FLOOR_DB. NaN where nothing follows the onset.
    """
    onset, length = round(onset_ms * NATIVE_RATE_HZ / 1000), round(_WINDOW_S * NATIVE_RATE_HZ)
    end = max(onset - round(_GUARD_S * NATIVE_RATE_HZ), 0)
    samples = wave.astype(np.float64)
    before = float((samples[max(end - length, 0) : end] ** 2).sum())
    after = float((samples[onset : onset + length] ** 2).sum())
    if after <= 0:
        return math.nan
    return max(10.0 * math.log10(max(before / after, 1e-30)), PRE_ECHO_FLOOR_DB)


def spectral_flatness(wave: Wave) -> float:
    """Geometric over arithmetic mean of the power spectrum, 0 (a tone) to 1 (in theory; white noise: 0.56).

    The mean over frames of 46 ms within 40 dB of the loudest one, each weighing alike. NaN for silence.
    """
    samples = np.pad(wave.astype(np.float64), (0, max(0, _FRAME - len(wave))))
    starts = range(0, len(samples) - _FRAME + 1, _HOP)
    frames = np.stack([samples[start : start + _FRAME] for start in starts]) * np.hanning(_FRAME)
    power = np.abs(np.fft.rfft(frames, axis=1)[:, 1:-1]) ** 2  # (frames, bins)
    level = power.mean(axis=1)
    if level.max() <= 0:
        return math.nan
    audible = power[level >= _AUDIBLE * level.max()]
    logs = np.log(np.maximum(audible, 1e-30)).mean(axis=1)
    return float((np.exp(logs) / audible.mean(axis=1)).mean())
