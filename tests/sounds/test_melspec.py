"""Spectra: their units, their inverse, their folding."""

from __future__ import annotations

import math

import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.sounds.melspec import (
    BANDS,
    FLOOR_DB,
    FRAMES,
    MelScale,
    _filters,
    fold,
    frame_count,
    linear_magnitude,
    log_mel,
    unfold,
)


def _tone(freq_hz: float, seconds: float, level: float = 1.0) -> torch.Tensor:
    t = torch.arange(int(seconds * 22_050)) / 22_050
    return level * torch.sin(2 * math.pi * freq_hz * t)[None]


def test_a_full_scale_sine_is_about_zero_decibels_in_one_place() -> None:
    spectrum = log_mel(_tone(1000, 1.0))
    assert spectrum.shape == (1, BANDS, FRAMES)
    middle = spectrum[0, :, 40]
    assert middle.max().item() == pytest.approx(0.0, abs=3.0)
    assert (middle > -40).sum() < 8
    assert log_mel(_tone(1000, 1.0, 0.1))[0, :, 40].max().item() == pytest.approx(middle.max().item() - 20, abs=0.1)


def test_silence_lies_on_the_floor_and_nothing_below() -> None:
    spectrum = log_mel(torch.zeros(2, 3000))
    assert (spectrum == FLOOR_DB).all()


def test_short_and_long_sounds_have_the_same_grid() -> None:
    assert log_mel(torch.zeros(1, 1)).shape == log_mel(torch.zeros(1, 90_000)).shape
    assert frame_count(0) == 1
    assert frame_count(10**6) == FRAMES


def test_the_linear_spectrum_has_the_mel_spectrum_it_was_made_from() -> None:
    noise = torch.randn(1, 30_000, generator=torch.Generator().manual_seed(0)) * 0.1
    decibels = log_mel(noise + _tone(440, 30_000 / 22_050))[:, :, 4:60]
    linear = linear_magnitude(decibels)
    assert (linear >= 0).all()
    mel = torch.matmul(linear.transpose(1, 2), _filters()).transpose(1, 2) / 256
    again = 20 * torch.log10(mel.clamp_min(1e-6))
    assert (again - decibels).abs().mean().item() < 0.5


def test_folding_and_scaling_come_back() -> None:
    values = torch.randn(2, BANDS, FRAMES)
    assert fold(values).shape == (2, 16, 20, 44)
    assert torch.equal(unfold(fold(values)), values)
    decibels = values * 10 - 40
    scale = MelScale.fit(decibels)
    assert scale.normalise(decibels).std().item() == pytest.approx(0.5, abs=0.02)
    torch.testing.assert_close(scale.denormalise(scale.normalise(decibels)), decibels.clamp(FLOOR_DB, 10))


def test_scales_of_the_wrong_size_or_without_spread_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="mean_db"):
        MelScale((0.0,), (1.0,) * BANDS)
    with pytest.raises(InvalidConfig, match="spread_db"):
        MelScale((0.0,) * BANDS, (0.0,) * BANDS)
