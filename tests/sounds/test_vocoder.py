"""Griffin-Lim: level, agreement with torchaudio's, sameness."""

from __future__ import annotations

import math

import pytest
import torch
import torchaudio

from narrative_server.sounds.melspec import BINS, FRAMES, HOP, WINDOW, linear_magnitude, log_mel
from narrative_server.sounds.vocoder import GriffinLim


def _sweep() -> torch.Tensor:
    t = torch.arange(16_000) / 22_050
    return 0.5 * torch.sin(2 * math.pi * (300 * t + 900 * t**2))[None]


def test_it_keeps_level_and_spectrum() -> None:
    decibels = log_mel(_sweep())[:, :, :62]
    wave = GriffinLim(32).waveform(decibels)
    assert wave.shape == (1, 61 * HOP)
    again = log_mel(wave)[:, :, 2:58]
    loud = decibels[:, :, 2:58] > -40
    assert (again - decibels[:, :, 2:58])[loud].abs().mean().item() < 3.0
    rms = wave[0, 2000:14_000].square().mean().sqrt().item()
    assert 20 * math.log10(rms / (0.5 / math.sqrt(2))) == pytest.approx(0.0, abs=1.5)


def test_it_equals_torchaudio_when_phases_start_at_zero() -> None:
    decibels = log_mel(_sweep())[:, :, :40]
    vocoder = GriffinLim(8)
    vocoder._start = torch.ones(BINS, FRAMES, dtype=torch.complex64)
    magnitude = linear_magnitude(decibels)
    window = torch.hann_window(WINDOW)
    theirs = torchaudio.functional.griffinlim(magnitude, window, WINDOW, HOP, WINDOW, 1.0, 8, 0.99, 39 * HOP, False)
    # Theirs reflects at the ends where ours pads with silence.
    torch.testing.assert_close(vocoder.waveform(decibels)[0, 3000:-3000], theirs[0, 3000:-3000], atol=5e-2, rtol=0)


def test_it_does_the_same_every_time_and_silence_stays_silent() -> None:
    decibels = log_mel(_sweep())[:, :, :20]
    assert torch.equal(GriffinLim(4).waveform(decibels), GriffinLim(4).waveform(decibels))
    assert GriffinLim(4).waveform(torch.full((1, 80, 20), -80.0)).abs().max().item() == 0.0
