"""Single things without a beat: lines, sprites, backgrounds, sounds and readings of a text. Nothing is stored."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeAlias

from narrative_server.dialogue import types as dialogue
from narrative_server.seeds import sub_seed
from narrative_server.semantics.mood import Mood
from narrative_server.semantics.types import PictureAnalysis, PictureFile
from narrative_server.sounds.types import SoundFile
from narrative_server.story.asking import DEFAULT_MAX_LINES, DEFAULT_MAX_WORDS
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.context import draw_seed
from narrative_server.story.controls import temperature_of, words_banned_by
from narrative_server.story.engines import Engines, SoundReading, TextReading
from narrative_server.story.events import LineDelta, LineFinished, LineStarted
from narrative_server.story.limits import Limits
from narrative_server.story.media import PictureMedium, make_pictures, make_sounds
from narrative_server.story.mood_wish import settle_mood
from narrative_server.story.request import LinesRequest, PictureWish, SoundWish
from narrative_server.story.styles import SettledStyle, StyleWish, settle_style
from narrative_server.story.timeline import time_line
from narrative_server.story.validation import (
    validate_lines,
    validate_picture,
    validate_sound,
    validate_text_for_analysis,
)

DEFAULT_SOUND_INTENSITY = 0.5


@dataclass(frozen=True)
class LinesDone:
    """The end of a stream of lines: what was used and what it cost (None when the engine does not tell)."""

    seed: int
    mood: Mood
    stats: dialogue.GenerationStats | None


@dataclass(frozen=True)
class MadePictures:
    """Pictures, the seed that was used, and the style that they have in common."""

    seed: int
    pictures: tuple[PictureAsset, ...]
    style: SettledStyle


StudioLineEvent: TypeAlias = LineStarted | LineDelta | LineFinished | LinesDone


class Studio:
    """Makes single things on `engines`. Every call raises InvalidRequest for a bad wish and the engines' errors."""

    def __init__(self, engines: Engines, limits: Limits) -> None:
        self._engines, self._limits = engines, limits

    async def lines(self, request: LinesRequest) -> AsyncGenerator[StudioLineEvent, None]:
        """Stream lines; LinesDone comes last."""
        validate_lines(request, self._limits)
        mood = await self._mood_of(request)
        seed = draw_seed() if request.seed is None else request.seed
        stats: dialogue.GenerationStats | None = None
        async with aclosing(self._engines.lines(_to_engine(request, mood, seed))) as events:
            async for event in events:
                if isinstance(event, dialogue.GenerationStats):
                    stats = event
                elif isinstance(event, dialogue.LineStarted):
                    yield LineStarted(event.index, event.speaker, event.emotion)
                elif isinstance(event, dialogue.LineDelta):
                    yield LineDelta(event.index, event.text)
                elif isinstance(event, dialogue.LineFinished):
                    timing = time_line(event.text, Mood(event.emotion, mood.intensity))
                    yield LineFinished(event.index, event.speaker, event.emotion, event.text, timing.duration_ms)
        yield LinesDone(seed, mood, stats)

    async def pictures(self, medium: PictureMedium, wish: PictureWish) -> MadePictures:
        """Draw `wish.variants` different pictures of one style, the one that fits the words best first."""
        validate_picture(wish, medium, self._limits)
        seed = draw_seed() if wish.seed is None else wish.seed
        mood = settle_mood(wish.mood, None)
        style = await settle_style(self._engines, StyleWish(wish.style_words, wish.style, seed))
        seeds = [sub_seed(seed, medium, wish.text, variant) for variant in range(wish.variants or 1)]
        made = await make_pictures(self._engines, medium, wish.text, mood, seeds, wish.format, style.code)
        pictures = sorted(made, key=lambda picture: -(picture.score or 0.0))
        return MadePictures(seed, tuple(pictures), style)

    async def sounds(self, wish: SoundWish) -> tuple[int, list[SoundAsset]]:
        """Make `wish.variants` different sounds; returns the seed that was used and them, the best fitting first."""
        validate_sound(wish, self._limits)
        seed = draw_seed() if wish.seed is None else wish.seed
        intensity = DEFAULT_SOUND_INTENSITY if wish.intensity is None else wish.intensity
        seeds = [sub_seed(seed, "sound", wish.text, variant) for variant in range(wish.variants or 1)]
        mood = settle_mood(wish.mood, None)
        made = await make_sounds(self._engines, wish.text, wish.duration_ms, intensity, mood, seeds, wish.format)
        return seed, sorted(made, key=lambda sound: -(sound.score or 0.0))

    async def analyse_picture(self, data: bytes) -> PictureAnalysis:
        """Read what a PNG file shows."""
        return await self._engines.read_picture(PictureFile(data))

    async def analyse_sound(self, data: bytes) -> SoundReading:
        """Read what is heard in a WAV or OGG file."""
        return await self._engines.read_sound(SoundFile(data))

    async def analyse(self, text: str) -> TextReading:
        """Read mood, keywords and embedding of `text`."""
        validate_text_for_analysis(text, self._limits)
        return await self._engines.read(text)

    async def _mood_of(self, request: LinesRequest) -> Mood:
        if request.mood.emotion is not None:
            return settle_mood(request.mood, None)
        return settle_mood(request.mood, await self._engines.read(f"{request.event} {request.player_line}".strip()))


def _to_engine(request: LinesRequest, mood: Mood, seed: int) -> dialogue.DialogueRequest:
    return dialogue.DialogueRequest(
        cast=request.cast,
        event=request.event,
        mood=mood,
        seed=sub_seed(seed, "dialogue", "lines"),
        world=request.world,
        place=request.place,
        history=request.history,
        facts=request.facts,
        player_line=request.player_line,
        max_lines=request.max_lines or DEFAULT_MAX_LINES,
        max_words=request.max_words or DEFAULT_MAX_WORDS,
        banned=words_banned_by(request.controls),
        may_repeat=request.controls.avoid_repeats is False,
        temperature=temperature_of(request.controls),
        deterministic=request.deterministic,
    )
