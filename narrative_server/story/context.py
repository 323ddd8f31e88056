"""What a beat builds on: its session or the story told inline, brought into one form."""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.seeds import sub_seed
from narrative_server.story.limits import Limits
from narrative_server.story.request import BeatRequest
from narrative_server.story.session import Session

MAX_SEED = 2**63 - 1
RECENT_LINES = 12
"""How many earlier lines a beat is told word for word."""


@dataclass(frozen=True)
class BeatContext:
    """Everything that a beat is made from, beside the models."""

    request: BeatRequest
    session_id: str
    session_revision: int
    story_seed: int
    seed: int
    world: str
    place: str
    last_place: str
    cast: tuple[Character, ...]
    facts: tuple[str, ...]
    history: tuple[HistoryLine, ...]

    @property
    def picture_seed(self) -> int:
        """Where the noise of pictures comes from: the story's seed, so that characters stay themselves."""
        return self.seed if self.request.regenerate else self.story_seed


def draw_seed() -> int:
    """A fresh seed in 0..2^63-1."""
    return secrets.randbelow(MAX_SEED + 1)


def build_context(
    request: BeatRequest, session: Session | None, history: tuple[HistoryLine, ...], limits: Limits
) -> BeatContext:
    """Merge `request` with its session (None: with its inline story).

    Raises InvalidRequest when nobody would be present.
    """
    if session is not None:
        story, story_seed, last_place = session.context, session.seed, session.place
    else:
        assert request.inline is not None, "validated: a request has a session or an inline story"
        story, last_place = request.inline.context, ""
        story_seed = story.seed if story.seed is not None else draw_seed()
        history = request.inline.history
    parameters = tuple(f"{key}: {value}" for key, value in sorted(request.trigger.parameters.items()))
    return BeatContext(
        request=request,
        session_id=session.id if session else "",
        session_revision=session.revision if session else 0,
        story_seed=story_seed,
        seed=_beat_seed(request, story_seed),
        world=story.world,
        place=request.place or last_place,
        last_place=last_place,
        cast=_present(request, story.cast, limits),
        facts=(*request.facts, *parameters, *story.facts),
        history=history,
    )


def _beat_seed(request: BeatRequest, story_seed: int) -> int:
    if request.seed is not None:
        return request.seed
    if request.idempotency_key:
        return sub_seed(story_seed, "beat", request.idempotency_key)
    return draw_seed()


def _present(request: BeatRequest, story_cast: tuple[Character, ...], limits: Limits) -> tuple[Character, ...]:
    """Those whom the request names, with the story's word on them; else the story's cast; else whom the event names."""
    known = {character.name.casefold(): character for character in story_cast}
    if request.cast:
        return tuple(_complete(character, known.get(character.name.casefold())) for character in request.cast)
    if story_cast and len(story_cast) <= limits.max_cast:
        return story_cast
    words = f"{request.trigger.event} {request.player_line}".casefold()
    named = tuple(character for character in story_cast if character.name.casefold() in words)
    if named:
        return named[: limits.max_cast]
    problem = "is empty and the event names nobody of the story" if story_cast else "is empty, and so is the story's"
    raise InvalidRequest([FieldViolation("cast", problem, f"1 to {limits.max_cast} characters")])


def _complete(given: Character, known: Character | None) -> Character:
    if known is None:
        return given
    return dataclasses.replace(
        given,
        name=known.name,
        persona=given.persona or known.persona,
        look=given.look or known.look,
        voice=given.voice or known.voice,
    )
