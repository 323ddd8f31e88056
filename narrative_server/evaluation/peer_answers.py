"""The other side of `peer_script`: says which networks there are, then how long each takes.

Runs in a Python environment of its own, imported by the script that lies beside it: needs PyTorch and nothing of this
project. Says as a JSON line which networks it has and what is missing; then answers each line `NAME BATCH` with the
seconds that one batch took.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

Draw = Callable[[int], Any]
"""Makes a batch of that many pictures or sounds."""

Load = Callable[[], tuple[Draw, int]]
"""Makes a network: what draws, and how many parameters it has. May raise anything when a package is missing."""


def make_parser() -> argparse.ArgumentParser:
    """Options of every such script."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=0)
    return parser


def answer(networks: Mapping[str, Load], threads: int) -> None:
    """Load what can be loaded, then answer until standard input ends. threads: CPU threads, 0 for torch's choice."""
    if threads:
        torch.set_num_threads(threads)
    answers, sys.stdout = sys.stdout, sys.stderr  # what packages print must not come between the answers
    draws: dict[str, Draw] = {}
    sizes, skipped = {}, {}
    for name, load in networks.items():
        try:
            draws[name], sizes[name] = load()
        except Exception as error:  # packages of others raise anything when something of theirs is missing
            skipped[name] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    _say(answers, {"parameters": sizes, "skipped": skipped})
    for line in sys.stdin:
        name, batch = line.split()
        with torch.inference_mode():
            started = time.perf_counter()
            draws[name](int(batch))
            _say(answers, {"seconds": time.perf_counter() - started})


def count_parameters(*networks: torch.nn.Module) -> int:
    """Of all of them together."""
    return sum(value.numel() for network in networks for value in network.parameters())


def _say(file: Any, message: dict[str, object]) -> None:
    file.write(json.dumps(message) + "\n")
    file.flush()
