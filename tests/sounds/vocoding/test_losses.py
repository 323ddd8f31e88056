"""Losses and judge of the vocoder's training."""

from __future__ import annotations

import math

import pytest
import torch

from narrative_server.sounds.vocoding.judge import Judge
from narrative_server.sounds.vocoding.losses import MelDistance, feature_distance, fooling_loss, judge_loss


def _tone(hz: float, gain: float = 0.5) -> torch.Tensor:
    return gain * torch.sin(2 * math.pi * hz * torch.arange(8_192) / 22_050)[None]


def test_the_distance_is_zero_for_equals_and_knows_gain() -> None:
    distance = MelDistance()
    noise = 0.3 * torch.randn(2, 8_192, generator=torch.Generator().manual_seed(1))
    assert distance(noise, noise).item() == 0.0
    # Half the amplitude is log 2 in every band above the floor.
    assert distance(noise, 0.5 * noise).item() == pytest.approx(math.log(2), rel=0.05)


def test_the_distance_hears_pitch_and_a_smeared_attack() -> None:
    distance = MelDistance()
    assert distance(_tone(440), _tone(466)).item() > 0.1
    click = torch.zeros(1, 8_192)
    click[0, 4_000] = 0.9
    smeared = torch.zeros(1, 8_192)
    smeared[0, 3_800:4_200] = 0.9 / 20 * torch.randn(400, generator=torch.Generator().manual_seed(1))
    assert distance(click, smeared).item() > distance(click, click.roll(4, dims=1)).item() + 0.1


def test_silence_gives_finite_gradients() -> None:
    made = torch.zeros(1, 4_096, requires_grad=True)
    MelDistance()(made, _tone(440)[:, :4_096]).backward()
    assert made.grad is not None
    assert torch.isfinite(made.grad).all()


def test_hinge_losses_stop_pulling_beyond_one() -> None:
    assert judge_loss([torch.full((2, 3), 1.5)], [torch.full((2, 3), -2.0)]).item() == 0.0
    assert judge_loss([torch.zeros(2, 3)], [torch.zeros(2, 3)]).item() == 2.0
    assert fooling_loss([torch.full((2,), 3.0)]).item() == 0.0


def test_features_of_equals_do_not_differ_and_reals_get_no_gradient() -> None:
    real = [[torch.randn(2, 3, requires_grad=True)]]
    made = [[torch.randn(2, 3, requires_grad=True)]]
    feature_distance(real, made).backward()
    assert real[0][0].grad is None
    assert made[0][0].grad is not None
    assert feature_distance(real, real).item() == 0.0


def test_the_judge_learns_to_tell_noise_from_tones() -> None:
    torch.manual_seed(0)
    judge = Judge(4)
    optimizer = torch.optim.Adam(judge.parameters(), lr=3e-3)
    rng = torch.Generator().manual_seed(1)
    for _ in range(30):
        tones = torch.cat([_tone(200 + 800 * float(torch.rand(1, generator=rng))) for _ in range(2)])
        noises = 0.3 * torch.randn(2, 8_192, generator=rng)
        loss = judge_loss(judge(tones)[0], judge(noises)[0])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.8
