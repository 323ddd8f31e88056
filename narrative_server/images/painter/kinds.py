"""The kinds of place the painter knows: when and in what weather they appear, their landmarks, their words.

The order is fixed: appending a kind keeps earlier scenes of a seed only if drawn by name. Knows nothing of pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANY_TIME: Final = ("dawn", "morning", "noon", "afternoon", "dusk", "night", "night")
MILD: Final = ("clear", "clear", "clear", "cloudy", "rain", "fog", "storm")
ALL_WEATHER: Final = ("clear", "clear", "clear", "cloudy", "rain", "fog", "storm", "snow")
DRY: Final = ("clear", "clear", "clear", "cloudy")
STILL: Final = ("clear",)


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place. `nouns` name it, `looks` describe how it always looks, in captions."""

    name: str
    nouns: tuple[str, ...]
    looks: tuple[str, ...]
    landmarks: tuple[str, ...]
    times: tuple[str, ...] = ANY_TIME
    weathers: tuple[str, ...] = ALL_WEATHER
    indoor: bool = False
    weight: float = 1.0


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _out(
    name: str, nouns: str, looks: str, landmarks: str, weathers: tuple[str, ...] = ALL_WEATHER, weight: float = 1.0
) -> PlaceKind:
    return PlaceKind(name, _list(nouns), _list(looks), _list(landmarks), ANY_TIME, weathers, False, weight)


def _in(name: str, nouns: str, looks: str, landmarks: str, weight: float = 1.0) -> PlaceKind:
    return PlaceKind(name, _list(nouns), _list(looks), _list(landmarks), ANY_TIME, STILL, True, weight)


