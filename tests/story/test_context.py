from __future__ import annotations

from datetime import UTC, datetime

import pytest

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import InvalidRequest
from narrative_server.story.context import build_context
from narrative_server.story.limits import Limits
from narrative_server.story.request import BeatRequest, InlineStory, StoryContext, Trigger
from narrative_server.story.session import Session

MARA = Character("Mara", "grim ranger", "green cloak", "short sentences")
TOBIN = Character("Tobin", "miller", "white apron")


def session(*cast: Character, place: str = "") -> Session:
    now = datetime.now(UTC)
    return Session("s", "", StoryContext(world="Wet.", cast=cast, facts=("It rains.",), seed=7), 3, place, "", now, now)


def request(event: str = "The player waits.", **fields: object) -> BeatRequest:
    return BeatRequest(trigger=Trigger(event), session_id="s", **fields)  # type: ignore[arg-type]


def test_a_name_alone_takes_the_rest_from_the_story() -> None:
    context = build_context(request(cast=(Character("mara"),)), session(MARA, TOBIN), (), Limits())
    assert context.cast == (MARA,)


def test_what_the_request_says_of_a_character_wins() -> None:
    context = build_context(request(cast=(Character("Mara", look="in rags"),)), session(MARA), (), Limits())
    assert context.cast == (Character("Mara", "grim ranger", "in rags", "short sentences"),)


def test_an_unset_cast_is_the_whole_small_cast_of_the_story() -> None:
    assert build_context(request(), session(MARA, TOBIN), (), Limits()).cast == (MARA, TOBIN)


def test_an_unset_cast_of_a_large_story_is_whom_the_event_names() -> None:
    crowd = (*(Character(f"Extra{i}") for i in range(9)), MARA)
    context = build_context(request("The player meets Mara."), session(*crowd), (), Limits())
    assert context.cast == (MARA,)


def test_nobody_present_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="cast"):
        build_context(request(), session(), (), Limits())


def test_an_unset_place_is_the_sessions_last_one() -> None:
    assert build_context(request(), session(MARA, place="old mill"), (), Limits()).place == "old mill"


def test_an_idempotency_key_derives_the_seed() -> None:
    keyed = [build_context(request(idempotency_key=key), session(MARA), (), Limits()).seed for key in "aab"]
    assert keyed[0] == keyed[1] != keyed[2]


def test_pictures_come_from_the_story_unless_drawn_again() -> None:
    usual = build_context(request(seed=5), session(MARA), (), Limits())
    again = build_context(request(seed=5, regenerate=True), session(MARA), (), Limits())
    assert (usual.picture_seed, again.picture_seed) == (7, 5)


def test_trigger_parameters_become_facts_beside_those_given() -> None:
    asked = BeatRequest(Trigger("It falls.", parameters={"item": "rusty key"}), "s", facts=("The door is shut.",))
    context = build_context(asked, session(MARA), (), Limits())
    assert context.facts == ("The door is shut.", "item: rusty key", "It rains.")


def test_an_inline_story_brings_its_own_history_and_seed() -> None:
    history = (HistoryLine("Player", "Hello?"),)
    inline = InlineStory(StoryContext(cast=(MARA,), seed=11), history)
    context = build_context(BeatRequest(Trigger("It falls."), inline=inline), None, (), Limits())
    assert (context.history, context.story_seed, context.session_id) == (history, 11, "")
