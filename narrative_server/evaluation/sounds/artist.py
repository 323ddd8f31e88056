"""What makes the sounds that are scored: the server's own sound service."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from narrative_server.evaluation.sounds.clips import Wave
from narrative_server.evaluation.sounds.prompts import Prompt
from narrative_server.gan.data import TEXT_DIM
from narrative_server.sounds.service import SoundService
from narrative_server.sounds.types import Sound, SoundConfig, SoundRequest, VocoderName
from narrative_server.workers.cancel import CancelToken


@dataclass(frozen=True)
class Conditions:
    """What is asked for besides words: duration_ms 50..2000, or 0 where the model chooses; the rest as SoundRequest."""

    duration_ms: int = 0
    intensity: float = 0.5
    valence: float = 0.0
    arousal: float = 0.0

    @staticmethod
    def of(prompt: Prompt) -> Conditions:
        """Those of a prompt's own item."""
        return Conditions(prompt.duration_ms, prompt.intensity, prompt.valence, prompt.arousal)


class Artist(Protocol):
    """Makes one sound from a sentence."""

    def draw(self, sentence: NDArray[np.float32], wanted: Conditions, seed: int, candidates: int = 1) -> Wave:
        """Samples at 22,050 Hz from a sentence embedding (384,) of unit norm; equal for equal arguments.

        candidates: how many are made; the one that fits best is returned.
        """
        ...

    def chooses(self) -> bool:
        """Whether it can tell which of several fits best."""
        ...


class ServiceArtist:
    """Sounds exactly as the server makes them, at their native rate."""

    def __init__(
        self,
        folder: Path | None,
        threads: int = 1,
        vocoder: VocoderName = "auto",
        vocoder_folder: Path | None = None,
        embedding_folder: Path | None = None,
    ) -> None:
        """folder, vocoder_folder, embedding_folder: models', None for the packaged ones.

        Raises ModelMissing, ModelCorrupt.
        """
        self._service = SoundService(
            SoundConfig(
                folder=folder,
                device="cpu",
                threads=threads,
                vocoder=vocoder,
                vocoder_folder=vocoder_folder,
                embedding_folder=embedding_folder,
            )
        )

    def draw(self, sentence: NDArray[np.float32], wanted: Conditions, seed: int, candidates: int = 1) -> Wave:
        """See Artist. Raises InvalidRequest."""
        samples, _ = soundfile.read(io.BytesIO(self._made(sentence, wanted, seed, candidates).data), dtype="float32")
        return np.asarray(samples, dtype=np.float32)

    def chooses(self) -> bool:
        """See Artist."""
        unit = np.full(TEXT_DIM, TEXT_DIM**-0.5, np.float32)
        return self._made(unit, Conditions(200), 0, 1).score is not None

    def _made(self, sentence: NDArray[np.float32], wanted: Conditions, seed: int, candidates: int) -> Sound:
        request = SoundRequest(
            embedding=sentence,
            noise_seed=seed,
            duration_ms=wanted.duration_ms,
            intensity=wanted.intensity,
            encoding="wav_float32",
            valence=wanted.valence,
            arousal=wanted.arousal,
            candidates=candidates,
        )
        return self._service.sound(request, CancelToken())
