"""What the story layer is asked: contexts, triggers, wanted media. Field names equal those of the contracts,
so that a violation found here names the field that the caller wrote. None means unset."""

from __future__ import annotations

from dataclasses import dataclass, field

from narrative_server.dialogue.types import Character, HistoryLine


@dataclass(frozen=True)
class Trigger:
    """What happened in the game."""

    event: str
    kind: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoryContext:
    """A story's fixed part. `style_words` keeps its pictures alike; `seed` None: drawn by the server."""

    world: str = ""
    cast: tuple[Character, ...] = ()
    facts: tuple[str, ...] = ()
    style_words: str = ""
    seed: int | None = None


@dataclass(frozen=True)
class InlineStory:
    """A story told in the request; its beat is not stored."""

    context: StoryContext = StoryContext()
    history: tuple[HistoryLine, ...] = ()


@dataclass(frozen=True)
class MoodWish:
    """The mood as asked for: either part may be left to inference."""

    emotion: str | None = None
    intensity: float | None = None


@dataclass(frozen=True)
class PictureFormat:
    """Zero sides: the native size. encoding "png" or "rgba32"; colours 0: as generated."""

    encoding: str = "png"
    width_px: int = 0
    height_px: int = 0
    colours: int = 0


@dataclass(frozen=True)
class SoundFormat:
    """encoding "wav_pcm16" or "wav_float32"; sample_rate_hz 0: 22050."""

    encoding: str = "wav_pcm16"
    sample_rate_hz: int = 0


@dataclass(frozen=True)
class WantedMedia:
    """Which media a beat should have, and how."""

    background: bool = True
    sprites: bool = True
    sounds: bool = True
    background_format: PictureFormat = PictureFormat()
    sprite_format: PictureFormat = PictureFormat()
    sound_format: SoundFormat = SoundFormat()


@dataclass(frozen=True)
class BeatRequest:
    """One beat, asked for: either `session_id` or `inline` is set."""

    trigger: Trigger
    session_id: str | None = None
    inline: InlineStory | None = None
    place: str = ""
    cast: tuple[Character, ...] = ()
    facts: tuple[str, ...] = ()
    player_line: str = ""
    mood: MoodWish = MoodWish()
    media: WantedMedia = WantedMedia()
    max_lines: int | None = None
    max_words: int | None = None
    seed: int | None = None
    regenerate: bool = False
    idempotency_key: str = ""
    deterministic: bool = False


@dataclass(frozen=True)
class LinesRequest:
    """Lines alone: no pictures, no sounds, no memory."""

    cast: tuple[Character, ...]
    event: str
    world: str = ""
    place: str = ""
    history: tuple[HistoryLine, ...] = ()
    facts: tuple[str, ...] = ()
    player_line: str = ""
    mood: MoodWish = MoodWish()
    max_lines: int | None = None
    max_words: int | None = None
    seed: int | None = None
    deterministic: bool = False


@dataclass(frozen=True)
class PictureWish:
    """Sprites or backgrounds alone. variants 0: one."""

    text: str
    mood: MoodWish = MoodWish()
    format: PictureFormat = PictureFormat()
    variants: int = 0
    seed: int | None = None
    style_words: str = ""


@dataclass(frozen=True)
class SoundWish:
    """Sounds alone. duration_ms 0: the model chooses; variants 0: one."""

    text: str
    duration_ms: int = 0
    intensity: float | None = None
    format: SoundFormat = SoundFormat()
    variants: int = 0
    seed: int | None = None
