"""What sample sheets show: phrases that a game would ask for, none of them copied from the captions."""

from __future__ import annotations

from typing import Final

SPRITE_PROMPTS: Final = (
    "knight in silver armour with a sword and shield",
    "old wizard with a long white beard and a staff",
    "elf ranger woman with a bow, green hood",
    "thief in dark leather holding a dagger",
    "villager woman in a green dress",
    "dwarf warrior with a red beard and an axe",
    "queen in a red robe with a golden crown",
    "orc",
    "green slime monster",
    "red dragon",
    "skeleton warrior",
    "grey wolf",
    "ghost",
    "giant spider",
    "steel sword",
    "golden key",
    "red potion",
    "wooden treasure chest",
    "spell book",
    "blue fireball",
    "gold ring with a ruby",
    "stone altar",
    "oak tree",
    "bow and arrow",
)

BACKGROUND_PROMPTS: Final = (
    ("dark forest at night", "fear"),
    ("desert dunes at noon", "neutral"),
    ("burning village", "anger"),
    ("snowy mountains, morning", "joy"),
    ("castle at sunset", "neutral"),
    ("cave with glowing crystals", "surprise"),
    ("beach, clear sky, noon", "joy"),
    ("graveyard in the fog, night", "sadness"),
    ("tavern interior with a fireplace", "joy"),
    ("swamp in the rain", "disgust"),
    ("city street at night, neon lights", "neutral"),
    ("old library", "neutral"),
    ("old library", "fear"),
    ("harbour with ships, dusk", "sadness"),
    ("jungle with a waterfall", "neutral"),
    ("throne room", "anger"),
)
