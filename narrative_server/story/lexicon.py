"""What the director knows of words: which are things, creatures, places, people, and which sound like something.

Tables only. English; words are lower case singular nouns or plain verbs, and the director strips endings before
it looks them up. Phrases for sounds are worded like the captions of the sound data, so that the generator knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OBJECTS: Final = _words(
    "amulet apple armor armour arrow axe backpack bag ball bandage banner basket battery bell bomb bone book boot "
    "bottle bow bowl bracelet bread brooch bucket cake candle cape card chalice chalk chest chip clock cloak coat coin "
    "compass contract crate crossbow crown crystal cup dagger device diary disk doll drum egg feather figurine fish "
    "flag flower flute fruit gem glove goblet goggles grenade guitar gun hammer harp hat helmet herb horn hourglass "
    "idol instrument jar jewel journal key knife lamp lantern letter lever lockpick locket lute machine mask meat "
    "medal medallion medicine microphone mirror mushroom necklace note orb ore package painting parchment pearl "
    "pendant pickaxe pistol potion pouch purse radio relic rifle ring robe rod rope rose rune sack saddle scarf "
    "scepter sceptre scroll seal seed shield shotgun shovel skull spear spellbook sphere staff statue stone sword "
    "tablet talisman telescope tiara tool torch totem toy trophy trumpet tulip vase vial violin wand watch wheel whip "
    "whistle wrench"
)
"""Things that one can find, give, break or carry."""

DOORS: Final = _words("door gate hatch trapdoor portal portcullis vault coffin safe")
VEHICLES: Final = _words(
    "airship ambulance bike boat buggy bus car carriage cart chariot ferry helicopter jeep motorbike raft rocket rover "
    "ship sled spaceship stagecoach submarine tank taxi train tram truck van wagon"
)
CREATURES: Final = _words(
    "alien android basilisk bat bear beast beetle behemoth boar bull cat centipede chimera cobra cow crab crocodile "
    "crow cyclops demon devil djinn dog donkey dragon drake drone elemental elephant fox frog gargoyle ghost ghoul "
    "giant goat goblin golem goose gorgon griffin hare harpy hound horse hydra imp kraken lich lion lizard manticore "
    "mech minotaur monster mummy mutant naga octopus ogre orc owl phantom pig raven rat robot scarecrow scorpion "
    "serpent shark skeleton slime snake spectre specter sphinx spider spirit squid tentacle tiger toad treant troll "
    "turtle vampire walker wasp werewolf wolf worm wraith wyrm wyvern zombie"
)
PEOPLE: Final = _words(
    "admiral bandit baker bard blacksmith boss boy brother captain chief child clerk cook crew daughter doctor driver "
    "enemy everyone father friend gang girl god group guard guide hero herself himself hunter it king knight lady man "
    "men merchant miller miner mother navy nurse officer outlaw people pirate player police priest prince princess "
    "queen raider sailor scientist sheriff singer sister smith soldier son stranger team them thief us village witch "
    "wizard woman women you"
)
PLACES: Final = _words(
    "abbey airlock alley arena attic bakery balcony bar barn basement bay beach bedroom bridge bunker cabin cafe camp "
    "canyon castle cathedral cave cavern cellar cemetery chapel church city cliff clinic corridor cottage courtyard "
    "cove crypt deck desert dock dungeon factory farm field forest fort fortress garden glacier graveyard hall hallway "
    "harbor harbour hill hospital hotel house hut inn island jungle kitchen laboratory labyrinth lake library "
    "lighthouse mansion market marsh maze meadow mill mine monastery mountain museum office palace park pass path "
    "pier planet plaza port prison reactor river road roof ruin saloon school sea sewer ship shop shore shrine square "
    "stable station street swamp tavern temple theater theatre throne tomb tower town trail tunnel valley village "
    "wasteland waterfall woods workshop yard"
)
CONTAINERS: Final = _words("bag barrel basket bottle bowl box bucket cup jar loaf pair piece pot pouch sack tin vial")

STOP_WORDS: Final = _words(
    "a an the this that these those some any no every each another one two three four five six ten his her their its "
    "my your our whose player hero you i he she they we it who which what there then than as at by for from in into "
    "inside near of off on onto out outside over past through to toward towards under up upon with without within "
    "across after against along among around back before behind below beneath beside between beyond down during until "
    "and or but nor so if when while where because is are was were be been being has had have do did does will would "
    "can could must may might shall should not never only just also too very all both again away open opened found "
    "got took gave broke fell came went saw made left lost held heard met fought won brought put"
)
"""Words that end a noun phrase."""

DETERMINERS: Final = _words("a an the this that these those some another one two three his her their its my your our")
ITEM_VERBS: Final = _words(
    "bring break broke buy carry catch collect crack discover drop find found fish gave get give got hand hold lift "
    "obtain offer pass pick present pull put receive recover return sell shatter show smash snap steal take tear took"
)

When = Literal["before", "during", "after", "last"]


@dataclass(frozen=True)
class SoundCue:
    """A sound and the words that call for it.

    any_of: one of these must be there; and_any: one of these too, unless empty. family: a beat has one of each.
    when: before or during line 0, after it, or after the last line. intensity: 0..1 at a mood of full intensity.
    """

    family: str
    text: str
    any_of: frozenset[str] = frozenset()
    and_any: frozenset[str] = frozenset()
    when: When = "before"
    duration_ms: int = 1000
    intensity: float = 0.6


_OPEN = _words("open unlock swing push pry unfold")
_BREAK = _words("break broke broken crack snap shatter smash split burst crush")
_FIGHT = _words("fight duel attack strike hit slash stab parry clash battle combat swing cut charge beat defeat")
_SHOOT = _words("shoot shot fire aim hit kill fight duel attack battle combat")


def _cue(
    family: str, text: str, any_of: str, and_any: frozenset[str] = frozenset(), ms: int = 1000, loud: float = 0.6
) -> SoundCue:
    return SoundCue(family, text, _words(any_of), and_any, "before", ms, loud)


EVENT_SOUNDS: Final = (
    _cue("door", "knocking on a door", "knock", _words("door gate window wall room"), 900),
    _cue("door", "door handle rattling", "locked lock bolted stuck jammed", DOORS | _words("room cell"), 800),
    _cue("door", "heavy wooden door slamming shut", "slam shut close", DOORS, 900, 0.8),
    _cue("door", "heavy iron gate creaking open", "gate vault hatch portcullis safe", _OPEN, 1600),
    _cue("door", "wooden door creaking open", "door trapdoor coffin", _OPEN, 1400),
    _cue("chest", "wooden chest creaking open", "chest trunk box crate drawer lid", _OPEN, 1200),
    _cue("glass", "glass breaking", "glass window bottle mirror vase jar plate cup bowl vial lens", _BREAK, 900, 0.8),
    _cue("break", "hitting metal", "sword blade dagger knife axe spear shield helmet chain", _BREAK, 700, 0.8),
    _cue("break", "small rope snapping", "rope string cord strap", _BREAK, 600),
    _cue("break", "paper tearing", "tear torn rip", _words("map letter page book paper scroll note photo"), 800),
    _cue("break", "wood cracking", "wood wooden plank board wheel mast branch bow oar bridge stair chair "
         "staff door ladder", _BREAK, 900, 0.8),
    _cue("break", "stone pieces falling", "stone rock statue wall tablet mask idol tooth", _BREAK, 900, 0.8),
    _cue("rocks", "big stone rubble crashing down", "collapse avalanche landslide cave-in rubble", ms=1800, loud=0.9),
    _cue("explosion", "big explosion", "explode explosion bomb blast grenade detonate dynamite", ms=1800, loud=1.0),
    _cue("explosion", "cannon firing", "cannon cannonball", ms=1400, loud=1.0),
    _cue("gun", "laser shot", "laser blaster plasma phaser", ms=500, loud=0.8),
    _cue("gun", "pistol shot", "gun pistol rifle shotgun revolver bullet sniper", _SHOOT, 700, 0.9),
    _cue("gun", "pistol shot", "gunshot gunfight shootout", ms=700, loud=0.9),
    _cue("sword", "sword drawn from its sheath", "sword blade dagger sabre saber", _words("draw unsheathe"), 700),
    _cue("sword", "swords clashing", "sword blade dagger knife axe spear sabre saber duel", _FIGHT, 900, 0.8),
    _cue("bow", "arrow shot from a bow", "arrow bow archer crossbow", _SHOOT, 700),
    _cue("punch", "fist hitting a body", "punch fist brawl wrestle boxing kick", ms=400, loud=0.8),
    _cue("trap", "iron trap snapping shut", "trap cage net spike dart snare", _words("trigger drop fall spring shut "
         "step snap set close catch"), 700, 0.8),
    _cue("alarm", "alarm ringing", "alarm siren", ms=1800, loud=0.8),
    _cue("bell", "church bell ringing", "bell", ms=1800),
    _cue("clock", "clock ticking", "clock timer hourglass countdown", ms=1800, loud=0.4),
    _cue("drum", "big war drum beating", "drum", ms=1600, loud=0.7),
    _cue("horn", "war horn blowing", "horn", _words("blow sound call hear"), 1600, 0.8),
    _cue("thunder", "thunder rolling", "thunder lightning thunderstorm", ms=2000, loud=0.9),
    _cue("rain", "rain falling", "rain downpour storm", ms=2000, loud=0.5),
    _cue("wind", "howling wind blowing", "wind gust gale blizzard hurricane sandstorm tornado", ms=2000, loud=0.5),
    _cue("monster", "dragon roaring", "dragon drake wyvern wyrm", ms=1800, loud=1.0),
    _cue("monster", "wolf growling", "wolf werewolf hound", ms=1300, loud=0.8),
    _cue("monster", "monster snarling", "zombie ghoul mummy undead", ms=1500, loud=0.7),
    _cue("monster", "bone pieces falling", "skeleton lich", ms=1000),
    _cue("monster", "snake hissing", "snake serpent cobra basilisk hydra", ms=1200),
    _cue("monster", "slime bubbling", "slime ooze", ms=1200),
    _cue("monster", "monster growling", "monster beast troll ogre minotaur demon giant bear cyclops golem chimera "
         "gargoyle manticore orc goblin kraken behemoth mutant lion tiger", ms=1600, loud=0.9),
    _cue("ghost", "ghost moaning", "ghost spirit phantom wraith spectre specter haunted", ms=1800, loud=0.5),
    _cue("animal", "dog barking", "dog puppy", ms=900),
    _cue("animal", "horse hooves galloping on stone", "horse mare rider gallop stagecoach", ms=1500),
    _cue("animal", "rat calling", "rat mice mouse", ms=900, loud=0.4),
    _cue("animal", "crow calling", "bird crow raven gull seagull parrot owl", ms=1300, loud=0.4),
    _cue("robot", "robot beeping", "robot droid android drone", ms=900, loud=0.5),
    _cue("machine", "error buzzer", "password keypad terminal code", _words("wrong fail error red deny denied"), 600),
    _cue("machine", "computer beeping twice", "computer terminal console keypad password hack screen hacker", ms=800),
    _cue("machine", "iron lever clunking down", "lever switch crank valve", ms=700),
    _cue("machine", "gears grinding", "machine engine gear generator reactor pump motor elevator", ms=1800),
    _cue("vehicle", "train whistle blowing", "train locomotive tram", ms=2000, loud=0.7),
    _cue("vehicle", "engine running", "car truck bus jeep van taxi ambulance motorbike buggy", ms=1600),
    _cue("vehicle", "huge wings beating", "helicopter", ms=2000, loud=0.8),
    _cue("vehicle", "reactor powering up", "rocket spaceship starship shuttle lander", ms=2000, loud=0.9),
    _cue("vehicle", "horse hooves walking on stone", "cart wagon carriage chariot", ms=1600, loud=0.5),
    _cue("magic", "magic spell cast", "magic spell wizard curse rune portal enchant summon wand sorcerer", ms=1400),
    _cue("heal", "healing magic", "heal potion medicine bandage cure antidote", ms=1200, loud=0.5),
    _cue("key", "key turning in a lock", "key lock lockpick", ms=600, loud=0.5),
    _cue("coin", "coins clinking", "coin money pay purse treasure bet", ms=700, loud=0.5),
    _cue("paper", "pages rustling", "book letter map scroll page diary note journal document", ms=900, loud=0.4),
    _cue("water", "big splash", "splash dive plunge overboard jump", _words("water river lake sea pool "
         "overboard splash"), 1000, 0.7),
    _cue("water", "river flowing", "waterfall flood river stream current", ms=2000, loud=0.5),
    _cue("crowd", "crowd cheering", "crowd cheer applaud applause celebrate audience", ms=1800),
    _cue("fire", "fire crackling", "fire flame burn campfire blaze bonfire", ms=2000, loud=0.5),
    _cue("steps", "running footsteps", "run chase flee sprint escape rush", ms=1400, loud=0.6),
    _cue("steps", "footsteps", "walk enter step march sneak creep follow approach climb arrive return cross stride",
         ms=1200, loud=0.4),
)  # fmt: skip
"""Tried in order on the words of the event; the first of each family counts."""

FOOTSTEPS: Final = SoundCue("steps", "footsteps", duration_ms=1200, intensity=0.4)

GROUNDS: Final = (
    ("on snow", _words("snow snowy ice icy frozen winter glacier blizzard")),
    ("on gravel", _words("sand sandy desert beach dune shore gravel road path canyon")),
    ("on mud", _words("swamp flooded sewer marsh mud muddy bog")),
    ("on grass", _words("forest garden grass field meadow jungle woods park farm hill camp")),
    (
        "on wooden floor",
        _words("inn tavern cabin house ship deck attic hut saloon barn pier dock cottage bedroom boat mill"),
    ),
    ("on stone", _words("castle dungeon cave street temple city crypt tomb tower church road cellar hall ruin ruins")),
)
"""What is underfoot, by words of the place; the first that matches counts."""

ECHOES: Final = (
    ("in a cave", _words("cave cavern mine grotto")),
    ("in a tunnel", _words("tunnel sewer subway")),
    ("in a hall", _words("hall cathedral church temple throne crypt dungeon tomb")),
)

AMBIENCES: Final = (
    _cue("thunder", "distant thunder rolling", "thunderstorm lightning storm stormy", ms=2000),
    _cue("rain", "rain falling", "rain rainy drizzle downpour", ms=2000),
    _cue("wind", "howling wind blowing", "wind windy blizzard gale snowstorm sandstorm", ms=2000),
    _cue("fire", "fire crackling", "burning fire campfire hearth fireplace torchlight forge flames", ms=2000),
    _cue("water", "sea waves", "sea beach harbor harbour island deck pier shore dock", ms=2000),
    _cue("water", "river flowing", "river waterfall stream", ms=2000),
    _cue("water", "water dripping", "cave sewer crypt dungeon tunnel flooded cellar mine", ms=1800),
    _cue("crowd", "crowd murmuring", "market tavern saloon inn arena plaza", ms=2000),
    _cue("machine", "electric hum", "station laboratory reactor factory bunker spaceship airlock", ms=2000),
    _cue("birds", "small bird chirping", "forest garden meadow park farm orchard", _words("morning dawn day noon sunny "
         "spring summer afternoon sunrise"), 1800),
    _cue("insects", "cricket chirping", "forest garden meadow camp farm field swamp", _words("night evening dusk "
         "midnight summer"), 2000),
    _cue("wind", "soft wind blowing", "mountain desert cliff hill wasteland canyon rooftop roof ruins", ms=2000),
)  # fmt: skip
"""What a place sounds like, at a share of its own intensity; the first that matches counts."""


def _own(family: str, text: str, when: When = "before", ms: int = 1000, loud: float = 0.6) -> SoundCue:
    return SoundCue(family, text, when=when, duration_ms=ms, intensity=loud)


TRIGGER_SOUNDS: Final = {
    "enter_area": FOOTSTEPS,
    "leave_area": _own("steps", "footsteps", "last", 1200, 0.4),
    "combat_start": _own("sword", "sword drawn from its sheath", ms=700, loud=0.7),
    "combat_won": _own("chime", "victory jingle", ms=1400),
    "combat_lost": _own("fall", "body falling on earth", ms=800, loud=0.7),
    "low_health": _own("heart", "slow heartbeat", "during", 2000, 0.6),
    "boss_appears": _own("monster", "huge monster roaring", ms=2000, loud=1.0),
    "boss_defeated": _own("fall", "huge body falling on earth", ms=1400, loud=0.9),
    "item_found": _own("chime", "item picked up", ms=700, loud=0.5),
    "item_given": _own("chime", "soft item picked up", ms=700, loud=0.4),
    "item_broken": _own("break", "wood cracking", ms=900, loud=0.7),
    "quest_accepted": _own("chime", "soft quest complete jingle", "last", 1000, 0.4),
    "quest_completed": _own("chime", "quest complete jingle", ms=1400),
    "quest_failed": _own("chime", "game over jingle", ms=1200, loud=0.5),
    "puzzle_solved": _own("chime", "quest complete jingle", ms=1200),
    "puzzle_failed": _own("machine", "error buzzer", ms=600, loud=0.5),
    "trap_triggered": _own("trap", "iron trap snapping shut", ms=700, loud=0.8),
    "door_locked": _own("door", "door handle rattling", ms=800),
    "door_opened": _own("door", "wooden door creaking open", ms=1400),
    "secret_found": _own("door", "heavy stone door sliding open", ms=1600),
    "ally_joins": FOOTSTEPS,
    "ally_wounded": _own("hurt", "man grunting in pain", ms=600, loud=0.7),
    "ally_dies": _own("bell", "huge bell ringing", "last", 2000, 0.5),
    "enemy_surrenders": _own("sword", "metal thing dropped on the floor", ms=800),
    "stealth_detected": _own("alarm", "alarm ringing", ms=1500, loud=0.7),
    "stealth_success": _own("steps", "slow footsteps", ms=1200, loud=0.2),
    "weather_change": _own("wind", "cold wind blowing", "during", 2000, 0.5),
    "time_passes": _own("clock", "clock ticking", "during", 1800, 0.3),
    "rest_at_camp": _own("fire", "campfire crackling", "during", 2000, 0.4),
    "shop_visit": _own("bell", "shop bell ringing", ms=900, loud=0.4),
    "level_up": _own("chime", "level up jingle", ms=1400, loud=0.7),
    "moral_choice": _own("heart", "slow heartbeat", "during", 2000, 0.4),
    "betrayal_revealed": _own("drum", "huge drum beating once", ms=1000, loud=0.7),
    "lore_discovered": _own("paper", "pages rustling", ms=900, loud=0.4),
    "player_returns": FOOTSTEPS,
    "tutorial_hint": _own("chime", "menu click", ms=200, loud=0.3),
    "vehicle_arrives": _own("vehicle", "engine running", ms=1800),
    "ritual_begins": _own("magic", "dark magic shimmering", "during", 2000, 0.6),
    "countdown_started": _own("clock", "clock ticking", "during", 2000, 0.5),
}
"""What a trigger sounds like when its event's words say nothing better."""

