from __future__ import annotations

import pytest
import torch

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig


@pytest.mark.parametrize(("has_cuda", "chosen"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_cuda_where_there_is_one(has_cuda: bool, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    assert choose_device("auto", "images.device") == torch.device(chosen)


def test_the_cpu_is_taken_even_where_there_is_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("cpu", "images.device") == torch.device("cpu")


@pytest.mark.parametrize(("name", "backend"), [("cuda", torch.cuda), ("mps", torch.backends.mps)])
def test_a_device_that_is_not_there_is_refused_by_field_and_name(
    name: str, backend: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "is_available", lambda: False)
    with pytest.raises(
        InvalidConfig, match=rf"sounds\.device is '{name}'; legal: auto or cpu: PyTorch finds no {name}"
    ):
        choose_device(name, "sounds.device")


def test_an_unknown_device_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(InvalidConfig, match=r"train\.device is 'tpu'; legal: auto, cpu, cuda or mps"):
        choose_device("tpu", "train.device")
