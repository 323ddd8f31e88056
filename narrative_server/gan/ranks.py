"""Several training processes, each with its share of every batch; their gradients are summed.

They are started here (`gathered` with a size), or by torchrun or `accelerate launch` around the same command, which
tell each process its place by environment variables. On CPUs one thread in each of several processes is faster than
several threads in one: threads wait for each other after every matrix product, processes once a step. Knows nothing
of models.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import torch
import torch.distributed as dist
from torch import Tensor

from narrative_server.errors import InvalidConfig

_TIMEOUT: Final = timedelta(hours=1)
_END_S: Final = 30.0
_LAUNCHER_VARIABLES: Final = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


@dataclass(frozen=True)
class Rank:
    """One process of `size`; index 0 leads: it alone writes and reports. local: its number on this machine."""

    index: int = 0
    size: int = 1
    local: int = 0

    @property
    def leads(self) -> bool:
        """Whether this process writes files and reports."""
        return self.index == 0

    def sum(self, tensors: Sequence[Tensor]) -> None:
        """Sum each tensor over all processes, in place."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        dist.all_reduce(flat)
        parts = torch.split(flat, [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view_as(tensor))

    def agree(self, value: float) -> float:
        """The leader's value, in every process."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        dist.broadcast(shared, src=0)
        return float(shared)


def launched() -> Rank | None:
    """This process's place as torchrun or `accelerate launch` gave it; None where neither started it.

    Raises InvalidConfig when the variables are there and make no sense.
    """
    if any(name not in os.environ for name in ("RANK", "WORLD_SIZE")):
        return None
    values = {}
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        text = os.environ.get(name, "0")
        if not text.isdecimal():
            raise InvalidConfig(name, text, "a whole number, as torchrun sets it")
        values[name] = int(text)
    rank = Rank(values["RANK"], values["WORLD_SIZE"], values["LOCAL_RANK"])
    if not 0 <= rank.index < rank.size:
        raise InvalidConfig("RANK", rank.index, f"0 to WORLD_SIZE - 1, which is {rank.size - 1}")
    if rank.size > 1:
        for name in _LAUNCHER_VARIABLES:
            if name not in os.environ:
                raise InvalidConfig(name, None, "set beside WORLD_SIZE, as torchrun sets it")
    return rank


@contextlib.contextmanager
def gathered(follow: Callable[[Rank], None], size: int) -> Iterator[Rank]:
    """This process's place among those of one run, until the block ends.

    Started by torchrun: every process runs the block, with its own place. Otherwise as `leading`: this process leads
    size - 1 others, which run `follow`.
    """
    rank = launched()
    if rank is None or rank.size == 1:
        with leading(follow, size) as leader:
            yield leader
        return
    with _group(rank, "env://"):
        yield rank


@contextlib.contextmanager
def leading(follow: Callable[[Rank], None], size: int) -> Iterator[Rank]:
    """Start size - 1 processes that run `follow` (picklable), and lead them from this one until the block ends.

    A process that dies ends the others: their next sum fails (RuntimeError).
    """
    if size == 1:
        yield Rank()
        return
    with tempfile.TemporaryDirectory() as folder:
        meeting = (Path(folder) / "ranks").as_uri()
        context = multiprocessing.get_context("spawn")
        followers = [
            context.Process(target=_follow, args=(follow, Rank(index, size, index), meeting), daemon=True)
            for index in range(1, size)
        ]
        for follower in followers:
            follower.start()
        try:
            with _group(Rank(0, size), meeting):
                yield Rank(0, size)
        finally:
            for follower in followers:
                follower.join(_END_S)
                follower.kill()


def _follow(follow: Callable[[Rank], None], rank: Rank, meeting: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the leader hears Ctrl+C and tells
    with _group(rank, meeting):
        follow(rank)


@contextlib.contextmanager
def _group(rank: Rank, meeting: str) -> Iterator[None]:
    # With CUDA, gradients are summed between the cards and the few numbers that are agreed on go through the CPU.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    dist.init_process_group(backend, init_method=meeting, rank=rank.index, world_size=rank.size, timeout=_TIMEOUT)
    try:
        yield
    finally:
        dist.destroy_process_group()
