"""From the vocoder's samples to ones a game can play: trim, fades, seamless loops, levels, sample rate. Torch-free.

Loudness is momentary LUFS (ITU-R BS.1770-4 K-weighting, loudest 400 ms, shorter sounds padded with silence). Knows
nothing of models.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.sounds.types import NATIVE_RATE_HZ

Wave = NDArray[np.float64]
"""Samples (n,) of one channel, or (n, 2) of two."""

PEAK_CEILING_DBFS: Final = -1.0
_QUIETEST_LUFS, _LOUDEST_LUFS = -34.0, -16.0  # at intensity 0 and 1
_ONSET_DB = -34.0  # what lies further below the peak before the onset is the vocoder's pre-echo
_TAIL_DB = -54.0
_ATTACK_S, _RELEASE_S = 0.002, 0.03
_SILENCE_LUFS = -120.0
_LOOP_FADE_S, _SHORTEST_LOOP_FADE_S = 0.25, 0.02


@dataclass(frozen=True)
class Levels:
    """Peak in dB of full scale and momentary loudness in LUFS, both of the finished samples."""

    peak_dbfs: float
    loudness_lufs: float


def trim(samples: Wave, longest_ms: int) -> Wave:
    """Cut what precedes the onset and what follows the last audible sample or `longest_ms`; fade both ends."""
    peak = np.abs(samples).max(initial=0.0)
    if peak <= 0:
        return samples[: _samples(longest_ms)]
    envelope = _envelope(samples)
    top = envelope.max()
    first = max(int(np.argmax(envelope > top * 10 ** (_ONSET_DB / 20))) - int(_ATTACK_S * NATIVE_RATE_HZ), 0)
    loud = np.flatnonzero(envelope > top * 10 ** (_TAIL_DB / 20))
    last = min(int(loud[-1]) + 1, first + _samples(longest_ms))
    return fade(samples[first : max(last, first + 2)])


def trim_onset(samples: Wave) -> Wave:
    """Cut what precedes the onset, and nothing else: for a loop, which has no end."""
    envelope = _envelope(samples)
    top = envelope.max(initial=0.0)
    first = int(np.argmax(envelope > top * 10 ** (_ONSET_DB / 20))) if top > 0 else 0
    return samples[max(first - int(_ATTACK_S * NATIVE_RATE_HZ), 0) :]


def loop(samples: Wave, duration_ms: int) -> Wave:
    """Exactly `duration_ms` that can be repeated without a seam.

    What follows the loop's end is cross-faded into its beginning, so that the first sample continues the last. As much
    of it is used as there is, up to 250 ms; equal powers, since the two are different noise; where they are alike (a
    hum) equal amplitudes. A sound that is shorter than the loop is followed by silence, which needs no fade.
    """
    n = _samples(duration_ms)
    shortest = int(_SHORTEST_LOOP_FADE_S * NATIVE_RATE_HZ)
    if len(samples) < n + shortest:
        return fade(np.concatenate([samples[:n], np.zeros(max(0, n - len(samples)))]))
    length = min(len(samples) - n, int(_LOOP_FADE_S * NATIVE_RATE_HZ), n // 2)
    head, tail = samples[:length], samples[n : n + length]
    power = float(np.sqrt((head**2).sum() * (tail**2).sum()))
    likeness = float(np.clip((head * tail).sum() / power, 0.0, 1.0)) if power > 0 else 0.0
    angle = (np.arange(length) + 0.5) / length * (math.pi / 2)
    rise, fall = np.sin(angle), np.cos(angle)
    gain = 1.0 / np.sqrt(1.0 + 2.0 * likeness * rise * fall)  # the power of the two together stays what it is
    return np.concatenate([(head * rise + tail * fall) * gain, samples[length:n]])


def fade(samples: Wave) -> Wave:
    """Raise the first 2 ms from zero and let the last 30 ms (a quarter at most) fall to zero."""
    n = len(samples)
    up, down = min(int(_ATTACK_S * NATIVE_RATE_HZ), n // 4), min(int(_RELEASE_S * NATIVE_RATE_HZ), n // 4)
    gain = np.ones(n)
    if up:
        gain[:up] = np.arange(up) / up
    if down:
        gain[n - down :] = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, down + 1) / down)
    return np.asarray(samples * gain)


def fit_length(samples: Wave, duration_ms: int) -> Wave:
    """Exactly `duration_ms`: cut with a fade, or followed by silence."""
    wanted = _samples(duration_ms)
    if len(samples) > wanted:
        return fade(samples[:wanted])
    return np.concatenate([samples, np.zeros(wanted - len(samples))])


def set_level(samples: Wave, rate_hz: int, intensity: float) -> tuple[Wave, Levels]:
    """Scale to the loudness that `intensity` (0..1) asks for, at most to a peak of -1 dBFS."""
    peak = np.abs(samples).max(initial=0.0)
    if peak <= 1e-9:
        return np.zeros_like(samples), Levels(_SILENCE_LUFS, _SILENCE_LUFS)
    wanted = _QUIETEST_LUFS + (_LOUDEST_LUFS - _QUIETEST_LUFS) * intensity
    loudness = momentary_loudness(samples, rate_hz)
    gain_db = min(wanted - loudness, PEAK_CEILING_DBFS - 20 * math.log10(peak))
    return samples * 10 ** (gain_db / 20), Levels(20 * math.log10(peak) + gain_db, loudness + gain_db)


def momentary_loudness(samples: Wave, rate_hz: int) -> float:
    """Loudest 400 ms in LUFS, the powers of two channels added; a shorter sound counts as if silence followed."""
    block, step = int(0.4 * rate_hz), int(0.1 * rate_hz)
    energy = sum((_weighted_energy(channel, rate_hz, block) for channel in np.atleast_2d(samples.T)), np.zeros(1))
    starts = np.arange(0, len(energy) - block, step)
    loudest = float((energy[starts + block] - energy[starts]).max()) / block
    return -0.691 + 10 * math.log10(max(loudest, 1e-12))


def _weighted_energy(channel: Wave, rate_hz: int, block: int) -> Wave:
    """Running sum of the K-weighted square, one longer than the channel, which silence makes a block long."""
    padded = np.concatenate([channel, np.zeros(max(0, block - len(channel)))])
    # Weighting in the frequency domain: the standard's two filters as a gain; zeros keep the ends from meeting.
    size = 1 << (len(padded) + block - 1).bit_length()
    weighted = np.fft.irfft(np.fft.rfft(padded, size) * _k_gain(size, rate_hz), size)
    return np.concatenate([[0.0], np.cumsum(weighted[: len(padded)] ** 2)])


def resample_loop(samples: Wave, from_hz: int, to_hz: int) -> Wave:
    """`resample` of a loop: what lies beyond its end is its beginning."""
    margin = min(len(samples), from_hz // 50)
    around = np.concatenate([samples[len(samples) - margin :], samples, samples[:margin]])
    wanted = math.ceil(len(samples) * to_hz / from_hz)
    first = round(margin * to_hz / from_hz)
    return resample(around, from_hz, to_hz)[first : first + wanted]


def resample(samples: Wave, from_hz: int, to_hz: int) -> Wave:
    """Band-limited resampling of one channel through the spectrum."""
    if from_hz == to_hz or len(samples) == 0:
        return samples
    shared = math.gcd(from_hz, to_hz)
    blocks = -(-(len(samples) + 256) // (from_hz // shared))  # whole blocks keep the rates' ratio exact
    size, made = blocks * (from_hz // shared), blocks * (to_hz // shared)
    spectrum = np.fft.rfft(samples, size)
    bins = made // 2 + 1
    kept = spectrum[:bins] if bins <= len(spectrum) else np.pad(spectrum, (0, bins - len(spectrum)))
    wanted = math.ceil(len(samples) * to_hz / from_hz)
    return np.asarray(np.fft.irfft(kept, made)[:wanted] * (made / size))


def _samples(duration_ms: int) -> int:
    return max(1, round(duration_ms * NATIVE_RATE_HZ / 1000))


def _envelope(samples: Wave) -> Wave:
    """Root mean square over 3 ms around each sample."""
    width = int(0.003 * NATIVE_RATE_HZ)
    energy = np.concatenate([[0.0], np.cumsum(np.pad(samples**2, (width // 2, width - width // 2)))])
    return np.asarray(np.sqrt(np.maximum(energy[width : width + len(samples)] - energy[: len(samples)], 0.0) / width))


def _k_gain(size: int, rate_hz: int) -> Wave:
    """Magnitude of the K-weighting: a shelf of +4 dB above 1.7 kHz after a high-pass at 38 Hz, both second order."""
    s = 1j * np.maximum(np.fft.rfftfreq(size, 1 / rate_hz), 1e-3)
    shelf_hz, shelf_q, gain = 1681.974, 0.7071752, 10 ** (3.99984 / 20)
    shelf = (gain * s**2 + gain**0.4996667 / shelf_q * shelf_hz * s + shelf_hz**2) / (
        s**2 + shelf_hz / shelf_q * s + shelf_hz**2
    )
    pass_hz, pass_q = 38.13547, 0.5003270
    high_pass = s**2 / (s**2 + pass_hz / pass_q * s + pass_hz**2)
    return np.asarray(np.abs(shelf * high_pass))
