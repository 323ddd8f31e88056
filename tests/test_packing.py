"""Packed layers give what plain ones give, and stay plain where that cannot be trusted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

from narrative_server import packing
from narrative_server.packing import PackedConvolution, PackedLinear, can_pack, linear_map, pack

DTYPES = (torch.float32, torch.bfloat16)


@pytest.fixture(autouse=True)
def fresh_answers() -> Iterator[None]:
    can_pack.cache_clear()
    yield
    can_pack.cache_clear()


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 16, 4, stride=2, padding=1)
        self.inner = nn.Sequential(nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1))
        self.last = nn.Linear(32, 8)
        self.unused = nn.Linear(8, 8)

    def forward(self, grid: Tensor) -> Tensor:
        seen = self.inner(self.first(grid))
        return self.last(seen.mean(dim=(2, 3)))


def make(dtype: torch.dtype) -> Network:
    torch.manual_seed(1)
    return Network().eval().requires_grad_(False).to(dtype).to(memory_format=torch.channels_last)


def grids(count: int, side: int, dtype: torch.dtype) -> Tensor:
    grid = torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(count))
    return grid.to(dtype).contiguous(memory_format=torch.channels_last)


def needs(dtype: torch.dtype) -> None:
    if not can_pack(dtype):
        pytest.skip(f"torch cannot pack {dtype} on this machine")


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_packed_network_gives_the_same_for_the_usual_and_for_other_sizes(dtype: torch.dtype) -> None:
    needs(dtype)
    plain, packed = make(dtype), make(dtype)
    with torch.inference_mode():
        assert pack(packed, lambda: packed(grids(1, 16, dtype))) == (3 if dtype == torch.bfloat16 else 2)
        for count, side in ((1, 16), (2, 16), (5, 32)):
            grid = grids(count, side, dtype)
            torch.testing.assert_close(packed(grid), plain(grid), rtol=0.02, atol=0.02)


def test_layers_that_the_example_does_not_run_stay_as_they_are() -> None:
    needs(torch.bfloat16)
    network = make(torch.bfloat16)
    pack(network, lambda: network(grids(1, 16, torch.bfloat16)))
    assert isinstance(network.first, PackedConvolution)
    assert isinstance(network.last, PackedLinear)
    assert type(network.unused) is nn.Linear


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(8, 8, 3, padding=1, groups=8),
        nn.Conv2d(8, 8, 3, padding="same"),
        nn.Conv2d(8, 8, 3, padding=1, padding_mode="circular"),
    ],
    ids=["grouped", "padding by name", "padding around"],
)
def test_convolutions_of_other_kinds_stay_as_they_are(layer: nn.Conv2d) -> None:
    network = nn.Sequential(layer).eval().requires_grad_(False)
    assert pack(network, lambda: network(torch.zeros(1, 8, 4, 4))) == 0
    assert network[0] is layer


def test_a_torch_without_the_operators_leaves_a_network_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise AttributeError("'_OpNamespace' 'mkldnn' object has no attribute '_reorder_convolution_weight'")

    monkeypatch.setattr(packing.PackedConvolution, "__init__", missing)
    network = make(torch.bfloat16)
    assert pack(network, lambda: network(grids(1, 16, torch.bfloat16))) == 0
    assert type(network.first) is nn.Conv2d


def test_operators_that_give_other_numbers_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    needs(torch.bfloat16)
    can_pack.cache_clear()
    right = PackedLinear.forward
    monkeypatch.setattr(PackedLinear, "forward", lambda self, vectors: right(self, vectors) + 1.0)
    assert not can_pack(torch.bfloat16)


def test_asking_whether_packing_works_leaves_the_random_numbers_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    can_pack(torch.float32)
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_linear_map_is_the_same_packed_or_not(dtype: torch.dtype) -> None:
    torch.manual_seed(2)
    weight, bias = torch.randn(12, 20).to(dtype), torch.randn(12).to(dtype)
    for rows in (1, 8, 30):
        vectors = torch.randn(1, rows, 20).to(dtype)
        expected = nn.functional.linear(vectors, weight, bias)
        torch.testing.assert_close(linear_map(weight, bias, 8)(vectors), expected, rtol=0.02, atol=0.05)
