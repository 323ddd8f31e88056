"""People composed from the tile set's player layers, with captions made from the layers' own captions.

A character starts from a role (knight, wizard, thief...), which says what body, hat, weapon and shield may be worn,
so that role words come true; every tenth wears anything. Knows nothing of networks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.data_captions import CaptionedPicture, head_phrase
from narrative_server.images.pixels import overlay

# Drawn from back to front.
LAYERS = ("cloak", "base", "legs", "boots", "gloves", "body", "hair", "beard", "head", "hand2", "hand1")

# Species, the base files that show it, and how often it comes.
_SPECIES: dict[str, tuple[str, float]] = {
    "human": (r"human[23]?_", 10.0),
    "elf": (r"elf_|deep_elf_", 4.0),
    "dwarf": (r"dwarf_|deep_dwarf_", 3.0),
    "orc": (r"orc_|lorc_", 2.0),
    "halfling": (r"halfling_", 1.0),
    "gnome": (r"gnome_", 1.0),
    "kobold": (r"kobold2?_", 1.0),
    "goblin-like gnoll": (r"gnoll[0-9]?_", 1.0),
    "demon": (r"demonspawn_", 1.0),
    "vampire": (r"vampire_", 1.0),
    "ghoul": (r"ghoul2?_", 0.6),
    "mummy": (r"mummy_", 0.5),
    "merfolk": (r"merfolk_[mf]", 0.6),
    "gargoyle": (r"gargoyle_", 0.6),
    "bird person": (r"tengu_", 0.6),
    "minotaur": (r"minotaur_", 0.8),
    "troll": (r"troll_", 0.8),
    "ogre": (r"ogre_", 0.8),
    "snake person": (r"naga_", 0.8),
}
_NO_BOOTS = {"snake person", "merfolk", "bird person"}


@dataclass(frozen=True)
class Role:
    """Names for one trade, and regular expressions of the layer files that it may wear; an empty one: none."""

    names: tuple[str, ...]
    body: str
    head: str = ""
    hand1: str = ""
    hand2: str = ""
    head_chance: float = 0.6
    hand2_chance: float = 0.0
    cloak_chance: float = 0.25
    weight: float = 1.0
    woman_names: tuple[str, ...] = ()


_SWORDS = r"^(long_sword|short_sword|broadsword|falchion|scimitar|sword_|rapier|katana|heavy_sword|blessed|black_sword)"
_SHIELDS = r"^(kite_shield|tower_shield|buckler)"
ROLES = (
    Role(("knight", "paladin"), r"^(plate|half_plate|armour_blue|bplate|crystal|dragonarm|scalemail)",
         r"^(fhelm|full_|helm_|iron|chain|isildur)", rf"{_SWORDS}|^(lance|mace|morningstar)", _SHIELDS,
         0.8, 0.8, 0.3, 2.0),
    Role(("warrior", "fighter", "soldier"), r"^(chainmail|ringmail|scalemail|leather_(metal|stud|heavy)|green_chain)",
         r"^(iron|viking|horned|helm_|band_)", rf"{_SWORDS}|^(axe|battleaxe|war_axe|mace|hand_axe)", _SHIELDS,
         0.5, 0.5, 0.2, 2.0),
    Role(("guard", "watchman", "spearman"), r"^(chainmail|ringmail|scalemail|plate_and_cloth|half_plate)",
         r"^(iron|helm_|chain|cap_)", r"^(spear|halberd|glaive|pike|pole)", _SHIELDS, 0.8, 0.3, 0.2, 1.2),
    Role(("wizard", "mage", "sorcerer"), r"^(robe_|gandalf|saruman)", r"^(wizard_|gandalf)",
         r"^(staff|quarterstaff|rod_|gandalf|saruman|great_staff)", r"^misc/(book|light|fire|spark)", 0.7, 0.25, 0.2,
         2.5, ("sorceress", "witch", "mage")),
    Role(("necromancer", "dark mage", "cultist"), r"^(robe_black|robe_of_night|monk_black)", r"^(hood_black|hat_black)",
         r"^(staff_(skull|evil)|scythe|dagger)", r"^misc/(book|fire)", 0.7, 0.3, 0.3, 0.8),
    Role(("priest", "cleric", "healer"), r"^(robe_white|robe_yellow|monk_blue)", r"^(healer|hood_white|crown_gold)",
         r"^(mace|staff_(plain|fancy|ring)|sceptre)", r"^misc/book|^orb", 0.4, 0.3, 0.2, 1.0, ("priestess", "healer")),
    Role(("ranger", "archer", "hunter"), r"^(leather_green|legolas|aragorn|leather_armour|green_|shirt_vest)",
         r"^(hat_archer|hood_green|feather_green|cap_)", r"^(bow|great_bow|storm_bow|legolas|arbalest)", "",
         0.5, 0.0, 0.5, 1.5),
    Role(("thief", "rogue", "assassin"), r"^(leather_(armour|jacket|short|stud)|mesh_black|shirt_black|jacket)",
         r"^(hood_(black|gray|green|red)|ninja|band_|bandana)", r"^(dagger|knife|short_sword|sword_thief|sickle)",
         r"^misc/dagger", 0.6, 0.2, 0.5, 1.5),
    Role(("barbarian",), r"^(animal_skin|belt|leather_short|troll_hide)", r"^(viking|horned|bear|horns)",
         r"^(axe|battleaxe|club|giant_club|great_sword|war_axe|broad_axe)", "", 0.4, 0.0, 0.2, 1.0),
    Role(("villager", "peasant", "farmer"), r"^(shirt_|green_susp|pj|sam|merry|pipin|frodo|susp|vest)",
         r"^(straw|cap_|bandana)", r"^(fork|stick|pick_axe|scythe|club)", "", 0.3, 0.0, 0.05, 1.5),
    Role(("noble", "merchant"), r"^(coat_|robe_red_gold|robe_green_gold|jacket|vest_red|china)",
         r"^(feather|turban|hat_explorer|cap_)", r"^(rapier|sceptre|dagger)", r"^misc/book", 0.5, 0.1, 0.4, 1.0),
    Role(("king",), r"^(robe_(red|purple|blue_white|white)|coat_red|armour_blue)", r"^crown", r"^(sceptre|long_sword)",
         "", 1.0, 0.0, 0.5, 0.6, ("queen",)),
    Role(("monk",), r"^(monk_|karate|robe_brown)", r"^(taiso|hood_ybrown)", r"^quarterstaff", "", 0.3, 0.0, 0.1, 0.7),
    Role(("jester",), r"^robe_jester", r"^clown", r"^quarterstaff_jester", "", 0.9, 0.0, 0.0, 0.2),
    Role(("lady",), r"^(dress_|arwen|robe_(cyan|purple|rainbow|white)|skirt|china|slit)", r"^(crown|feather)", "", "",
         0.1, 0.0, 0.2, 0.8),
)  # fmt: skip


@dataclass(frozen=True)
class LayerFile:
    """One player layer: file name within its folder without suffix, pixels, and its caption."""

    name: str
    rgba: NDArray[np.uint8]
    text: str


Wardrobe = Mapping[str, Sequence[LayerFile]]
"""Layer folder to its files."""


def compose_characters(wardrobe: Wardrobe, count: int, seed: int, weight: float) -> list[CaptionedPicture]:
    """Dress `count` characters; `weight` is each one's sampling weight."""
    rng = np.random.default_rng(seed)
    chances = np.array([role.weight for role in ROLES])
    chances /= chances.sum()
    return [_compose(wardrobe, ROLES[rng.choice(len(ROLES), p=chances)], rng, weight) for _ in range(count)]


