"""Palette arithmetic: OKLab there and back, ramps that brighten, merging that spares accents."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.painter.palette import (
    MATERIALS,
    material_ramp,
    merge_colours,
    oklab_to_srgb,
    srgb_to_oklab,
)


def test_oklab_matches_published_values_and_comes_back() -> None:
    # Ottosson's post: sRGB red is about (0.628, 0.225, 0.126), white is (1, 0, 0).
    assert srgb_to_oklab(np.array([[1.0, 0.0, 0.0]])) == pytest.approx(np.array([[0.628, 0.225, 0.126]]), abs=2e-3)
    assert srgb_to_oklab(np.array([[1.0, 1.0, 1.0]])) == pytest.approx(np.array([[1.0, 0.0, 0.0]]), abs=2e-3)
    colours = np.random.default_rng(0).random((50, 3))
    assert oklab_to_srgb(srgb_to_oklab(colours)) == pytest.approx(colours, abs=1e-3)


@pytest.mark.parametrize("name", MATERIALS)
def test_every_ramp_brightens_step_by_step(name: str) -> None:
    light = srgb_to_oklab(material_ramp(name, 6))[:, 0]
    assert (np.diff(light) > 0.01).all()


def test_merging_keeps_the_limit_and_prefers_near_colours() -> None:
    colours = np.array([[0.2, 0.2, 0.2], [0.21, 0.2, 0.2], [0.9, 0.8, 0.1], [0.1, 0.2, 0.9]], np.float32)
    target = merge_colours(colours, np.array([500, 40, 3, 60]), 3)
    assert target.tolist() == [0, 0, 2, 3]


def test_nothing_merges_below_the_limit() -> None:
    colours = np.eye(3, dtype=np.float32)
    assert merge_colours(colours, np.array([1, 1, 1]), 3).tolist() == [0, 1, 2]
