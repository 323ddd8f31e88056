"""A story to store: builders of sessions and beats with every kind of event, and the store that tests run on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from narrative_server.dialogue.types import Character
from narrative_server.semantics.mood import Mood
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.events import (
    BackgroundReady,
    BeatAccepted,
    BeatEvent,
    BeatFinished,
    BeatScore,
    BeatTimings,
    BeatWarning,
    LineDelta,
    LineFinished,
    LineStarted,
    Narration,
    SoundReady,
    SpriteReady,
    StagingUpdate,
    TimelineUpdate,
)
from narrative_server.story.plan import BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.request import BeatRequest, MoodWish, StoryContext, Trigger
from narrative_server.story.session import Session, StoredBeat
from narrative_server.story.staging import Placement, Staging
from narrative_server.story.store import SessionStore
from narrative_server.story.timeline import Anchor, Cue, Target, TimedCue

LARGEST_SEED = 2**63 - 1
START = datetime(2026, 3, 1, 12, 0, 0, 123457, tzinfo=UTC)
DATABASE_URL = "NARRATIVE_SERVER_TEST_DATABASE_URL"


def make_session(session_id: str = "s1") -> Session:
    cast = (Character("Zoë 🦊", persona="Сухая", look="a grey cloak", voice="古い言葉"),)
    context = StoryContext("A world\nof ash", cast, ("The bridge is out.",), "grim", LARGEST_SEED)
    return Session(session_id, "Ästhetik — 夜", context, 0, "", "", START, START)


def make_picture(asset_id: str, medium: str = "sprite", key: str = "zoe", data: bytes = b"\x00\xff") -> PictureAsset:
    width_px, height_px = {"sprite": (32, 32), "background": (160, 96)}[medium]
    return PictureAsset(
        id=asset_id,
        medium=medium,
        key=key,
        text="a grey cloak",
        seed=LARGEST_SEED,
        emotion="fear",
        encoding="png",
        width_px=width_px,
        height_px=height_px,
        colours=16,
        data=data,
        ground_y=0.7 if medium == "background" else None,
        facing="left",
        pivot_x=0.25,
        pivot_y=0.9375,
    )


def make_sound(asset_id: str) -> SoundAsset:
    silent = float("-inf")
    return SoundAsset(asset_id, "door", "door creaks", 7, "wav_pcm16", 800, 22050, 1, silent, -70.0, bytes(range(256)))


def make_events(session_id: str, beat_id: str, index: int) -> tuple[BeatEvent, ...]:
    """One of every kind; the sprite is the same asset in every beat of a session, the rest is new."""
    plan = Plan(
        Mood("fear", 0.3),
        BackgroundPlan("village", "burning village, dusk"),
        (SpritePlan("zoe", "a grey cloak", "Zoë 🦊"), SpritePlan("key", "rusty key", role="object")),
        (SoundPlan("door", "door creaks", Anchor(0, "WORD", 2), -120, 0.25, 800),),
        ("Zoë 🦊",),
    )
    cue = Cue(Target("sound", "door"), Anchor(0, "WORD", 2), -120)
    first, then = f"Line {index}:", " 火 🔥"
    return (
        BeatAccepted(session_id, beat_id, LARGEST_SEED, LARGEST_SEED, index, plan),
        LineStarted(0, "Zoë 🦊", "fear"),
        LineDelta(0, first),
        LineDelta(0, then),
        SpriteReady("zoe", "Zoë 🦊", make_picture(f"{session_id}-zoe")),
        LineFinished(0, "Zoë 🦊", "fear", first + then, 1250),
        Narration("Night falls.\u2028…"),
        BackgroundReady("village", make_picture(f"{beat_id}-bg", "background", "village", b"bg" * 1000)),
        SoundReady("door", make_sound(f"{beat_id}-door")),
        TimelineUpdate(1, (cue,)),
        StagingUpdate(1, 160, 96, 67, Staging((Placement("zoe", 40, 90, 1 / 3, True, 2),))),
        BeatWarning("sprite", "key", "engine_failed", True, "no weights"),
        TimelineUpdate(2, (), True, (TimedCue(cue, 500, 800),), 2100),
        BeatFinished(
            "partial",
            ("engine_failed", "deadline"),
            BeatTimings(3, 41, None, 99, 800, 1200),
            (BeatScore("sprite", "zoe", "clip", 0.1 + 0.2),),
            False,
            index + 1,
        ),
    )


def make_beat(session_id: str = "s1", index: int = 0, player_line: str = "Where is it?") -> StoredBeat:
    beat_id = f"{session_id}-b{index}"
    request = BeatRequest(
        Trigger(f"Event {index}: вход в деревню", "enter_area", {"item": "ключ 🔑"}),
        session_id=session_id,
        cast=(Character("Zoë 🦊"),),
        player_line=player_line,
        mood=MoodWish(intensity=0.30000001192092896),
        seed=LARGEST_SEED,
        idempotency_key="k",
    )
    place, created_at = f"place {index}", START + timedelta(minutes=index + 1)
    events = make_events(session_id, beat_id, index)
    return StoredBeat(beat_id, session_id, index, request, f"f{index}", place, Mood("fear", 0.3), events, created_at)


@pytest.fixture
def story() -> SimpleNamespace:
    """The builders above, since test files cannot import one another."""
    return SimpleNamespace(
        session=make_session, beat=make_beat, picture=make_picture, sound=make_sound, events=make_events, start=START
    )


@pytest_asyncio.fixture
async def database_url(tmp_path: Path) -> AsyncIterator[str]:
    """An empty database: a SQLite file, or an emptied PostgreSQL when the variable above names one."""
    url = os.environ.get(DATABASE_URL)
    if not url:
        yield f"sqlite:///{tmp_path.as_posix()}/stories/test.db"
        return
    engine = create_async_engine(make_url(url).set(drivername="postgresql+psycopg"))
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    yield url


@pytest_asyncio.fixture
async def store(database_url: str) -> AsyncIterator[SessionStore]:
    opened = await SessionStore.open(database_url)
    yield opened
    await opened.close()
