"""A packaged image generator, loaded for serving: an embedding and a seed in, one grid out.

Noise is drawn on the CPU from the seed alone and only the candidates of one picture run together, so equal inputs give
equal bytes on a device. Knows nothing of requests, moods, alpha or files' formats beyond the model folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from narrative_server.devices import choose_device
from narrative_server.gan.checkpoint import load_generator
from narrative_server.gan.networks import NetworkConfig
from narrative_server.gan.references import Hints
from narrative_server.packing import pack
from narrative_server.precision import computes_bfloat16
from narrative_server.seeds import normal_noise, sub_seed


class PictureEngine:
    """One generator on one device."""

    def __init__(
        self,
        folder: Path,
        name: str,
        command: str,
        device: str = "auto",
        truncation: float | None = None,
        guidance: float | None = None,
    ) -> None:
        """Load the model. name, command: what an error calls it and what it tells the user to run.

        truncation, guidance: None takes the model's own. Raises ModelMissing, ModelCorrupt, InvalidConfig.
        """
        generator, self.facts = load_generator(folder, name, command)
        self._device = choose_device(device, "images.device")
        self._dtype = torch.bfloat16 if computes_bfloat16(self._device) else torch.float32
        # In this layout one picture is drawn in about two thirds of the time on a CPU.
        moved = generator.to(self._device, self._dtype)
        self._generator = moved.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._truncation = self.facts.serving.get("truncation", 1.0) if truncation is None else truncation
        self._guidance = self.facts.serving.get("guidance", 1.0) if guidance is None else guidance
        nothing = np.zeros(self.facts.network.text_dim, np.float32)
        pack(self._generator, lambda: self.draw_each(nothing, [0]))

    @property
    def tag_count(self) -> int:
        """How many tags an item of its references has, G; 0: nothing is known of what they show."""
        bank = self._generator.bank
        return 0 if bank is None else bank.tags.shape[1]

    @torch.inference_mode()
    def draw_each(
        self,
        embedding: NDArray[np.float32],
        noise_seeds: Sequence[int],
        subject: NDArray[np.float32] | None = None,
        tags: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """A grid for each of N seeds, (N, C, H, W), about -1..1, at once: sooner than one by one.

        embedding: (384,), unit norm. noise_seeds: 0..2^63-1 each.
        subject: (384,), of what the phrase is about, which references must be like too. tags: (G,), what references
        should show. Equal seeds in batches of equal N give equal bytes; of another N they may differ by rounding.
        """
        network, device, count = self.facts.network, self._device, len(noise_seeds)
        z = self._truncation * np.concatenate([normal_noise(seed, 1, network.z_dim) for seed in noise_seeds])
        noises = [torch.from_numpy(noise).to(device, self._dtype) for noise in stage_noises(network, noise_seeds)]
        text = _rows(embedding, count, device)
        condition = torch.zeros(count, network.condition_dim, device=device, dtype=self._dtype)  # pictures have none
        hints = Hints(subject=_maybe_rows(subject, count, device), tags=_maybe_rows(tags, count, device))
        drawn = self._generator.draw(torch.from_numpy(z).to(device), text, condition, noises, self._guidance, hints)
        values: NDArray[np.float32] = drawn.float().cpu().numpy()
        return values


def _rows(vector: NDArray[np.float32], count: int, device: torch.device) -> Tensor:
    """The vector (D,) `count` times, (count, D)."""
    return torch.from_numpy(vector[None].astype(np.float32)).to(device).expand(count, -1)


def _maybe_rows(vector: NDArray[np.float32] | None, count: int, device: torch.device) -> Tensor | None:
    return None if vector is None else _rows(vector, count, device)


def stage_noises(network: NetworkConfig, noise_seeds: Sequence[int]) -> list[NDArray[np.float32]]:
    """The noise of each stage, (N, 1, h, w), a row for each of N seeds."""
    return [
        np.concatenate([normal_noise(sub_seed(seed, "stage", str(index)), 1, 1, *shape) for seed in noise_seeds])
        for index, shape in enumerate(network.noise_shapes())
    ]
