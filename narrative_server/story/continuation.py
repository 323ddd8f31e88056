"""A beat that goes on with the one before it in its session: what it takes over, and lines that follow the last ones.

Where nothing new happens and the player says nothing, the scene itself goes on: the model is told the same event again,
with the lines that were spoken as the beginning of its answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from narrative_server.dialogue.types import Character, DialogueEvent, DialogueRequest, SoundProposed, SpokenLine
from narrative_server.story.context import BeatContext
from narrative_server.story.director import make_plan
from narrative_server.story.mood_wish import settle_mood
from narrative_server.story.openings import MAX_LINES, LineWriter, lines_after, shifted
from narrative_server.story.plan import Plan
from narrative_server.story.request import BeatRequest, MoodWish
from narrative_server.story.session import StoredBeat


def take_over(request: BeatRequest, last: StoredBeat) -> BeatRequest:
    """`request` with what it leaves unset as in `last`: trigger, place, cast and mood."""
    wish = request.mood
    return replace(
        request,
        trigger=request.trigger if request.trigger.event else last.request.trigger,
        place=request.place or last.place,
        cast=request.cast or last.request.cast or tuple(map(Character, last.plan.speakers_present)),
        mood=MoodWish(
            wish.emotion or last.mood.emotion,
            last.mood.intensity if wish.intensity is None and wish.emotion is None else wish.intensity,
        ),
    )


def same_scene(request: BeatRequest, last: StoredBeat) -> bool:
    """Whether nothing new happens: `request` goes on with `last`, with its trigger and without the player's words."""
    return request.continue_beat and not request.player_line and request.trigger == last.request.trigger


def plan_on(context: BeatContext, last: StoredBeat) -> Plan:
    """The plan of a scene that goes on: who is there now, the place and its sound, and the object that was shown."""
    request = context.request
    plan = make_plan(
        trigger_kind="",
        event="",
        place=context.place,
        cast=context.cast,
        mood=settle_mood(request.mood, None),
        media=request.media,
        max_lines=request.max_lines,
    )
    objects = tuple(sprite for sprite in last.plan.sprites if sprite.role == "object")
    return replace(
        plan,
        background=plan.background or (last.plan.background if request.media.background else None),
        sprites=(*plan.sprites, *objects) if request.media.sprites else (),
    )


def write_on(write: LineWriter, last: StoredBeat) -> LineWriter:
    """A writer whose lines follow those of `last`, as far as they fit into one answer."""
    spoken = tuple(SpokenLine(line.speaker, line.emotion, line.text) for line in last.spoken_lines)

    async def write_after(request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        room = MAX_LINES - request.max_lines
        before = spoken[max(0, len(spoken) - room) :]
        asked = _as_then(replace(request, max_lines=request.max_lines + len(before)), last, before)
        async with aclosing(lines_after(write, asked, (*before, *request.opening))) as events:
            async for event in events:
                if not (isinstance(event, SoundProposed) and event.line < len(before)):
                    yield shifted(event, -len(before))

    return write_after


def _as_then(request: DialogueRequest, last: StoredBeat, before: tuple[SpokenLine, ...]) -> DialogueRequest:
    """`request` without the lines of `before` in its history; the player's line that they answered comes back."""
    texts = [line.text for line in before]
    told = [line.text for line in request.history[len(request.history) - len(texts) :]]
    if not texts or told != texts:
        return request
    history = request.history[: -len(texts)]
    player_line = last.request.player_line
    if player_line and len(before) == len(last.spoken_lines) and history and history[-1].text == player_line:
        return replace(request, history=history[:-1], player_line=player_line)
    return replace(request, history=history)
