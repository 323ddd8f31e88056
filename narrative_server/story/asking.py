"""From a beat's context and plan to what the language model is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrative_server.dialogue.types import DialogueRequest
from narrative_server.seeds import sub_seed
from narrative_server.story.context import BeatContext
from narrative_server.story.controls import temperature_of, words_banned_by
from narrative_server.story.memory import lines_to_avoid
from narrative_server.story.plan import MAX_SOUNDS, Plan

DEFAULT_MAX_LINES: Final = 3
DEFAULT_MAX_WORDS: Final = 24


def ask_for_lines(context: BeatContext, plan: Plan, facts: Sequence[str]) -> DialogueRequest:
    """The request for a beat's lines, and for as many sounds as the plan has room for; facts: what is recalled."""
    request = context.request
    return DialogueRequest(
        cast=context.cast,
        event=request.trigger.event,
        mood=plan.mood,
        seed=sub_seed(context.seed, "dialogue", "lines"),
        world=context.world,
        place=context.place,
        history=context.history,
        facts=tuple(facts),
        player_line=request.player_line,
        banned=words_banned_by(context.controls),
        avoid=lines_to_avoid(context),
        may_repeat=context.controls.avoid_repeats is False,
        max_lines=request.max_lines or DEFAULT_MAX_LINES,
        max_words=request.max_words or DEFAULT_MAX_WORDS,
        max_sounds=MAX_SOUNDS - len(plan.sounds) if request.media.sounds else 0,
        temperature=temperature_of(context.controls),
        deterministic=request.deterministic,
    )
