"""The one entry to the synthesiser: a kind and an rng in, a finished captioned effect out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from narrative_server.errors import InvalidConfig
from narrative_server.semantics.mood import Mood
from narrative_server.sounds.finishing import momentary_loudness
from narrative_server.sounds.synth import (
    ambience,
    creatures,
    devices,
    doors,
    future,
    impacts,
    nature,
    retro,
    steps,
    tokens,
    voices,
)
from narrative_server.sounds.synth.dsp import SAMPLE_RATE_HZ, Rng, Samples, curve
from narrative_server.sounds.synth.recipe import Effect, Recipe, Traits, captions, draw_traits, set_in_space
from narrative_server.sounds.synth.tint import draw_mood, tint, word_mood

_MODULES = (steps, doors, impacts, nature, creatures, devices, tokens, voices, retro, future, ambience)
RECIPES: dict[str, Recipe] = {recipe.kind: recipe for module in _MODULES for recipe in module.RECIPES}
KINDS: tuple[str, ...] = tuple(RECIPES)
PEAK = 0.89
LOUDNESS_LUFS = -18.0
MAX_SAMPLES = 2 * SAMPLE_RATE_HZ
_LEAD = 128  # samples of silence kept before the onset, so that the attack lies inside the first frame


def synthesise(
    kind: str, rng: Rng, traits: Traits | None = None, force: float | None = None, mood: Mood | None = None
) -> Effect:
    """Make one effect.

    kind: one of KINDS; rng: every unstated choice comes from it; traits: words as `Recipe.all_traits` lists them
    (drawn when None); force: 0..1, the effect's intensity (drawn when None); mood: drawn when None, and neutral for
    half of those.
    Raises InvalidConfig for an unknown kind or a force outside 0..1.
    """
    if kind not in RECIPES:
        raise InvalidConfig("kind", kind, ", ".join(KINDS))
    if force is not None and not 0 <= force <= 1:
        raise InvalidConfig("force", force, "0 to 1")
    recipe = RECIPES[kind]
    words = draw_traits(recipe, rng) if traits is None else dict(traits)
    strength = float(rng.uniform(0, 1)) if force is None else force
    feeling = draw_mood(rng) if mood is None else mood
    samples = finish(set_in_space(tint(recipe.render(words, strength, rng), feeling), words, rng))
    return Effect(
        samples=samples,
        captions=word_mood(captions(recipe, words, strength, rng), feeling, rng),
        intensity=strength,
        duration_ms=round(1000 * len(samples) / SAMPLE_RATE_HZ),
        kind=kind,
        traits=tuple(sorted(words.items())),
        mood=feeling,
    )


def finish(x: Samples) -> NDArray[np.float32]:
    """Trim silence (-50 dB before, -56 dB after), align the onset, cap at 2 s with a fade, set the level.

    Level: momentary loudness of -18 LUFS (short sounds padded with silence), unless the peak would pass 0.89.
    """
    level = np.abs(x) / (np.abs(x).max() + 1e-12)
    loud = np.flatnonzero(level > 10 ** (-50 / 20))
    last = int(np.flatnonzero(level > 10 ** (-56 / 20))[-1]) + 1
    first = max(int(loud[0]) - _LEAD, 0)
    cut = np.concatenate([np.zeros(max(_LEAD - int(loud[0]), 0)), x[first:last]])[:MAX_SAMPLES]
    fade = min(len(cut) // 4, 660 if len(cut) < MAX_SAMPLES else 4400)
    cut = cut * curve(len(cut), (0, 1), (1 - max(fade, 1) / len(cut), 1), (1, 0))
    wanted = 10 ** ((LOUDNESS_LUFS - momentary_loudness(cut, SAMPLE_RATE_HZ)) / 20)
    return np.asarray(cut * min(wanted, PEAK / np.abs(cut).max()), dtype=np.float32)
