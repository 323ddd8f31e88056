"""Every noun that can be painted, what paints it and what it can be made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from narrative_server.images.items import (
    animals,
    charms,
    containers,
    flags,
    food,
    furniture,
    games,
    household,
    instruments,
    lights,
    livestock,
    locks,
    outdoors,
    papers,
    plants,
    tools,
    valuables,
    vessels,
)
from narrative_server.images.items import materials as of
from narrative_server.images.items.choices import Choices
from narrative_server.images.items.easel import Easel, Shadow
from narrative_server.images.items.materials import Material
from narrative_server.images.items.words import Said

Painter = Callable[[Easel, Material, Choices], Said]


@dataclass(frozen=True)
class Item:
    """A noun. stuffs: what it can be made of, two or more, so that holding one out leaves the noun in training."""

    noun: str
    paint: Painter
    stuffs: tuple[Material, ...]
    synonyms: tuple[str, ...] = ()
    shadow: Shadow = "cast"


_GEM_COLOURS: Final = {
    "ruby": (
        replace(of.RED, light=0.80),
        replace(of.RED, word="dark red", dark=0.22, light=0.60),
        replace(of.RED, word="pinkish red", hue_deg=8.0, light=0.86),
    ),
    "sapphire": (
        of.BLUE,
        replace(of.BLUE, word="dark blue", dark=0.20, light=0.62),
        replace(of.BLUE, word="light blue", dark=0.38, light=0.92, hue_deg=245.0),
    ),
    "emerald": (of.GREEN, replace(of.GREEN, word="dark green", dark=0.20, light=0.62)),
    "diamond": (
        of.WHITE,
        replace(of.WHITE, word="pale blue", chroma=0.045, hue_deg=225),
        replace(of.WHITE, word="pale yellow", chroma=0.060, hue_deg=100),
    ),
    "amethyst": (of.PURPLE, replace(of.PURPLE, word="pale purple", dark=0.40, light=0.92)),
    "topaz": (of.ORANGE, of.YELLOW),
}

ITEMS: Final = (
    Item("key", locks.key, of.METALS, (), "flat"),
    Item("key ring", locks.key_ring, of.METALS, ("ring of keys", "bunch of keys"), "flat"),
    Item("padlock", locks.padlock, of.METALS, ("lock",)),
    Item("gear", locks.gear, of.METALS, ("cogwheel",), "flat"),
    Item("lever", locks.lever, of.DULL_METALS, ("switch",)),
    Item("anchor", locks.anchor, of.DULL_METALS, ("ship's anchor",), "flat"),
    Item("crown", valuables.crown, of.FINE_METALS, ("royal crown",)),
    Item("goblet", valuables.goblet, (*of.FINE_METALS, of.WOODEN), ("chalice",)),
    Item("trophy cup", valuables.trophy, of.FINE_METALS, ("trophy",)),
    Item("hand mirror", valuables.hand_mirror, (*of.FINE_METALS, of.WOODEN), ("mirror",), "flat"),
    Item("mask", valuables.mask, (of.WHITE, of.GOLD, of.RED, of.BLUE, of.BLACK, of.GREEN), ("face mask",), "flat"),
    Item("heart", valuables.heart, (of.RED, of.PINK, of.PURPLE, of.BLUE, of.GREEN, of.GOLD), (), "none"),
    *(
        Item(noun, valuables.gem, colours, (f"{noun} gemstone", "gem"), "flat")
        for noun, colours in _GEM_COLOURS.items()
    ),
    Item("treasure chest", containers.chest, (*of.WOODS, of.IRON, of.GOLD), ("chest",)),
    Item("barrel", containers.barrel, of.WOODS, ("cask",)),
    Item("crate", containers.crate, of.WOODS, ("box",)),
    Item("sack", containers.sack, (of.CANVAS, of.BROWN, of.LEATHER, of.GREY, of.GREEN, of.RED), ("bag",)),
    Item(
        "coin purse",
        containers.coin_purse,
        (of.LEATHER, of.DARK_LEATHER, of.RED, of.GREEN, of.PURPLE, of.BLUE),
        ("pouch",),
    ),
    Item("bucket", vessels.bucket, (*of.WOODS, of.IRON), ("pail",)),
    Item("bottle", vessels.bottle, (of.GREEN, of.BROWN, of.BLUE, of.RED, of.PURPLE, of.GLASS), ("wine bottle",)),
    Item("mug", vessels.mug, (*of.WOODS, of.IRON, of.COPPER), ("tankard",)),
    Item("jug", vessels.jug, (of.BROWN, of.ORANGE, of.WHITE, of.BLUE, of.RED, of.BLACK), ("pitcher",)),
    Item("basket", containers.basket, (of.WOODEN, of.PALE_WOOD, of.DARK_WOOD, of.ROPE), ("hamper",)),
    Item("lantern", lights.lantern, of.METALS, ("lamp",)),
    Item("torch", lights.torch, of.WOODS, ("firebrand",), "none"),
    Item("candle", lights.candle, (of.WHITE, of.BONE, of.RED, of.YELLOW, of.BLACK, of.BLUE), ("wax candle",)),
    Item("campfire", lights.campfire, (of.ORANGE, of.YELLOW, of.BLUE, of.GREEN, of.PURPLE), ("fire", "bonfire")),
    Item("fireball", lights.fireball, (of.ORANGE, of.RED, of.BLUE, of.GREEN, of.PURPLE), ("ball of fire",), "none"),
    Item("bomb", lights.bomb, (of.BLACK, of.DARK_IRON, of.RED, of.BLUE, of.GREEN, of.GREY), ("round bomb",)),
    Item("shovel", tools.shovel, of.DULL_METALS, ("spade",), "flat"),
    Item("pickaxe", tools.pickaxe, of.DULL_METALS, ("miner's pick",), "flat"),
    Item("hammer", tools.hammer, of.DULL_METALS, ("smith's hammer", "blacksmith hammer"), "flat"),
    Item("saw", tools.saw, of.DULL_METALS, ("hand saw",), "flat"),
    Item("fishing rod", tools.fishing_rod, of.WOODS[:4], ("fishing pole",), "none"),
    Item("rope", tools.rope, (of.ROPE, of.BROWN, of.WHITE, of.GREY, of.RED), ("cord",), "flat"),
    Item("broom", tools.broom, of.WOODS, ("besom",), "flat"),
    Item("telescope", tools.telescope, of.FINE_METALS, ("spyglass",), "flat"),
    Item(
        "spectacles",
        tools.spectacles,
        (of.GOLD, of.SILVER, of.BLACK, of.COPPER, of.RED, of.BROWN),
        ("glasses", "eyeglasses"),
        "flat",
    ),
    Item("treasure map", papers.treasure_map, (of.PAPER, of.OLD_PAPER, of.WHITE_PAPER), ("map",), "flat"),
    Item(
        "letter",
        papers.letter,
        (of.PAPER, of.OLD_PAPER, of.WHITE_PAPER, of.PINK, of.BLUE),
        ("envelope",),
        "flat",
    ),
    Item("playing card", games.playing_card, (of.RED, of.BLACK, of.BLUE, of.GREEN, of.PURPLE), ("card",), "flat"),
    Item(
        "quill",
        papers.quill,
        (of.WHITE, of.BROWN, of.BLUE, of.RED, of.BLACK, of.GREEN),
        ("feather quill", "feather pen"),
        "flat",
    ),
    Item("ink pot", papers.ink_pot, (of.GLASS, of.BLUE, of.BROWN, of.GREEN, of.BLACK, of.SILVER), ("inkwell",)),
    Item("die", games.die, (of.WHITE, of.BONE, of.RED, of.BLUE, of.GREEN, of.BLACK), ("dice", "gaming die")),
    Item("compass", tools.compass, of.FINE_METALS, ("pocket compass",), "flat"),
    Item("flag", flags.flag, of.CLOTHS, ()),
    Item("banner", flags.banner, of.CLOTHS, ("wall banner",), "none"),
    Item("bell", instruments.bell, of.METALS, ()),
    Item("flute", instruments.flute, (*of.WOODS[:4], of.SILVER, of.GOLD, of.BONE), ("recorder",), "flat"),
    Item("lute", instruments.lute, of.WOODS[:4], (), "flat"),
    Item("drum", instruments.drum, (of.RED, of.BLUE, of.GREEN, of.WOODEN, of.PURPLE, of.DARK_WOOD), ()),
    Item(
        "blowing horn", instruments.horn, (of.BONE, of.BROWN, of.BLACK, of.WHITE, of.GREY), ("war horn", "horn"), "flat"
    ),
    Item("carrot", food.carrot, (of.ORANGE, of.YELLOW, of.PURPLE, of.RED), (), "flat"),
    Item("egg", food.egg, (of.WHITE, of.BONE, of.BROWN, of.BLUE, of.GREEN, of.RED, of.GOLD, of.PURPLE), ()),
    Item("fish", food.fish, (of.SILVER, of.BLUE, of.GREEN, of.RED, of.ORANGE, of.BROWN, of.PURPLE), (), "flat"),
    Item("cake", food.cake, (of.WHITE, of.PINK, of.BROWN, of.YELLOW, of.GREEN, of.PURPLE), ("iced cake",)),
    Item("cheese", food.cheese, (of.YELLOW, of.ORANGE, of.BONE), ("wedge of cheese",)),
    Item("mushroom", food.mushroom, (of.RED, of.BROWN, of.PURPLE, of.BLUE, of.ORANGE, of.WHITE), ("toadstool",)),
    Item(
        "rose",
        plants.rose,
        (of.RED, of.WHITE, of.PINK, of.YELLOW, of.BLUE, of.PURPLE, of.BLACK),
        ("rose flower",),
        "none",
    ),
    Item("sunflower", plants.sunflower, (of.YELLOW, of.ORANGE, of.RED), (), "none"),
    Item(
        "tulip", plants.tulip, (of.RED, of.YELLOW, of.PINK, of.PURPLE, of.WHITE, of.ORANGE), ("tulip flower",), "none"
    ),
    Item("daisy", plants.daisy, (of.WHITE, of.YELLOW, of.PINK, of.BLUE, of.PURPLE, of.RED), ("flower",), "none"),
    Item("potted plant", plants.potted_plant, (of.BROWN, of.ORANGE, of.BLUE, of.WHITE, of.GREEN), ("plant in a pot",)),
    Item("chair", furniture.chair, of.WOODS, ()),
    Item("table", furniture.table, of.WOODS, ()),
    Item("bed", furniture.bed, of.WOODS, ()),
    Item("stool", furniture.stool, of.WOODS, ()),
    Item("bookshelf", furniture.bookshelf, of.WOODS, ("bookcase",)),
    Item(
        "throne", furniture.throne, (of.GOLD, of.SILVER, of.WOODEN, of.STONE, of.DARK_WOOD, of.BONE), ("royal throne",)
    ),
    Item("signpost", outdoors.signpost, of.WOODS, ("sign", "road sign")),
    Item("well", outdoors.well, (of.STONE, of.MOSSY, of.SANDSTONE), ("water well",)),
    Item("tent", outdoors.tent, (of.CANVAS, *of.CLOTHS[:6], of.BROWN), ()),
    Item("cart wheel", outdoors.wheel, of.WOODS, ("wagon wheel", "wheel"), "flat"),
    Item("ladder", outdoors.ladder, of.WOODS, (), "flat"),
    Item("gravestone", outdoors.gravestone, (of.STONE, of.MOSSY, of.SANDSTONE), ("tombstone", "grave")),
    Item("chicken", animals.chicken, (of.WHITE, of.BROWN, of.YELLOW, of.BLACK, of.ORANGE), ("hen",)),
    Item("duck", animals.duck, (of.WHITE, of.YELLOW, of.BROWN, of.GREY), ()),
    Item("rabbit", animals.rabbit, (of.WHITE, of.BROWN, of.GREY, of.BLACK, of.ORANGE), ("hare", "bunny")),
    Item("cat", animals.cat, (of.ORANGE, of.BLACK, of.GREY, of.WHITE, of.BROWN), ("house cat",)),
    Item("dog", animals.dog, (of.BROWN, of.WHITE, of.BLACK, of.GREY, of.ORANGE), ("hound",)),
    Item("pig", livestock.pig, (of.PINK, of.BROWN, of.GREY, of.BLACK), ()),
    Item("sheep", livestock.sheep, (of.WHITE, of.GREY, of.BROWN, of.BLACK), ()),
    Item("cow", livestock.cow, (of.WHITE, of.BROWN, of.BLACK, of.GREY), ()),
    Item(
        "horse",
        livestock.horse,
        (of.BROWN, of.WHITE, of.BLACK, of.GREY, replace(of.BROWN, word="chestnut", hue_deg=42.0, chroma=0.11)),
        (),
    ),
    Item("teapot", household.teapot, (of.WHITE, of.BLUE, of.RED, of.GREEN, of.COPPER, of.BROWN, of.SILVER), ()),
    Item("cauldron", household.cauldron, (of.BLACK, of.DARK_IRON, of.COPPER, of.BRONZE, of.RUSTY), ("witch's kettle",)),
    Item("crystal ball", household.crystal_ball, (of.BLUE, of.PURPLE, of.GREEN, of.PINK, of.GLASS), ("magic orb",)),
    Item("scissors", household.scissors, of.DULL_METALS, ("shears",), "flat"),
    Item("umbrella", household.umbrella, of.CLOTHS, (), "none"),
    Item("coin", charms.coin, of.METALS, ()),
    Item("star", charms.star, (of.GOLD, of.YELLOW, of.SILVER, of.RED, of.BLUE, of.PURPLE), (), "none"),
    Item("moon", charms.moon, (of.SILVER, of.YELLOW, of.GOLD, of.BLUE), (), "none"),
    Item("horseshoe", charms.horseshoe, of.METALS, (), "flat"),
    Item(
        "clover",
        charms.clover,
        (of.GREEN, replace(of.GREEN, word="dark green", dark=0.20, light=0.62), of.TEAL),
        ("lucky clover",),
        "none",
    ),
    Item("apple", charms.apple, (of.RED, of.GREEN, of.YELLOW, of.GOLD), ()),
)
