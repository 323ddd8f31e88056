"""The engines as processes: one worker for words' meaning, one for lines, one for pictures, one for sounds.

Imports no model: a worker's service is named by a string and imported in its process.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, cast

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.types import DialogueEvent, DialogueRequest
from narrative_server.errors import NarrativeError
from narrative_server.images.types import ImageConfig, Picture, PictureRequest, PictureVariants
from narrative_server.semantics.types import (
    AnalyzeRequest,
    EncodeRequest,
    PictureAnalysis,
    PictureFile,
    PlaceRequest,
    Places,
    SemanticsConfig,
    TextAnalysis,
)
from narrative_server.sounds.types import (
    ExaminedSound,
    HeardSound,
    PlaceSoundsRequest,
    Sound,
    SoundConfig,
    SoundFile,
    SoundPlaces,
    SoundRequest,
    SoundVariants,
)
from narrative_server.story.engines import (
    Embedding,
    EngineName,
    EngineStatus,
    MadePicture,
    MadeSound,
    PictureOrder,
    SoundOrder,
    SoundReading,
    TextReading,
)
from narrative_server.workers.client import WorkerClient, WorkerState

LOAD_TIMEOUT_S: Final = 300.0
"""A machine that is busy with other things may take minutes to load a model."""

CANCEL_GRACE_S: Final = 15.0
"""One step of a model takes over a second on a busy machine."""

REMEMBERED_TEXTS: Final = 1024
"""How many embeddings the serving process keeps, to save the way to the semantics process."""


@dataclass(frozen=True)
class EngineConfigs:
    """What each process is told."""

    dialogue: DialogueConfig = field(default_factory=DialogueConfig)
    semantics: SemanticsConfig = field(default_factory=SemanticsConfig)
    images: ImageConfig = field(default_factory=ImageConfig)
    sounds: SoundConfig = field(default_factory=SoundConfig)


class WorkerEngines:
    """Implements `Engines`. `start` spawns the processes, `stop` ends them; `on_change` is called at each change."""

    def __init__(self, configs: EngineConfigs, on_change: Callable[[], None] = lambda: None) -> None:
        self._configs = configs
        self._embeddings: OrderedDict[str, Embedding] = OrderedDict()

        def client(name: EngineName, service: str, config: object, concurrency: int) -> WorkerClient:
            def changed(_: WorkerState) -> None:
                on_change()

            return WorkerClient(
                name,
                service,
                config,
                concurrency=concurrency,
                start_timeout_s=LOAD_TIMEOUT_S,
                cancel_grace_s=CANCEL_GRACE_S,
                on_state=changed,
            )

        lines = configs.dialogue
        self._dialogue = client(
            "dialogue", "narrative_server.dialogue.service:DialogueService", lines, lines.concurrency
        )
        self._semantics = client(
            "semantics", "narrative_server.semantics.service:SemanticsService", configs.semantics, 1
        )
        self._images = client("images", "narrative_server.images.service:ImageService", configs.images, 1)
        self._sounds = client("sounds", "narrative_server.sounds.service:SoundService", configs.sounds, 1)
        self._clients: dict[EngineName, WorkerClient] = {
            "dialogue": self._dialogue,
            "semantics": self._semantics,
            "images": self._images,
            "sounds": self._sounds,
        }

    async def start(self) -> None:
        """Spawn all processes; returns before their models are loaded."""
        await asyncio.gather(*(client.start() for client in self._clients.values()))

    async def wait_settled(self, timeout_s: float | None = None) -> dict[EngineName, NarrativeError]:
        """Wait until each engine is ready or has failed; returns the errors of those that cannot be used."""

        async def settle(client: WorkerClient) -> NarrativeError | None:
            try:
                await client.wait_ready(timeout_s)
            except NarrativeError as error:
                return error
            return None

        errors = await asyncio.gather(*map(settle, self._clients.values()))
        return {name: error for name, error in zip(self._clients, errors, strict=True) if error is not None}

    async def stop(self, grace_s: float = 5.0) -> None:
        """End all processes."""
        await asyncio.gather(*(client.stop(grace_s) for client in self._clients.values()))

    async def lines(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        """Stream the lines of one beat."""
        stream = cast(AsyncGenerator[DialogueEvent, None], self._dialogue.stream("generate", request))
        async with aclosing(stream) as events:
            async for event in events:
                yield event

    async def read(self, text: str) -> TextReading:
        """Read mood, keywords and embedding of one text."""
        analysis: TextAnalysis = await self._semantics.call("analyze", AnalyzeRequest(text))
        return TextReading(
            analysis.mood, analysis.scores, analysis.valence, analysis.keywords, analysis.embedding, analysis.place
        )

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Place texts in meaning; recent ones are remembered."""
        missing = tuple(dict.fromkeys(text for text in texts if text not in self._embeddings))
        fresh: dict[str, Embedding] = {}
        if missing:
            rows = await self._semantics.call("encode", EncodeRequest(missing))
            fresh = dict(zip(missing, rows, strict=True))
        found = [fresh[text] if text in fresh else self._embeddings[text] for text in texts]
        for text, embedding in zip(texts, found, strict=True):
            self._embeddings[text] = embedding
            self._embeddings.move_to_end(text)
        while len(self._embeddings) > REMEMBERED_TEXTS:
            self._embeddings.popitem(last=False)
        return found

    async def place(self, texts: Sequence[str] = (), pictures: Sequence[PictureFile] = ()) -> Places:
        """Place texts, then pictures, in the embedding that they share."""
        places: Places = await self._semantics.call("place", PlaceRequest(tuple(texts), tuple(pictures)))
        return places

    async def read_picture(self, picture: PictureFile) -> PictureAnalysis:
        """Read what a picture shows."""
        analysis: PictureAnalysis = await self._semantics.call("analyze_picture", picture)
        return analysis

    async def place_sounds(self, sounds: Sequence[SoundFile] = ()) -> SoundPlaces:
        """Place sounds in the embedding that texts share; without any, its spaces."""
        places: SoundPlaces = await self._sounds.call("place", PlaceSoundsRequest(tuple(sounds)))
        return places

    async def read_sound(self, sound: SoundFile) -> SoundReading:
        """Read what is heard in a sound: words by the sounds' process, their mood by that of texts."""
        heard: HeardSound = await self._sounds.call("hear", sound)
        reading = await self.read(", ".join(heard.keywords))
        return SoundReading(reading.mood, reading.scores, reading.valence, heard.keywords, heard.place)

    async def examine_sound(self, sound: SoundFile) -> ExaminedSound:
        """Place a sound that is to be kept and tell what its file is."""
        examined: ExaminedSound = await self._sounds.call("examine", sound)
        return examined

    async def picture(self, order: PictureOrder) -> MadePicture:
        """Draw one sprite or background."""
        return _made_picture(await self._images.call(order.medium, _picture_request(order)))

    async def picture_variants(self, order: PictureOrder, noise_seeds: Sequence[int]) -> list[MadePicture]:
        """Draw one picture for each seed, together."""
        wanted = PictureVariants(_picture_request(order), tuple(noise_seeds))
        made: list[Picture] = await self._images.call(f"{order.medium}_variants", wanted)
        return [_made_picture(one) for one in made]

    async def sound(self, order: SoundOrder) -> MadeSound:
        """Make one sound."""
        return _made_sound(await self._sounds.call("sound", _sound_request(order)))

    async def sound_variants(self, order: SoundOrder, noise_seeds: Sequence[int]) -> list[MadeSound]:
        """Make one sound for each seed, together."""
        wanted = SoundVariants(_sound_request(order), tuple(noise_seeds))
        made: list[Sound] = await self._sounds.call("sound_variants", wanted)
        return [_made_sound(one) for one in made]

    def status(self) -> tuple[EngineStatus, ...]:
        """What each engine is doing now."""
        dialogue = self._configs.dialogue
        kinds: dict[EngineName, tuple[str, str]] = {
            "dialogue": (dialogue.engine, "" if dialogue.engine == "scripted" else dialogue.model),
            "semantics": ("transformers", "all-minilm-l6-v2"),
            "images": ("torch", "sprites, backgrounds"),
            "sounds": ("torch", "sounds"),
        }
        return tuple(self._status(name, client, *kinds[name]) for name, client in self._clients.items())

    def _status(self, name: EngineName, client: WorkerClient, kind: str, model: str) -> EngineStatus:
        load = client.load
        return EngineStatus(
            name=name,
            kind=kind,
            model=model,
            state=client.state.value,
            detail="" if client.load_error is None else str(client.load_error),
            restarts=load.restarts,
            active=load.active,
            queued=load.queued,
        )


