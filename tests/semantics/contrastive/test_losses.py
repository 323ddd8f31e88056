from __future__ import annotations

import numpy as np
import pytest
import torch

from narrative_server.semantics.contrastive.losses import siglip_loss, soft_targets


def unit_rows(rng: np.random.Generator, n: int, size: int) -> np.ndarray:
    rows = rng.standard_normal((n, size))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_the_loss_matches_a_plain_reference() -> None:
    rng = np.random.default_rng(1)
    texts, items, targets = unit_rows(rng, 5, 8), unit_rows(rng, 5, 8), rng.random((5, 5)).astype(np.float32)
    scale, bias = 10.0, -np.log(5.0)
    expected = 0.0
    for i in range(5):
        for j in range(5):
            chance = 1.0 / (1.0 + np.exp(-(scale * float(texts[i] @ items[j]) + bias)))
            expected -= targets[i, j] * np.log(chance) + (1.0 - targets[i, j]) * np.log(1.0 - chance)
    found = siglip_loss(
        torch.from_numpy(texts),
        torch.from_numpy(items),
        torch.from_numpy(targets),
        torch.tensor(scale),
        torch.tensor(bias),
    )
    assert found.item() == pytest.approx(expected / 5, rel=1e-4)


def test_the_right_pairing_costs_less_than_a_wrong_one() -> None:
    rows = torch.eye(6)
    scale, bias = torch.tensor(10.0), torch.tensor(-float(np.log(6.0)))
    right = siglip_loss(rows, rows, torch.eye(6), scale, bias)
    assert right < siglip_loss(rows, rows.roll(1, 0), torch.eye(6), scale, bias) - 1.0


def test_targets_rise_from_the_floor_to_one_for_equal_captions() -> None:
    captions = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.9, (1 - 0.81) ** 0.5], [0.0, 1.0]])
    targets = soft_targets(captions, 0.8)
    assert targets[0].tolist() == pytest.approx([1.0, 1.0, 0.5, 0.0], abs=1e-5)
    assert targets.diagonal().tolist() == [1.0] * 4
    assert torch.equal(targets, targets.T)