def _compose(wardrobe: Wardrobe, role: Role, rng: np.random.Generator, weight: float) -> CaptionedPicture:
    species, base = _pick_base(wardrobe["base"], rng)
    woman = re.search(r"_f[0-9]*$", base.name) is not None
    worn = _dress(wardrobe, role, species, woman, rng)
    worn["base"] = base
    picture = np.zeros_like(base.rgba)
    for layer in LAYERS:
        if layer in worn:
            picture = overlay(picture, worn[layer].rgba)
    names = role.woman_names if woman and role.woman_names else role.names
    captions = describe(species, woman, names[rng.integers(len(names))], worn)
    # Held out are pairs of clothes and weapon that training never sees together.
    group = "composed/" + "+".join(worn[layer].name for layer in ("body", "hand1") if layer in worn)
    return CaptionedPicture(picture, captions, group, weight, flippable=False, kind="character")


def _pick_base(bases: Sequence[LayerFile], rng: np.random.Generator) -> tuple[str, LayerFile]:
    names = list(_SPECIES)
    chances = np.array([_SPECIES[name][1] for name in names])
    species = names[rng.choice(len(names), p=chances / chances.sum())]
    fitting = [layer for layer in bases if re.match(_SPECIES[species][0], layer.name)]
    return species, fitting[rng.integers(len(fitting))]


