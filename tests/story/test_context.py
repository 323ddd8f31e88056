from __future__ import annotations

from datetime import UTC, datetime

import pytest

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import InvalidRequest
from narrative_server.semantics.mood import Mood
from narrative_server.story.context import MOST_RECENT_LINES, build_context, split_beats, split_lines
from narrative_server.story.limits import Limits
from narrative_server.story.request import BeatRequest, InlineStory, StoryContext, Trigger
from narrative_server.story.session import BeatSummary, Session

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


def test_trigger_parameters_become_facts_beside_those_given_and_the_storys_are_lore() -> None:
    asked = BeatRequest(Trigger("It falls.", parameters={"item": "rusty key"}), "s", facts=("The door is shut.",))
    context = build_context(asked, session(MARA), (), Limits())
    assert context.facts == ("The door is shut.", "item: rusty key")
    assert context.lore == ("It rains.",)


def test_an_inline_story_brings_its_own_history_and_seed() -> None:
    history = (HistoryLine("Player", "Hello?"),)
    inline = InlineStory(StoryContext(cast=(MARA,), seed=11), history)
    context = build_context(BeatRequest(Trigger("It falls."), inline=inline), None, (), Limits())
    assert (context.history, context.story_seed, context.session_id) == (history, 11, "")


def beats(count: int, lines_each: int = 3) -> list[BeatSummary]:
    """A session's beats, whose lines are numbered throughout."""
    now = datetime.now(UTC)
    return [
        BeatSummary(
            id=f"b{index}",
            index=index,
            trigger=Trigger(f"Event {index}."),
            place="",
            mood=Mood(),
            lines=tuple(HistoryLine("Mara", f"{index * lines_each + n}") for n in range(lines_each)),
            state="complete",
            created_at=now,
        )
        for index in range(count)
    ]


def test_recent_lines_begin_at_the_same_line_for_three_beats() -> None:
    starts = [split_beats(beats(count), count)[1][:1] for count in range(1, 12)]
    assert [int(first.text) for (first,) in starts] == [0, 0, 0, 0, 9, 9, 9, 18, 18, 18, 27]


def test_every_line_is_told_word_for_word_or_remembered() -> None:
    for count in range(12):
        before, recent = split_beats(beats(count), count)
        assert [int(line.text) for line in (*before, *recent)] == list(range(3 * count))


def test_a_session_longer_than_what_is_read_of_it_keeps_its_recent_lines_in_place() -> None:
    whole = split_beats(beats(11), 11)[1]
    assert split_beats(beats(11)[4:], 11)[1] == whole


def test_long_beats_leave_no_more_recent_lines_than_the_limit() -> None:
    before, recent = split_beats(beats(4, lines_each=9), 4)
    assert 0 < len(recent) <= MOST_RECENT_LINES
    assert len(before) + len(recent) == 36


def test_an_inline_history_is_split_in_steps_of_eight_lines() -> None:
    lines = [HistoryLine("Mara", str(n)) for n in range(40)]
    assert [len(split_lines(lines[:count])[0]) for count in (0, 8, 15, 16, 23, 24, 40)] == [0, 0, 0, 8, 8, 16, 32]


def test_the_context_has_what_happened_in_every_earlier_beat() -> None:
    context = build_context(request(), session(MARA), beats(3), Limits())
    assert context.past_events == ("Event 0.", "Event 1.", "Event 2.")
