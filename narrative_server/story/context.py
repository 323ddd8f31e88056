"""What a beat builds on: its session or the story told inline, brought into one form."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.seeds import sub_seed
from narrative_server.story.controls import settle_controls
from narrative_server.story.limits import Limits
from narrative_server.story.request import BeatRequest, DialogueControls
from narrative_server.story.session import BeatSummary, Session
from narrative_server.story.styles import StyleWish

MAX_SEED = 2**63 - 1
PAST_BEATS = 256
"""How many earlier beats of its session a beat may remember."""

# Recent lines are told word for word. Where they begin moves in steps, so that the beginning of what a model reads
# stays the same for several beats and need not be read again.
FEWEST_RECENT_BEATS = 2
RECENT_BEATS_STEP = 3
FEWEST_RECENT_LINES = 8
RECENT_LINES_STEP = 8
MOST_RECENT_LINES = 24


@dataclass(frozen=True)
class BeatContext:
    """Everything that a beat is made from, beside the models.

    facts: the request's own. lore: the story's, from which those that bear on the beat are recalled. history: recent
    lines; past_lines: those before them; past_events: what happened in earlier beats, recent ones too; oldest first.
    """

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
    lore: tuple[str, ...]
    past_lines: tuple[HistoryLine, ...]
    past_events: tuple[str, ...]
    controls: DialogueControls
    style: StyleWish = field(default_factory=lambda: StyleWish("", None, 0))

    @property
    def staging_seed(self) -> int:
        """Where the randomness of the staging comes from: the beat's seed, or of a revision that of its first take."""
        return self.request.revision.staging_seed if self.request.revision else self.seed

    @property
    def picture_seed(self) -> int:
        """Where the noise of pictures comes from: the story's seed, so that characters stay themselves."""
        return self.seed if self.request.regenerate else self.story_seed


def draw_seed() -> int:
    """A fresh seed in 0..2^63-1."""
    return secrets.randbelow(MAX_SEED + 1)


def build_context(
    request: BeatRequest, session: Session | None, past: Sequence[BeatSummary], limits: Limits
) -> BeatContext:
    """Merge `request` with its session (None: with its inline story).

    past: the session's last beats before this one, oldest first, PAST_BEATS at most.
    Raises InvalidRequest when nobody would be present.
    """
    if session is not None:
        story, story_seed, last_place = session.context, session.seed, session.place
        before, history = split_beats(past, session.revision)
    else:
        assert request.inline is not None, "validated: a request has a session or an inline story"
        story, last_place = request.inline.context, ""
        story_seed = story.seed if story.seed is not None else draw_seed()
        before, history = split_lines(request.inline.history)
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
        facts=(*request.facts, *parameters),
        history=history,
        lore=story.facts,
        past_lines=before,
        past_events=tuple(beat.trigger.event for beat in past),
        controls=settle_controls(story.controls, request.controls, limits),
        style=StyleWish(story.style_words, story.style, story_seed),
    )


def split_beats(past: Sequence[BeatSummary], count: int) -> tuple[tuple[HistoryLine, ...], tuple[HistoryLine, ...]]:
    """The lines before the recent ones, and the recent ones, of a session that has `count` beats; `past`: its last."""
    first = _window_start(count, FEWEST_RECENT_BEATS, RECENT_BEATS_STEP)
    before = [line for beat in past if beat.index < first for line in beat.lines]
    recent = [line for beat in past if beat.index >= first for line in beat.lines]
    if len(recent) > MOST_RECENT_LINES:  # only with more lines a beat than usual
        surplus = _window_start(len(recent), MOST_RECENT_LINES - RECENT_LINES_STEP, RECENT_LINES_STEP)
        before, recent = before + recent[:surplus], recent[surplus:]
    return tuple(before), tuple(recent)


def split_lines(history: Sequence[HistoryLine]) -> tuple[tuple[HistoryLine, ...], tuple[HistoryLine, ...]]:
    """The lines before the recent ones, and the recent ones, of an inline story."""
    first = _window_start(len(history), FEWEST_RECENT_LINES, RECENT_LINES_STEP)
    return tuple(history[:first]), tuple(history[first:])


def _window_start(count: int, fewest: int, step: int) -> int:
    """Where the recent part of `count` things begins: at least `fewest` of them, fewer than `fewest + step`."""
    return max(0, (count - fewest) // step * step)


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
