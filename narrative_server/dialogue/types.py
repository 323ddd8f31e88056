"""What a dialogue engine is asked and what it streams back. Knows nothing of sessions, gRPC or models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import CancelToken


@dataclass(frozen=True)
class Character:
    """Somebody who may speak. `look` is for pictures; `voice` is a note on how they talk."""

    name: str
    persona: str = ""
    look: str = ""
    voice: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """A line spoken earlier; `speaker` is a cast member's name or "Player"."""

    speaker: str
    text: str


@dataclass(frozen=True)
class SpokenLine:
    """A line of this beat; `emotion` is one of semantics.mood.EMOTIONS."""

    speaker: str
    emotion: str
    text: str


@dataclass(frozen=True)
class DialogueRequest:
    """One beat's worth of lines to write.

    max_lines 1..8; max_words a line 1..60; max_sounds 0..3; seed 0..2^63-1; temperature 0 (greedy)..2.
    opening: lines of this beat that stand already; the model goes on after them, and only new lines are streamed, with
    indices that count on. max_lines counts the opening too.
    banned: words that no new line may hold, in any case; a `*` at the end bans every word that begins so.
    avoid: lines that no new line may equal, beside those of `history`; case, punctuation and spaces apart.
    may_repeat: lines may equal any earlier ones.
    deterministic: own slot, no prefix reuse, batch of one, so that equal requests give equal lines.
    """

    cast: tuple[Character, ...]
    event: str
    mood: Mood
    seed: int
    world: str = ""
    place: str = ""
    history: tuple[HistoryLine, ...] = ()
    facts: tuple[str, ...] = ()
    player_line: str = ""
    opening: tuple[SpokenLine, ...] = ()
    banned: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    may_repeat: bool = False
    max_lines: int = 3
    max_words: int = 24
    max_sounds: int = 0
    temperature: float = 0.5
    deterministic: bool = False


@dataclass(frozen=True)
class LineStarted:
    """The model has chosen who speaks next and in which emotion."""

    index: int
    speaker: str
    emotion: str


@dataclass(frozen=True)
class LineDelta:
    """Some more text of the line that was started last; never empty, always whole Unicode characters."""

    index: int
    text: str


@dataclass(frozen=True)
class LineFinished:
    """The whole line: its deltas joined, stripped at both ends."""

    index: int
    speaker: str
    emotion: str
    text: str


SoundWhen = Literal["before", "during", "after"]


@dataclass(frozen=True)
class SoundProposed:
    """After the lines: a sound effect that the model would add, `when` relative to the line of that index."""

    text: str
    line: int
    when: SoundWhen


@dataclass(frozen=True)
class GenerationStats:
    """Comes last: token counts and times of one generation.

    trimmed: whether history, facts or world were shortened to fit the context.
    """

    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    prefill_ms: float
    decode_ms: float
    trimmed: bool = False


DialogueEvent: TypeAlias = LineStarted | LineDelta | LineFinished | SoundProposed | GenerationStats


class DialogueEngine(Protocol):
    """Writes lines. Implementations: llama_cpp, transformers, scripted."""

    name: str
    slots: int
    """How many generations may run at once."""

    def generate(self, request: DialogueRequest, cancel: CancelToken) -> Iterator[DialogueEvent]:
        """Stream one beat's lines; stops within one decode step (or prefill chunk) once `cancel` is set.

        Raises EngineFailed when the model cannot serve this request, Cancelled once cancelled.
        """
        ...

    def close(self) -> None:
        """Free the model."""
        ...
