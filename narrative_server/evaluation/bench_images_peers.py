"""Other people's networks for 32x32 pictures, timed on request: a script for a Python environment of their own.

Needs PyTorch and any of lightweight-gan, stylegan2-pytorch and diffusers; nothing of this project. Says as a JSON line
which networks it has and what is missing; then answers each line `NAME BATCH` with the seconds that one batch took.
lightweight-gan and stylegan2-pytorch refuse to be imported without CUDA, which their generators do not need.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import torch

SIDE_PX = 32
CHANNELS = 4
DIFFUSION_STEPS = 10

Draw = Callable[[int], Any]
"""Makes a batch of that many pictures."""


def lightweight_gan(parameters: int) -> tuple[Draw, int]:
    """The generator of lightweight-gan with its defaults, RGBA."""
    del parameters
    with _claiming_cuda():
        package = importlib.import_module("lightweight_gan.lightweight_gan")
    network = package.Generator(image_size=SIDE_PX, latent_dim=256, transparent=True).eval()
    return lambda batch: network(torch.randn(batch, 256)), _count(network)


def stylegan2_pytorch(parameters: int) -> tuple[Draw, int]:
    """Mapping and generator of stylegan2-pytorch with its defaults, RGBA."""
    del parameters
    with _claiming_cuda():
        package = importlib.import_module("stylegan2_pytorch.stylegan2_pytorch")
    network = package.Generator(SIDE_PX, 512, transparent=True).eval()
    mapping = package.StyleVectorizer(512, 8).eval()

    def draw(batch: int) -> Any:
        styles = mapping(torch.randn(batch, 512))[:, None].expand(-1, network.num_layers, -1)
        return network(styles, torch.rand(batch, SIDE_PX, SIDE_PX, 1))

    return draw, _count(network) + _count(mapping)


def diffusers_unet(parameters: int) -> tuple[Draw, int]:
    """A UNet2DModel as near to `parameters` as its widths allow, with ten steps of DDIM."""
    package = importlib.import_module("diffusers")

    def build(width: int) -> Any:
        return package.UNet2DModel(
            sample_size=SIDE_PX,
            in_channels=CHANNELS,
            out_channels=CHANNELS,
            block_out_channels=(width, 2 * width, 2 * width),
            down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
            layers_per_block=1,
            norm_num_groups=8,
        ).eval()

    widths = range(16, 161, 8)
    network = build(min(widths, key=lambda width: abs(_count(build(width)) - parameters)))
    scheduler = package.DDIMScheduler()
    scheduler.set_timesteps(DIFFUSION_STEPS)

    def draw(batch: int) -> Any:
        values = torch.randn(batch, CHANNELS, SIDE_PX, SIDE_PX)
        for step in scheduler.timesteps:
            values = scheduler.step(network(values, step).sample, step, values).prev_sample
        return values

    return draw, _count(network)


NETWORKS: dict[str, Callable[[int], tuple[Draw, int]]] = {
    "lightweight_gan": lightweight_gan,
    "stylegan2_pytorch": stylegan2_pytorch,
    "diffusers_unet_10_steps": diffusers_unet,
}


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--parameters", type=int, required=True)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    answers, sys.stdout = sys.stdout, sys.stderr  # what packages print must not come between the answers
    draws: dict[str, Draw] = {}
    sizes, skipped = {}, {}
    for name, load in NETWORKS.items():
        try:
            draws[name], sizes[name] = load(arguments.parameters)
        except Exception as error:  # packages of others raise anything when something of theirs is missing
            skipped[name] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    _say(answers, {"parameters": sizes, "skipped": skipped})
    for line in sys.stdin:
        name, batch = line.split()
        with torch.inference_mode():
            started = time.perf_counter()
            draws[name](int(batch))
            _say(answers, {"seconds": time.perf_counter() - started})


@contextlib.contextmanager
def _claiming_cuda() -> Iterator[None]:
    with mock.patch.object(torch.cuda, "is_available", return_value=True):
        yield


def _count(network: torch.nn.Module) -> int:
    return sum(value.numel() for value in network.parameters())


def _say(file: Any, message: dict[str, object]) -> None:
    file.write(json.dumps(message) + "\n")
    file.flush()


if __name__ == "__main__":
    main()
