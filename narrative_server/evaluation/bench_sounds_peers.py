"""The networks of the package vocos, timed on request: a script for a Python environment of its own.

Needs PyTorch and vocos; nothing of this project. Says as a JSON line which networks it has and what is missing; then
answers each line `NAME BATCH` with the seconds that one batch of one-second sounds took. Weights are random: they do
not change how long a network takes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

HOP = 256
WINDOW = 1_024

Draw = Callable[[int], Any]
"""Makes a batch of that many sounds."""


@dataclass(frozen=True)
class Shape:
    """Mel bands, sample rate, and the width, inner width and number of the blocks."""

    bands: int
    rate_hz: int
    width: int
    inner: int
    layers: int


PUBLISHED = Shape(100, 24_000, 512, 1_536, 8)
"""charactr/vocos-mel-24khz."""


def vocos(shape: Shape, seconds: float) -> tuple[Draw, int]:
    """Backbone and head of vocos from spectra of `seconds` to samples."""
    models, heads = (importlib.import_module(f"vocos.{name}") for name in ("models", "heads"))
    backbone = models.VocosBackbone(shape.bands, shape.width, shape.inner, shape.layers).eval()
    head = heads.ISTFTHead(shape.width, WINDOW, HOP, padding="center").eval()
    frames = 1 + math.ceil(seconds * shape.rate_hz / HOP)

    def draw(batch: int) -> Any:
        return head(backbone(torch.randn(batch, shape.bands, frames)))

    return draw, _count(backbone) + _count(head)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--same", type=int, nargs=5, required=True, help="bands, Hz, width, inner, layers of ours")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    answers, sys.stdout = sys.stdout, sys.stderr  # what packages print must not come between the answers
    draws: dict[str, Draw] = {}
    sizes, skipped = {}, {}
    for name, shape in {"vocos": PUBLISHED, "vocos_same_size": Shape(*arguments.same)}.items():
        try:
            draws[name], sizes[name] = vocos(shape, arguments.seconds)
        except Exception as error:  # packages of others raise anything when something of theirs is missing
            skipped[name] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    _say(answers, {"parameters": sizes, "skipped": skipped})
    for line in sys.stdin:
        name, batch = line.split()
        with torch.inference_mode():
            started = time.perf_counter()
            draws[name](int(batch))
            _say(answers, {"seconds": time.perf_counter() - started})


def _count(network: torch.nn.Module) -> int:
    return sum(value.numel() for value in network.parameters())


def _say(file: Any, message: dict[str, object]) -> None:
    file.write(json.dumps(message) + "\n")
    file.flush()


if __name__ == "__main__":
    main()
