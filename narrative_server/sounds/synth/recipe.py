"""What a kind of effect is: how it sounds for given traits, and how people would say it.

A trait is a word that the caption may carry and the sound obeys ("material": "wood", "size": "heavy", "place":
"in a cave"). Force, 0..1, is continuous: it is the effect's intensity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.semantics.mood import Mood
from narrative_server.sounds.synth.dsp import Rng, Samples, band, reverb

Traits: TypeAlias = Mapping[str, str]
Render: TypeAlias = Callable[[Traits, float, Rng], Samples]

PLACES = ("",) * 10 + ("in a room", "in a hall", "in a cave", "in a tunnel")
DISTANCES = ("",) * 7 + ("far away",)
_ROOMS = {"in a room": (0.35, 6000, 0.15), "in a hall": (1.2, 5000, 0.2), "in a cave": (1.6, 3200, 0.28)}
_ROOMS |= {"in a tunnel": (0.9, 2400, 0.32)}
_PLACE_WORDS = {
    "in a room": ("in a room", "in a small room", "indoors"),
    "in a hall": ("in a big hall", "echoing in a hall", "in a stone hall"),
    "in a cave": ("in a cave", "echoing in a cave", "in a deep cave"),
    "in a tunnel": ("in a tunnel", "echoing down a tunnel", "in a dark tunnel"),
}
_FAR = ("{} far away", "distant {}", "{} in the distance", "faint {} far off")
_SOFT = ("{} softly", "{}, quiet", "soft {}", "quiet {}", "gentle {}")
_HARD = ("{} loudly", "{}, loud", "loud {}", "violent {}", "strong {}")
_NO_PREFIX = (
    "a ",
    "many ",
    "one ",
    "some",
    "sound ",
    "hitting ",
    "dropping ",
    "opening ",
    "pulling ",
    "picking ",
    "drawing ",
)


@dataclass(frozen=True)
class Recipe:
    """A kind of effect.

    render(traits, force, rng) -> samples at 22,050 Hz, any level; phrases: caption templates with trait names in
    braces, at least four; traits: name -> legal words ("" where nothing need be said); outdoors: no rooms are put
    around it; calm: force is never worded (a click is not "violent").
    """

    kind: str
    family: str
    render: Render
    phrases: tuple[str, ...]
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outdoors: bool = False
    calm: bool = False

    def all_traits(self) -> dict[str, tuple[str, ...]]:
        """Own traits and those that every kind shares: place and distance."""
        places = ("",) if self.outdoors else PLACES
        return {**self.traits, "place": places, "distance": ("",) if self.family == "interface" else DISTANCES}


@dataclass(frozen=True)
class Effect:
    """A captioned effect: samples float32 mono 22,050 Hz, levelled, onset at the start, at most 2 s."""

    samples: NDArray[np.float32]
    captions: tuple[str, ...]
    intensity: float
    duration_ms: int
    kind: str
    traits: tuple[tuple[str, str], ...]
    mood: Mood


def draw_traits(recipe: Recipe, rng: Rng) -> dict[str, str]:
    """One word for each trait; a far sound has no room of its own, so that captions stay plain."""
    traits = {name: str(rng.choice(words)) for name, words in recipe.all_traits().items()}
    return {**traits, "place": ""} if traits["distance"] else traits


def set_in_space(x: Samples, traits: Traits, rng: Rng) -> Samples:
    """Put a dry sound into its place, or far away (air takes the highs, the echo takes over)."""
    if traits["distance"]:
        return reverb(rng, band(x, 80, 1700 * rng.uniform(0.8, 1.3), 9), 0.9, 2200, 0.25)
    if traits["place"]:
        seconds, high_hz, wet = _ROOMS[traits["place"]]
        return reverb(rng, x, seconds * rng.uniform(0.8, 1.2), high_hz, wet)
    return x


def captions(recipe: Recipe, traits: Traits, force: float, rng: Rng) -> tuple[str, ...]:
    """Every phrase of the recipe with the traits' words, some with force, place and distance put in words."""
    found = []
    for k, phrase in enumerate(recipe.phrases):
        text = phrase.format(**traits)
        if not recipe.calm and k % 2 == 1 and not traits["distance"]:
            words = _SOFT if force < 0.3 else _HARD if force > 0.75 else ("{}",)
            text = str(rng.choice(words[:2] if text.startswith(_NO_PREFIX) else words)).format(text)
        if traits["distance"]:
            text = str(rng.choice(_FAR)).format(text)
        elif traits["place"] and k % 3 != 2:
            text = f"{text} {rng.choice(_PLACE_WORDS[traits['place']])}"
        found.append(" ".join(text.split()))
    return tuple(dict.fromkeys(found))
