from __future__ import annotations

from collections.abc import Sequence

import pytest

from narrative_server.dialogue.types import SoundProposed
from narrative_server.errors import EngineUnavailable
from narrative_server.semantics.mood import Mood
from narrative_server.story.embeddings import Embeddings
from narrative_server.story.plan import MAX_SOUNDS, Plan, SoundPlan
from narrative_server.story.proposals import choose_sounds
from narrative_server.story.timeline import LINE_GAP_MS, Anchor
from narrative_server.testing import ScriptedEngines

LINES = ("The mill is burning.", "Fetch the bucket, quick!")
RAIN = SoundPlan("sound|rain falling", "rain falling", Anchor())
STEPS = SoundPlan("sound|footsteps on mud", "footsteps on mud", Anchor())


def plan(*sounds: SoundPlan, spare: Sequence[SoundPlan] = (STEPS,)) -> Plan:
    return Plan(Mood("fear", 0.8), sounds=sounds, spare_sounds=tuple(spare))


async def choose(made: Plan, *proposals: SoundProposed, engines: ScriptedEngines | None = None) -> list[SoundPlan]:
    return list(await choose_sounds(proposals, made, LINES, Embeddings(engines or ScriptedEngines())))


async def test_a_proposal_takes_the_place_of_the_spare_sound() -> None:
    (sound,) = await choose(plan(RAIN), SoundProposed("Timber  cracking", 1, "after"))
    assert (sound.key, sound.text, sound.anchor) == ("sound|timber cracking", "timber cracking", Anchor(1, "END"))


async def test_without_proposals_the_spare_sound_plays() -> None:
    assert await choose(plan(RAIN)) == [STEPS]
    assert await choose(plan(RAIN, spare=())) == []


@pytest.mark.parametrize(
    "proposal",
    [
        SoundProposed("a very strange kind of politeness", 0, "before"),
        SoundProposed("heavy rain falling", 0, "during"),
        SoundProposed("bell ringing", 2, "before"),
        SoundProposed("bell " * 9, 0, "before"),
        SoundProposed("x" * 90 + " bell", 0, "before"),
        SoundProposed("bell; ringing", 0, "before"),
        SoundProposed("", 0, "before"),
    ],
    ids=["inaudible", "planned", "no such line", "too many words", "too long", "marks", "empty"],
)
async def test_what_is_no_new_sound_is_refused(proposal: SoundProposed) -> None:
    assert await choose(plan(RAIN), proposal) == [STEPS]


async def test_the_same_sound_is_made_once_and_the_limit_is_kept() -> None:
    texts = ("bell ringing", "big bell ringing", "dog barking", "glass breaking", "horse neighing")
    sounds = await choose(plan(RAIN), *(SoundProposed(text, 0, "before") for text in texts))
    assert [sound.text for sound in sounds] == ["bell ringing", "dog barking"]
    assert len(sounds) + 1 == MAX_SOUNDS


async def test_moments_follow_the_line_and_its_words() -> None:
    sounds = await choose(
        plan(),
        SoundProposed("bell ringing", 1, "before"),
        SoundProposed("bucket clanking", 1, "during"),
        SoundProposed("water splashing", 1, "during"),
    )
    moments = [(sound.anchor, sound.offset_ms) for sound in sounds]
    assert moments == [(Anchor(1), -LINE_GAP_MS), (Anchor(1, "WORD", 2), 0), (Anchor(1), 0)]


async def test_two_sounds_of_one_moment_do_not_start_together() -> None:
    first, second = await choose(plan(RAIN), *(SoundProposed(t, 0, "before") for t in ("bell ringing", "dog barking")))
    assert RAIN.offset_ms < first.offset_ms < second.offset_ms


async def test_a_phrase_near_a_known_sound_is_heard_though_its_words_are_new() -> None:
    engines = ScriptedEngines()
    assert await choose(plan(), SoundProposed("small thing picked up", 0, "before"), engines=engines) != [STEPS]


async def test_without_the_encoder_the_words_alone_decide() -> None:
    engines = ScriptedEngines(fail={"semantics": EngineUnavailable("semantics", "is restarting", 100)})
    heard, unheard = SoundProposed("dog barking", 0, "before"), SoundProposed("small thing picked up", 0, "before")
    assert [sound.text for sound in await choose(plan(RAIN), unheard, heard, engines=engines)] == ["dog barking"]


async def test_equal_proposals_give_equal_sounds() -> None:
    proposals = [SoundProposed(text, 0, "during") for text in ("bell ringing", "dog barking", "mill wheel creaking")]
    assert await choose(plan(RAIN), *proposals) == await choose(plan(RAIN), *proposals)
