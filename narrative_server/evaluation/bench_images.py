"""How fast pictures are made, on the machine at hand: through gRPC, by the bare model, and beside other networks.

Batches of ours and of the others take turns within one run, so that a machine that is busy with something else slows
all alike; figures are medians. The others run in a Python environment of their own, by `bench_images_peers.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.evaluation.bench_dialogue import Skipped
from narrative_server.evaluation.figures import Figure, median, quantile
from narrative_server.gan.checkpoint import load_generator
from narrative_server.gan.networks import Generator
from narrative_server.images.service import ImageService
from narrative_server.images.types import (
    BACKGROUND_HEIGHT_PX,
    BACKGROUND_WIDTH_PX,
    SPRITE_SIDE_PX,
    ImageConfig,
    PictureRequest,
)
from narrative_server.models.catalogue import find_model, model_path, repair_command
from narrative_server.semantics.mood import Mood
from narrative_server.v1 import image_pb2, image_pb2_grpc
from narrative_server.workers.cancel import CancelToken

if TYPE_CHECKING:
    import grpc.aio

BATCH: Final = 16
PEER_PACKAGES: Final = ("lightweight-gan==1.2.1", "stylegan2-pytorch==1.9.0", "diffusers==0.42.1", "torch==2.11.0")
_PEERS: Final = Path(__file__).with_name("bench_images_peers.py")
_INSTALL_TIMEOUT_S: Final = 3600.0
_EMBEDDING: Final = np.full(384, 384**-0.5, np.float32)


@dataclass(frozen=True)
class ImageBenchOptions:
    """pictures: single ones timed of each kind. rounds: batches timed of each network.

    peers_python: the interpreter of the environment that holds the other networks; None leaves them out.
    threads: CPU threads of every network, 0 for torch's choice.
    """

    pictures: int = 50
    rounds: int = 5
    peers_python: Path | None = None
    threads: int = 0

    def __post_init__(self) -> None:
        if self.peers_python is not None and not self.peers_python.is_file():
            raise InvalidConfig("--peers-python", str(self.peers_python), "a Python interpreter's file")


Told = Callable[[str], None]


async def bench_served(channel: grpc.aio.Channel, options: ImageBenchOptions, told: Told) -> list[Figure]:
    """Single sprites and backgrounds through gRPC, each with words and a seed of its own."""
    images = image_pb2_grpc.ImageServiceStub(channel)
    sprites, backgrounds = [], []
    for number in range(-3, options.pictures):  # the first ones warm up
        told(f"pictures through gRPC: {max(number, 0)} of {options.pictures}")
        # New words each time: what a cache of sentence embeddings saves is not what is asked.
        text = f"{'red' if number % 2 else 'green'} dragon number {number}"
        started = time.perf_counter()
        await images.GenerateSprite(image_pb2.GenerateSpriteRequest(text=text, seed=number + 3))
        middle = time.perf_counter()
        await images.GenerateBackground(image_pb2.GenerateBackgroundRequest(text=text, seed=number + 3))
        if number >= 0:
            sprites.append(1000.0 * (middle - started))
            backgrounds.append(1000.0 * (time.perf_counter() - middle))
    return [*_spread("sprite_ms", "grpc", sprites), *_spread("background_ms", "grpc", backgrounds)]


def bench_bare(options: ImageBenchOptions, told: Told) -> list[Figure]:
    """Single pictures by the image service in this process, one candidate each. Raises ModelMissing, ModelCorrupt."""
    service = ImageService(ImageConfig(device="cpu", threads=options.threads))
    figures: list[Figure] = []
    for name, draw, width, height in (
        ("sprite", service.sprite, SPRITE_SIDE_PX, SPRITE_SIDE_PX),
        ("background", service.background, BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX),
    ):
        told(f"bare {name}s")
        taken = []
        for seed in range(options.pictures + 3):
            request = PictureRequest(_EMBEDDING, Mood("neutral", 0.0), seed, width, height, candidates=1)
            started = time.perf_counter()
            draw(request, CancelToken())
            taken.append(1000.0 * (time.perf_counter() - started))
        figures += _spread(f"{name}_ms", "bare", taken[3:])
    return figures


def bench_batches(options: ImageBenchOptions, told: Told) -> tuple[list[Figure], list[Skipped]]:
    """Pictures a second at batch 16, ours beside the others, and by how much ours is faster.

    Raises ModelMissing, ModelCorrupt, EngineFailed.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    ours = {f"ours_{kind}": _OurBatch(kind) for kind in ("sprites", "backgrounds")}
    sizes = {row: batch.parameters for row, batch in ours.items()}
    seconds: dict[str, list[float]] = {row: [] for row in ours}
    with _peers(options, sizes["ours_sprites"], told) as (peers, skipped):
        for row, parameters in peers.sizes.items() if peers else ():
            sizes[row], seconds[row] = parameters, []
        for number in range(options.rounds + 1):
            for row, taken in seconds.items():
                told(f"batches of {BATCH}, round {number} of {options.rounds}: {row}")
                took = ours[row].seconds() if row in ours else peers.seconds(row) if peers else 0.0
                if number:  # the first round warms up
                    taken.append(took)
    return _batch_figures(seconds, sizes), skipped


