"""Several training processes on one machine, each with its share of every batch; their gradients are summed.

On CPUs one thread in each of several processes is faster than several threads in one: threads wait for each other
after every matrix product, processes once a step. Knows nothing of models.
"""

from __future__ import annotations

import contextlib
import multiprocessing
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

_TIMEOUT: Final = timedelta(hours=1)
_END_S: Final = 30.0


@dataclass(frozen=True)
class Rank:
    """One process of `size`; index 0 leads: it alone writes and reports."""

    index: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes files and reports."""
        return self.index == 0

    def sum(self, tensors: Sequence[Tensor]) -> None:
        """Sum each tensor over all processes, in place."""
        if self.size == 1:
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
            context.Process(target=_follow, args=(follow, Rank(index, size), meeting), daemon=True)
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
    dist.init_process_group("gloo", init_method=meeting, rank=rank.index, world_size=rank.size, timeout=_TIMEOUT)
    try:
        yield
    finally:
        dist.destroy_process_group()