def _picture_request(order: PictureOrder) -> PictureRequest:
    return PictureRequest(
        embedding=order.embedding,
        mood=order.mood,
        noise_seed=order.noise_seed,
        width_px=order.width_px,
        height_px=order.height_px,
        encoding=order.encoding,
        colours=order.colours,
        finish=order.finish,
        subject=order.subject,
        scenery=order.scenery,
    )


def _made_picture(made: Picture) -> MadePicture:
    return MadePicture(
        data=made.data,
        encoding=made.encoding,
        width_px=made.width_px,
        height_px=made.height_px,
        ground_y=made.ground_y,
        facing=made.facing,
        pivot_x=made.pivot_x,
        pivot_y=made.pivot_y,
        trim_left_px=made.trim_left_px,
        trim_top_px=made.trim_top_px,
        score=made.score,
    )


def _sound_request(order: SoundOrder) -> SoundRequest:
    return SoundRequest(
        embedding=order.embedding,
        noise_seed=order.noise_seed,
        duration_ms=order.duration_ms,
        intensity=order.intensity,
        encoding=order.encoding,
        sample_rate_hz=order.sample_rate_hz,
        valence=order.mood.valence,
        arousal=order.mood.arousal,
        channels=order.channels,
        looped=order.looped,
    )


def _made_sound(made: Sound) -> MadeSound:
    return MadeSound(
        data=made.data,
        encoding=made.encoding,
        duration_ms=made.duration_ms,
        sample_rate_hz=made.sample_rate_hz,
        channels=made.channels,
        peak_dbfs=made.peak_dbfs,
        loudness_lufs=made.loudness_lufs,
        sample_count=made.sample_count,
        loop_start=made.loop_start,
        loop_end=made.loop_end,
        score=made.score,
    )