ALWAYS_HEARD: Final = frozenset({"level_up", "low_health", "ritual_begins", "countdown_started", "rest_at_camp"})
"""Triggers whose own sound plays beside those of the event's words."""

SOUND_WORDS: Final = _words(
    "alarm applause babble bang bark beat beep bell bellow bird blast bleat blow boil boom bounce break breath "
    "breathe brush bubble buckle bump burble burst buzz caw chant chatter cheer chew chime chirp chitter chop chord "
    "chuckle clack clamor clamour clang clank clap clash clatter click clink clop close cluck clunk collapse coo "
    "cough crack crackle crash creak cricket crinkle croak crow crowd crumble crumple crunch cry dig din ding dong "
    "drag drill drip drop drum echo engine explode explosion fall fiddle fire fizz fizzle flame flap flip flute "
    "flutter footfall footstep gallop gasp giggle gong grind groan growl grunt guitar gulp gunfire gunshot gurgle "
    "gust hammer harp heartbeat hiss hit hoof hoot hooves horn howl hum jangle jet jingle knell knock land lap "
    "lapping laugh laughter load lock melody meow mew moan moo munch murmur music neigh note oar open patter peal "
    "piano ping plop plunk pop pound pour puff pump purr radio rain rap ratchet rattle rev ring rip roar roll rotor "
    "rumble rush rustle saw scamper scrape scratch scream screech scuff scuttle set shatter shot shout shriek shuffle "
    "shut sing siren sizzle skid slam slap slide slither slosh slurp smash snap snarl sneeze sniff snore snort sob "
    "song spark splash splatter splinter spray spurt sputter squawk squeak squeal squelch squish stamp stampede "
    "static step stomp storm strike strum swallow sweep swing swish swoosh tap tear thud thump thunder thwack tick "
    "tinkle toll trickle trot trumpet tune turn twang tweet typing unlock violin voice wail waterfall wave whack "
    "whimper whinny whip whir whirr whisper whistle whoosh wind wing yap yelp yowl zap zip"
)
"""What phrases for sound effects speak of: what things do audibly, and what is known by its sound."""

CERTAIN_FAMILIES: Final = frozenset({"chime"})
"""Sounds of triggers that need no scene: they tell the player that something was won, found or lost."""
