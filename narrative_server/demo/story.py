"""The demo's story: three beats, three places, one knight who is in all of them. Written for this project (CC0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common
from narrative_server.v1 import story_pb2

TITLE: Final = "The Bell of Emberfall"
WORLD: Final = (
    "Emberfall is a small village under a hill with a ruined castle. A hundred years ago a witch took the village's "
    "silver bell up to the castle, and since then nobody has dared to climb the hill. Tonight the bell is ringing."
)
FACTS: Final = (
    "The silver bell has not rung for a hundred years.",
    "Nobody in Emberfall has ever spoken to the witch.",
    "Grik the goblin guards the forest path and fears bells.",
)
BACKGROUND_WIDTH_PX: Final = 640

MIRA: Final = common.Character(
    name="Mira",
    persona="A young knight, brave and honest, who asks before she draws her sword.",
    look="young knight in shining silver armour with a red cape, holding a sword and a shield",
    voice="short, warm sentences",
)
OLDO: Final = common.Character(
    name="Oldo",
    persona="The village wizard, old and worried, who has read every book about the bell.",
    look="old wizard with a long white beard, blue robe and pointed hat, holding a staff",
    voice="old words, dry humour",
)
GRIK: Final = common.Character(
    name="Grik",
    persona="A goblin who guards the forest path, loud because he is scared.",
    look="small green goblin with red eyes in brown leather, holding a rusty dagger",
    voice="broken, boastful grammar",
)
SELENE: Final = common.Character(
    name="Selene",
    persona="The witch of the castle, proud and lonely, kinder than the tales say.",
    look="witch with long black hair in a purple dress, violet magic flame in her raised hand",
    voice="slow and elegant",
)


@dataclass(frozen=True)
class DemoBeat:
    """One beat of the story: a title for people, and what a game would ask."""

    slug: str
    title: str
    kind: str
    event: str
    place: str
    cast: tuple[str, ...]
    emotion: common.Emotion.ValueType
    intensity: float
    player_line: str = ""


BEATS: Final = (
    DemoBeat(
        slug="the-bell-rings",
        title="The bell rings",
        kind="enter_area",
        event="The silver bell rings above Emberfall, and all over the village doors slam shut.",
        place="village street at dusk",
        cast=("Mira", "Oldo"),
        emotion=common.EMOTION_SURPRISE,
        intensity=0.7,
        player_line="Who is ringing it, Oldo?",
    ),
    DemoBeat(
        slug="grik-on-the-path",
        title="Grik on the path",
        kind="combat_start",
        event="A goblin leaps out of the fog and draws his dagger, and somewhere behind him a wolf growls.",
        place="dark forest at night, fog",
        cast=("Mira", "Grik"),
        emotion=common.EMOTION_FEAR,
        intensity=0.8,
        player_line="We only want to see the bell.",
    ),
    DemoBeat(
        slug="the-lonely-witch",
        title="The lonely witch",
        kind="secret_found",
        event="Selene opens an old wooden chest, and in it lies the silver bell, wrapped in velvet.",
        place="castle hall in golden morning light",
        cast=("Mira", "Selene"),
        emotion=common.EMOTION_JOY,
        intensity=0.8,
        player_line="You rang it because you were lonely.",
    ),
)


def session_request(seed: int | None = None) -> story_pb2.CreateSessionRequest:
    """What starts the story; `seed` None: the server draws one."""
    context = pb.StoryContext(world=WORLD, cast=(MIRA, OLDO, GRIK, SELENE), facts=FACTS, seed=seed)
    return story_pb2.CreateSessionRequest(title=TITLE, context=context)


def beat_request(session_id: str, beat: DemoBeat) -> pb.PlayBeatRequest:
    """What the game asks for this beat. The characters' names suffice: the session knows the rest."""
    request = pb.PlayBeatRequest(
        session_id=session_id,
        trigger=pb.Trigger(kind=beat.kind, event=beat.event),
        place=beat.place,
        cast=[common.Character(name=name) for name in beat.cast],
        mood=common.Mood(emotion=beat.emotion, intensity=beat.intensity),
        player_line=beat.player_line,
    )
    # Four times the native size: the sprites' depths then differ by whole pixels of their own.
    request.media.background_format.width_px = BACKGROUND_WIDTH_PX
    return request
