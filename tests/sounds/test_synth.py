"""The synthesiser: every kind, its captions, its traits."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.sounds.synth import KINDS, RECIPES, synthesise
from narrative_server.sounds.synth.dsp import SAMPLE_RATE_HZ, fast_size, noise, saw, shape
from narrative_server.sounds.synth.materials import MATERIALS, strike
from narrative_server.sounds.synth.synthesiser import PEAK, finish


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_finite_captioned_effect_of_at_most_two_seconds(kind: str) -> None:
    effect = synthesise(kind, np.random.default_rng(0))
    assert effect.samples.dtype == np.float32
    assert np.isfinite(effect.samples).all()
    assert 0.02 * SAMPLE_RATE_HZ < len(effect.samples) <= 2 * SAMPLE_RATE_HZ
    assert np.abs(effect.samples).max() == pytest.approx(PEAK, abs=1e-3)
    assert effect.duration_ms == pytest.approx(1000 * len(effect.samples) / SAMPLE_RATE_HZ, abs=1)
    assert len(effect.captions) >= 4
    assert all(text and "{" not in text and "  " not in text for text in effect.captions)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_every_trait_can_be_rendered(kind: str) -> None:
    recipe = RECIPES[kind]
    traits = recipe.all_traits()
    rng = np.random.default_rng(3)
    for turn in range(max(len(words) for words in traits.values())):
        chosen = {name: words[turn % len(words)] for name, words in traits.items()} | {"place": "", "distance": ""}
        samples = recipe.render(chosen, 0.5, rng)
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() > 0


def test_there_are_enough_kinds_for_a_game() -> None:
    assert len(KINDS) == len(set(KINDS)) >= 24
    assert {"step_grass", "step_gravel", "step_wood", "step_stone", "step_snow"} <= set(KINDS)


def test_equal_seeds_make_equal_effects_and_others_do_not() -> None:
    first, again, other = (synthesise("coins", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.samples.tobytes() == again.samples.tobytes()
    assert first.captions == again.captions
    assert first.samples.tobytes() != other.samples.tobytes()


def test_bigger_bodies_sound_lower() -> None:
    def centre(size: float) -> float:
        x = strike(np.random.default_rng(0), "iron", size)
        power = np.abs(np.fft.rfft(x)) ** 2
        return float((power * np.fft.rfftfreq(len(x), 1 / SAMPLE_RATE_HZ)).sum() / power.sum())

    assert centre(2.0) < 0.7 * centre(0.7)


def test_a_harder_blow_is_brighter() -> None:
    def share_above_2khz(force: float) -> float:
        x = strike(np.random.default_rng(0), "wood", 1.0, force)
        power = np.abs(np.fft.rfft(x)) ** 2
        return float(power[np.fft.rfftfreq(len(x), 1 / SAMPLE_RATE_HZ) > 2000].sum() / power.sum())

    assert share_above_2khz(1.0) > 2 * share_above_2khz(0.0)


@pytest.mark.parametrize("material", MATERIALS)
def test_every_material_rings_and_stops(material: str) -> None:
    x = strike(np.random.default_rng(1), material)
    assert np.abs(x).max() == pytest.approx(1.0)
    assert np.abs(x[-50:]).max() < 0.12


def test_place_and_distance_are_put_in_words() -> None:
    recipe = RECIPES["knock"]
    traits = {name: words[0] for name, words in recipe.all_traits().items()} | {"place": "in a cave", "distance": ""}
    texts = synthesise("knock", np.random.default_rng(0), traits, 0.5).captions
    assert any("cave" in text for text in texts)
    texts = synthesise("knock", np.random.default_rng(0), traits | {"place": "", "distance": "far away"}, 0.5).captions
    assert all(any(word in text for word in ("far", "distan", "faint")) for text in texts)


def test_an_unknown_kind_and_a_wrong_force_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="kind"):
        synthesise("sneeze", np.random.default_rng(0))
    with pytest.raises(InvalidConfig, match="force"):
        synthesise("coins", np.random.default_rng(0), None, 1.5)


def test_finishing_aligns_the_onset_and_trims_the_end() -> None:
    x = np.concatenate([np.zeros(5000), np.sin(np.arange(3000) / 5), np.zeros(9000)])
    done = finish(x)
    assert len(done) < 3300
    assert int(np.argmax(np.abs(done) > 0.2)) < 200


def test_a_saw_keeps_its_aliases_below_its_harmonics() -> None:
    n = 22_050
    power = np.abs(np.fft.rfft(saw(2205.0, n) * np.hanning(n)))
    peaks = np.arange(2205, 11_000, 2205)
    between = np.delete(power, np.concatenate([peaks + k for k in range(-3, 4)] + [np.arange(5)]))
    assert between.max() < 0.03 * power[2205]


def test_noise_stays_in_its_band_and_shaping_by_one_changes_nothing() -> None:
    x = noise(np.random.default_rng(0), 22_050, 1000, 2000, 60)
    power = np.abs(np.fft.rfft(x)) ** 2
    assert power[900:2200].sum() > 0.97 * power.sum()
    same = shape(x, lambda freqs, progress: np.ones((len(progress), freqs.shape[1])))
    np.testing.assert_allclose(same, x, atol=1e-9)


@pytest.mark.parametrize("n", [1, 17, 1000, 44_101])
def test_a_fast_size_is_no_smaller_and_at_most_half_as_long_again(n: int) -> None:
    assert n <= fast_size(n) <= max(64, 1.5 * n)
