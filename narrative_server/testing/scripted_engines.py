"""Engines without models: the whole story layer, and a whole server, in one process and in milliseconds.

A game's tests give them a script, faults to answer with, gates to hold them at, and read from the counters whether
anything still runs. Implements `story.engines.Engines`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Literal

from narrative_server.dialogue.types import DialogueEvent, DialogueRequest, LineDelta, SoundProposed
from narrative_server.semantics.types import PictureAnalysis, PictureFile, Places
from narrative_server.sounds.types import ExaminedSound, SoundFile, SoundPlaces
from narrative_server.story.engines import (
    Embedding,
    EngineStatus,
    MadePicture,
    MadeSound,
    PictureOrder,
    SoundOrder,
    SoundReading,
    TextReading,
)
from narrative_server.testing.scripted_lines import (
    Script,
    check_script,
    count_tokens,
    propose_sounds,
    stream_line,
    write_lines,
)
from narrative_server.testing.scripted_media import draw_picture, make_sound
from narrative_server.testing.scripted_pictures import place_all, read_picture
from narrative_server.testing.scripted_reading import embed_text, read_text
from narrative_server.testing.scripted_sounds import examine_sound, place_sounds, read_sound_words

EngineName = Literal["dialogue", "semantics", "images", "sounds"]
ENGINE_NAMES: Final[tuple[EngineName, ...]] = ("dialogue", "semantics", "images", "sounds")
_FAULT_NAMES: Final = frozenset((*ENGINE_NAMES, "background", "sprite"))


@dataclass
class CallCounter:
    """How many calls of one engine began, run now, ended well, failed and were cancelled."""

    started: int = 0
    active: int = 0
    finished: int = 0
    failed: int = 0
    cancelled: int = 0


class ScriptedEngines:
    """Deterministic stand-ins for all four engines.

    script: lines by event sentence (`dialogue.scripted.read_script` reads them from a file); other events get
    made-up lines. delta_delay_ms: pause before each word.
    fail: what to raise instead of working, by engine name ("dialogue", "semantics", "images", "sounds") or by
    "background" or "sprite" alone; it may be changed while the engines run.
    fail_after_lines: with a dialogue fault, so many lines are finished first.
    gates: an engine waits at its gate until the event is set, once a call (dialogue: before its first word).
    sounds: what the dialogue engine proposes after its lines, by event sentence.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        delta_delay_ms: float = 0.0,
        fail: Mapping[str, Exception] | None = None,
        fail_after_lines: int = 0,
        gates: Mapping[str, asyncio.Event] | None = None,
        sounds: Mapping[str, Sequence[SoundProposed]] | None = None,
    ) -> None:
        for name in (*(fail or {}), *(gates or {})):
            if name not in _FAULT_NAMES:
                raise ValueError(f"engine is {name!r}; legal: {', '.join(sorted(_FAULT_NAMES))}")
        if not 0 <= delta_delay_ms < float("inf"):
            raise ValueError(f"delta_delay_ms is {delta_delay_ms!r}; legal: 0 or more")
        self.script: Script = script or {}
        check_script(self.script)
        self.sounds = dict(sounds or {})
        self.silent_after_opening = False
        """Set it to have nothing left to say after an opening, as a model may find."""
        self.trimmed = False
        """Set it to have the context told as shortened, as by a model whose memory is too small."""
        self.delta_delay_ms = delta_delay_ms
        self.fail: dict[str, Exception] = dict(fail or {})
        self.fail_after_lines = fail_after_lines
        self.gates: dict[str, asyncio.Event] = dict(gates or {})
        self.calls: dict[EngineName, CallCounter] = {name: CallCounter() for name in ENGINE_NAMES}
        self.requests: list[DialogueRequest] = []
        """Every request for lines, in order, to look at what the story layer asked."""
        self.orders: list[PictureOrder | SoundOrder] = []
        """Every order of a picture or sound, in order."""

    @property
    def active(self) -> int:
        """Calls that run now, over all engines: 0 once a beat has ended or was cancelled."""
        return sum(counter.active for counter in self.calls.values())

    async def lines(self, request: DialogueRequest) -> AsyncGenerator[DialogueEvent, None]:
        """Stream the lines of one beat word by word, statistics last."""
        self.requests.append(request)
        with self._counted("dialogue"):
            await self._pass_gate("dialogue")
            lines = [] if self.silent_after_opening and request.opening else write_lines(request, self.script)
            for index, line in enumerate(lines, start=len(request.opening)):
                self._raise_fault_at(index)
                for event in stream_line(index, line):
                    if isinstance(event, LineDelta):
                        # Also without a delay other tasks get their turn, as with an engine behind a pipe.
                        await asyncio.sleep(self.delta_delay_ms / 1000)
                    yield event
            self._raise_fault_at(len(request.opening) + len(lines))
            for sound in propose_sounds(request, self.sounds):
                yield sound
            yield replace(count_tokens(request, lines), trimmed=self.trimmed)

    def _raise_fault_at(self, finished_lines: int) -> None:
        if "dialogue" in self.fail and finished_lines >= self.fail_after_lines:
            raise self.fail["dialogue"]

    async def read(self, text: str) -> TextReading:
        """Read mood, keywords and embedding by word lists and hashes."""
        with self._counted("semantics"):
            await self._begin("semantics")
            return read_text(text)

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed texts by hashing their words; float32 of (384,), unit norm."""
        with self._counted("semantics"):
            await self._begin("semantics")
            return [embed_text(text) for text in texts]

    async def place(self, texts: Sequence[str] = (), pictures: Sequence[PictureFile] = ()) -> Places:
        """Place texts by their words' hashes, pictures by their colours' names; float32 of (N, 256), unit norm."""
        with self._counted("semantics"):
            await self._begin("semantics")
            return place_all(texts, pictures)

    async def read_picture(self, picture: PictureFile) -> PictureAnalysis:
        """Read the names of a picture's commonest colours, and the mood that those words have."""
        with self._counted("semantics"):
            await self._begin("semantics")
            return read_picture(picture)

    async def place_sounds(self, sounds: Sequence[SoundFile] = ()) -> SoundPlaces:
        """Place sounds by the words for their pitch and length; float32 of (N, 256), unit norm."""
        with self._counted("sounds"):
            await self._begin("sounds")
            return place_sounds(sounds)

    async def read_sound(self, sound: SoundFile) -> SoundReading:
        """Read a sound's pitch and length, and the mood that those words have."""
        with self._counted("sounds"):
            await self._begin("sounds")
            return read_sound_words(sound)

    async def examine_sound(self, sound: SoundFile) -> ExaminedSound:
        """Place a sound by its pitch and length, and tell what its file is."""
        with self._counted("sounds"):
            await self._begin("sounds")
            return examine_sound(sound)

    async def picture(self, order: PictureOrder) -> MadePicture:
        """Draw flat shapes chosen by the noise seed."""
        self.orders.append(order)
        with self._counted("images"):
            await self._begin("images", order.medium)
            return draw_picture(order)

    async def picture_variants(self, order: PictureOrder, noise_seeds: Sequence[int]) -> list[MadePicture]:
        """Draw flat shapes chosen by each seed; one order and one call for each picture."""
        return [await self.picture(replace(order, noise_seed=seed)) for seed in noise_seeds]

    async def sound(self, order: SoundOrder) -> MadeSound:
        """Make a fading tone chosen by the noise seed."""
        self.orders.append(order)
        with self._counted("sounds"):
            await self._begin("sounds")
            return make_sound(order)

    async def sound_variants(self, order: SoundOrder, noise_seeds: Sequence[int]) -> list[MadeSound]:
        """Make a fading tone chosen by each seed; one order and one call for each sound."""
        return [await self.sound(replace(order, noise_seed=seed)) for seed in noise_seeds]

    def status(self) -> tuple[EngineStatus, ...]:
        """All ready, with the calls that run."""
        return tuple(
            EngineStatus(name, "scripted", "scripted", "ready", active=self.calls[name].active) for name in ENGINE_NAMES
        )

    async def _begin(self, *names: str) -> None:
        for name in names:
            await self._pass_gate(name)
            if name in self.fail:
                raise self.fail[name]

    async def _pass_gate(self, name: str) -> None:
        if name in self.gates:
            await self.gates[name].wait()
        else:
            await asyncio.sleep(0)

    @contextmanager
    def _counted(self, name: EngineName) -> Iterator[None]:
        counter = self.calls[name]
        counter.started += 1
        counter.active += 1
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            counter.cancelled += 1
            raise
        except BaseException:
            counter.failed += 1
            raise
        else:
            counter.finished += 1
        finally:
            counter.active -= 1