def make_peers(folder: Path, told: Told) -> Path:
    """Make a Python environment in `folder` that holds the other networks; returns its interpreter.

    One that is there is used as it is. Raises EngineFailed when pip fails.
    """
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.is_file():
        told(f"making {folder}")
        _run([sys.executable, "-m", "venv", str(folder)])
        told(f"installing {', '.join(PEER_PACKAGES)}; minutes")
        _run([str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES])
    return python


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S, check=False)
    if done.returncode:
        raise EngineFailed("bench images", f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")


def _spread(metric: str, row: str, values: Sequence[float]) -> list[Figure]:
    return [
        Figure(f"{metric}_p50", row, median(values), "ms", len(values)),
        Figure(f"{metric}_p95", row, quantile(values, 0.95), "ms", len(values)),
    ]


def _batch_figures(seconds: dict[str, list[float]], sizes: dict[str, int]) -> list[Figure]:
    figures = []
    rates = {row: BATCH / median(taken) for row, taken in seconds.items() if taken}
    for row, rate in rates.items():
        figures.append(Figure("images_per_s_16", row, rate, "1/s", BATCH * len(seconds[row])))
        figures.append(Figure("parameters", row, sizes[row] / 1e6, "million", 1))
        if not row.startswith("ours_"):
            figures.append(
                Figure("ours_sprites_faster_by", row, rates["ours_sprites"] / rate, "ratio", len(seconds[row]))
            )
    return figures


class _OurBatch:
    """A packaged generator on batches of random sentences, with guidance as it serves."""

    def __init__(self, kind: str) -> None:
        network, facts = load_generator(model_path(kind), kind, repair_command(find_model(kind)))
        self._network: Generator = network
        self._guidance = facts.serving.get("guidance", 1.0)
        self.parameters = sum(value.numel() for value in network.parameters())

    @torch.inference_mode()
    def seconds(self) -> float:
        config = self._network.config
        started = time.perf_counter()
        text = torch.nn.functional.normalize(torch.randn(BATCH, config.text_dim), dim=1)
        z, condition = torch.randn(BATCH, config.z_dim), torch.zeros(BATCH, config.condition_dim)
        noises = [torch.randn(BATCH, 1, *shape) for shape in config.noise_shapes()]
        self._network.draw(z, text, condition, noises, self._guidance)
        return time.perf_counter() - started


class _Peers:
    """The script of the other networks, running."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        ready = self._answer()
        self.sizes: dict[str, int] = ready["parameters"]
        self.skipped = [Skipped(row, reason) for row, reason in ready["skipped"].items()]

    def seconds(self, row: str) -> float:
        """Time one batch."""
        assert self._process.stdin is not None, "it was asked for"
        self._process.stdin.write(f"{row} {BATCH}\n")
        self._process.stdin.flush()
        return float(self._answer()["seconds"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None, "it was asked for"
        line = self._process.stdout.readline()
        if not line:
            raise EngineFailed("bench images", f"{_PEERS.name} ended; what it said is above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def _peers(options: ImageBenchOptions, parameters: int, told: Told) -> Iterator[tuple[_Peers | None, list[Skipped]]]:
    if options.peers_python is None:
        reason = "not installed: give --peers-python FILE, or --make-peers FOLDER to install them there"
        yield None, [Skipped("lightweight_gan, stylegan2_pytorch, diffusers_unet_10_steps", reason)]
        return
    told("loading the other networks")
    command = [str(options.peers_python), str(_PEERS)]
    command += ["--threads", str(options.threads), "--parameters", str(parameters)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        peers = _Peers(process)
        yield peers, peers.skipped
    finally:
        process.kill()
        process.communicate()
