"""A real server with scripted engines, a client, and a beat that was played on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines, scripted_server
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common


@pytest.fixture
def engines() -> ScriptedEngines:
    return ScriptedEngines()


@pytest.fixture
async def client(engines: ScriptedEngines) -> AsyncIterator[MockGameClient]:
    async with scripted_server(engines) as address, MockGameClient(address) as connected:
        yield connected


@pytest.fixture
async def played(client: MockGameClient) -> PlayedBeat:
    cast = (common.Character(name="Mira", look="a knight"), common.Character(name="Oldo", look="a wizard"))
    request = pb.PlayBeatRequest(
        inline=pb.InlineStory(context=pb.StoryContext(cast=cast, seed=5)),
        trigger=pb.Trigger(kind="enter_area", event="Mira opens the iron door and a wolf growls."),
        place="castle hall, night",
        mood=common.Mood(emotion=common.EMOTION_FEAR),
        seed=1,
    )
    return await client.play(request)
