"""What goes to and from the sound service: requests, sounds, settings. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig

NATIVE_RATE_HZ: Final = 22_050
SAMPLE_RATES_HZ: Final = (22_050, 44_100, 48_000)
MIN_DURATION_MS: Final = 50
MAX_DURATION_MS: Final = 2_000
MAX_CANDIDATES: Final = 64

SoundEncoding: TypeAlias = Literal["wav_pcm16", "wav_float32", "ogg_vorbis"]
ENCODINGS: Final[tuple[SoundEncoding, ...]] = ("wav_pcm16", "wav_float32", "ogg_vorbis")

VocoderName: TypeAlias = Literal["auto", "vocos", "griffin_lim"]
VOCODERS: Final[tuple[VocoderName, ...]] = ("auto", "vocos", "griffin_lim")


@dataclass(frozen=True)
class SoundConfig:
    """How sounds are made.

    folder: the model's folder; None is the packaged one. device: "auto" (CUDA where present), "cpu", "cuda", "mps".
    threads: CPU threads, 0..256; 0 is torch's own choice. One is the default: the work is many small steps, which
    threads only slow down where other models want the same cores.
    truncation: scale of the noise z, 0..1; below 1 trades variety for fidelity. guidance: 1..3, weight of the text.
    vocoder: "vocos" is the trained network, in vocoder_folder (None: the packaged one); "griffin_lim" needs no
    weights and is slower and less crisp; "auto" is the first where its weights are packaged.
    vocoder_iterations: Griffin-Lim rounds, 1..256. embedding_folder: of what chooses among candidates; None is the
    packaged one. candidates: 1..64, how many are drawn for a sound where the embedding knows sounds, the one that fits
    its words best is taken; another number gives other sounds. Unset truncation and guidance: what the model's
    config.json says.
    """

    folder: Path | None = None
    device: str = "auto"
    threads: int = 1
    truncation: float | None = None
    guidance: float | None = None
    vocoder: VocoderName = "auto"
    vocoder_folder: Path | None = None
    vocoder_iterations: int = 32
    embedding_folder: Path | None = None
    candidates: int = 1

    def __post_init__(self) -> None:
        legal_devices = ("auto", "cpu", "cuda", "mps")
        _require("device", self.device, self.device in legal_devices, ", ".join(legal_devices))
        _require("threads", self.threads, 0 <= self.threads <= 256, "0 to 256")
        _require("truncation", self.truncation, self.truncation is None or 0 <= self.truncation <= 1, "0 to 1")
        _require("guidance", self.guidance, self.guidance is None or 1 <= self.guidance <= 3, "1 to 3")
        _require("vocoder", self.vocoder, self.vocoder in VOCODERS, ", ".join(VOCODERS))
        rounds = self.vocoder_iterations
        _require("vocoder_iterations", rounds, 1 <= rounds <= 256, "1 to 256")
        fine = 1 <= self.candidates <= MAX_CANDIDATES
        _require("candidates", self.candidates, fine, f"1 to {MAX_CANDIDATES}")


@dataclass(frozen=True, eq=False)
class SoundRequest:
    """One sound to make.

    embedding: float32 (384,), unit norm, of the phrase. noise_seed: 0..2^63-1. duration_ms: 50..2000, or 0 where the
    model chooses. intensity: 0..1, both how forceful it sounds and how loud it is. valence, arousal: -1..1, the mood;
    a model that was trained without moods does not hear them. channels: 1, or 2 for a widened image. looped: made to
    be repeated without a seam. candidates: 0 (as the service is set) or 1..64, how many are drawn to choose from.
    """

    embedding: NDArray[np.float32]
    noise_seed: int
    duration_ms: int = 0
    intensity: float = 0.5
    encoding: str = "wav_pcm16"
    sample_rate_hz: int = NATIVE_RATE_HZ
    valence: float = 0.0
    arousal: float = 0.0
    channels: int = 1
    looped: bool = False
    candidates: int = 0


@dataclass(frozen=True, eq=False)
class SoundVariants:
    """Several sounds of one request, one for each seed and nothing to choose from: whoever asks will choose."""

    request: SoundRequest
    noise_seeds: tuple[int, ...]


@dataclass(frozen=True)
class Sound:
    """A made sound: a whole file, and what a game wants to know of it.

    sample_count: samples of one channel. loop_start, loop_end: the loop's first sample and the one after its last; both
    0 where it is not made to loop. Levels: peak in dB of full scale, loudness as momentary LUFS.
    score: how well it fits its words, a cosine of the shared embedding, -1..1; None where nothing can tell.
    """

    data: bytes
    encoding: str
    duration_ms: int
    sample_rate_hz: int
    channels: int
    peak_dbfs: float
    loudness_lufs: float
    sample_count: int = 0
    loop_start: int = 0
    loop_end: int = 0
    score: float | None = None


@dataclass(frozen=True)
class SoundFile:
    """A sound file's bytes, WAV or OGG. field: what an error about the bytes names."""

    data: bytes
    field: str = "sound_wav"


@dataclass(frozen=True)
class PlaceSoundsRequest:
    """Sounds to place in the shared embedding; none asks for its spaces alone."""

    sounds: tuple[SoundFile, ...] = ()


@dataclass(frozen=True, eq=False)
class SoundPlaces:
    """rows: float32 of (N, 256), unit norm; only rows of one space can be compared with each other.

    text_space: which places of texts and pictures they can be compared with.
    """

    space: str
    text_space: str
    rows: NDArray[np.float32]


@dataclass(frozen=True)
class SoundDetails:
    """What a file that is to be kept tells of itself; units as in `Sound`.

    sample_rate_hz: 8,000..192,000. channels: 1 or 2. loop_start, loop_end: of the first forward loop in a WAV file's
    `smpl` chunk; both 0 where it has none.
    """

    encoding: SoundEncoding
    duration_ms: int
    sample_rate_hz: int
    channels: int
    peak_dbfs: float
    loudness_lufs: float
    sample_count: int
    loop_start: int
    loop_end: int


@dataclass(frozen=True, eq=False)
class ExaminedSound:
    """A file that is to be kept. place: float32 of (256,), unit norm, in `space`; see `SoundPlaces` for text_space."""

    place: NDArray[np.float32]
    space: str
    text_space: str
    details: SoundDetails


@dataclass(frozen=True, eq=False)
class HeardSound:
    """What a file sounds like. place: float32 of (256,), unit norm. keywords: best first, at most 8."""

    place: NDArray[np.float32]
    keywords: tuple[str, ...]


def _require(key: str, value: object, fine: bool, legal: str) -> None:
    if not fine:
        raise InvalidConfig(f"sounds.{key}", value, legal)
