"""How fast pictures are made, on the machine at hand: through gRPC, by the bare model, and beside other networks.

Batches of ours and of the others take turns within one run, so that a machine that is busy with something else slows
all alike; figures are medians. The others run in a Python environment of their own, by `bench_images_peers.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from narrative_server.evaluation.bench_dialogue import Skipped
from narrative_server.evaluation.figures import Figure, median, spread
from narrative_server.evaluation.images.rows import CANDIDATES
from narrative_server.evaluation.peer_script import Clock, Told, check_python, running_peers, take_turns
from narrative_server.gan.checkpoint import load_generator
from narrative_server.images.engine import PictureEngine
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
_PEER_ROWS: Final = "lightweight_gan, stylegan2_pytorch, diffusers_unet_10_steps"
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
        check_python(self.peers_python)


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
    return [*spread("sprite_ms", "grpc", sprites), *spread("background_ms", "grpc", backgrounds)]


def bench_bare(options: ImageBenchOptions, told: Told) -> list[Figure]:
    """Single pictures by the image service in this process, of one candidate and of several.

    Raises ModelMissing, ModelCorrupt.
    """
    service = ImageService(ImageConfig(device="cpu", threads=options.threads))
    figures: list[Figure] = []
    for name, draw, width, height in (
        ("sprite", service.sprite, SPRITE_SIDE_PX, SPRITE_SIDE_PX),
        ("background", service.background, BACKGROUND_WIDTH_PX, BACKGROUND_HEIGHT_PX),
    ):
        for candidates in CANDIDATES.values():
            row = "bare" if candidates == 1 else f"bare_n{candidates}"
            told(f"{row}, {name}s")
            taken = []
            for seed in range(options.pictures + 3):
                request = PictureRequest(_EMBEDDING, Mood("neutral", 0.0), seed, width, height, candidates=candidates)
                started = time.perf_counter()
                draw(request, CancelToken())
                taken.append(1000.0 * (time.perf_counter() - started))
            figures += spread(f"{name}_ms", row, taken[3:])
    return figures


def bench_batches(options: ImageBenchOptions, told: Told) -> tuple[list[Figure], list[Skipped]]:
    """Pictures a second at batch 16, ours beside the others, and by how much ours is faster.

    Raises ModelMissing, ModelCorrupt, EngineFailed.
    """
    if options.threads:
        torch.set_num_threads(options.threads)
    ours = {f"ours_{kind}": _OurBatch(kind) for kind in ("sprites", "backgrounds")}
    sizes = {row: batch.parameters for row, batch in ours.items()}
    clocks: dict[str, Clock] = {row: batch.seconds for row, batch in ours.items()}
    arguments = ["--threads", str(options.threads), "--parameters", str(sizes["ours_sprites"])]
    with running_peers("bench images", options.peers_python, _PEERS, arguments, _PEER_ROWS, told) as peers:
        seconds = take_turns(f"batches of {BATCH}", clocks | peers.clocks, (BATCH,), options.rounds, told)
    return _batch_figures({row: taken[BATCH] for row, taken in seconds.items()}, sizes | peers.sizes), peers.skipped


def _batch_figures(seconds: dict[str, list[float]], sizes: dict[str, int]) -> list[Figure]:
    figures = []
    rates = {row: BATCH / median(taken) for row, taken in seconds.items()}
    for row, rate in rates.items():
        figures.append(Figure("images_per_s_16", row, rate, "1/s", BATCH * len(seconds[row])))
        figures.append(Figure("parameters", row, sizes[row] / 1e6, "million", 1))
        if not row.startswith("ours_"):
            figures.append(
                Figure("ours_sprites_faster_by", row, rates["ours_sprites"] / rate, "ratio", len(seconds[row]))
            )
    return figures


class _OurBatch:
    """A packaged generator as it serves: sixteen variants of one random sentence, in the precision of serving."""

    def __init__(self, kind: str) -> None:
        folder, command = model_path(kind), repair_command(find_model(kind))
        self._engine = PictureEngine(folder, kind, command, "cpu")
        network, _ = load_generator(folder, kind, command)  # the engine's own is packed: its weights cannot be counted
        self.parameters = sum(value.numel() for value in network.parameters())
        self._rng = np.random.default_rng(1)

    def seconds(self, batch: int) -> float:
        """How long one batch takes."""
        text = self._rng.standard_normal(self._engine.facts.network.text_dim).astype(np.float32)
        seeds = self._rng.integers(0, 2**63 - 1, batch).tolist()
        started = time.perf_counter()
        self._engine.draw_each(text / np.linalg.norm(text), seeds)
        return time.perf_counter() - started
