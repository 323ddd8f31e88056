"""What the story layer is asked: contexts, triggers, wanted media. Field names equal those of the contracts,
so that a violation found here names the field that the caller wrote. None means unset."""

from __future__ import annotations

from dataclasses import dataclass, field

from narrative_server.dialogue.content import ContentLevel
from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.images.types import StyleCode


@dataclass(frozen=True)
class Trigger:
    """What happened in the game."""

    event: str
    kind: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DialogueControls:
    """How lines are written: words that none may hold, the content level, how freely words are drawn (0..2)."""

    banned_words: tuple[str, ...] = ()
    content_level: ContentLevel | None = None
    temperature: float | None = None
    avoid_repeats: bool | None = None

    def over(self, story: DialogueControls) -> DialogueControls:
        """These controls of a beat on those of its `story`: what is set here wins, banned words add up."""
        return DialogueControls(
            banned_words=tuple(dict.fromkeys((*story.banned_words, *self.banned_words))),
            content_level=self.content_level or story.content_level,
            temperature=story.temperature if self.temperature is None else self.temperature,
            avoid_repeats=story.avoid_repeats if self.avoid_repeats is None else self.avoid_repeats,
        )


@dataclass(frozen=True)
class StoryContext:
    """A story's fixed part. `style_words` keeps its pictures alike; `seed` None: drawn by the server.

    style: the numbers of its style; with `style_words`, what those were read as; None: not told or not read yet.
    """

    world: str = ""
    cast: tuple[Character, ...] = ()
    facts: tuple[str, ...] = ()
    style_words: str = ""
    seed: int | None = None
    controls: DialogueControls = DialogueControls()
    style: StyleCode | None = None


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
    """Zero sides: the native size. encoding "png" or "rgba32"; colours 0: the style's, else as generated.

    palette (0xRRGGBB), scaling, outline, trimmed, tiled: see `images.types.Finish`.
    """

    encoding: str = "png"
    width_px: int = 0
    height_px: int = 0
    colours: int = 0
    palette: tuple[int, ...] = ()
    scaling: str = "nearest"
    outline: str = ""
    trimmed: bool = False
    tiled: bool = False


@dataclass(frozen=True)
class SoundFormat:
    """encoding: one of sounds.types.ENCODINGS; sample_rate_hz 0: 22050; channels 0: 1; looped: repeats seamlessly."""

    encoding: str = "wav_pcm16"
    sample_rate_hz: int = 0
    channels: int = 0
    looped: bool = False


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
class LineEdit:
    """Other words for a line of a stored beat. emotion None: as it was."""

    line: int
    text: str
    emotion: str | None = None


@dataclass(frozen=True)
class Revision:
    """What a revised beat was made from: the beat, and which of its parts were kept or edited.

    staging_seed: that of the beat that was played first, so that sprites stand where they stood.
    """

    beat_id: str
    locked_lines: tuple[int, ...] = ()
    locked_keys: tuple[str, ...] = ()
    edits: tuple[LineEdit, ...] = ()
    staging_seed: int = 0


@dataclass(frozen=True)
class ReviseRequest:
    """A stored beat to change: the rest of it is made again."""

    session_id: str
    revision: Revision
    seed: int | None = None
    idempotency_key: str = ""
    controls: DialogueControls = DialogueControls()


@dataclass(frozen=True)
class BeatRequest:
    """One beat, asked for: either `session_id` or `inline` is set.

    revision: only of a stored beat that was made by revising another.
    """

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
    controls: DialogueControls = DialogueControls()
    continue_beat: bool = False
    revision: Revision | None = None


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
    controls: DialogueControls = DialogueControls()


@dataclass(frozen=True)
class PictureWish:
    """Sprites or backgrounds alone. variants 0: one."""

    text: str
    mood: MoodWish = MoodWish()
    format: PictureFormat = PictureFormat()
    variants: int = 0
    seed: int | None = None
    style_words: str = ""
    style: StyleCode | None = None


@dataclass(frozen=True)
class SoundWish:
    """Sounds alone. duration_ms 0: the model chooses; variants 0: one."""

    text: str
    duration_ms: int = 0
    intensity: float | None = None
    format: SoundFormat = SoundFormat()
    variants: int = 0
    seed: int | None = None
    mood: MoodWish = MoodWish()
