"""DialogueService, ImageService, SoundService and SemanticsService: single things without a beat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.rpc import from_proto, to_proto
from narrative_server.rpc.beat_events import write_line_delta, write_line_finished, write_line_started
from narrative_server.rpc.context import CallContext
from narrative_server.semantics.mood import Mood
from narrative_server.story.events import LineDelta, LineFinished, LineStarted
from narrative_server.story.studio import LinesDone, Studio, StudioLineEvent
from narrative_server.v1 import (
    dialogue_pb2,
    dialogue_pb2_grpc,
    image_pb2,
    image_pb2_grpc,
    semantics_pb2,
    semantics_pb2_grpc,
    sound_pb2,
    sound_pb2_grpc,
)


class DialogueServicer(dialogue_pb2_grpc.DialogueServiceServicer):
    """Serves DialogueService."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def GenerateLines(
        self, request: dialogue_pb2.GenerateLinesRequest, context: CallContext
    ) -> AsyncIterator[dialogue_pb2.GenerateLinesResponse]:
        async with aclosing(self._studio.lines(from_proto.lines_request(request))) as events:
            async for event in events:
                yield _lines_response(event)


def _lines_response(event: StudioLineEvent) -> dialogue_pb2.GenerateLinesResponse:
    if isinstance(event, LineStarted):
        return dialogue_pb2.GenerateLinesResponse(line_started=write_line_started(event))
    if isinstance(event, LineDelta):
        return dialogue_pb2.GenerateLinesResponse(line_delta=write_line_delta(event))
    if isinstance(event, LineFinished):
        return dialogue_pb2.GenerateLinesResponse(line_finished=write_line_finished(event))
    return dialogue_pb2.GenerateLinesResponse(finished=_lines_finished(event))


def _lines_finished(event: LinesDone) -> dialogue_pb2.LinesFinished:
    message = dialogue_pb2.LinesFinished(seed=event.seed, mood=to_proto.mood(event.mood))
    if event.stats is not None:
        message.prompt_tokens = event.stats.prompt_tokens
        message.cached_tokens = event.stats.cached_tokens
        message.output_tokens = event.stats.output_tokens
        message.prefill_ms = event.stats.prefill_ms
        message.decode_ms = event.stats.decode_ms
    return message


class ImageServicer(image_pb2_grpc.ImageServiceServicer):
    """Serves ImageService."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def GenerateSprite(
        self, request: image_pb2.GenerateSpriteRequest, context: CallContext
    ) -> image_pb2.GenerateSpriteResponse:
        made = await self._studio.pictures("sprite", from_proto.picture_wish(request))
        written = [to_proto.picture(one, stored=False) for one in made.pictures]
        style = to_proto.style_reading(made.style)
        return image_pb2.GenerateSpriteResponse(pictures=written, seed=made.seed, style=style)

    async def GenerateBackground(
        self, request: image_pb2.GenerateBackgroundRequest, context: CallContext
    ) -> image_pb2.GenerateBackgroundResponse:
        made = await self._studio.pictures("background", from_proto.picture_wish(request))
        written = [to_proto.picture(one, stored=False) for one in made.pictures]
        style = to_proto.style_reading(made.style)
        return image_pb2.GenerateBackgroundResponse(pictures=written, seed=made.seed, style=style)


class SoundServicer(sound_pb2_grpc.SoundServiceServicer):
    """Serves SoundService."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def GenerateSound(
        self, request: sound_pb2.GenerateSoundRequest, context: CallContext
    ) -> sound_pb2.GenerateSoundResponse:
        seed, sounds = await self._studio.sounds(from_proto.sound_wish(request))
        return sound_pb2.GenerateSoundResponse(sounds=[to_proto.sound(s, stored=False) for s in sounds], seed=seed)


class SemanticsServicer(semantics_pb2_grpc.SemanticsServiceServicer):
    """Serves SemanticsService."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def Analyze(
        self, request: semantics_pb2.AnalyzeRequest, context: CallContext
    ) -> semantics_pb2.AnalyzeResponse:
        content = request.WhichOneof("content")
        if content is None:
            legal = "one of text, picture_png, sound_wav"
            raise InvalidRequest([FieldViolation("content", "is not set", legal)])
        if content == "sound_wav":
            heard = await self._studio.analyse_sound(request.sound_wav)
            response = _analysis(heard.mood, heard.scores, heard.valence, heard.keywords)
            response.shared_embedding.extend(heard.place.tolist())
            return response
        if content == "picture_png":
            seen = await self._studio.analyse_picture(request.picture_png)
            response = _analysis(seen.mood, seen.scores, seen.valence, seen.keywords)
            response.shared_embedding.extend(seen.place.tolist())
            return response
        reading = await self._studio.analyse(request.text)
        response = _analysis(reading.mood, reading.scores, reading.valence, reading.keywords)
        response.embedding.extend(reading.embedding.tolist())
        if reading.place is not None:
            response.shared_embedding.extend(reading.place.tolist())
        return response


def _analysis(
    mood: Mood, scores: Mapping[str, float], valence: float, keywords: Sequence[str]
) -> semantics_pb2.AnalyzeResponse:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return semantics_pb2.AnalyzeResponse(
        mood=to_proto.mood(mood),
        scores=[semantics_pb2.EmotionScore(emotion=to_proto.emotion(e), score=s) for e, s in ranked],
        valence=valence,
        keywords=keywords,
    )
