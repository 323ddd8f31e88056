"""The sound service that a worker process hosts: checks a request, makes and chooses one sound, finishes it."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from narrative_server.errors import FieldViolation, InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import find_model, model_path, repair_command
from narrative_server.semantics.choosing import Choice, bounded, candidate_seeds
from narrative_server.semantics.shared_embedding import MODEL_NAME as EMBEDDING
from narrative_server.semantics.shared_embedding import TRAIN_COMMAND, SharedEmbedding
from narrative_server.sounds.choosing import SoundChooser
from narrative_server.sounds.conditions import conditions_of
from narrative_server.sounds.engine import SoundEngine
from narrative_server.sounds.files import Loop, encodings, file_bytes, peak_dbfs
from narrative_server.sounds.finishing import (
    Levels,
    Wave,
    fit_length,
    loop,
    resample,
    resample_loop,
    set_level,
    trim,
    trim_onset,
)
from narrative_server.sounds.hearing import SoundReader
from narrative_server.sounds.stereo import widen
from narrative_server.sounds.transient import sharpen
from narrative_server.sounds.types import (
    ENCODINGS,
    MAX_CANDIDATES,
    MAX_DURATION_MS,
    MIN_DURATION_MS,
    NATIVE_RATE_HZ,
    SAMPLE_RATES_HZ,
    ExaminedSound,
    HeardSound,
    PlaceSoundsRequest,
    Sound,
    SoundConfig,
    SoundEncoding,
    SoundFile,
    SoundPlaces,
    SoundRequest,
    SoundVariants,
)
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger(__name__)

DEFAULT_LOOP_MS = 1_800
"""How long a loop is where nothing is said: what follows it, a quarter of a second, makes its seam."""

__all__ = ["Sound", "SoundConfig", "SoundRequest", "SoundService"]


class SoundService:
    """Makes sound effects, one at a time, and hears others."""

    def __init__(self, config: SoundConfig) -> None:
        """Load the model; raises ModelMissing, ModelCorrupt, InvalidConfig."""
        self._engine = SoundEngine(config)
        self._engine.warm_up()
        self._candidates = config.candidates
        self._chooser, self._reader = _load_embedding(config, self._engine.device)

    def sound(self, payload: SoundRequest, cancel: CancelToken) -> Sound:
        """Make one sound; raises InvalidRequest, workers.cancel.Cancelled.

        With a duration the sound lasts exactly so long (silence follows where the effect ends before); with 0 it
        ends where it falls silent, a loop after 1.8 s.
        """
        check_request(payload)
        cancel.check()
        count = (payload.candidates or self._candidates) if self._chooser else 1
        drawn = self._draw(payload, candidate_seeds(payload.noise_seed, count))
        cancel.check()
        choice = Choice(0, None)
        if self._chooser is not None:
            choice = self._chooser.choose(payload.embedding, drawn, self._length_ms(payload))
        (samples,) = self._engine.waveforms(drawn[choice.index][None], self._heard_ms(payload))
        cancel.check()
        return _sound(self._cut(samples, payload), payload, choice.score)

    def sound_variants(self, payload: SoundVariants, cancel: CancelToken) -> list[Sound]:
        """Make a sound for each seed. Raises what `sound` raises."""
        request = payload.request
        check_variants(payload)
        cancel.check()
        drawn = self._draw(request, payload.noise_seeds)
        cancel.check()
        scores: list[float | None] = [None] * len(drawn)
        if self._chooser is not None:
            found = self._chooser.scores(request.embedding, drawn, self._length_ms(request))
            scores = [bounded(score) for score in found]
        waves = self._engine.waveforms(drawn, self._heard_ms(request))
        made = []
        for samples, score in zip(waves, scores, strict=True):
            cancel.check()
            made.append(_sound(self._cut(samples, request), request, score))
        return made

    def place(self, payload: PlaceSoundsRequest, cancel: CancelToken) -> SoundPlaces:
        """Place sounds in the shared embedding. Raises InvalidRequest, ModelMissing, ModelCorrupt, Cancelled."""
        cancel.check()
        return self._hearing().place(payload.sounds)

    def hear(self, payload: SoundFile, cancel: CancelToken) -> HeardSound:
        """Tell what is heard in a file. Raises InvalidRequest, ModelMissing, ModelCorrupt, Cancelled."""
        cancel.check()
        return self._hearing().hear(payload)

    def examine(self, payload: SoundFile, cancel: CancelToken) -> ExaminedSound:
        """Place a file that is to be kept, and tell what it is. Raises what `hear` raises."""
        cancel.check()
        return self._hearing().examine(payload)

    def _hearing(self) -> SoundReader:
        if isinstance(self._reader, SoundReader):
            return self._reader
        raise self._reader

    def _draw(self, request: SoundRequest, noise_seeds: Sequence[int]) -> Tensor:
        """Spectra, (N, BANDS, FRAMES), one for each seed."""
        return self._engine.spectra(
            request.embedding,
            noise_seeds,
            self._length_ms(request),
            request.intensity,
            request.valence,
            request.arousal,
        )

    def _length_ms(self, request: SoundRequest) -> int:
        """What the generator is told. A loop is made as long as can be: what follows its end fades into its start."""
        if request.looped:
            return MAX_DURATION_MS
        return request.duration_ms or self._engine.guess_duration_ms(request.embedding)

    def _attack_ms(self, request: SoundRequest) -> float:
        """How long the attack of what is asked for usually is."""
        wanted = (float(self._length_ms(request)), request.intensity, request.valence, request.arousal)
        (condition,) = conditions_of(*(np.array([value]) for value in wanted))
        return self._engine.guess_attack_ms(request.embedding, condition)

    def _heard_ms(self, request: SoundRequest) -> int:
        """How much of a spectrum is made heard; 0: all of it."""
        return 0 if request.looped else self._length_ms(request)

    def _cut(self, samples: Wave, request: SoundRequest) -> Wave:
        """To the asked length, without what is silent around it."""
        if request.looped:
            return loop(trim_onset(samples), request.duration_ms or DEFAULT_LOOP_MS)
        # Before silence is cut, so that what was noise before the onset is cut too.
        trimmed = trim(sharpen(samples, self._attack_ms(request)), self._length_ms(request))
        return fit_length(trimmed, request.duration_ms or max(MIN_DURATION_MS, _milliseconds(len(trimmed))))


def _load_embedding(
    config: SoundConfig, device: torch.device
) -> tuple[SoundChooser | None, SoundReader | ModelMissing | ModelCorrupt]:
    """What chooses and what hears; None and an error where the embedding knows no sounds, which the log tells too."""
    folder = config.embedding_folder or model_path(EMBEDDING)
    command = TRAIN_COMMAND if config.embedding_folder else repair_command(find_model(EMBEDDING))
    try:
        embedding = SharedEmbedding(folder, command, device)
        return SoundChooser(embedding), SoundReader(embedding, folder, command)
    except (ModelMissing, ModelCorrupt) as error:
        level = logging.INFO if isinstance(error, ModelMissing) else logging.ERROR
        log.log(level, "sounds are made without choosing among candidates, and cannot be searched: %s", error)
        return None, error


def _sound(cut: Wave, request: SoundRequest, score: float | None) -> Sound:
    """A file of the samples, and what is told of it."""
    samples, levels = _finish(cut, request)
    seam = Loop(0, len(samples)) if request.looped else None
    data = file_bytes(samples, request.sample_rate_hz, _encoding(request.encoding), seam)
    return Sound(
        data=data,
        encoding=request.encoding,
        duration_ms=round(1000 * len(samples) / request.sample_rate_hz),
        sample_rate_hz=request.sample_rate_hz,
        channels=request.channels,
        peak_dbfs=peak_dbfs(data) if request.encoding == "ogg_vorbis" else levels.peak_dbfs,
        loudness_lufs=levels.loudness_lufs,
        sample_count=len(samples),
        loop_start=0,
        loop_end=len(samples) if request.looped else 0,
        score=score,
    )


def _finish(samples: Wave, payload: SoundRequest) -> tuple[Wave, Levels]:
    """Channels, sample rate and level."""
    change = resample_loop if payload.looped else resample
    channels = widen(samples, payload.looped).T if payload.channels == 2 else samples[None]
    resampled = np.stack([change(channel, NATIVE_RATE_HZ, payload.sample_rate_hz) for channel in channels], axis=1)
    return set_level(resampled[:, 0] if payload.channels == 1 else resampled, payload.sample_rate_hz, payload.intensity)


def _encoding(name: str) -> SoundEncoding:
    """The checked name of an encoding."""
    return next(encoding for encoding in ENCODINGS if encoding == name)


def check_variants(wanted: SoundVariants) -> None:
    """Raise InvalidRequest with every fault found."""
    count, faults = len(wanted.noise_seeds), []
    if not 1 <= count <= MAX_CANDIDATES:
        faults.append(FieldViolation("noise_seeds", f"has {count}", f"1 to {MAX_CANDIDATES}"))
    if not all(0 <= seed < 1 << 63 for seed in wanted.noise_seeds):
        faults.append(FieldViolation("noise_seeds", "has one that is out of range", "0 to 2^63-1 each"))
    check_request(wanted.request, faults)


def check_request(request: SoundRequest, known: Sequence[FieldViolation] = ()) -> None:
    """Raise InvalidRequest with every fault found, those `known` among them."""
    faults = list(known)
    duration, intensity = request.duration_ms, request.intensity
    if duration != 0 and not MIN_DURATION_MS <= duration <= MAX_DURATION_MS:
        faults.append(_fault("duration_ms", duration, f"0 or {MIN_DURATION_MS} to {MAX_DURATION_MS}"))
    if not (math.isfinite(intensity) and 0 <= intensity <= 1):
        faults.append(_fault("intensity", intensity, "a number from 0 to 1"))
    for key in ("valence", "arousal"):
        value = getattr(request, key)
        if not (math.isfinite(value) and -1 <= value <= 1):
            faults.append(_fault(key, value, "a number from -1 to 1"))
    if request.channels not in (1, 2):
        faults.append(_fault("channels", request.channels, "1 or 2"))
    if request.encoding not in encodings():
        faults.append(_fault("encoding", request.encoding, ", ".join(encodings())))
    if request.sample_rate_hz not in SAMPLE_RATES_HZ:
        faults.append(_fault("sample_rate_hz", request.sample_rate_hz, ", ".join(map(str, SAMPLE_RATES_HZ))))
    if not 0 <= request.candidates <= MAX_CANDIDATES:
        faults.append(_fault("candidates", request.candidates, f"0 to {MAX_CANDIDATES}"))
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