_KINDS: Final = (
    _out(
        "forest",
        "forest|deep woods|woodland path|forest clearing|old oak wood|trees",
        "tall trees|thick green leaves|mossy trunks|big trees",
        "campfire|standing stones|hut|signpost|stream|fallen log",
        MILD,
        1.5,
    ),
    _out(
        "pine forest",
        "pine forest|fir woods|dark pines|pine wood path|spruce forest",
        "tall pines|dark fir trees|needle-covered ground",
        "campfire|hut|standing stones|signpost|fallen log",
        weight=1.2,
    ),
    _out(
        "jungle",
        "jungle|rainforest|jungle path|tropical forest|thick jungle",
        "hanging vines|huge leaves|palms and creepers",
        "stone idol|waterfall|ruined wall|stream",
        MILD,
    ),
    _out(
        "desert",
        "desert|sand dunes|dry desert|endless dunes|sandy waste",
        "yellow dunes|hot sand|rolling sand hills",
        "palms|tents|pyramid|bones|cactus",
        DRY,
        1.1,
    ),
    _out(
        "canyon",
        "canyon|red canyon|desert gorge|badlands|dry gulch",
        "red rock walls|tall mesas|layered red cliffs",
        "cactus|wagon|bones|wooden bridge|signpost",
        DRY,
    ),
    _out(
        "mountains",
        "mountains|mountain pass|high pass|rocky mountain path|mountain valley",
        "snowy peaks|grey cliffs|jagged peaks",
        "tower|shrine|signpost|tents|waterfall",
        weight=1.2,
    ),
    _out(
        "snowfield",
        "snowfield|frozen plain|snowy waste|ice field|frozen tundra",
        "deep snow|white drifts|blue ice",
        "hut|tents|frozen lake|standing stones|signpost",
        ("clear", "clear", "cloudy", "snow", "snow", "fog"),
    ),
    _out(
        "swamp",
        "swamp|marsh|bog|dark wetland|murky swamp",
        "green water|dead trees and reeds|crooked trees",
        "hut|wooden walkway|bones|standing stones",
        ("clear", "cloudy", "rain", "fog", "fog", "storm"),
    ),
    _out(
        "beach",
        "beach|sea shore|sandy cove|tropical beach|island shore",
        "blue sea|white sand and waves|gentle waves",
        "palms|shipwreck|chest|lighthouse|rowing boat",
        MILD,
        1.1,
    ),
    _out(
        "cliffs",
        "sea cliffs|rocky coast|cliff above the sea|stormy headland|cliff edge",
        "waves on black rocks|grey sea|high cliffs",
        "lighthouse|tower|ship|shrine",
        MILD,
    ),
    _out(
        "lake",
        "lake|lake shore|still lake|mountain lake|quiet water",
        "reflections on the water|calm water|reeds on the bank",
        "rowing boat|pier|hut|island",
        MILD,
    ),
    _out(
        "river bridge",
        "stone bridge over a river|river bank with a bridge|old bridge|bridge over a stream|river crossing",
        "mossy stone arch|slow water|arched bridge",
        "watermill|signpost|rowing boat",
        MILD,
        1.1,
    ),
    _out(
        "meadow",
        "meadow|green hills|grassy field|open field|rolling hills",
        "wild flowers|soft grass|green slopes",
        "windmill|lone tree|fence|standing stones|signpost",
        MILD,
        1.1,
    ),
    _out(
        "farm",
        "farm|farmyard|farm field|barn and fields|ranch",
        "crops in rows|red barn|ploughed field",
        "windmill|scarecrow|fence|wagon|haystack",
        MILD,
        1.2,
    ),
    _out(
        "country road",
        "country road|dusty road|roadside|crossroads|road through the fields",
        "long road|worn track|fields on both sides",
        "signpost|wagon|lone tree|fence|well|gallows",
        ALL_WEATHER,
    ),
    _out(
        "village",
        "village|village street|village square|small village|hamlet",
        "timber houses|thatched cottages|cottages with chimneys",
        "well|market stalls|church|fence|lanterns",
        weight=1.6,
    ),
    _out(
        "burning village",
        "burning village|village on fire|burning houses|village in flames",
        "houses on fire|flames and black smoke|smoke and embers",
        "well|fence|wagon",
        ("clear", "cloudy"),
        0.9,
    ),
    _out(
        "market",
        "market|market square|street market|busy bazaar|town market",
        "striped awnings|coloured stalls|crates of fruit",
        "fountain|lanterns|banners|wagon",
        MILD,
        1.1,
    ),
    _out(
        "harbour",
        "harbour|harbor|docks|pier|port|fishing dock",
        "ships at the pier|masts and ropes|moored ships",
        "lighthouse|crates|ship|fishing nets|lanterns",
        MILD,
        1.3,
    ),
    _out(
        "ship deck",
        "ship deck|deck of a ship|pirate ship deck|deck at sea|main deck",
        "tall mast and sails|wooden planks|ropes and sails",
        "cannons|ship wheel|barrels|island|black flag",
        MILD,
        1.5,
    ),
    _out(
        "castle",
        "castle|castle gate|fortress walls|great castle|fort",
        "stone walls and towers|tall grey towers|battlements",
        "banners|moat|dragon|torches",
        weight=1.3,
    ),
    _out(
        "castle yard",
        "castle courtyard|castle yard|fort yard|training yard|inner court",
        "stone walls all around|stables and stone walls|high walls",
        "well|banners|training dummies|wagon|torches",
    ),
    _out(
        "ruins",
        "ruins|ruined temple|broken temple|overgrown ruins|ancient ruins",
        "fallen columns|broken pillars|ivy on old stone",
        "statue|campfire|altar|standing stones",
        MILD,
        1.2,
    ),
    _out(
        "graveyard",
        "graveyard|cemetery|churchyard|old graves|burial ground",
        "crooked gravestones|leaning tombs|bare trees",
        "church|crypt door|statue|lanterns|open grave",
        weight=1.1,
    ),
    _out(
        "camp",
        "camp|camp site|roadside camp|army camp|tents in a clearing",
        "canvas tents|tents around a fire|low tents",
        "campfire|wagon|banners|barrels|cooking pot",
        MILD,
        1.2,
    ),
    _out(
        "battlefield",
        "battlefield|field after the battle|war field|scorched field",
        "broken spears|torn banners|smoke over mud",
        "bones|wagon|burned trees|siege tower",
        ("clear", "cloudy", "rain", "fog", "storm"),
    ),
    _out(
        "garden",
        "garden|palace garden|rose garden|park|walled garden",
        "trimmed hedges|flower beds|roses and hedges",
        "fountain|statue|bench|gazebo|lanterns",
        MILD,
    ),
    _out(
        "western town",
        "dusty western town|frontier town|main street of a western town|old west street|cattle town",
        "wooden storefronts|false-front buildings|dusty main street",
        "water tower|wagon|cactus|gallows|hitching rail",
        DRY,
        1.3,
    ),
    _out(
        "city street",
        "city street|street in town|downtown street|city block|street corner",
        "tall buildings|brick apartments|shop windows",
        "parked car|street lamps|bus stop|church",
        weight=1.2,
    ),
    _out(
        "neon street",
        "neon street|neon alley|cyberpunk city|night city street|neon market lane",
        "neon signs|glowing signs and towers|wet street with neon",
        "noodle stall|flying cars|parked car|holograms",
        ("clear", "rain", "rain", "fog"),
        1.3,
    ),
    _out(
        "rooftop",
        "rooftop|city rooftop|flat roof|roof above the city",
        "city skyline|towers beyond|chimneys and skyline",
        "water tower|antennas|neon sign|laundry",
        MILD,
    ),
    _out(
        "train station",
        "train station|railway platform|small station|rail yard",
        "long platform|rails and platform|iron roof",
        "train|station clock|bench|street lamps",
    ),
    _out(
        "wasteland",
        "wasteland|ruined city|dead city|broken highway|ruined street",
        "collapsed towers|rusty wrecks|broken concrete",
        "parked car|radio tower|barrel fire|dead trees|bones",
        ("clear", "cloudy", "fog", "storm"),
        1.3,
    ),
    _out(
        "alien planet",
        "alien planet|alien world|strange planet|far planet surface",
        "strange plants|purple rocks|glowing plants",
        "ringed planet|crystals|landed ship|giant mushrooms|dome",
        ("clear", "clear", "fog"),
        1.1,
    ),
    _out(
        "moon base",
        "moon base|moon surface|grey moon|colony on a moon|lunar plain",
        "craters and black sky|grey dust|white domes",
        "landed ship|dome|radio dish|planet in the sky",
        STILL,
    ),
    _out(
        "cave",
        "cave|deep cave|crystal cave|cavern|grotto",
        "glowing crystals|wet rock|dripping stone",
        "crystals|underground lake|giant mushrooms|bones|chest",
        STILL,
        1.3,
    ),
    _out(
        "lava cave",
        "lava cave|volcano cave|fire cavern|lava cavern|caves of fire",
        "rivers of lava|glowing lava|black rock and fire",
        "stone bridge|bones|forge fire|dragon",
        STILL,
    ),
    _out(
        "mine",
        "mine|mine tunnel|old mine|gold mine|mine shaft",
        "wooden beams|rails and props|timber supports",
        "mine cart|lanterns|crystals|barrels",
        STILL,
        1.1,
    ),
    _in(
        "throne room",
        "throne room|castle hall|great hall|royal hall|palace hall",
        "stone pillars and banners|red carpet|tall pillars",
        "throne|banners|torches|stained glass|statue",
        1.4,
    ),
    _in(
        "dungeon",
        "dungeon|prison cell|dungeon corridor|castle cell|dark cell",
        "damp stone walls|iron bars|chains on the wall",
        "iron bars|torches|bones|chest|chains",
        1.4,
    ),
    _in(
        "crypt",
        "crypt|tomb|burial chamber|vault under the church|old tomb",
        "stone coffins|carved tombs|dusty stone",
        "coffins|candles|statue|bones|torches",
    ),
    _in(
        "church",
        "church|chapel|inside a church|temple hall|abbey",
        "stone arches|rows of pews|tall windows",
        "altar|stained glass|candles|pews|statue",
    ),
    _in(
        "tavern",
        "tavern|inn|tavern room|smoky tavern|alehouse",
        "wooden tables and barrels|warm beams|bottles behind the bar",
        "fireplace|bar counter|barrels|tables|candles",
        1.5,
    ),
    _in(
        "saloon",
        "saloon|western saloon|saloon bar|frontier bar",
        "long wooden bar|bottles and mirrors|swing doors",
        "bar counter|piano|tables|oil lamps|barrels",
    ),
    _in(
        "kitchen",
        "kitchen|farmhouse kitchen|castle kitchen|bakery|small kitchen",
        "copper pots|hanging pans|bread on the table",
        "stove|tables|shelves|fireplace|barrels",
        1.4,
    ),
    _in(
        "shop",
        "shop|store|apothecary shop|small shop|general store",
        "goods on shelves|jars and bottles|crowded shelves",
        "shelves|shop counter|oil lamps|crates|tables",
        1.2,
    ),
    _in(
        "library",
        "library|study|old library|reading room|archive",
        "tall bookshelves|rows of books|books to the ceiling",
        "bookshelves|desk|candles|globe|fireplace",
        1.3,
    ),
    _in(
        "bedroom",
        "bedroom|inn room|small room|attic room|guest room",
        "bed by the wall|wooden floor|simple bed",
        "bed|wardrobe|candles|mirror|desk",
        1.2,
    ),
    _in(
        "living room",
        "living room|house|front room|parlour|sitting room",
        "sofa and lamp|warm carpet|pictures on the wall",
        "sofa|fireplace|oil lamps|bookshelves|clock",
        1.3,
    ),
    _in(
        "office",
        "office|police office|small office|detective's office|study room",
        "desk and papers|filing cabinets|blinds on the window",
        "desk|cabinets|office lamp|clock|map on the wall",
        1.2,
    ),
    _in(
        "school",
        "school|classroom|school room|lecture hall",
        "rows of desks|blackboard|school desks",
        "blackboard|school desks|clock|globe|map on the wall",
    ),
    _in(
        "hospital",
        "hospital|clinic|sick room|hospital room|infirmary",
        "white beds|clean tiles|pale curtains",
        "hospital beds|cabinets|screens|clock",
    ),
    _in(
        "laboratory",
        "laboratory|lab|research lab|secret lab|alchemist's lab",
        "glass tanks|bottles and tubes|glowing flasks",
        "glass tanks|screens|lab bench|shelves|machine",
        1.2,
    ),
    _in(
        "workshop",
        "workshop|forge|smithy|garage|blacksmith's forge",
        "tools on the wall|anvil and fire|hammers and tools",
        "forge fire|anvil|tables|barrels|crates",
        1.2,
    ),
    _in(
        "cellar",
        "cellar|basement|storeroom|wine cellar|warehouse",
        "barrels and crates|brick walls|low ceiling",
        "barrels|crates|shelves|chest|candles",
        1.1,
    ),
    _in(
        "ship cabin",
        "captain's cabin|ship cabin|below deck|ship's hold|cabin of a ship",
        "curved planks|wide stern windows|swinging lamp",
        "desk|chest|hammock|barrels|globe",
        1.1,
    ),
    _in(
        "tent",
        "tent|inside a tent|command tent|carnival tent|feast tent",
        "striped cloth walls|carpets and cushions|canvas walls",
        "tables|chest|candles|banners|bed",
    ),
    _in(
        "train car",
        "train car|railway carriage|dining car|train compartment",
        "rows of seats|windows along the carriage|lamps and seats",
        "seats|tables|oil lamps",
    ),
    _in(
        "theatre",
        "theatre|stage|empty stage|concert hall|theatre stage",
        "red curtains|wooden stage|stage lights",
        "piano|spotlights|painted scenery|seats",
    ),
    _in(
        "sewer",
        "sewer|sewer tunnel|drain|underground canal",
        "brick arches|green water|dripping pipes",
        "pipes|bones|iron bars|torches",
    ),
    _in(
        "subway",
        "subway station|subway platform|underground station|metro platform",
        "white tiles|rails and tiles|long platform",
        "train|bench|vending machine|station clock",
    ),
    _in(
        "factory",
        "factory|engine room|boiler room|power plant|machine hall",
        "pipes and gauges|big machines|steam and steel",
        "machine|pipes|crates|screens|furnace",
    ),
    _in(
        "bunker",
        "bunker|vault|underground shelter|old bunker|shelter",
        "concrete walls|steel door|metal bunks",
        "steel door|crates|radio|bunk beds|shelves",
        1.1,
    ),
    _in(
        "spaceship corridor",
        "spaceship corridor|ship corridor|starship hallway|station corridor|airlock corridor",
        "steel walls|lights along the walls|metal panels",
        "steel door|pipes|warning lights|crates|screens",
        1.2,
    ),
    _in(
        "spaceship bridge",
        "bridge of a spaceship|starship bridge|control room|cockpit|command deck",
        "screens and stars|consoles and a wide window|control panels",
        "screens|planet in the window|captain's chair|warning lights",
        1.1,
    ),
    _in(
        "space station",
        "space station|orbital station|station deck|observation deck|space port",
        "wide window to space|stars outside|steel deck",
        "planet in the window|plants|screens|bench|crates",
        1.1,
    ),
)

KINDS: Final[dict[str, PlaceKind]] = {kind.name: kind for kind in _KINDS}
