"""The engines as the story layer sees them: one facade over whatever makes words, pictures and sounds.

`worker_engines` implements it with one process per model; tests use `narrative_server.testing.ScriptedEngines`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from narrative_server.dialogue.types import DialogueEvent, DialogueRequest
from narrative_server.images.types import Finish
from narrative_server.semantics.mood import Mood
from narrative_server.semantics.types import PictureAnalysis, PictureFile, Places
from narrative_server.sounds.types import ExaminedSound, SoundFile, SoundPlaces

Embedding: TypeAlias = NDArray[np.float32]
"""A text's place in meaning: float32 of (384,), unit norm."""

EngineName: TypeAlias = Literal["dialogue", "semantics", "images", "sounds"]
EngineState: TypeAlias = Literal["starting", "ready", "restarting", "failed", "stopped"]


@dataclass(frozen=True)
class EngineStatus:
    """What one engine is doing now. `detail` says why it failed and what helps."""

    name: EngineName
    kind: str
    model: str
    state: EngineState
    detail: str = ""
    restarts: int = 0
    active: int = 0
    queued: int = 0


@dataclass(frozen=True)
class TextReading:
    """What a text means. `scores` has every emotion and adds up to 1; valence is -1..1.

    place: float32 of (256,), unit norm, in the shared embedding; None where that cannot be used.
    """

    mood: Mood
    scores: dict[str, float]
    valence: float
    keywords: tuple[str, ...]
    embedding: Embedding
    place: Embedding | None = None


@dataclass(frozen=True)
class PictureOrder:
    """One picture to draw; sizes are legal whole multiples of the native ones.

    subject: of a sprite, the place of what the phrase is about, where that is not the whole phrase. scenery: of a
    background, the hour and weather that the phrase asks for, as `images.scenery` has them.
    """

    medium: Literal["background", "sprite"]
    embedding: Embedding
    mood: Mood
    noise_seed: int
    width_px: int
    height_px: int
    encoding: str
    colours: int
    finish: Finish = field(default_factory=Finish)
    subject: Embedding | None = None
    scenery: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class MadePicture:
    """A drawn picture; see `assets.PictureAsset` for the fields."""

    data: bytes
    encoding: str
    width_px: int
    height_px: int
    ground_y: float | None
    facing: str
    pivot_x: float
    pivot_y: float
    trim_left_px: int = 0
    trim_top_px: int = 0
    score: float | None = None


_NEUTRAL: Final = Mood("neutral", 0.0)


@dataclass(frozen=True)
class SoundOrder:
    """One sound to make. duration_ms 0: the model chooses; intensity 0..1; channels 1 or 2."""

    embedding: Embedding
    noise_seed: int
    duration_ms: int
    intensity: float
    encoding: str
    sample_rate_hz: int
    mood: Mood = _NEUTRAL
    channels: int = 1
    looped: bool = False


@dataclass(frozen=True)
class MadeSound:
    """A made sound; see `assets.SoundAsset` for the fields."""

    data: bytes
    encoding: str
    duration_ms: int
    sample_rate_hz: int
    channels: int
    peak_dbfs: float
    loudness_lufs: float
    sample_count: int = 0
    loop_start: int = 0
    loop_end: int = 0
    score: float | None = None


@dataclass(frozen=True)
class SoundReading:
    """What is heard in a sound: words for it, best first, and their mood, scores and valence as of a text.

    place: float32 of (256,), unit norm, in the shared embedding.
    """

    mood: Mood
    scores: dict[str, float]
    valence: float
    keywords: tuple[str, ...]
    place: Embedding


class Engines(Protocol):
    """Everything that runs a model. Every call may raise EngineUnavailable, EngineFailed, ModelMissing,
    ModelCorrupt; cancelling the awaiting task stops the model."""

    def lines(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        """Stream the lines of one beat."""
        ...

    async def read(self, text: str) -> TextReading:
        """Read mood, keywords and embedding of one text."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Place texts in meaning, one by one."""
        ...

    async def place(self, texts: Sequence[str] = (), pictures: Sequence[PictureFile] = ()) -> Places:
        """Place texts, then pictures, in the embedding that they share. Raises InvalidRequest for a bad picture."""
        ...

    async def read_picture(self, picture: PictureFile) -> PictureAnalysis:
        """Read what a picture shows. Raises InvalidRequest for one that cannot be read."""
        ...

    async def place_sounds(self, sounds: Sequence[SoundFile] = ()) -> SoundPlaces:
        """Place sounds in the embedding that texts share; without any, its spaces. Raises InvalidRequest."""
        ...

    async def read_sound(self, sound: SoundFile) -> SoundReading:
        """Read what is heard in a sound. Raises InvalidRequest for one that cannot be read."""
        ...

    async def examine_sound(self, sound: SoundFile) -> ExaminedSound:
        """Place a sound that is to be kept and tell what its file is. Raises InvalidRequest for one that cannot be."""
        ...

    async def picture(self, order: PictureOrder) -> MadePicture:
        """Draw one sprite or background."""
        ...

    async def picture_variants(self, order: PictureOrder, noise_seeds: Sequence[int]) -> list[MadePicture]:
        """Draw one picture for each seed, whatever the order's own, at once: sooner than one by one."""
        ...

    async def sound(self, order: SoundOrder) -> MadeSound:
        """Make one sound."""
        ...

    async def sound_variants(self, order: SoundOrder, noise_seeds: Sequence[int]) -> list[MadeSound]:
        """Make one sound for each seed, whatever the order's own, at once: sooner than one by one."""
        ...

    def status(self) -> tuple[EngineStatus, ...]:
        """What each engine is doing now."""
        ...
