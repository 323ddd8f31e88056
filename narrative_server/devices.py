"""Which device PyTorch computes on. Looks when called."""

from __future__ import annotations

from collections.abc import Callable

import torch

from narrative_server.errors import InvalidConfig


def choose_device(name: str, field: str) -> torch.device:
    """The device for "auto" (CUDA where present, else the CPU), "cpu", "cuda" or "mps".

    field: what an error calls the setting. Raises InvalidConfig when `name` is none of these, or not on this machine.
    """
    present: dict[str, Callable[[], bool]] = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    if name == "auto":
        return torch.device("cuda" if present["cuda"]() else "cpu")
    if name != "cpu" and name not in present:
        raise InvalidConfig(field, name, "auto, cpu, cuda or mps")
    if name in present and not present[name]():
        raise InvalidConfig(field, name, f"auto or cpu: PyTorch finds no {name} device here")
    return torch.device(name)
