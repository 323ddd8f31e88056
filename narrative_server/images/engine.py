"""A packaged image generator, loaded for serving: embedding, conditions and a seed in, one grid out.

Noise is drawn on the CPU from the seed alone and every picture runs by itself, so equal inputs give equal bytes on a
device. Knows nothing of requests, moods, alpha or files' formats beyond the model folder.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.gan.checkpoint import load_generator
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

        truncation, guidance: None takes the model's own. Raises ModelMissing, ModelCorrupt.
        """
        generator, self.facts = load_generator(folder, name, command)
        self._device = choose_device(device)
        self._generator = generator.to(self._device)
        self._truncation = self.facts.serving.get("truncation", 1.0) if truncation is None else truncation
        self._guidance = self.facts.serving.get("guidance", 1.0) if guidance is None else guidance

    @torch.inference_mode()
    def draw(
        self, embedding: NDArray[np.float32], condition: NDArray[np.float32], noise_seed: int
    ) -> NDArray[np.float32]:
        """One grid (C, H, W), about -1..1.

        embedding (384,) unit norm; condition (D,); noise_seed 0..2^63-1.
        """
        network, device = self.facts.network, self._device
        z = self._truncation * normal_noise(noise_seed, 1, network.z_dim)
        noises = [
            torch.from_numpy(normal_noise(sub_seed(noise_seed, "stage", str(index)), 1, 1, *shape)).to(device)
            for index, shape in enumerate(network.noise_shapes())
        ]
        text = torch.from_numpy(embedding[None].astype(np.float32)).to(device)
        extra = torch.from_numpy(condition[None].astype(np.float32)).to(device)
        style = self._generator.guided_style(torch.from_numpy(z).to(device), text, self._guidance)
        values = self._generator.paint(style, extra, noises)
        result: NDArray[np.float32] = values[0].float().cpu().numpy()
        return result


def choose_device(name: str) -> torch.device:
    """The device for "auto" (CUDA where present, else the CPU), "cpu", "cuda" or "mps"."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)
