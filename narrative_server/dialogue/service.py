"""The dialogue service that a worker process hosts: one engine, requests checked before it runs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from narrative_server.dialogue.banned import banned_faults
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.repeats import generate_without_repeats
from narrative_server.dialogue.types import DialogueEngine, DialogueEvent, DialogueRequest
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.workers.cancel import CancelToken


class DialogueService:
    """Generates lines with the engine that `config` names."""

    def __init__(self, config: DialogueConfig) -> None:
        """Load the engine. Raises ModelMissing, ModelCorrupt or InvalidConfig."""
        self._engine = build_engine(config)

    def generate(self, payload: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines, GenerationStats last. Raises InvalidRequest, EngineFailed, Cancelled."""
        check_request(payload)
        cancel.check()
        if self._engine.name == "scripted":
            return self._engine.generate(payload, cancel)  # its author decides what comes again
        return generate_without_repeats(self._engine, payload, cancel)

    def close(self) -> None:
        """Free the model."""
        self._engine.close()


def build_engine(config: DialogueConfig) -> DialogueEngine:
    """The engine that `config` names; only its own libraries are imported."""
    if config.engine == "scripted":
        from narrative_server.dialogue.scripted import ScriptedEngine

        return ScriptedEngine(config)
    if config.engine == "llama.cpp":
        from narrative_server.dialogue.llama_cpp import LlamaCppEngine

        return LlamaCppEngine(config)
    from narrative_server.dialogue.transformers_engine import TransformersEngine

    return TransformersEngine(config)


def check_request(request: DialogueRequest) -> None:
    """Raise InvalidRequest, with every fault, for what no engine could serve."""
    faults = [*_cast_faults(request), *_opening_faults(request), *banned_faults(request.banned)]
    if not request.event.strip():
        faults.append(FieldViolation("event", "is empty", "a sentence"))
    for field, value, low, high in (
        ("max_lines", request.max_lines, 1, 8),
        ("max_words", request.max_words, 1, 60),
        ("max_sounds", request.max_sounds, 0, 3),
        ("temperature", request.temperature, 0, 2),
        ("seed", request.seed, 0, 2**63 - 1),
    ):
        if not (math.isfinite(value) and low <= value <= high):
            faults.append(FieldViolation(field, f"is {value!r}", f"{low} to {high}"))
    if faults:
        raise InvalidRequest(faults)


def _opening_faults(request: DialogueRequest) -> Iterator[FieldViolation]:
    names = {who.name for who in request.cast}
    for index, line in enumerate(request.opening):
        if line.speaker not in names:
            yield FieldViolation(f"opening[{index}].speaker", f"is {line.speaker[:40]!r}", "a name of the cast")
        if line.emotion not in EMOTIONS:
            yield FieldViolation(f"opening[{index}].emotion", f"is {line.emotion[:40]!r}", ", ".join(EMOTIONS))
        if not line.text.strip():
            yield FieldViolation(f"opening[{index}].text", "is empty", "a line")
    left = request.max_lines - len(request.opening)
    if request.opening and (left < 0 or (left == 0 and not request.max_sounds)):
        legal = f"fewer lines than max_lines, which is {request.max_lines}, or as many where sounds are asked for"
        yield FieldViolation("opening", f"has {len(request.opening)} lines", legal)


def _cast_faults(request: DialogueRequest) -> Iterator[FieldViolation]:
    if not request.cast:
        yield FieldViolation("cast", "is empty", "one character or more")
    names = [who.name for who in request.cast]
    for index, name in enumerate(names):
        if not name or name != " ".join(name.split()) or not name.isprintable():
            yield FieldViolation(f"cast[{index}].name", f"is {name[:40]!r}", "printable, single spaces, not empty")
        elif name in names[:index]:
            yield FieldViolation(f"cast[{index}].name", f"is {name[:40]!r} twice", "names that differ")
