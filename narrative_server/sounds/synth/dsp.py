"""Signal primitives for procedural effects: oscillators, noise, envelopes, modal resonators, filters, rooms.

Everything is mono float64 at `SAMPLE_RATE_HZ`; lengths are in samples (`n`), times in seconds unless a suffix says
otherwise. Filters are FFT gains (zero phase is avoided where attacks matter by shaping noise, not finished signals).
Knows nothing of kinds, captions or files. Modal synthesis after van den Doel & Pai, "The sounds of physical
shapes" (1998); granular textures after Farnell, "Designing Sound" (2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 22_050
_NYQUIST_HZ = SAMPLE_RATE_HZ / 2
_FRAME, _HOP = 512, 128

Samples = NDArray[np.float64]
Rng = np.random.Generator


def length(seconds: float) -> int:
    """Samples in `seconds`, at least one."""
    return max(1, round(seconds * SAMPLE_RATE_HZ))


def clock(n: int) -> Samples:
    """Time of each of `n` samples in seconds."""
    return np.asarray(np.arange(n) / SAMPLE_RATE_HZ, dtype=np.float64)


def curve(n: int, *points: tuple[float, float]) -> Samples:
    """Piecewise linear curve through (fraction 0..1 of the length, value)."""
    at, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, n), at, values))


def glide(n: int, start: float, end: float) -> Samples:
    """Exponential glide between two positive values, such as frequencies in Hz."""
    return np.geomspace(start, end, n)


def decay(n: int, t60_s: float, attack_s: float = 0.001) -> Samples:
    """Exponential decay by 60 dB in `t60_s`, after a short linear attack."""
    t = clock(n)
    return np.minimum(t / attack_s, 1.0) * 10.0 ** (-3.0 * np.maximum(t - attack_s, 0.0) / t60_s)


def swell(n: int, peak: float = 0.5, sharpness: float = 1.5) -> Samples:
    """Rise to 1 at fraction `peak` and fall to 0, as a raised power curve."""
    return curve(n, (0, 0), (peak, 1), (1, 0)) ** sharpness


def wander(rng: Rng, n: int, rate_hz: float) -> Samples:
    """Smooth random motion in -1..1 that changes about `rate_hz` times a second."""
    knots = max(4, int(n / SAMPLE_RATE_HZ * rate_hz) + 4)
    at = np.linspace(0, knots - 1, n)
    values = rng.uniform(-1, 1, knots + 1)
    left = at.astype(int)
    part = 0.5 - 0.5 * np.cos(np.pi * (at - left))
    return np.asarray(values[left] * (1 - part) + values[left + 1] * part)


def tone(freq_hz: Samples | float, n: int, phase: float = 0.0) -> Samples:
    """Sine whose frequency may change with each sample."""
    freq = np.broadcast_to(np.asarray(freq_hz, dtype=float), (n,))
    return np.asarray(np.sin(phase + 2 * np.pi * np.cumsum(freq) / SAMPLE_RATE_HZ))


def harmonics(freq_hz: Samples | float, n: int, gains: Sequence[float]) -> Samples:
    """Sum of harmonics 1..len(gains), each silent where it would pass the Nyquist frequency."""
    freq = np.broadcast_to(np.asarray(freq_hz, dtype=float), (n,))
    phase = 2 * np.pi * np.cumsum(freq) / SAMPLE_RATE_HZ
    out = np.zeros(n)
    for k, gain in enumerate(gains, start=1):
        if gain:
            out += gain * np.sin(k * phase) * (k * freq < 0.95 * _NYQUIST_HZ)
    return out


def _step_correction(phase: Samples, step: Samples) -> Samples:
    """PolyBLEP: rounds the jump of a naive sawtooth off over two samples (Välimäki & Huovilainen 2007)."""
    rise, fall = phase / step, (phase - 1) / step
    return np.where(rise < 1, 2 * rise - rise**2 - 1, np.where(fall > -1, fall**2 + 2 * fall + 1, 0.0))


def saw(freq_hz: Samples | float, n: int, offset: float = 0.0) -> Samples:
    """Sawtooth with its aliases pushed down; `offset` is the starting phase in turns."""
    step = np.maximum(np.broadcast_to(np.asarray(freq_hz, dtype=float), (n,)) / SAMPLE_RATE_HZ, 1e-6)
    phase = (np.cumsum(step) + offset) % 1.0
    return np.asarray(2 * phase - 1 - _step_correction(phase, step))


def square(freq_hz: Samples | float, n: int) -> Samples:
    """Square wave: two sawtooths half a turn apart."""
    return np.asarray(0.5 * (saw(freq_hz, n) - saw(freq_hz, n, 0.5)))


def fm(carrier_hz: Samples | float, n: int, ratio: float, index: Samples | float) -> Samples:
    """Frequency modulation: a carrier, a modulator at `ratio` times it, modulation `index` (Chowning 1973)."""
    carrier = np.broadcast_to(np.asarray(carrier_hz, dtype=float), (n,))
    phase = 2 * np.pi * np.cumsum(carrier) / SAMPLE_RATE_HZ
    return np.asarray(np.sin(phase + index * np.sin(ratio * phase)))


def modes(n: int, freqs_hz: Sequence[float], t60s_s: Sequence[float], gains: Sequence[float]) -> Samples:
    """Sum of exponentially damped sines: the free vibration of a struck body."""
    t = clock(n)
    out = np.zeros(n)
    for freq, t60, gain in zip(freqs_hz, t60s_s, gains, strict=True):
        if 20 < freq < 0.97 * _NYQUIST_HZ:
            live = min(n, length(t60 * 1.4))
            out[:live] += gain * np.sin(2 * np.pi * freq * t[:live]) * 10.0 ** (-3.0 * t[:live] / t60)
    return out


def fast_size(n: int) -> int:
    """Smallest FFT length of at least `n` with only small factors; a prime length costs several times as much."""
    power = 1 << max(4, (n - 1).bit_length() - 2)
    return next(power * k for k in (2, 3, 4, 5, 6, 7, 8) if power * k >= n)


def _band_gain(freqs_hz: Samples, low_hz: float, high_hz: float, slope_db_oct: float) -> Samples:
    f = np.maximum(freqs_hz, 1.0)
    octaves_out = np.maximum(np.log2(low_hz / f), 0) + np.maximum(np.log2(f / high_hz), 0)
    return np.asarray(10.0 ** (-slope_db_oct * octaves_out / 20))


def band(x: Samples, low_hz: float, high_hz: float, slope_db_oct: float = 24) -> Samples:
    """Keep low_hz..high_hz, falling off at `slope_db_oct` outside; zero phase."""
    size = fast_size(len(x) + 256)
    spectrum = np.fft.rfft(x, size)
    freqs = np.asarray(np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ), dtype=np.float64)
    return np.asarray(np.fft.irfft(spectrum * _band_gain(freqs, low_hz, high_hz, slope_db_oct), size)[: len(x)])


def noise(rng: Rng, n: int, low_hz: float = 20, high_hz: float = 11_000, slope_db_oct: float = 18) -> Samples:
    """Gaussian noise within a band, unit variance."""
    out = band(rng.standard_normal(n + 64), low_hz, high_hz, slope_db_oct)[:n]
    return np.asarray(out / (out.std() + 1e-9))


def shape(x: Samples, gain: Callable[[Samples, Samples], Samples]) -> Samples:
    """Filter `x` by a gain that changes with time.

    gain(freqs_hz (1, F), progress (T, 1) in 0..1) -> (T, F) linear gains; short-time Fourier overlap-add.
    """
    padded = np.concatenate([np.zeros(_FRAME), x, np.zeros(2 * _FRAME)])
    frames = 1 + (len(padded) - _FRAME) // _HOP
    index = np.arange(frames)[:, None] * _HOP + np.arange(_FRAME)[None, :]
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME)
    spectra = np.fft.rfft(padded[index] * window, axis=1)  # (T, F)
    progress = np.clip((np.arange(frames) * _HOP - _FRAME / 2) / max(len(x), 1), 0, 1)[:, None]
    freqs = np.maximum(np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE_HZ), 20.0)[None, :]
    shaped = np.fft.irfft(spectra * gain(freqs, progress), _FRAME, axis=1) * window / 2  # (T, _FRAME)
    out = np.zeros((frames + _FRAME // _HOP - 1) * _HOP)
    for part in range(_FRAME // _HOP):  # each quarter of all frames is one contiguous stretch
        quarter = shaped[:, part * _HOP : (part + 1) * _HOP].ravel()
        out[part * _HOP : part * _HOP + len(quarter)] += quarter
    return out[_FRAME : _FRAME + len(x)]


def sweep(rng: Rng, n: int, centres_hz: Samples, width_octaves: float = 0.7) -> Samples:
    """Noise through a resonance that follows `centres_hz` (any length, spread over the sound)."""
    at = np.linspace(0, 1, len(centres_hz))

    def gain(freqs: Samples, progress: Samples) -> Samples:
        centre = np.interp(progress, at, centres_hz)
        return np.asarray(np.exp(-0.5 * (np.log2(freqs / centre) / width_octaves) ** 2))

    out = shape(rng.standard_normal(n), gain)
    return np.asarray(out / (np.abs(out).max() + 1e-9))


def vowel(x: Samples, path: Sequence[tuple[float, Sequence[float]]], width_hz: float = 110) -> Samples:
    """Pass `x` through formants that move along `path`: (fraction 0..1, formant frequencies in Hz)."""
    at = [fraction for fraction, _ in path]
    tracks = np.asarray([formants for _, formants in path], dtype=float)  # (points, formants)

    def gain(freqs: Samples, progress: Samples) -> Samples:
        total = np.full((progress.shape[0], freqs.shape[1]), 0.02)
        for k in range(tracks.shape[1]):
            centre = np.interp(progress, at, tracks[:, k])
            total = total + 0.75**k / (1 + ((freqs - centre) / (width_hz * (1 + 0.4 * k))) ** 2)
        return total

    return shape(x, gain)


def respeed(x: Samples, factor: float) -> Samples:
    """Play `factor` times as fast, pitch included; what would fold back is removed first."""
    n = max(8, int(len(x) / factor))
    smooth = band(x, 10, min(11_000, 10_500 / max(factor, 1.0)), 48)
    return np.asarray(np.interp(clock(n) * factor, clock(len(x)), smooth))


def stretch(x: Samples, factor: float) -> Samples:
    """Make `factor` times as long at the same pitch: overlap-add of pieces that fit (WSOLA, Verhelst & Roelands)."""
    size, reach = 1024, 256
    half = size // 2
    wanted = max(8, int(len(x) * factor))
    padded = np.concatenate([np.zeros(reach), x, np.zeros(2 * size + 2 * reach)])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(size) + 0.5) / size)
    out, expected = np.zeros(wanted + 2 * size), padded[reach : reach + size]
    for at in range(0, wanted + half, half):
        middle = min(int(at / factor), len(x)) + reach
        around = padded[middle - reach : middle + reach + size]
        best = int(np.argmax(np.correlate(around, expected)))
        piece = around[best : best + size]
        out[at : at + size] += piece * window
        following = middle - reach + best + half
        expected = padded[following : following + size]
    return out[:wanted]


def scatter(n: int, starts_s: Sequence[float] | Samples, grain: Callable[[int], Samples]) -> Samples:
    """Mix grain(0), grain(1), ... at the given start times, cut at `n` samples."""
    out = np.zeros(n)
    for k, start in enumerate(starts_s):
        first = round(start * SAMPLE_RATE_HZ)
        if 0 <= first < n:
            piece = grain(k)[: n - first]
            out[first : first + len(piece)] += piece
    return out


def moments(rng: Rng, seconds: float, rate_hz: float) -> Samples:
    """Random event times of a Poisson process, always at least one near the start."""
    count = rng.poisson(seconds * rate_hz)
    return np.sort(np.append(rng.uniform(0, seconds, count), rng.uniform(0, 0.01)))


def beats(rng: Rng, count: int, gap_s: float, jitter: float = 0.1) -> Samples:
    """`count` event times about `gap_s` apart, the first at zero."""
    gaps = gap_s * (1 + jitter * rng.uniform(-1, 1, max(count - 1, 0)))
    return np.concatenate([[0.0], np.cumsum(gaps)])[:count]


def convolve(x: Samples, y: Samples) -> Samples:
    """Linear convolution, len(x) + len(y) samples."""
    n = len(x) + len(y)
    size = fast_size(n)
    return np.asarray(np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(y, size), size)[:n])


def reverb(rng: Rng, x: Samples, seconds: float, high_hz: float, wet: float) -> Samples:
    """Convolve with decaying noise of `seconds` T60, duller than `high_hz`; the tail lengthens the sound."""
    tail = length(min(seconds * 0.8, 1.2))
    impulse = noise(rng, tail, 120, high_hz, 9) * decay(tail, seconds, 0.004)
    impulse /= np.sqrt((impulse**2).sum())
    echo = convolve(x, impulse)
    dry = np.concatenate([x, np.zeros(tail)])
    return np.asarray((1 - wet) * dry + wet * echo * (np.abs(x).max() + 1e-9) / (np.abs(echo).max() + 1e-9))


def drive(x: Samples, amount: float) -> Samples:
    """Soft clipping: tanh of the peak-normalised signal times `amount`."""
    return np.asarray(np.tanh(unit(x) * amount) / np.tanh(amount))


def unit(x: Samples) -> Samples:
    """Scale to a peak of 1; silence stays silent."""
    peak = np.abs(x).max() if len(x) else 0.0
    return x / peak if peak > 1e-9 else x


def join(*parts: Samples) -> Samples:
    """One sound after another."""
    return np.concatenate(parts)


def mix(*parts: Samples) -> Samples:
    """Sum of sounds that start together, as long as the longest."""
    out = np.zeros(max(len(part) for part in parts))
    for part in parts:
        out[: len(part)] += part
    return out


def delayed(x: Samples, seconds: float) -> Samples:
    """`x` after `seconds` of silence."""
    return np.concatenate([np.zeros(length(seconds)), x])