def _dress(wardrobe: Wardrobe, role: Role, species: str, woman: bool, rng: np.random.Generator) -> dict[str, LayerFile]:
    worn: dict[str, LayerFile] = {}

    def put_on(layer: str, pattern: str, chance: float) -> None:
        fitting = [file for file in wardrobe.get(layer, ()) if re.search(pattern, file.name)] if pattern else []
        if fitting and rng.random() < chance:
            worn[layer] = fitting[rng.integers(len(fitting))]

    put_on("body", role.body, 1.0)
    put_on("head", role.head, role.head_chance)
    put_on("hand1", role.hand1, 0.9)
    put_on("hand2", role.hand2, role.hand2_chance)
    put_on("cloak", r"^(?!scarf)", role.cloak_chance)
    put_on("boots", r"^(middle|short|long)", 0.0 if species in _NO_BOOTS else 0.7)
    put_on("legs", r"^(pants|trouser|leg_armour|skirt)", 0.0 if species in _NO_BOOTS else 0.4)
    put_on("gloves", r"^(glove|gauntlet)", 0.2)
    hides_hair = "head" in worn and re.match(r"fhelm|full_|helm_|hood|ninja|mummy|black_horn", worn["head"].name)
    if species in ("human", "elf", "dwarf", "halfling", "gnome", "vampire", "demon") and not hides_hair:
        long = r"fem|long|pigtail|ponytail|elf|knot|arwen|hightail|green|curly|part"
        put_on("hair", long if woman else r"short|brown|aragorn|boromir|frodo|long_white|legolas|mountain|black", 0.95)
    bearded = {"dwarf": 0.9, "human": 0.4, "gnome": 0.4}.get(species, 0.0)
    put_on("beard", r"full|garibaldi|medium|short|wizard", 0.0 if woman or hides_hair else bearded)
    return worn


def describe(species: str, woman: bool, role: str, worn: Mapping[str, LayerFile]) -> tuple[str, ...]:
    """Several ways to say who this is, from the bare role to everything worn."""
    person = ("woman" if woman else "man") if species == "human" else species
    gendered = person if species == "human" else f"{species} {'woman' if woman else 'man'}"
    who = role if species == "human" else f"{species} {role}"
    clothes = head_phrase(worn["body"].text) if "body" in worn else "rags"
    looks = [_hair(worn[layer].name, noun) for layer, noun in (("hair", "hair"), ("beard", "beard")) if layer in worn]
    looks += [head_phrase(worn["head"].text)] if "head" in worn else []
    looks += [head_phrase(worn["cloak"].text)] if "cloak" in worn else []
    held = [head_phrase(worn[layer].text) for layer in ("hand1", "hand2") if layer in worn]
    holding = f", holding a {' and a '.join(held)}" if held else ""
    with_looks = f" with {' and '.join(looks)}" if looks else ""
    return (
        who,
        f"{role} in {clothes}",
        f"{gendered} in {clothes}{holding}",
        f"{who}{with_looks}, wearing {clothes}",
        f"{gendered} {role}{with_looks}, {clothes}{holding}",
        f"{who}{holding.removeprefix(',')}" if held else f"{gendered}{with_looks}",
    )


def _hair(name: str, noun: str) -> str:
    """`long_red` gives `long red hair`; the layer files are named by cut and colour."""
    words = re.sub(r"[0-9]", "", name).replace("fem_", "long_").replace("elf_", "long_").split("_")
    kept = [word for word in words if word in _HAIR_WORDS]
    return " ".join([*kept, noun])


_HAIR_WORDS = frozenset(
    ["long", "short", "black", "red", "white", "yellow", "blonde", "brown", "green", "curly", "full", "medium"]
)
