"""Other people's networks for 32x32 pictures, timed on request: a script for a Python environment of their own.

Needs PyTorch and any of lightweight-gan, stylegan2-pytorch and diffusers; of this project the file beside it alone.
lightweight-gan and stylegan2-pytorch refuse to be imported without CUDA, which their generators do not need.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import mock

import torch

if TYPE_CHECKING:
    from narrative_server.evaluation.peer_answers import Draw, Load, answer, count_parameters, make_parser
else:  # a script's own folder is where Python looks first; this project is not in the environment
    from peer_answers import Draw, Load, answer, count_parameters, make_parser

SIDE_PX = 32
CHANNELS = 4
DIFFUSION_STEPS = 10


def lightweight_gan() -> tuple[Draw, int]:
    """The generator of lightweight-gan with its defaults, RGBA."""
    with _claiming_cuda():
        package = importlib.import_module("lightweight_gan.lightweight_gan")
    network = package.Generator(image_size=SIDE_PX, latent_dim=256, transparent=True).eval()
    return lambda batch: network(torch.randn(batch, 256)), count_parameters(network)


def stylegan2_pytorch() -> tuple[Draw, int]:
    """Mapping and generator of stylegan2-pytorch with its defaults, RGBA."""
    with _claiming_cuda():
        package = importlib.import_module("stylegan2_pytorch.stylegan2_pytorch")
    network = package.Generator(SIDE_PX, 512, transparent=True).eval()
    mapping = package.StyleVectorizer(512, 8).eval()

    def draw(batch: int) -> Any:
        styles = mapping(torch.randn(batch, 512))[:, None].expand(-1, network.num_layers, -1)
        return network(styles, torch.rand(batch, SIDE_PX, SIDE_PX, 1))

    return draw, count_parameters(network, mapping)


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
    network = build(min(widths, key=lambda width: abs(count_parameters(build(width)) - parameters)))
    scheduler = package.DDIMScheduler()
    scheduler.set_timesteps(DIFFUSION_STEPS)

    def draw(batch: int) -> Any:
        values = torch.randn(batch, CHANNELS, SIDE_PX, SIDE_PX)
        for step in scheduler.timesteps:
            values = scheduler.step(network(values, step).sample, step, values).prev_sample
        return values

    return draw, count_parameters(network)


def main() -> None:
    """See the module's docstring."""
    parser = make_parser()
    parser.add_argument("--parameters", type=int, required=True)
    arguments = parser.parse_args()
    networks: dict[str, Load] = {
        "lightweight_gan": lightweight_gan,
        "stylegan2_pytorch": stylegan2_pytorch,
        "diffusers_unet_10_steps": partial(diffusers_unet, arguments.parameters),
    }
    answer(networks, arguments.threads)


@contextlib.contextmanager
def _claiming_cuda() -> Iterator[None]:
    with mock.patch.object(torch.cuda, "is_available", return_value=True):
        yield


if __name__ == "__main__":
    main()
