"""Lines that go on after lines that stand already: for beats that are continued and beats that are revised."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final, TypeAlias

from narrative_server.dialogue.types import (
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    HistoryLine,
    LineFinished,
    SoundProposed,
    SpokenLine,
)
from narrative_server.errors import EngineFailed

LineWriter: TypeAlias = Callable[[DialogueRequest], AsyncGenerator[DialogueEvent, None]]
"""Streams the lines of a request, as `Engines.lines` does."""

MAX_LINES: Final = 8
"""Lines of one answer, its opening included: what an engine may be asked for."""


async def lines_after(
    write: LineWriter, request: DialogueRequest, opening: Sequence[SpokenLine]
) -> AsyncGenerator[DialogueEvent, None]:
    """Stream the lines that follow `opening`, up to `request.max_lines` in all; at least one comes.

    A model may find that nothing is left to say after an opening. It is then asked again with the opening told as what
    was said before, and for one line. Indices count on from the opening. Raises EngineFailed when that fails too.
    """
    wrote = False
    async with aclosing(write(replace(request, opening=tuple(opening)))) as events:
        async for event in events:
            wrote = wrote or isinstance(event, LineFinished)
            if wrote or not isinstance(event, GenerationStats | SoundProposed):
                yield event
    if wrote:
        return
    history = (*request.history, *(HistoryLine(line.speaker, line.text) for line in opening))
    async with aclosing(write(replace(request, history=history, opening=(), max_lines=1))) as events:
        async for event in events:
            wrote = wrote or isinstance(event, LineFinished)
            yield shifted(event, len(opening))
    if not wrote:
        raise EngineFailed("dialogue", "wrote no line")


def shifted(event: DialogueEvent, by: int) -> DialogueEvent:
    """The same event with line indices that are `by` higher."""
    if isinstance(event, GenerationStats):
        return event
    if isinstance(event, SoundProposed):
        return replace(event, line=event.line + by)
    return replace(event, index=event.index + by)
