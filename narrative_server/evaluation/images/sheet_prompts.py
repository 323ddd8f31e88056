"""What an evaluation's sample sheets show: phrases that a game would ask for, none of them copied from the captions."""

from __future__ import annotations

from typing import Final

from narrative_server.images.prompts import BACKGROUND_PROMPTS, SPRITE_PROMPTS


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


SPRITES: Final = (
    *SPRITE_PROMPTS,
    *_listed(
        "blacksmith with a hammer | pirate captain in a red coat | nun in a black robe | king with a golden crown"
        "| bandit in a brown hood | dwarf miner with a pickaxe | elf sorceress in a purple robe | beggar in rags"
        "| vampire in a black cloak | goblin with a dagger | ogre with a club | troll | zombie | mummy | blue dragon"
        "| giant rat | snow bear | raven | black cat | fire elemental | stone golem | mushroom man | snake | unicorn"
        "| iron helmet | wooden shield | leather boots | silver dagger | battle axe | crossbow | magic wand | scroll"
        "| green gem | pile of gold coins | loaf of bread | apple | bone | lantern | iron door | magic portal"
    ),
)
"""64 sprites."""

_MORE_PLACES: Final = _listed(
    "frozen lake under the northern lights | farm at harvest | city market | lighthouse on a cliff, storm"
    "| volcano with lava | underwater ruins | space station corridor | abandoned factory | temple in the jungle"
    "| bamboo forest in the rain | canyon at sunset | rope bridge over a gorge | pirate ship deck | dungeon cell"
    "| alchemist's workshop | royal garden in spring | monastery courtyard | sewer tunnel | train station, morning"
    "| hospital ward | office at night | school classroom | wheat field, windmill | rice terraces | old mine"
    "| wizard tower room | blacksmith's forge | village square, fair | cathedral interior | rooftops at dusk"
    "| desert oasis | ice cave | mushroom cavern | battlefield after the fight | mountain pass, fog"
    "| ruined castle in the moonlight | fishing village, dawn | dark alley | cosy bedroom | kitchen with a stove"
    "| arena with sand | moon base | cyberpunk street in the rain | subway platform | haunted house | crypt"
    "| river with a stone bridge | vineyard in summer | autumn forest"
)

BACKGROUNDS: Final = (*dict.fromkeys(phrase for phrase, _ in BACKGROUND_PROMPTS), *_MORE_PLACES)
"""64 places."""

MOOD_SPRITES: Final = SPRITES[:24:2]
MOOD_BACKGROUNDS: Final = BACKGROUNDS[:12]
"""What is shown under each mood and each style."""
