"""The sound service that a worker process hosts: checks a request, makes one sound, finishes it."""

from __future__ import annotations

import math

import numpy as np

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.sounds.engine import SoundEngine
from narrative_server.sounds.finishing import fit_length, resample, set_level, trim, wav_bytes
from narrative_server.sounds.types import (
    ENCODINGS,
    MAX_DURATION_MS,
    MIN_DURATION_MS,
    NATIVE_RATE_HZ,
    SAMPLE_RATES_HZ,
    Sound,
    SoundConfig,
    SoundRequest,
)
from narrative_server.workers.cancel import CancelToken

__all__ = ["Sound", "SoundConfig", "SoundRequest", "SoundService"]


class SoundService:
    """Makes sound effects, one at a time."""

    def __init__(self, config: SoundConfig) -> None:
        """Load the model; raises ModelMissing, ModelCorrupt, InvalidConfig."""
        self._engine = SoundEngine(config)
        self._engine.warm_up()

    def sound(self, payload: SoundRequest, cancel: CancelToken) -> Sound:
        """Make one sound; raises InvalidRequest, workers.cancel.Cancelled.

        With a duration the sound lasts exactly so long (silence follows where the effect ends before); with 0 it
        ends where it falls silent.
        """
        check_request(payload)
        cancel.check()
        chosen = payload.duration_ms or self._engine.guess_duration_ms(payload.embedding)
        spectrum = self._engine.spectrum(payload.embedding, payload.noise_seed, chosen, payload.intensity)
        cancel.check()
        samples = trim(self._engine.waveform(spectrum, chosen), chosen)
        cancel.check()
        samples = fit_length(samples, payload.duration_ms or max(MIN_DURATION_MS, _milliseconds(len(samples))))
        samples = resample(samples, NATIVE_RATE_HZ, payload.sample_rate_hz)
        samples, levels = set_level(samples, payload.sample_rate_hz, payload.intensity)
        return Sound(
            data=wav_bytes(samples, payload.sample_rate_hz, payload.encoding),
            encoding=payload.encoding,
            duration_ms=round(1000 * len(samples) / payload.sample_rate_hz),
            sample_rate_hz=payload.sample_rate_hz,
            channels=1,
            peak_dbfs=levels.peak_dbfs,
            loudness_lufs=levels.loudness_lufs,
        )


def check_request(request: SoundRequest) -> None:
    """Raise InvalidRequest with every fault found."""
    faults = []
    duration, intensity = request.duration_ms, request.intensity
    if duration != 0 and not MIN_DURATION_MS <= duration <= MAX_DURATION_MS:
        faults.append(_fault("duration_ms", duration, f"0 or {MIN_DURATION_MS} to {MAX_DURATION_MS}"))
    if not (math.isfinite(intensity) and 0 <= intensity <= 1):
        faults.append(_fault("intensity", intensity, "a number from 0 to 1"))
    if request.encoding not in ENCODINGS:
        faults.append(_fault("encoding", request.encoding, ", ".join(ENCODINGS)))
    if request.sample_rate_hz not in SAMPLE_RATES_HZ:
        faults.append(_fault("sample_rate_hz", request.sample_rate_hz, ", ".join(map(str, SAMPLE_RATES_HZ))))
    if not 0 <= request.noise_seed < 1 << 63:
        faults.append(_fault("noise_seed", request.noise_seed, "0 to 2^63-1"))
    embedding = request.embedding
    if embedding.shape != (384,) or not np.isfinite(embedding).all():
        faults.append(_fault("embedding", f"of shape {embedding.shape}", "384 finite numbers"))
    if faults:
        raise InvalidRequest(faults)


def _milliseconds(samples: int) -> int:
    return math.ceil(1000 * samples / NATIVE_RATE_HZ)


def _fault(field: str, value: object, legal: str) -> FieldViolation:
    return FieldViolation(field, f"is {str(value)[:40]!r}", legal)
