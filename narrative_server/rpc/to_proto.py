"""Answers of the domain to messages of the contracts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.images.types import StyleCode
from narrative_server.semantics.mood import Mood
from narrative_server.story import request as domain
from narrative_server.story.assets import Asset, PictureAsset, SoundAsset
from narrative_server.story.session import BeatSummary, Session
from narrative_server.story.styles import SettledStyle
from narrative_server.v1 import beat_pb2, common_pb2, library_pb2, story_pb2

PICTURE_ENCODINGS = {
    "png": common_pb2.PICTURE_ENCODING_PNG,
    "rgba32": common_pb2.PICTURE_ENCODING_RGBA32,
}
SOUND_ENCODINGS = {
    "wav_pcm16": common_pb2.SOUND_ENCODING_WAV_PCM16,
    "wav_float32": common_pb2.SOUND_ENCODING_WAV_FLOAT32,
    "ogg_vorbis": common_pb2.SOUND_ENCODING_OGG_VORBIS,
}
FACINGS = {
    "unknown": common_pb2.FACING_UNSPECIFIED,
    "left": common_pb2.FACING_LEFT,
    "right": common_pb2.FACING_RIGHT,
}
OUTLINES = {
    "none": common_pb2.OUTLINE_NONE,
    "dark": common_pb2.OUTLINE_DARK,
    "auto": common_pb2.OUTLINE_AUTO,
}
CONTENT_LEVELS = {
    None: common_pb2.CONTENT_LEVEL_UNSPECIFIED,
    "everyone": common_pb2.CONTENT_LEVEL_EVERYONE,
    "teen": common_pb2.CONTENT_LEVEL_TEEN,
    "mature": common_pb2.CONTENT_LEVEL_MATURE,
}
STATES = {"complete": beat_pb2.BEAT_STATE_COMPLETE, "partial": beat_pb2.BEAT_STATE_PARTIAL}


def emotion(name: str) -> common_pb2.Emotion.ValueType:
    """The number of an emotion's name."""
    return common_pb2.Emotion.Value(f"EMOTION_{name.upper()}")


def mood(value: Mood) -> common_pb2.Mood:
    """Write a Mood with both parts set."""
    return common_pb2.Mood(emotion=emotion(value.emotion), intensity=value.intensity)


def timestamp(value: datetime) -> Timestamp:
    """Write a UTC time."""
    message = Timestamp()
    message.FromDatetime(value)
    return message


def character(value: Character) -> common_pb2.Character:
    """Write a Character."""
    return common_pb2.Character(name=value.name, persona=value.persona, look=value.look, voice=value.voice)


def history(lines: Iterable[HistoryLine]) -> list[common_pb2.HistoryLine]:
    """Write HistoryLines."""
    return [common_pb2.HistoryLine(speaker=line.speaker, text=line.text) for line in lines]


def trigger(value: domain.Trigger) -> beat_pb2.Trigger:
    """Write a Trigger."""
    return beat_pb2.Trigger(event=value.event, kind=value.kind, parameters=value.parameters)


def story_context(value: domain.StoryContext) -> beat_pb2.StoryContext:
    """Write a StoryContext."""
    message = beat_pb2.StoryContext(world=value.world, cast=map(character, value.cast), facts=value.facts)
    if value.style_words:
        message.style.words = value.style_words
    elif value.style is not None:
        message.style.numbers.CopyFrom(style_numbers(value.style))
    if value.seed is not None:
        message.seed = value.seed
    if value.controls != domain.DialogueControls():
        message.controls.CopyFrom(dialogue_controls(value.controls))
    return message


def style_numbers(value: StyleCode) -> common_pb2.StyleNumbers:
    """Write a style with every number set."""
    return common_pb2.StyleNumbers(
        saturation=value.saturation,
        contrast=value.contrast,
        lightness=value.lightness,
        green_red=value.green_red,
        blue_yellow=value.blue_yellow,
        colours=value.colours,
        outline=OUTLINES[value.outline],
        palette=value.palette,
    )


def style_reading(value: SettledStyle) -> common_pb2.StyleReading:
    """Write what a style was read as."""
    return common_pb2.StyleReading(numbers=style_numbers(value.code), words_without_effect=value.without_effect)


def dialogue_controls(value: domain.DialogueControls) -> common_pb2.DialogueControls:
    """Write DialogueControls."""
    return common_pb2.DialogueControls(
        banned_words=value.banned_words,
        content_level=CONTENT_LEVELS[value.content_level],
        temperature=value.temperature,
        avoid_repeats=value.avoid_repeats,
    )


def session(value: Session) -> story_pb2.Session:
    """Write a Session."""
    return story_pb2.Session(
        session_id=value.id,
        title=value.title,
        context=story_context(value.context),
        revision=value.revision,
        place=value.place,
        parent_session_id=value.parent_id,
        create_time=timestamp(value.created_at),
        update_time=timestamp(value.updated_at),
    )


def beat_summary(value: BeatSummary) -> story_pb2.BeatSummary:
    """Write a BeatSummary."""
    return story_pb2.BeatSummary(
        beat_id=value.id,
        index=value.index,
        trigger=trigger(value.trigger),
        place=value.place,
        mood=mood(value.mood),
        lines=history(value.lines),
        state=STATES[value.state],
        create_time=timestamp(value.created_at),
        revised_beat_id=value.revised_beat_id,
        continues=value.continues,
    )


def picture(value: PictureAsset, *, stored: bool = True) -> common_pb2.Picture:
    """Write a Picture; without `stored` it has no asset id."""
    return common_pb2.Picture(
        asset_id=value.id if stored else "",
        data=value.data,
        encoding=PICTURE_ENCODINGS[value.encoding],
        width_px=value.width_px,
        height_px=value.height_px,
        ground_y=value.ground_y,
        facing=FACINGS[value.facing],
        pivot_x=value.pivot_x,
        pivot_y=value.pivot_y,
        text=value.text,
        seed=value.seed,
        trim_left_px=value.trim_left_px,
        trim_top_px=value.trim_top_px,
        score=value.score,
    )


def sound(value: SoundAsset, *, stored: bool = True) -> common_pb2.Sound:
    """Write a Sound; without `stored` it has no asset id."""
    return common_pb2.Sound(
        asset_id=value.id if stored else "",
        data=value.data,
        encoding=SOUND_ENCODINGS[value.encoding],
        duration_ms=value.duration_ms,
        sample_rate_hz=value.sample_rate_hz,
        channels=value.channels,
        peak_dbfs=value.peak_dbfs,
        loudness_lufs=value.loudness_lufs,
        text=value.text,
        seed=value.seed,
        sample_count=value.sample_count,
        loop_start_sample=value.loop_start,
        loop_end_sample=value.loop_end,
        score=value.score,
    )


def asset(value: Asset, session_id: str, created_at: datetime) -> library_pb2.Asset:
    """Write an Asset with its bytes."""
    message = library_pb2.Asset(
        asset_id=value.id, session_id=session_id, text=value.text, create_time=timestamp(created_at)
    )
    if isinstance(value, SoundAsset):
        message.sound.CopyFrom(sound(value))
    elif value.medium == "background":
        message.background.CopyFrom(picture(value))
    else:
        message.sprite.CopyFrom(picture(value))
    return message
