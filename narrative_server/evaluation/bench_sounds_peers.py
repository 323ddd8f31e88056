"""The networks of the package vocos, timed on request: a script for a Python environment of its own.

Needs PyTorch and vocos; of this project the file beside it alone. Weights are random: they do not change how long a
network takes.
"""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from narrative_server.evaluation.peer_answers import Draw, answer, count_parameters, make_parser
else:  # a script's own folder is where Python looks first; this project is not in the environment
    from peer_answers import Draw, answer, count_parameters, make_parser

HOP = 256
WINDOW = 1_024


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

    return draw, count_parameters(backbone, head)


def main() -> None:
    """See the module's docstring."""
    parser = make_parser()
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--same", type=int, nargs=5, required=True, help="bands, Hz, width, inner, layers of ours")
    arguments = parser.parse_args()
    shapes = {"vocos": PUBLISHED, "vocos_same_size": Shape(*arguments.same)}
    answer({name: partial(vocos, shape, arguments.seconds) for name, shape in shapes.items()}, arguments.threads)


if __name__ == "__main__":
    main()
