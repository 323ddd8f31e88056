"""The synthesiser: every kind, its captions, its traits."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import Mood
from narrative_server.sounds.finishing import momentary_loudness
from narrative_server.sounds.synth import KINDS, RECIPES, synthesise
from narrative_server.sounds.synth.dsp import SAMPLE_RATE_HZ, fast_size, noise, respeed, saw, shape, stretch, tone
from narrative_server.sounds.synth.materials import MATERIALS, strike
from narrative_server.sounds.synth.synthesiser import LOUDNESS_LUFS, PEAK, finish
from narrative_server.sounds.synth.tint import draw_mood, tint, word_mood


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_a_finite_captioned_effect_of_at_most_two_seconds(kind: str) -> None:
    effect = synthesise(kind, np.random.default_rng(0))
    assert effect.samples.dtype == np.float32
    assert np.isfinite(effect.samples).all()
    assert 0.02 * SAMPLE_RATE_HZ < len(effect.samples) <= 2 * SAMPLE_RATE_HZ
    loudness = momentary_loudness(effect.samples.astype(np.float64), SAMPLE_RATE_HZ)
    assert loudness == pytest.approx(LOUDNESS_LUFS, abs=0.1) or np.abs(effect.samples).max() == pytest.approx(PEAK)
    assert np.abs(effect.samples).max() < PEAK + 1e-3
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
    assert len(KINDS) == len(set(KINDS)) >= 60
    families = {recipe.family for recipe in RECIPES.values()}
    assert families >= {"interface", "movement", "doors", "objects", "weapons", "impacts", "explosions", "weather"}
    assert families >= {"water", "creatures", "magic", "machines", "vehicles", "science fiction", "retro", "ambience"}
    assert "voice blips" in families
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


def _pitch_hz(x: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(x * np.hanning(len(x))))
    return float(power.argmax() * SAMPLE_RATE_HZ / len(x))


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_stretching_keeps_the_pitch_and_playing_faster_does_not(factor: float) -> None:
    x = tone(440, SAMPLE_RATE_HZ)
    longer = stretch(x, factor)
    assert len(longer) == pytest.approx(factor * len(x), abs=2)
    assert _pitch_hz(longer) == pytest.approx(440, abs=2)
    assert np.abs(longer[2000:-3000]).max() == pytest.approx(1.0, abs=0.02)
    faster = respeed(x, factor)
    assert _pitch_hz(faster) == pytest.approx(440 * factor, abs=2)


def test_a_joyful_sound_is_higher_and_brighter_than_a_sad_one_and_neutral_changes_nothing() -> None:
    x = noise(np.random.default_rng(0), SAMPLE_RATE_HZ, 100, 6000)

    def centre(mood: Mood) -> float:
        power = np.abs(np.fft.rfft(tint(x, mood))) ** 2
        return float((power * np.linspace(0, SAMPLE_RATE_HZ / 2, len(power))).sum() / power.sum())

    assert centre(Mood("joy", 1.0)) > 1.3 * centre(Mood("sadness", 1.0))
    assert tint(x, Mood("neutral", 1.0)) is x


def test_clear_moods_are_put_in_words_and_half_of_the_drawn_ones_are_neutral() -> None:
    rng = np.random.default_rng(0)
    texts = word_mood(("wind blowing", "a gust of wind", "cold wind"), Mood("fear", 0.9), rng)
    changed = [
        text
        for text, plain in zip(texts, ("wind blowing", "a gust of wind", "cold wind"), strict=True)
        if text != plain
    ]
    assert len(changed) == 2
    assert all(any(word in text for word in ("eerie", "frightening", "ominous", "scary")) for text in changed)
    assert word_mood(("wind",), Mood("fear", 0.3), rng) == ("wind",)
    assert np.mean([draw_mood(rng).emotion == "neutral" for _ in range(400)]) == pytest.approx(0.5, abs=0.08)
