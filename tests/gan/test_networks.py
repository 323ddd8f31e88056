from __future__ import annotations

import dataclasses

import pytest
import torch

from narrative_server.errors import InvalidConfig
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig


def inputs(config: NetworkConfig, n: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    rng = torch.Generator().manual_seed(9)
    text = torch.nn.functional.normalize(torch.randn(n, config.text_dim, generator=rng), dim=1)
    noises = [torch.randn(n, 1, *shape, generator=rng) for shape in config.noise_shapes()]
    return (
        torch.randn(n, config.z_dim, generator=rng),
        text,
        torch.randn(n, config.condition_dim, generator=rng),
        noises,
    )


def test_the_generator_fills_the_grid_and_the_discriminator_scores_it(tiny_network: NetworkConfig) -> None:
    z, text, condition, noises = inputs(tiny_network)
    grid = Generator(tiny_network)(z, text, condition, noises)
    assert grid.shape == (3, 2, tiny_network.height, tiny_network.width) == (3, 2, 8, 12)
    assert Discriminator(tiny_network)(grid, text, condition).shape == (3,)


@pytest.mark.parametrize("head_count", [1, 2, 3])
def test_every_number_of_heads_scores(head_count: int) -> None:
    config = NetworkConfig(2, 2, 1, (4, 4, 4, 4), (4, 4, 4, 4), head_count=head_count, style_dim=8)
    judge = Discriminator(config)
    features = judge.features(torch.randn(2, 1, 16, 16))
    assert len(features) == len(judge.heads) == head_count
    assert features[-1].shape[2:] == (2, 2)


def test_items_of_a_batch_do_not_see_each_other(tiny_network: NetworkConfig) -> None:
    z, text, condition, noises = inputs(tiny_network)
    generator = Generator(tiny_network)
    together = generator(z, text, condition, noises)
    alone = generator(z[1:2], text[1:2], condition[1:2], [noise[1:2] for noise in noises])
    torch.testing.assert_close(together[1:2], alone)


def test_text_noise_and_condition_all_change_the_picture(tiny_network: NetworkConfig) -> None:
    z, text, condition, _ = inputs(tiny_network, 2)
    torch.manual_seed(4)
    generator = Generator(tiny_network)
    first = generator(z[:1], text[:1], condition[:1])
    for other in ((z[1:], text[:1], condition[:1]), (z[:1], text[1:], condition[:1]), (z[:1], text[:1], condition[1:])):
        assert not torch.allclose(generator(*other), first)


def test_guidance_of_one_changes_nothing_and_more_moves_away_from_no_text(tiny_network: NetworkConfig) -> None:
    z, text, _, _ = inputs(tiny_network)
    generator = Generator(tiny_network)
    style = generator.style(z, text)
    assert torch.equal(generator.guided_style(z, text, 1.0), style)
    nothing = generator.style(z, generator.standardise.mean.expand_as(text))
    torch.testing.assert_close(generator.guided_style(z, text, 1.5), nothing + 1.5 * (style - nothing))


def test_residual_branches_start_at_zero(tiny_network: NetworkConfig) -> None:
    judge = Discriminator(tiny_network)
    stage = judge.stages[-1]
    grid = torch.randn(2, 8, 4, 6)
    torch.testing.assert_close(stage(grid), stage.skip(grid))


def test_standardised_text_has_unit_spread() -> None:
    generator = Generator(NetworkConfig(2, 2, 1, (4, 4), (4, 4), head_count=1, style_dim=8))
    text = torch.nn.functional.normalize(torch.randn(500, 384) + 0.5, dim=1)
    generator.standardise.fit(text)
    seen = generator.standardise(text)
    assert seen.mean(dim=0).abs().max() < 0.1
    assert 0.6 < seen.std().item() < 1.1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("channels", 0),
        ("generator_widths", (8,)),
        ("discriminator_widths", (8,)),
        ("condition_dim", -1),
        ("head_count", 2),
        ("patch", 5),
    ],
)
def test_an_impossible_shape_is_refused_by_name(tiny_network: NetworkConfig, key: str, value: object) -> None:
    with pytest.raises(InvalidConfig, match=f"network.{key}"):
        dataclasses.replace(tiny_network, **{key: value})
