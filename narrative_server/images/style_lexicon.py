"""The words of styles and what each changes: how colourful, contrasting, light, red and yellow pictures are.

Only a table: `style_words` reads it. British and American spellings both count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shift:
    """What one word changes. saturation and contrast multiply, the next three add up (OKLab); the rest replaces what an
    earlier word said where it is set."""

    saturation: float = 1.0
    contrast: float = 1.0
    lightness: float = 0.0
    green_red: float = 0.0
    blue_yellow: float = 0.0
    colours: int = 0
    outline: str = ""
    palette: tuple[int, ...] = ()


def _palette(text: str) -> tuple[int, ...]:
    return tuple(int(colour, 16) for colour in text.split())


_GAME_BOY: Final = _palette("081820 346856 88c070 e0f8d0")
_PICO_8: Final = _palette(
    "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436 29adff 83769c ff77a8 ffccaa"
)
_CGA: Final = _palette(
    "000000 0000aa 00aa00 00aaaa aa0000 aa00aa aa5500 aaaaaa 555555 5555ff 55ff55 55ffff ff5555 ff55ff ffff55 ffffff"
)
_C64: Final = _palette(
    "000000 ffffff 68372b 70a4b2 6f3d86 588d43 352879 b8c76f 6f4f25 433900 9a6759 444444 6c6c6c 9ad284 6c5eb5 959595"
)
_SPECTRUM: Final = _palette(
    "000000 0000d7 d70000 d700d7 00d700 00d7d7 d7d700 d7d7d7 0000ff ff0000 ff00ff 00ff00 00ffff ffff00 ffffff"
)
_ONE_BIT: Final = (0x000000, 0xFFFFFF)

_SHIFTS: Final[tuple[tuple[str, Shift], ...]] = (
    ("plain, neutral, normal, natural, realistic", Shift()),
    ("dark, shadowy, darker, dim, nocturnal", Shift(lightness=-0.10)),
    ("light, pale, lighter, high key", Shift(lightness=0.09, saturation=0.90)),
    ("bright, sunny, sunlit, radiant, luminous", Shift(lightness=0.07, saturation=1.15)),
    (
        "grim, bleak, dreary, oppressive, grimdark, apocalyptic, post apocalyptic, gritty",
        Shift(0.55, 1.08, -0.06, 0.0, -0.008),
    ),
    (
        "gloomy, melancholic, sombre, somber, moody, brooding, sad, sorrowful, mournful, rainy, tragic",
        Shift(0.65, 0.95, -0.08, 0.0, -0.018),
    ),
    (
        "gothic, sinister, ominous, haunted, eerie, creepy, horror, spooky, menacing, ghostly",
        Shift(0.60, 1.15, -0.09, 0.012, -0.020),
    ),
    ("desaturated, muted, subdued, drab, less colour, low saturation", Shift(saturation=0.50)),
    ("faded, washed out, bleached, dusty, worn", Shift(0.60, 0.80, 0.06)),
    ("greyscale, grayscale, monochrome, colourless, colorless, grey, gray", Shift(saturation=0.0)),
    ("black and white, noir, film noir", Shift(0.0, 1.30, -0.03)),
    (
        "vivid, colourful, saturated, vibrant, colorful, rich, lush, tropical, rainbow, high saturation",
        Shift(1.45, 1.05),
    ),
    ("neon, cyberpunk, synthwave, vaporwave, fluorescent", Shift(1.55, 1.20, -0.04, 0.012, -0.028)),
    ("psychedelic, garish, gaudy, candy, arcade", Shift(1.75, 1.12, 0.02)),
    ("cheerful, joyful, happy, playful, cartoonish", Shift(1.30, 1.0, 0.05, 0.0, 0.012)),
    ("pastel, soft, gentle, delicate, watercolour, watercolor", Shift(0.75, 0.72, 0.13)),
    ("dreamy, ethereal, fairytale, whimsical", Shift(0.90, 0.80, 0.09, 0.016, -0.008)),
    ("warm, cosy, warmer, cozy, golden, amber, candlelit", Shift(1.05, 1.0, 0.01, 0.010, 0.032)),
    ("fiery, sunset, autumn, autumnal, orange", Shift(1.12, 1.0, 0.0, 0.026, 0.038)),
    ("desert, sandy, parched, western", Shift(0.85, 1.05, 0.04, 0.008, 0.038)),
    ("earthy, earth, rustic, natural tones, brown", Shift(0.75, 1.0, -0.02, 0.008, 0.024)),
    ("cold, blue, colder, cool, chilly, bluish", Shift(0.90, 1.0, 0.0, -0.010, -0.034)),
    ("icy, frosty, wintry, winter, frozen, arctic", Shift(0.75, 0.95, 0.08, -0.012, -0.034)),
    ("moonlit, night, midnight, indigo", Shift(0.70, 1.05, -0.09, 0.0, -0.048)),
    ("underwater, turquoise, aquatic, oceanic, teal, cyan, aqua", Shift(0.95, 0.92, 0.0, -0.034, -0.020)),
    ("toxic, green, poisonous, sickly, acid, greenish, emerald, verdant", Shift(1.05, 1.0, 0.0, -0.046, 0.030)),
    ("swampy, jungle, mossy, overgrown, murky", Shift(0.85, 0.95, -0.04, -0.030, 0.020)),
    ("red, bloody, reddish, crimson, scarlet, burgundy, infernal, hellish", Shift(1.10, 1.10, -0.04, 0.058, 0.018)),
    ("purple, magical, violet, mystical, arcane, mysterious", Shift(1.10, 1.0, -0.02, 0.036, -0.042)),
    ("pink, rosy, magenta, romantic", Shift(1.05, 0.95, 0.05, 0.046, -0.006)),
    ("yellow, yellowish, lemon", Shift(1.05, 1.0, 0.02, -0.004, 0.056)),
    ("sepia, vintage, antique, aged, nostalgic, old photograph, steampunk", Shift(0.22, 0.95, 0.02, 0.014, 0.052)),
    ("high contrast, contrasting, stark, dramatic, punchy, bold, crisp", Shift(contrast=1.30)),
    ("low contrast, flat, even", Shift(contrast=0.75)),
    ("foggy, misty, hazy, smoky", Shift(0.70, 0.70, 0.05)),
    ("minimal, minimalist, minimalistic, few colours, few colors, limited palette, simple", Shift(colours=8)),
    ("retro, 8 bit, old school, limited", Shift(colours=16)),
    ("16 bit, snes", Shift(colours=48)),
    ("gameboy, game boy, dmg", Shift(contrast=1.15, palette=_GAME_BOY)),
    ("pico 8, pico8", Shift(palette=_PICO_8)),
    ("cga, ega, dos", Shift(palette=_CGA)),
    ("c64, commodore 64, commodore", Shift(palette=_C64)),
    ("zx spectrum, spectrum, zx", Shift(saturation=1.5, palette=_SPECTRUM)),
    ("1 bit, one bit", Shift(contrast=1.2, palette=_ONE_BIT)),
    ("outlined, outline, outlines, dark outline, black outline, black outlines, inked", Shift(outline="dark")),
    ("cartoon, comic, comic book, cel shaded", Shift(1.25, 1.10, 0.02, outline="dark")),
    ("coloured outline, colored outline, soft outline, selective outline, selout", Shift(outline="auto")),
    ("no outline, no outlines, without outline, without outlines, outlineless", Shift(outline="none")),
)

LEXICON: Final[dict[str, Shift]] = {term: shift for terms, shift in _SHIFTS for term in terms.split(", ")}
"""Every term, one to three words, and what it changes."""

STRENGTHS: Final[dict[str, float]] = {
    **dict.fromkeys(("very", "extremely", "really", "highly", "super", "strongly", "intensely", "more"), 1.5),
    **dict.fromkeys(("slightly", "somewhat", "mildly", "subtly", "little", "bit", "rather", "touch"), 0.5),
    **dict.fromkeys(("not", "less", "no", "without", "never"), -0.5),
}
"""Words that say how much of the next one is meant."""

_FILLERS: Final = (
    "a an and are art artwork as at but by color colors colored colour colours coloured feel feeling for game games "
    "graphics hue hues i in is it lighting like look looking looks mood of on palette picture pictures pixel pixelart "
    "pixels please shade shaded shades sprite sprites style styled stylised stylized that the tint tinted to tone "
    "toned tones too with"
)
FILLERS: Final = frozenset(_FILLERS.split())
"""Words that say nothing about a style."""

TERMS_TO_COMPARE: Final = tuple(
    term
    for terms, shift in _SHIFTS
    for term in terms.split(", ")[:2]
    if not (shift.colours or shift.outline or shift.palette)
)
"""What other words are compared with by their meaning: two terms of each line that changes light or colour."""
