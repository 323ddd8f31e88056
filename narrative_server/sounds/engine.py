"""The sound model in memory: embedding, noise seed, duration and intensity to samples. Knows nothing of files or WAV.

Noise comes from `seeds.normal_noise` on the CPU in float32; equal inputs give equal samples on one kind of device.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig
from narrative_server.gan.checkpoint import load_generator
from narrative_server.gan.networks import NetworkConfig
from narrative_server.packing import pack
from narrative_server.precision import computes_bfloat16
from narrative_server.seeds import normal_noise, sub_seed
from narrative_server.sounds.conditions import CONDITION_NAMES, conditions_of
from narrative_server.sounds.facts import load_facts
from narrative_server.sounds.melspec import BANDS, FLOOR_DB, FOLD, FRAMES, HOP, unfold
from narrative_server.sounds.types import NATIVE_RATE_HZ, SoundConfig
from narrative_server.sounds.vocoder import GriffinLim, Vocoder
from narrative_server.sounds.vocoder_model import TrainedVocoder, load_vocoder, packaged_folder

MODEL_NAME = "sounds"
RESTORE_COMMAND = "narrative-server train sounds"
_MARGIN_FRAMES = 6  # beyond the asked duration, so that the vocoder has context for the end


class SoundEngine:
    """Generator and vocoder, ready to serve."""

    def __init__(self, config: SoundConfig, vocoder: Vocoder | None = None) -> None:
        """Load from disk; raises ModelMissing, ModelCorrupt, InvalidConfig."""
        folder = config.folder or _packaged_folder()
        self._device = choose_device(config.device, "sounds.device")
        if config.threads:
            torch.set_num_threads(config.threads)
        generator, facts = load_generator(folder, MODEL_NAME, RESTORE_COMMAND)
        _check_shape(facts.network, facts.condition_names)
        self._network = facts.network
        # In bfloat16, where the processor computes in it, two candidates take less time than one in float32.
        self._dtype = torch.bfloat16 if computes_bfloat16(self._device) else torch.float32
        moved = generator.to(self._device, self._dtype)
        self._generator = moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._facts = load_facts(folder, MODEL_NAME, RESTORE_COMMAND)
        self._truncation = config.truncation if config.truncation is not None else facts.serving["truncation"]
        self._guidance = config.guidance if config.guidance is not None else facts.serving["guidance"]
        self._text_jitter = facts.serving.get("text_jitter", 0.0)
        self._condition_jitter = facts.serving.get("condition_jitter", 0.0)
        pack(self._generator, lambda: self.spectrum(np.zeros(384, dtype=np.float32), 0, 1000, 0.5))
        self._vocoder = vocoder or _vocoder(config, self._device)

    @property
    def device(self) -> torch.device:
        """Where the networks run."""
        return self._device

    def warm_up(self) -> None:
        """Make one sound for nobody, so that the first request finds kernels chosen and tables built."""
        self.waveform(self.spectrum(np.zeros(384, dtype=np.float32), 0, 200, 0.5), 200)

    def guess_duration_ms(self, embedding: NDArray[np.float32]) -> int:
        """How long a sound of this text usually is, 50..2000 ms."""
        return self._facts.duration.milliseconds(embedding)

    def guess_attack_ms(self, embedding: NDArray[np.float32], condition: NDArray[np.float32]) -> float:
        """How long the attack of a sound of this text and these conditions (4,) usually is, 0.5 ms or more."""
        return self._facts.attack.milliseconds(embedding, condition)

    @torch.inference_mode()
    def spectrum(
        self,
        embedding: NDArray[np.float32],
        noise_seed: int,
        duration_ms: int,
        intensity: float,
        valence: float = 0.0,
        arousal: float = 0.0,
    ) -> Tensor:
        """Decibels float32 (BANDS, FRAMES); duration_ms 50..2000, intensity 0..1, valence and arousal -1..1."""
        return self.spectra(embedding, [noise_seed], duration_ms, intensity, valence, arousal)[0]

    @torch.inference_mode()
    def spectra(
        self,
        embedding: NDArray[np.float32],
        noise_seeds: Sequence[int],
        duration_ms: int,
        intensity: float,
        valence: float = 0.0,
        arousal: float = 0.0,
    ) -> Tensor:
        """Decibels float32 (N, BANDS, FRAMES), one for each of N seeds, together; see `spectrum`."""
        wanted = ([float(duration_ms)], [intensity], [valence], [arousal])
        numbers = conditions_of(*(np.asarray(value) for value in wanted))[:, : self._network.condition_dim]
        plain = np.asarray(embedding, dtype=np.float32)
        text = np.stack([plain + self._nudge(seed, "text", 384) for seed in noise_seeds])
        condition = np.concatenate([numbers + self._nudge(seed, "condition", numbers.shape[1]) for seed in noise_seeds])
        z = np.concatenate([normal_noise(seed, 1, self._network.z_dim) for seed in noise_seeds]) * self._truncation
        noises = [
            np.concatenate(
                [normal_noise(sub_seed(seed, "stage noise", str(stage)), 1, 1, *shape) for seed in noise_seeds]
            )
            for stage, shape in enumerate(self._network.noise_shapes())
        ]
        moved = [torch.from_numpy(noise).to(self._device, self._dtype) for noise in noises]
        extra = torch.from_numpy(condition).to(self._device, self._dtype)
        z_, text_ = (torch.from_numpy(part).to(self._device) for part in (z, text))
        values = self._generator.draw(z_, text_, extra, moved, self._guidance)
        return self._facts.scale.denormalise(unfold(values.float().cpu()))

    def _nudge(self, noise_seed: int, what: str, size: int) -> NDArray[np.float32]:
        """What a seed adds to its inputs, about as much as training did: two takes of the same words differ."""
        spread = self._text_jitter if what == "text" else self._condition_jitter
        return np.float32(spread) * normal_noise(sub_seed(noise_seed, what, ""), size)

    def waveform(self, decibels: Tensor, duration_ms: int) -> NDArray[np.float64]:
        """Samples at 22,050 Hz of a spectrum (BANDS, FRAMES); see `waveforms`."""
        return self.waveforms(decibels[None], duration_ms)[0]

    @torch.inference_mode()
    def waveforms(self, decibels: Tensor, duration_ms: int) -> list[NDArray[np.float64]]:
        """Samples at 22,050 Hz of spectra (N, BANDS, FRAMES), a little longer than `duration_ms` (0: all of them).

        Each is as long as the longest that is not silent.
        """
        frames = FRAMES
        if duration_ms:
            wanted = math.ceil(duration_ms * NATIVE_RATE_HZ / 1000 / HOP) + _MARGIN_FRAMES
            loud = torch.nonzero((decibels > FLOOR_DB + 6).any(dim=0).any(dim=0)).flatten()
            last = int(loud[-1]) + 3 if len(loud) else 0
            frames = max(8, min(FRAMES, wanted, last))
        samples = self._vocoder.waveform(decibels[:, :, :frames]).double().numpy()
        return list(samples)


def _vocoder(config: SoundConfig, device: torch.device) -> Vocoder:
    folder = config.vocoder_folder or packaged_folder()
    packaged = config.vocoder_folder is not None or (folder / "config.json").is_file()
    if config.vocoder == "griffin_lim" or (config.vocoder == "auto" and not packaged):
        return GriffinLim(config.vocoder_iterations)
    return TrainedVocoder(load_vocoder(folder), device)


def _packaged_folder() -> Path:
    return Path(__file__).parent.parent / "models" / MODEL_NAME


def _check_shape(network: NetworkConfig, condition_names: tuple[str, ...]) -> None:
    shape = (network.channels, network.height, network.width)
    wanted = (FOLD**2, BANDS // FOLD, FRAMES // FOLD)
    if shape != wanted:
        raise InvalidConfig("sounds.folder", shape, f"a model of grid {wanted}")
    known = CONDITION_NAMES[: network.condition_dim]
    if condition_names != known:
        raise InvalidConfig("sounds.folder", condition_names, f"a model with conditions {known}")
