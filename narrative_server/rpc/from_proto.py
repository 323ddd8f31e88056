"""Requests of the contracts to requests of the domain. Checks only what the domain cannot see: enum numbers and
one-ofs; everything else is checked by `story.validation`, under the same field names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from narrative_server.dialogue.content import ContentLevel
from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.images.palette_files import read_palette_file, read_palette_text
from narrative_server.images.style_reference import read_reference
from narrative_server.images.types import StyleCode
from narrative_server.story import request as domain
from narrative_server.v1 import beat_pb2, common_pb2, dialogue_pb2, image_pb2, sound_pb2, story_pb2

T = TypeVar("T")

EMOTIONS: Mapping[int, str | None] = {
    common_pb2.EMOTION_UNSPECIFIED: None,
    common_pb2.EMOTION_NEUTRAL: "neutral",
    common_pb2.EMOTION_JOY: "joy",
    common_pb2.EMOTION_SADNESS: "sadness",
    common_pb2.EMOTION_ANGER: "anger",
    common_pb2.EMOTION_FEAR: "fear",
    common_pb2.EMOTION_DISGUST: "disgust",
    common_pb2.EMOTION_SURPRISE: "surprise",
}
PICTURE_ENCODINGS: Mapping[int, str] = {
    common_pb2.PICTURE_ENCODING_UNSPECIFIED: "png",
    common_pb2.PICTURE_ENCODING_PNG: "png",
    common_pb2.PICTURE_ENCODING_RGBA32: "rgba32",
}
OUTLINES: Mapping[int, str] = {
    common_pb2.OUTLINE_UNSPECIFIED: "",
    common_pb2.OUTLINE_NONE: "none",
    common_pb2.OUTLINE_DARK: "dark",
    common_pb2.OUTLINE_AUTO: "auto",
}
SCALINGS: Mapping[int, str] = {
    common_pb2.SCALING_UNSPECIFIED: "nearest",
    common_pb2.SCALING_NEAREST: "nearest",
    common_pb2.SCALING_SCALE2X: "scale2x",
}
CONTENT_LEVELS: Mapping[int, ContentLevel | None] = {
    common_pb2.CONTENT_LEVEL_UNSPECIFIED: None,
    common_pb2.CONTENT_LEVEL_EVERYONE: "everyone",
    common_pb2.CONTENT_LEVEL_TEEN: "teen",
    common_pb2.CONTENT_LEVEL_MATURE: "mature",
}
SOUND_ENCODINGS: Mapping[int, str] = {
    common_pb2.SOUND_ENCODING_UNSPECIFIED: "wav_pcm16",
    common_pb2.SOUND_ENCODING_WAV_PCM16: "wav_pcm16",
    common_pb2.SOUND_ENCODING_WAV_FLOAT32: "wav_float32",
    common_pb2.SOUND_ENCODING_OGG_VORBIS: "ogg_vorbis",
}


def beat_request(message: beat_pb2.PlayBeatRequest) -> domain.BeatRequest:
    """Read a PlayBeatRequest."""
    story = message.WhichOneof("story")
    return domain.BeatRequest(
        trigger=trigger(message.trigger),
        session_id=message.session_id if story == "session_id" else None,
        inline=inline_story(message.inline) if story == "inline" else None,
        place=message.place,
        cast=cast(message.cast),
        facts=tuple(message.facts),
        player_line=message.player_line,
        mood=mood(message.mood, "mood"),
        media=wanted_media(message.media),
        max_lines=message.max_lines if message.HasField("max_lines") else None,
        max_words=message.max_words if message.HasField("max_words") else None,
        seed=message.seed if message.HasField("seed") else None,
        regenerate=message.regenerate,
        idempotency_key=message.idempotency_key,
        deterministic=message.deterministic,
        controls=dialogue_controls(message.controls, "controls"),
        continue_beat=message.continue_beat,
    )


def revise_request(message: story_pb2.ReviseBeatRequest) -> domain.ReviseRequest:
    """Read a ReviseBeatRequest."""
    for index, part in enumerate(message.locked):
        if part.WhichOneof("part") is None:
            raise InvalidRequest([FieldViolation(f"locked[{index}].part", "is not set", "one of line, key")])
    lines = tuple(part.line for part in message.locked if part.WhichOneof("part") == "line")
    keys = tuple(part.key for part in message.locked if part.WhichOneof("part") == "key")
    edits = [
        domain.LineEdit(edit.line, edit.text.strip(), emotion(edit.emotion, f"edits[{index}].emotion"))
        for index, edit in enumerate(message.edits)
    ]
    return domain.ReviseRequest(
        session_id=message.session_id,
        revision=domain.Revision(message.beat_id, lines, keys, tuple(edits)),
        seed=message.seed if message.HasField("seed") else None,
        idempotency_key=message.idempotency_key,
        controls=dialogue_controls(message.controls, "controls"),
    )


def trigger(message: beat_pb2.Trigger) -> domain.Trigger:
    """Read a Trigger."""
    return domain.Trigger(message.event, message.kind, dict(message.parameters))


def inline_story(message: beat_pb2.InlineStory) -> domain.InlineStory:
    """Read an InlineStory."""
    return domain.InlineStory(story_context(message.context, "inline.context"), history(message.history))


def story_context(message: beat_pb2.StoryContext, field: str) -> domain.StoryContext:
    """Read a StoryContext that stands at `field` of its request."""
    return domain.StoryContext(
        world=message.world,
        cast=cast(message.cast),
        facts=tuple(message.facts),
        style_words=message.style.words,
        style=style_numbers(message.style, f"{field}.style"),
        seed=message.seed if message.HasField("seed") else None,
        controls=dialogue_controls(message.controls, f"{field}.controls"),
    )


def dialogue_controls(message: common_pb2.DialogueControls, field: str) -> domain.DialogueControls:
    """Read DialogueControls that stand at `field`."""
    level = _enum(CONTENT_LEVELS, message.content_level, f"{field}.content_level", common_pb2.ContentLevel.keys())
    return domain.DialogueControls(
        banned_words=tuple(message.banned_words),
        content_level=level,
        temperature=message.temperature if message.HasField("temperature") else None,
        avoid_repeats=message.avoid_repeats if message.HasField("avoid_repeats") else None,
    )


def style_numbers(message: common_pb2.Style, field: str) -> StyleCode | None:
    """Read the numbers of a Style that stands at `field`, or those of its reference picture; None for words."""
    source = message.WhichOneof("source")
    if source == "reference_png":
        return read_reference(message.reference_png, f"{field}.reference_png")
    if source != "numbers":
        return None
    given, plain = message.numbers, StyleCode()
    return StyleCode(
        saturation=given.saturation if given.HasField("saturation") else plain.saturation,
        contrast=given.contrast if given.HasField("contrast") else plain.contrast,
        lightness=given.lightness if given.HasField("lightness") else plain.lightness,
        green_red=given.green_red if given.HasField("green_red") else plain.green_red,
        blue_yellow=given.blue_yellow if given.HasField("blue_yellow") else plain.blue_yellow,
        colours=given.colours,
        outline=outline(given.outline, f"{field}.numbers.outline") or plain.outline,
        palette=tuple(given.palette),
    )


def outline(number: int, field: str) -> str:
    """Read an Outline that stands at `field`; empty for UNSPECIFIED."""
    return _enum(OUTLINES, number, field, common_pb2.Outline.keys())


def palette(message: common_pb2.Palette, field: str) -> tuple[int, ...]:
    """Read a Palette that stands at `field`: colours 0xRRGGBB."""
    source = message.WhichOneof("source")
    if source is None:
        raise InvalidRequest([FieldViolation(f"{field}.source", "is not set", "one of hex, file")])
    if source == "hex":
        return read_palette_text(message.hex, f"{field}.hex")
    return read_palette_file(message.file, f"{field}.file")


def cast(messages: Sequence[common_pb2.Character]) -> tuple[Character, ...]:
    """Read Characters."""
    return tuple(Character(one.name.strip(), one.persona, one.look, one.voice) for one in messages)


def history(messages: Sequence[common_pb2.HistoryLine]) -> tuple[HistoryLine, ...]:
    """Read HistoryLines."""
    return tuple(HistoryLine(line.speaker, line.text) for line in messages)


def mood(message: common_pb2.Mood, field: str) -> domain.MoodWish:
    """Read a Mood."""
    intensity = message.intensity if message.HasField("intensity") else None
    return domain.MoodWish(emotion(message.emotion, f"{field}.emotion"), intensity)


def emotion(number: int, field: str) -> str | None:
    """Read an Emotion; None for UNSPECIFIED."""
    return _enum(EMOTIONS, number, field, common_pb2.Emotion.keys())


def wanted_media(message: beat_pb2.WantedMedia) -> domain.WantedMedia:
    """Read WantedMedia."""
    return domain.WantedMedia(
        background=message.background if message.HasField("background") else True,
        sprites=message.sprites if message.HasField("sprites") else True,
        sounds=message.sounds if message.HasField("sounds") else True,
        background_format=picture_format(message.background_format, "media.background_format"),
        sprite_format=picture_format(message.sprite_format, "media.sprite_format"),
        sound_format=sound_format(message.sound_format, "media.sound_format"),
    )


def picture_format(message: common_pb2.PictureFormat, field: str) -> domain.PictureFormat:
    """Read a PictureFormat that stands at `field`."""
    names = common_pb2.PictureEncoding.keys()
    encoding = _enum(PICTURE_ENCODINGS, message.encoding, f"{field}.encoding", names)
    return domain.PictureFormat(
        encoding=encoding,
        width_px=message.width_px,
        height_px=message.height_px,
        colours=message.colours,
        palette=palette(message.palette, f"{field}.palette") if message.HasField("palette") else (),
        scaling=_enum(SCALINGS, message.scaling, f"{field}.scaling", common_pb2.Scaling.keys()),
        outline=outline(message.outline, f"{field}.outline"),
        trimmed=message.trimmed,
        tiled=message.tiled,
    )


def sound_format(message: common_pb2.SoundFormat, field: str) -> domain.SoundFormat:
    """Read a SoundFormat that stands at `field`."""
    encoding = _enum(SOUND_ENCODINGS, message.encoding, f"{field}.encoding", common_pb2.SoundEncoding.keys())
    return domain.SoundFormat(encoding, message.sample_rate_hz, message.channels, message.looped)


def lines_request(message: dialogue_pb2.GenerateLinesRequest) -> domain.LinesRequest:
    """Read a GenerateLinesRequest."""
    return domain.LinesRequest(
        cast=cast(message.cast),
        event=message.event,
        world=message.world,
        place=message.place,
        history=history(message.history),
        facts=tuple(message.facts),
        player_line=message.player_line,
        mood=mood(message.mood, "mood"),
        max_lines=message.max_lines if message.HasField("max_lines") else None,
        max_words=message.max_words if message.HasField("max_words") else None,
        seed=message.seed if message.HasField("seed") else None,
        deterministic=message.deterministic,
        controls=dialogue_controls(message.controls, "controls"),
    )


def picture_wish(
    message: image_pb2.GenerateSpriteRequest | image_pb2.GenerateBackgroundRequest,
) -> domain.PictureWish:
    """Read a GenerateSpriteRequest or GenerateBackgroundRequest."""
    return domain.PictureWish(
        text=message.text,
        mood=mood(message.mood, "mood"),
        format=picture_format(message.format, "format"),
        variants=message.variants,
        seed=message.seed if message.HasField("seed") else None,
        style_words=message.style.words,
        style=style_numbers(message.style, "style"),
    )


def sound_wish(message: sound_pb2.GenerateSoundRequest) -> domain.SoundWish:
    """Read a GenerateSoundRequest."""
    return domain.SoundWish(
        text=message.text,
        duration_ms=message.duration_ms,
        intensity=message.intensity if message.HasField("intensity") else None,
        format=sound_format(message.format, "format"),
        variants=message.variants,
        seed=message.seed if message.HasField("seed") else None,
        mood=mood(message.mood, "mood"),
    )


def _enum(table: Mapping[int, T], number: int, field: str, names: Sequence[str]) -> T:
    if number in table:
        return table[number]
    raise InvalidRequest([FieldViolation(field, f"is {number}, which names nothing", ", ".join(names))])
