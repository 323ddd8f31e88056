from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import EngineUnavailable
from narrative_server.story import memory as memory_module
from narrative_server.story.context import BeatContext
from narrative_server.story.embeddings import Embeddings
from narrative_server.story.engines import Embedding
from narrative_server.story.memory import AVOIDED_LINES, MAX_FACTS, Memory, library_of, lines_to_avoid
from narrative_server.story.request import BeatRequest, DialogueControls, Trigger
from narrative_server.testing import ScriptedEngines

HERB = "A healing herb costs four coins."
LORE = (
    "The harbour closes at night.",
    "Odda lost twelve sacks of flour.",
    HERB,
    "The king sleeps below the mountain.",
    "Nobody feeds the grey cat.",
    "The old bridge fell last winter.",
    "Salt comes from the northern mines.",
)
ASKING = "How much is a healing herb?"


def context(event: str = "The player enters the shop.", player_line: str = "", **fields: object) -> BeatContext:
    deterministic = bool(fields.pop("deterministic", False))
    request = BeatRequest(Trigger(event), "s", player_line=player_line, deterministic=deterministic)
    settled = {
        "request": request,
        "session_id": "s",
        "session_revision": 3,
        "story_seed": 1,
        "seed": 2,
        "world": "",
        "place": "",
        "last_place": "",
        "cast": (Character("Mirabel"),),
        "facts": (),
        "history": (),
        "lore": (),
        "past_lines": (),
        "past_events": (),
        "controls": DialogueControls(),
    }
    return BeatContext(**{**settled, **fields})  # type: ignore[arg-type]


