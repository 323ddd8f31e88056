from __future__ import annotations

import pytest
import torch

from narrative_server.precision import training_autocast, uses_bfloat16

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


def test_a_cpu_computes_in_bfloat16_only_where_it_has_the_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "avx512_bf16": False})
    assert not uses_bfloat16("auto", CPU)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": True})
    assert uses_bfloat16("auto", CPU)
    assert not uses_bfloat16("float32", CPU)


def test_a_card_that_only_emulates_bfloat16_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: including_emulation)
    assert not uses_bfloat16("auto", CUDA)
    assert uses_bfloat16("bfloat16", CUDA)
    assert not uses_bfloat16("auto", MPS)


@pytest.mark.parametrize("able", [False, True])
def test_a_training_s_networks_run_in_bfloat16_only_where_that_is_faster(
    able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": able})
    with training_autocast(CPU):
        made = torch.ones(2, 2) @ torch.ones(2, 2)
    assert made.dtype == (torch.bfloat16 if able else torch.float32)
