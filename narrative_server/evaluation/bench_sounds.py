"""How fast sounds are made, on the machine at hand: through gRPC, without it, and the vocoder beside others.

Times real time: seconds of sound made in a second. All sounds last one second. Our vocoder and the others take turns
within one run, so that a machine that is busy with something else slows all alike; figures are medians. The networks
of the package vocos run in a Python environment of their own, by `bench_sounds_peers.py`.

Axes: N items, B mel bands, F linear bins, T frames.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
import torchaudio

from narrative_server.errors import ModelMissing
from narrative_server.evaluation.bench_dialogue import Skipped
from narrative_server.evaluation.figures import Figure, median, spread
from narrative_server.evaluation.peer_script import Clock, Told, check_python, running_peers, take_turns
from narrative_server.sounds.melspec import BANDS, BINS, HOP, WINDOW, frame_count
from narrative_server.sounds.service import SoundService
from narrative_server.sounds.types import NATIVE_RATE_HZ, SoundConfig, SoundRequest, SoundVariants
from narrative_server.sounds.vocoder import GriffinLim
from narrative_server.sounds.vocoder_model import TrainedVocoder, load_vocoder, packaged_folder
from narrative_server.sounds.vocos import Vocos
from narrative_server.v1 import sound_pb2, sound_pb2_grpc
from narrative_server.workers.cancel import CancelToken

if TYPE_CHECKING:
    import grpc.aio

SOUND_S: Final = 1.0
MANY: Final = 16
PEER_PACKAGES: Final = ("vocos==0.1.0", "torch==2.11.0", "torchaudio==2.11.0")
GRIFFIN_LIM_ROUNDS: Final = 32
_PEERS: Final = Path(__file__).with_name("bench_sounds_peers.py")
_PEER_ROWS: Final = "vocos, vocos_same_size"
_EMBEDDING: Final = np.full(384, 384**-0.5, np.float32)
_WARM_UP: Final = 3

Vocode = Callable[[int], object]
"""Makes a batch of that many one-second sounds from spectra."""


@dataclass(frozen=True)
class SoundBenchOptions:
    """sounds: single ones timed. rounds: of sixteen sounds, through gRPC, without it and by each vocoder.

    peers_python: the interpreter of the environment that holds vocos; None leaves it out. threads: CPU threads of
    what runs without gRPC, 0 for torch's choice.
    """

    sounds: int = 50
    rounds: int = 5
    peers_python: Path | None = None
    threads: int = 0

    def __post_init__(self) -> None:
        check_python(self.peers_python)


async def bench_served(channel: grpc.aio.Channel, options: SoundBenchOptions, told: Told) -> list[Figure]:
    """Single sounds through gRPC, each with words and a seed of its own, then sixteen variants a request."""
    stub = sound_pb2_grpc.SoundServiceStub(channel)

    async def ask(number: int, variants: int) -> float:
        # New words each time: what a cache of sentence embeddings saves is not what is asked.
        text = f"{'iron' if number % 2 else 'wooden'} door {'slams' if variants == 1 else 'creaks'} number {number}"
        request = sound_pb2.GenerateSoundRequest(
            text=text, duration_ms=round(1000 * SOUND_S), variants=variants, seed=number + _WARM_UP
        )
        started = time.perf_counter()
        await stub.GenerateSound(request)
        return time.perf_counter() - started

    one, many = [], []
    for number in range(-_WARM_UP, options.sounds):
        told(f"sounds through gRPC: {max(number, 0)} of {options.sounds}")
        one.append(await ask(number, 1))
    for number in range(-1, options.rounds):
        told(f"sixteen sounds through gRPC: {max(number, 0)} of {options.rounds}")
        many.append(await ask(number, MANY))
    return _timed("grpc", one[_WARM_UP:], many[1:])


def bench_bare(options: SoundBenchOptions, told: Told) -> list[Figure]:
    """The sound service in this process, one candidate each, without the sentence encoder.

    Raises ModelMissing, ModelCorrupt.
    """
    service = SoundService(SoundConfig(device="cpu", threads=options.threads))

    def make(first_seed: int, count: int) -> float:
        started = time.perf_counter()
        request = SoundRequest(_EMBEDDING, first_seed, duration_ms=round(1000 * SOUND_S), candidates=1)
        if count == 1:
            service.sound(request, CancelToken())
        else:
            service.sound_variants(SoundVariants(request, tuple(range(first_seed, first_seed + count))), CancelToken())
        return time.perf_counter() - started

    told("bare sounds")
    one = [make(seed, 1) for seed in range(options.sounds + _WARM_UP)]
    many = [make(MANY * number, MANY) for number in range(options.rounds + 1)]
    return _timed("bare", one[_WARM_UP:], many[1:])


def bench_vocoders(options: SoundBenchOptions, told: Told) -> tuple[list[Figure], list[Skipped]]:
    """Spectra to samples, ours beside the others, and by how much ours is faster. Raises ModelCorrupt, EngineFailed."""
    if options.threads:
        torch.set_num_threads(options.threads)
    network = _our_network()
    vocoders: dict[str, Vocode] = {
        "ours_vocoder": _ours(TrainedVocoder(network)),
        "griffin_lim": _torchaudio_griffin_lim(),
        "ours_griffin_lim": _ours(GriffinLim(GRIFFIN_LIM_ROUNDS)),
    }
    clocks: dict[str, Clock] = {row: partial(_seconds, vocode) for row, vocode in vocoders.items()}
    ours = network.config
    same = (BANDS + ours.noise_channels, NATIVE_RATE_HZ, ours.width, ours.inner, ours.layers)
    arguments = ["--threads", str(options.threads), "--seconds", str(SOUND_S), "--same", *map(str, same)]
    with running_peers("bench sounds", options.peers_python, _PEERS, arguments, _PEER_ROWS, told) as peers:
        seconds = take_turns("vocoders", clocks | peers.clocks, (1, MANY), options.rounds, told)
    sizes = {"ours_vocoder": sum(value.numel() for value in network.parameters())}
    return _vocoder_figures(seconds, sizes | peers.sizes), peers.skipped


def _timed(row: str, one_s: Sequence[float], many_s: Sequence[float]) -> list[Figure]:
    return [
        *spread("sound_ms", row, [1000.0 * taken for taken in one_s]),
        *spread("sixteen_sounds_ms", row, [1000.0 * taken for taken in many_s]),
        *_times_real_time(row, {1: one_s, MANY: many_s}),
    ]


def _times_real_time(row: str, seconds: Mapping[int, Sequence[float]]) -> list[Figure]:
    return [
        Figure(f"times_real_time_{count}", row, count * SOUND_S / median(taken), "x", len(taken))
        for count, taken in seconds.items()
    ]


def _vocoder_figures(seconds: Mapping[str, Mapping[int, Sequence[float]]], sizes: Mapping[str, int]) -> list[Figure]:
    ours = median(seconds["ours_vocoder"][MANY])
    figures = []
    for row, taken in seconds.items():
        figures += _times_real_time(row, taken)
        if row in sizes:
            figures.append(Figure("parameters", row, sizes[row] / 1e6, "million", 1))
        if row != "ours_vocoder":
            ratio = median(taken[MANY]) / ours
            figures.append(Figure("ours_vocoder_faster_by", row, ratio, "ratio", len(taken[MANY])))
    return figures


def _seconds(vocode: Vocode, count: int) -> float:
    with torch.inference_mode():
        started = time.perf_counter()
        vocode(count)
        return time.perf_counter() - started


def _our_network() -> Vocos:
    """The packaged network, or one of its shape with random weights while none is packaged: as fast."""
    try:
        return load_vocoder(packaged_folder())
    except ModelMissing:
        return Vocos()


def _ours(vocoder: TrainedVocoder | GriffinLim) -> Vocode:
    frames = frame_count(round(SOUND_S * NATIVE_RATE_HZ))

    def vocode(count: int) -> object:
        return vocoder.waveform(-60.0 + 40.0 * torch.rand(count, BANDS, frames))

    return vocode


def _torchaudio_griffin_lim() -> Vocode:
    """What torchaudio offers for it: least squares from mel to linear bins, then Griffin-Lim."""
    frames = frame_count(round(SOUND_S * NATIVE_RATE_HZ))
    inverse = torchaudio.transforms.InverseMelScale(
        BINS, BANDS, NATIVE_RATE_HZ, 20.0, NATIVE_RATE_HZ / 2, None, "slaney"
    )
    griffin_lim = torchaudio.transforms.GriffinLim(WINDOW, GRIFFIN_LIM_ROUNDS, WINDOW, HOP, power=1.0)

    def vocode(count: int) -> object:
        return griffin_lim(inverse(10.0 ** (-3.0 + 2.0 * torch.rand(count, BANDS, frames))))

    return vocode
