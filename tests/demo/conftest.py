"""A real server with scripted engines, a client, and a beat that was played on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from narrative_server.rpc.server import start_server
from narrative_server.settings import ServerSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, PlayedBeat, ScriptedEngines
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common


@pytest.fixture
def engines() -> ScriptedEngines:
    return ScriptedEngines()


@pytest.fixture
async def client(engines: ScriptedEngines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MockGameClient]:
    database = tmp_path_factory.mktemp("database") / "sessions.sqlite3"
    store = await SessionStore.open(f"sqlite:///{database.as_posix()}")
    server = await start_server(ServerSettings(port=0, grace_s=1.0), engines, store)
    async with MockGameClient(f"127.0.0.1:{server.port}") as connected:
        yield connected
    await server.stop()
    await store.close()


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
