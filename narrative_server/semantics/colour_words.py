"""Whether words say what colour a thing has."""

from __future__ import annotations

import re
from typing import Final

_COLOURS: Final = """
    amber ashen azure beige black blond blonde bloody blue bluish bone brass bright bronze brown burgundy cobalt
    colourful copper cream crimson crystal cyan dark diamond ebony emerald fair fiery flaming gilded gold golden
    gray green greenish grey greyish icy indigo iron ivory jade khaki lava lavender leather light lilac lime
    magenta maroon mauve mithril molten navy ochre olive orange pale peach pink purple purplish rainbow red
    reddish rose ruby rusty sapphire scarlet silver snowy steel stone straw tan teal turquoise umber vermilion
    violet white whitish wood wooden yellow yellowish
"""
_PATTERN: Final = re.compile(r"\b(?:" + "|".join(_COLOURS.split()) + r")\b", re.IGNORECASE)


def names_colour(text: str) -> bool:
    """Whether `text` names a colour, or a material that has one."""
    return _PATTERN.search(text) is not None
