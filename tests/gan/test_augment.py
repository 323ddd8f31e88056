from __future__ import annotations

import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.gan.augment import AugmentConfig, augment


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_no_augmentation_leaves_values_alone() -> None:
    values = torch.randn(3, 4, 8, 8)
    assert torch.equal(augment(values, torch.ones(3, dtype=torch.bool), AugmentConfig(), rng()), values)


def test_only_what_may_be_mirrored_is_mirrored() -> None:
    values = torch.randn(4, 3, 4, 4)
    allowed = torch.tensor([True, False, True, False])
    shown = augment(values, allowed, AugmentConfig(flip=1.0), rng())
    assert torch.equal(shown[allowed], values[allowed].flip(3))
    assert torch.equal(shown[~allowed], values[~allowed])


def test_shifts_are_whole_pixels_and_fill_what_enters() -> None:
    values = torch.arange(1.0, 65.0).reshape(1, 1, 8, 8).repeat(16, 1, 1, 1)
    shown = augment(values, torch.zeros(16, dtype=torch.bool), AugmentConfig(0.25, 0.25, fill=-1.0), rng())
    for item in shown:
        kept = item[item != -1.0]
        assert len(kept) >= 36
        assert set(kept.tolist()) <= set(range(1, 65))
    assert not torch.equal(shown[0], shown[1])


def test_rows_stay_where_they_are_when_only_columns_shift() -> None:
    values = torch.arange(8.0).reshape(1, 1, 8, 1).repeat(6, 1, 1, 8)
    shown = augment(values, torch.zeros(6, dtype=torch.bool), AugmentConfig(0.0, 0.5), rng())
    assert torch.equal(shown, values)


def test_a_cut_out_hole_is_square_and_holds_the_fill() -> None:
    shown = augment(
        torch.ones(32, 2, 16, 16), torch.zeros(32, dtype=torch.bool), AugmentConfig(cutout=1.0, fill=-1.0), rng()
    )
    holes = (shown == -1.0).sum(dim=(1, 2, 3))
    assert holes.max() > 0
    assert holes.max() <= 2 * 7 * 7


def test_black_and_empty_stay_black_and_empty_and_grey_stays_grey() -> None:
    values = torch.full((2, 4, 4, 4), -1.0)
    values[1, :3] = 0.2
    shown = augment(values, torch.zeros(2, dtype=torch.bool), AugmentConfig(colour=0.3), rng())
    torch.testing.assert_close(shown[0], values[0])
    torch.testing.assert_close(shown[1, 0], shown[1, 1])


def test_gradients_pass_through_every_augmentation() -> None:
    values = torch.randn(4, 4, 8, 8, requires_grad=True)
    config = AugmentConfig(0.125, 0.125, 0.5, 0.5, 0.3, 0.1, -1.0)
    augment(values, torch.ones(4, dtype=torch.bool), config, rng()).sum().backward()
    assert values.grad is not None
    assert values.grad.abs().sum() > 0


def test_a_share_outside_its_range_is_refused_by_name() -> None:
    with pytest.raises(InvalidConfig, match=r"augment\.flip is 2"):
        AugmentConfig(flip=2.0)
