"""The demo's story: three beats, three places, one knight who is in all of them. Written for this project (CC0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common
from narrative_server.v1 import story_pb2

TITLE: Final = "The Bell of Emberfall"
WORLD: Final = "A witch lives in the ruined castle above the village of Emberfall. Everybody fears her silver bell."
BACKGROUND_WIDTH_PX: Final = 640

MIRA: Final = common.Character(
    name="Mira",
    persona="young knight, brave, honest and kind",
    look="knight in silver armour with a red cloak, a sword and a shield",
)
OLDO: Final = common.Character(
    name="Oldo",
    persona="old village wizard, worried, has read every book about the bell",
    look="old wizard in a blue robe with a long white beard and a staff",
)
GRIK: Final = common.Character(
    name="Grik",
    persona="goblin who guards the forest path, loud because he is scared",
    look="small green goblin in brown leather with a dagger",
)
SELENE: Final = common.Character(
    name="Selene",
    persona="witch of the castle, proud, gentle and very lonely",
    look="witch in a purple robe with long black hair and magic fire in her hand",
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
    facts: tuple[str, ...] = ()


BEATS: Final = (
    DemoBeat(
        slug="the-bell-rings",
        title="The bell rings",
        kind="enter_area",
        event="The silver bell rings up in the castle, and all over the village doors slam shut.",
        place="village street at dusk",
        cast=("Mira", "Oldo"),
        emotion=common.EMOTION_SURPRISE,
        intensity=0.7,
        player_line="Who is ringing the bell, Oldo?",
        facts=("The bell has been silent for a hundred years.",),
    ),
    DemoBeat(
        slug="grik-on-the-path",
        title="Grik on the path",
        kind="combat_start",
        event="Grik the goblin leaps out of the fog and draws his dagger, and behind him a wolf growls.",
        place="dark forest at night, fog",
        cast=("Mira", "Grik"),
        emotion=common.EMOTION_FEAR,
        intensity=0.8,
        player_line="Let us pass, we only want to find the bell.",
        facts=("Grik is afraid of the wolf.",),
    ),
    DemoBeat(
        slug="the-lonely-witch",
        title="The lonely witch",
        kind="secret_found",
        event="Selene opens an old wooden chest and shows the silver bell to Mira.",
        place="castle hall, bright morning",
        cast=("Mira", "Selene"),
        emotion=common.EMOTION_JOY,
        intensity=0.8,
        player_line="You rang it because you were lonely.",
        facts=("Selene rang the bell because she wanted somebody to come.",),
    ),
)


def session_request(seed: int | None = None) -> story_pb2.CreateSessionRequest:
    """What starts the story; `seed` None: the server draws one."""
    context = pb.StoryContext(world=WORLD, cast=(MIRA, OLDO, GRIK, SELENE), seed=seed)
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
        facts=beat.facts,
    )
    # Four times the native size: the sprites' depths then differ by whole pixels of their own.
    request.media.background_format.width_px = BACKGROUND_WIDTH_PX
    return request