class CountingEngines(ScriptedEngines):
    """Remembers which texts were embedded, and how many at once."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[tuple[str, ...]] = []

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.embedded.append(tuple(texts))
        return await super().embed(texts)


@pytest.fixture
def engines() -> CountingEngines:
    return CountingEngines()


@pytest.fixture
def memory(engines: CountingEngines) -> Memory:
    return Memory(Embeddings(engines))


async def test_lore_that_bears_on_the_question_is_told_and_the_rest_is_not(memory: Memory) -> None:
    told = await memory.recall(context(player_line=ASKING, lore=LORE))
    assert told[0] == HERB
    assert "Nobody feeds the grey cat." not in told


async def test_nothing_is_told_where_nothing_fits(memory: Memory) -> None:
    assert await memory.recall(context("It thunders.", "", lore=LORE[:2])) == ()


async def test_the_requests_own_facts_come_first_whatever_they_say(memory: Memory) -> None:
    told = await memory.recall(context(player_line=ASKING, facts=("Two moons rose.",), lore=LORE))
    assert told[:2] == ("Two moons rose.", HERB)


async def test_of_too_many_own_facts_those_that_fit_are_told_in_their_order(memory: Memory) -> None:
    own = tuple(f"Stone {n} is grey." for n in range(12))
    told = await memory.recall(context(event=ASKING, facts=(*own[:6], HERB, *own[6:]), lore=()))
    assert len(told) == MAX_FACTS
    assert HERB in told
    assert list(told) == sorted(told, key=(*own[:6], HERB, *own[6:]).index)


async def test_where_the_player_speaks_only_the_own_facts_that_bear_on_it_are_told(memory: Memory) -> None:
    own = ("The harbour closes at night.", HERB, "Nobody feeds the grey cat.")
    assert await memory.recall(context(player_line=ASKING, facts=own)) == (HERB,)
    assert await memory.recall(context(event=ASKING, facts=own)) == own


async def test_two_facts_are_recalled_however_many_the_request_brings(memory: Memory) -> None:
    own = tuple(f"Stone {n} is grey." for n in range(5))
    told = await memory.recall(context(event=ASKING, facts=own, lore=LORE))
    assert told[:5] == own
    assert told[5] == HERB
    assert len(told) <= 7


async def test_a_statement_that_fell_out_of_the_recent_lines_comes_back_as_a_fact(memory: Memory) -> None:
    said = (HistoryLine("Mirabel", HERB), HistoryLine("Player", "I only have three coins, sorry."))
    told = await memory.recall(context(player_line=ASKING, past_lines=said))
    assert told[0] == f"Mirabel said: {HERB}"


async def test_questions_and_short_lines_state_nothing() -> None:
    said = (
        HistoryLine("Player", ASKING),
        HistoryLine("Mirabel", "Hm, well."),
        HistoryLine("Player", "I want my bell."),
    )
    assert list(library_of(context(past_lines=said))) == ["The player said: I want my bell."]


async def test_what_happened_is_remembered_but_not_what_happens_now(memory: Memory) -> None:
    events = ("The player rings the great bell.", "The player enters the  shop.")
    told = await memory.recall(context(player_line="Who rang the great bell?", past_events=events))
    assert told == ("The player rings the great bell.",)


async def test_the_same_fact_is_told_once(memory: Memory) -> None:
    lore = (HERB, "A healing  herb costs four coins.", "Four coins, a healing herb costs.")
    assert await memory.recall(context(player_line=ASKING, lore=lore)) == (HERB,)
    assert await memory.recall(context(player_line=ASKING, facts=(lore[2],), lore=lore)) == (lore[2],)


async def test_facts_about_those_present_come_before_equal_ones_about_others(memory: Memory) -> None:
    lore = ("Tobin hides a silver flute.", "Mirabel hides a silver flute.")
    told = await memory.recall(context("The player finds a silver flute.", lore=lore))
    assert told[0] == lore[1]


async def test_without_the_encoder_words_in_common_decide(memory: Memory, engines: CountingEngines) -> None:
    engines.fail["semantics"] = EngineUnavailable("semantics", "is restarting", 100)
    told = await memory.recall(context(player_line=ASKING, lore=LORE))
    assert told[0] == HERB
    assert "Nobody feeds the grey cat." not in told
    await memory.prepare(context(lore=LORE))


async def test_no_text_is_embedded_twice(memory: Memory, engines: CountingEngines) -> None:
    for line in (ASKING, "Who fell from the bridge?", ASKING):
        await memory.recall(context(player_line=line, lore=LORE))
    texts = [text for call in engines.embedded for text in call]
    assert len(texts) == len(set(texts)) == len(LORE) + 2


async def test_a_large_story_is_embedded_in_small_pieces_over_several_beats(
    memory: Memory, engines: CountingEngines
) -> None:
    lore = tuple(f"Room {n} holds a chest of {n} coins." for n in range(512))
    told = await memory.recall(context(player_line="What does room 77 hold?", lore=lore))
    assert told[0] == lore[77]
    assert max(map(len, engines.embedded)) <= 8
    assert sum(map(len, engines.embedded)) < 40
    await memory.prepare(context(lore=lore))
    assert sum(map(len, engines.embedded)) < 110


async def test_a_deterministic_beat_recalls_the_same_whatever_was_embedded_before(engines: CountingEngines) -> None:
    lore = tuple(f"Room {n} holds a chest of {n} coins." for n in range(60))
    fresh, used = Memory(Embeddings(engines)), Memory(Embeddings(engines))
    await used.prepare(context(lore=lore))
    asked = context(player_line="What is in the chest?", lore=lore, deterministic=True)
    assert await fresh.recall(asked) == await used.recall(asked)


async def test_a_stuck_encoder_holds_lines_no_longer_than_the_budget(
    engines: CountingEngines, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "_BUDGET_S", 0.02)
    engines.gates["semantics"] = asyncio.Event()
    async with asyncio.timeout(5):
        told = await memory.recall(context(player_line=ASKING, lore=LORE))
    assert told[0] == HERB
    assert engines.active == 0


def test_what_the_cast_said_before_is_avoided_unless_repeats_are_welcome() -> None:
    said = tuple(HistoryLine("Mirabel", f"Line {n}.") for n in range(300))
    lines = (HistoryLine("Player", "Hello?"), *said)
    assert lines_to_avoid(context(past_lines=lines)) == tuple(line.text for line in said[-AVOIDED_LINES:])
    assert lines_to_avoid(context(past_lines=lines, controls=DialogueControls(avoid_repeats=False))) == ()
