from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.oklab import bytes_to_oklab
from narrative_server.images.style import RANGES, style_faults, style_from_seed, style_lab
from narrative_server.images.types import StyleCode


@pytest.fixture
def lab() -> np.ndarray:
    return bytes_to_oklab(np.random.default_rng(4).integers(0, 256, (300, 3), dtype=np.uint8))


def test_a_seed_gives_a_mild_legal_style_of_its_own_and_again_the_same() -> None:
    styles = [style_from_seed(seed) for seed in range(50)]
    assert len(set(styles)) == 50
    assert styles == [style_from_seed(seed) for seed in range(50)]
    assert all(style_faults(style, "style") == [] for style in styles)
    assert all(0.85 < style.saturation < 1.15 and abs(style.lightness) < 0.025 for style in styles)
    assert {(style.colours, style.outline, style.palette) for style in styles} == {(0, "none", ())}


def test_no_saturation_is_grey_and_the_plain_style_changes_nothing(lab: np.ndarray) -> None:
    assert not style_lab(lab, StyleCode(saturation=0.0))[:, 1:].any()
    np.testing.assert_allclose(style_lab(lab, StyleCode()), lab, atol=1e-6)
    assert not StyleCode(colours=8, outline="dark", palette=(0, 1)).shifts_colour


@pytest.mark.parametrize(
    ("code", "axis", "sign"),
    [
        (StyleCode(lightness=0.1), 0, 1),
        (StyleCode(lightness=-0.1), 0, -1),
        (StyleCode(green_red=0.05), 1, 1),
        (StyleCode(blue_yellow=-0.05), 2, -1),
    ],
)
def test_each_number_moves_its_own_axis(lab: np.ndarray, code: StyleCode, axis: int, sign: int) -> None:
    assert sign * (style_lab(lab, code) - lab).mean(axis=0)[axis] > 0.01


def test_contrast_spreads_lightness(lab: np.ndarray) -> None:
    spreads = [style_lab(lab, StyleCode(contrast=contrast))[:, 0].std() for contrast in (0.5, 1.0, 1.6)]
    assert spreads == sorted(spreads)


@pytest.mark.parametrize("name", RANGES)
def test_numbers_are_legal_up_to_their_ends_only(name: str) -> None:
    low, high = RANGES[name]
    for value, legal in ((low, True), (high, True), (low - 0.01, False), (high + 0.01, False), (float("nan"), False)):
        faults = style_faults(StyleCode(**{name: value}), "context.style.numbers")  # type: ignore[arg-type]
        assert [fault.field for fault in faults] == ([] if legal else [f"context.style.numbers.{name}"])
