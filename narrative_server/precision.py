"""Whether a device computes in bfloat16, or only pretends to and is slower for it. Looks when called."""

from __future__ import annotations

from typing import Final

import torch

PRECISIONS: Final = ("auto", "bfloat16", "float32")


def uses_bfloat16(precision: str, device: torch.device) -> bool:
    """Whether `precision`, one of PRECISIONS, means bfloat16 on this device."""
    return precision == "bfloat16" or (precision == "auto" and computes_bfloat16(device))


def computes_bfloat16(device: torch.device) -> bool:
    """Whether the device has arithmetic in bfloat16 of its own: recent NVIDIA cards, CPUs with AVX512-BF16 or AMX."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        return any(found is True for name, found in torch.cpu.get_capabilities().items() if "bf16" in name)
    return False


def training_autocast(device: torch.device) -> torch.autocast:
    """The block in which a training's networks run: in bfloat16 where the device computes in it."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=computes_bfloat16(device))
