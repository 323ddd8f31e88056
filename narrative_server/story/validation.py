"""Whether a request is legal, before anything is spent on it. Pure functions on the types of `request`.

Each raises one InvalidRequest with every fault that it found; the rules are the contracts' comments, the numbers those
of `Limits`. What depends on a session (does a name alone match its cast?) is for whoever has the session.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final, Literal

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.images.scaling import scales_by
from narrative_server.images.style import palette_faults, style_faults
from narrative_server.images.types import OUTLINES, SCALINGS, StyleCode
from narrative_server.sounds.files import encodings
from narrative_server.story.checks import PLAYER, Checks, name_key, shown
from narrative_server.story.controls import check_controls
from narrative_server.story.limits import Limits
from narrative_server.story.request import (
    BeatRequest,
    LinesRequest,
    MoodWish,
    PictureFormat,
    PictureWish,
    ReviseRequest,
    SoundFormat,
    SoundWish,
    StoryContext,
    Trigger,
)
from narrative_server.story.session import Rating

PICTURE_ENCODINGS: Final = ("png", "rgba32")
SAMPLE_RATES_HZ: Final = (22050, 44100, 48000)

_KIND: Final = re.compile(r"[a-z0-9_]*")


def validate_beat(request: BeatRequest, limits: Limits) -> None:
    """Check a beat: PlayBeatRequest."""
    checks = Checks()
    _story(checks, request, limits)
    _trigger(checks, request.trigger, limits, optional=request.continue_beat)
    checks.text("place", request.place, limits.max_place_chars)
    _cast(checks, "cast", request.cast, 0, limits.max_cast, limits)
    _facts(checks, "facts", request.facts, limits.max_facts, limits)
    checks.text("player_line", request.player_line, limits.max_player_line_chars)
    _mood(checks, request.mood)
    media = request.media
    _picture_format(checks, "media.background_format", media.background_format, "background", limits)
    _picture_format(checks, "media.sprite_format", media.sprite_format, "sprite", limits)
    _sound_format(checks, "media.sound_format", media.sound_format)
    _lengths(checks, request.max_lines, request.max_words, request.seed, limits)
    check_controls(checks, "controls", request.controls, limits)
    if request.continue_beat and request.session_id is None:
        checks.add("continue_beat", "is true without session_id", "false for an inline beat, which follows no other")
    if request.idempotency_key:
        _key(checks, request.idempotency_key, limits)
        if request.session_id is None:
            problem = f"is {shown(request.idempotency_key)} without session_id"
            checks.add("idempotency_key", problem, "unset for an inline beat, which is not stored")
    checks.close()


def validate_revision(request: ReviseRequest, limits: Limits) -> None:
    """Check what is to be kept and changed: ReviseBeatRequest. Whether the beat has those parts is told later."""
    checks = Checks()
    revision = request.revision
    checks.id("session_id", request.session_id, limits.max_id_chars)
    checks.id("beat_id", revision.beat_id, limits.max_id_chars)
    checks.count("locked", len(revision.locked_lines) + len(revision.locked_keys), 0, limits.max_locked)
    checks.count("edits", len(revision.edits), 0, limits.max_lines)
    taken = dict.fromkeys(revision.locked_lines, "is locked")
    for index, edit in enumerate(revision.edits[: limits.max_lines]):
        entry = f"edits[{index}]"
        if edit.line in taken:
            checks.add(f"{entry}.line", f"is {edit.line}, which {taken[edit.line]} already", "a line that is neither")
        taken[edit.line] = "is edited"
        checks.text(f"{entry}.text", edit.text, limits.max_line_chars, required=True)
        checks.emotion(f"{entry}.emotion", edit.emotion)
    checks.seed("seed", request.seed)
    check_controls(checks, "controls", request.controls, limits)
    if request.idempotency_key:
        _key(checks, request.idempotency_key, limits)
    checks.close()


def validate_lines(request: LinesRequest, limits: Limits) -> None:
    """Check lines alone: GenerateLinesRequest."""
    checks = Checks()
    _cast(checks, "cast", request.cast, 1, limits.max_cast, limits)
    checks.text("event", request.event, limits.max_event_chars, required=True)
    checks.text("world", request.world, limits.max_world_chars, multiline=True)
    checks.text("place", request.place, limits.max_place_chars)
    _history(checks, "history", request.history, limits)
    _facts(checks, "facts", request.facts, limits.max_lines_facts, limits)
    checks.text("player_line", request.player_line, limits.max_player_line_chars)
    _mood(checks, request.mood)
    _lengths(checks, request.max_lines, request.max_words, request.seed, limits)
    check_controls(checks, "controls", request.controls, limits)
    checks.close()


def validate_picture(wish: PictureWish, medium: Literal["sprite", "background"], limits: Limits) -> None:
    """Check pictures alone: GenerateSpriteRequest or GenerateBackgroundRequest."""
    checks = Checks()
    checks.text("text", wish.text, limits.max_picture_text_chars, required=True)
    _mood(checks, wish.mood)
    _picture_format(checks, "format", wish.format, medium, limits, alone=True)
    checks.whole("variants", wish.variants, 1, limits.max_variants, unset=0)
    checks.seed("seed", wish.seed)
    _style(checks, "style", wish.style_words, wish.style, limits)
    checks.close()


def validate_sound(wish: SoundWish, limits: Limits) -> None:
    """Check sounds alone: GenerateSoundRequest."""
    checks = Checks()
    checks.text("text", wish.text, limits.max_sound_text_chars, required=True)
    checks.whole("duration_ms", wish.duration_ms, limits.min_sound_ms, limits.max_sound_ms, unset=0)
    checks.number("intensity", wish.intensity, 0.0, 1.0)
    _mood(checks, wish.mood)
    _sound_format(checks, "format", wish.format)
    checks.whole("variants", wish.variants, 1, limits.max_variants, unset=0)
    checks.seed("seed", wish.seed)
    checks.close()


def validate_text_for_analysis(text: str, limits: Limits) -> None:
    """Check a text to analyse: AnalyzeRequest. It may have any number of lines."""
    checks = Checks()
    checks.text("text", text, limits.max_analysis_chars, required=True, multiline=True)
    checks.close()


def validate_context(context: StoryContext, field_prefix: str, limits: Limits) -> None:
    """Check a story's fixed part. field_prefix: where it stands in the request, such as "context"."""
    checks = Checks()
    _context(checks, field_prefix, context, limits)
    checks.close()


def validate_new_session(session_id: str, title: str, context: StoryContext, limits: Limits) -> None:
    """Check a session to create: CreateSessionRequest. session_id empty: the server makes one."""
    checks = Checks()
    if session_id:
        checks.id("session_id", session_id, limits.max_id_chars)
    checks.text("title", title, limits.max_title_chars)
    _context(checks, "context", context, limits)
    checks.close()


def validate_fork(session_id: str, after_beat_id: str, new_session_id: str, title: str, limits: Limits) -> None:
    """Check a fork: ForkSessionRequest. All but session_id may be empty."""
    checks = Checks()
    checks.id("session_id", session_id, limits.max_id_chars)
    for field, value in (("after_beat_id", after_beat_id), ("new_session_id", new_session_id)):
        if value:
            checks.id(field, value, limits.max_id_chars)
    checks.text("title", title, limits.max_title_chars)
    checks.close()


def validate_id(value: str, field: str, limits: Limits) -> None:
    """Check the id of a session, beat or asset."""
    checks = Checks()
    checks.id(field, value, limits.max_id_chars)
    checks.close()


def validate_session_id(session_id: str, limits: Limits) -> None:
    """Check the id of a session that should exist."""
    validate_id(session_id, "session_id", limits)


def validate_page(page_size: int, page_token: str, limits: Limits) -> None:
    """Check what a list is asked for. page_size 0: limits.default_page_size."""
    checks = Checks()
    checks.whole("page_size", page_size, 1, limits.max_page_size, unset=0)
    checks.text("page_token", page_token, limits.max_page_token_chars)
    checks.close()


def validate_rating(rating: Rating, limits: Limits) -> None:
    """Check a rating: RateBeatRequest. Whether the beat has that line or key is for the store to say."""
    checks = Checks()
    checks.id("session_id", rating.session_id, limits.max_id_chars)
    checks.id("beat_id", rating.beat_id, limits.max_id_chars)
    if rating.line is not None:
        checks.whole("part.line", rating.line, 0, limits.max_lines - 1)
    checks.text("part.key", rating.key, limits.max_key_chars)
    checks.number("score", rating.score, -1.0, 1.0)
    checks.count("tags", len(rating.tags), 0, limits.max_tags)
    for index, tag in enumerate(rating.tags[: limits.max_tags]):
        checks.text(f"tags[{index}]", tag, limits.max_tag_chars, required=True)
    checks.text("better_text", rating.better_text, limits.max_line_chars)
    checks.close()


def _story(checks: Checks, request: BeatRequest, limits: Limits) -> None:
    if (request.session_id is None) == (request.inline is None):
        problem = "is not set" if request.inline is None else "is set twice"
        checks.add("story", problem, "one of session_id and inline")
    if request.session_id is not None:
        checks.id("session_id", request.session_id, limits.max_id_chars)
    if request.inline is not None:
        _context(checks, "inline.context", request.inline.context, limits)
        _history(checks, "inline.history", request.inline.history, limits)


def _key(checks: Checks, key: str, limits: Limits) -> None:
    checks.text("idempotency_key", key, limits.max_idempotency_key_chars, required=True)


def _trigger(checks: Checks, trigger: Trigger, limits: Limits, *, optional: bool) -> None:
    if optional and trigger == Trigger(""):
        return
    if len(trigger.kind) > limits.max_kind_chars or not _KIND.fullmatch(trigger.kind):
        legal = f"0 to {limits.max_kind_chars} characters of a-z, 0-9 and _"
        checks.add("trigger.kind", f"is {shown(trigger.kind)}", legal)
    checks.text("trigger.event", trigger.event, limits.max_event_chars, required=True)
    checks.count("trigger.parameters", len(trigger.parameters), 0, limits.max_parameters)
    for key, value in islice(trigger.parameters.items(), limits.max_parameters):
        checks.text("trigger.parameters", key, limits.max_parameter_key_chars, required=True)
        checks.text(f"trigger.parameters[{shown(key)}]", value, limits.max_parameter_value_chars)


def _context(checks: Checks, prefix: str, context: StoryContext, limits: Limits) -> None:
    checks.text(f"{prefix}.world", context.world, limits.max_world_chars, multiline=True)
    _cast(checks, f"{prefix}.cast", context.cast, 0, limits.max_story_cast, limits)
    _facts(checks, f"{prefix}.facts", context.facts, limits.max_story_facts, limits)
    _style(checks, f"{prefix}.style", context.style_words, context.style, limits)
    checks.seed(f"{prefix}.seed", context.seed)
    check_controls(checks, f"{prefix}.controls", context.controls, limits)


def _cast(checks: Checks, field: str, cast: Sequence[Character], low: int, high: int, limits: Limits) -> None:
    checks.count(field, len(cast), low, high)
    taken = {name_key(PLAYER): "the player's"}
    for index, character in enumerate(cast[:high]):  # what is over the limit is refused already
        entry = f"{field}[{index}]"
        if checks.name(f"{entry}.name", character.name, limits.max_name_chars):
            key = name_key(character.name)
            if key in taken:
                problem = f"is {shown(character.name)}, which is {taken[key]}"
                checks.add(f"{entry}.name", problem, "a name that nobody else has")
            taken.setdefault(key, f"{field}[{index}]'s")
        checks.text(f"{entry}.persona", character.persona, limits.max_persona_chars, multiline=True)
        checks.text(f"{entry}.look", character.look, limits.max_look_chars)
        checks.text(f"{entry}.voice", character.voice, limits.max_voice_chars)


def _history(checks: Checks, field: str, history: Sequence[HistoryLine], limits: Limits) -> None:
    checks.count(field, len(history), 0, limits.max_history)
    for index, line in enumerate(history[: limits.max_history]):
        checks.name(f"{field}[{index}].speaker", line.speaker, limits.max_name_chars)
        checks.text(f"{field}[{index}].text", line.text, limits.max_line_chars, required=True)


def _facts(checks: Checks, field: str, facts: Sequence[str], maximum: int, limits: Limits) -> None:
    checks.count(field, len(facts), 0, maximum)
    for index, fact in enumerate(facts[:maximum]):
        checks.text(f"{field}[{index}]", fact, limits.max_fact_chars)


def _mood(checks: Checks, mood: MoodWish) -> None:
    checks.emotion("mood.emotion", mood.emotion)
    checks.number("mood.intensity", mood.intensity, 0.0, 1.0)


def _lengths(checks: Checks, max_lines: int | None, max_words: int | None, seed: int | None, limits: Limits) -> None:
    checks.whole("max_lines", max_lines, 1, limits.max_lines)
    checks.whole("max_words", max_words, limits.min_words, limits.max_words)
    checks.seed("seed", seed)


def _style(checks: Checks, field: str, words: str, code: StyleCode | None, limits: Limits) -> None:
    checks.text(f"{field}.words", words, limits.max_style_words_chars)
    if code is not None:
        checks.violations.extend(style_faults(code, f"{field}.numbers"))


def _picture_format(
    checks: Checks, field: str, wanted: PictureFormat, medium: str, limits: Limits, *, alone: bool = False
) -> None:
    """alone: it is asked for by GenerateSprite or GenerateBackground, not in a beat."""
    checks.choice(f"{field}.encoding", wanted.encoding, PICTURE_ENCODINGS)
    checks.whole(f"{field}.colours", wanted.colours, limits.min_colours, limits.max_colours, unset=0)
    if medium == "sprite":
        width_px = height_px = limits.sprite_side_px
        largest = limits.max_sprite_side_px // width_px
    else:
        width_px, height_px = limits.background_width_px, limits.background_height_px
        largest = min(limits.max_background_width_px // width_px, limits.max_background_height_px // height_px)
    width_ok = _side(checks, f"{field}.width_px", wanted.width_px, width_px, largest)
    height_ok = _side(checks, f"{field}.height_px", wanted.height_px, height_px, largest)
    if width_ok and height_ok and wanted.width_px and wanted.height_px:
        fitting = wanted.width_px // width_px * height_px
        if wanted.height_px != fitting:
            problem = f"is {wanted.height_px} with width_px {wanted.width_px}"
            checks.add(f"{field}.height_px", problem, f"{fitting}, or 0 to follow width_px")
    if width_ok and height_ok:
        factor = wanted.width_px // width_px or wanted.height_px // height_px or 1
        _finish(checks, field, wanted, medium, factor)
    if wanted.trimmed and not (alone and medium == "sprite"):
        checks.add(f"{field}.trimmed", "is true", "false; only GenerateSprite trims")


def _finish(checks: Checks, field: str, wanted: PictureFormat, medium: str, factor: int) -> None:
    checks.violations.extend(palette_faults(wanted.palette, f"{field}.palette"))
    if wanted.palette and wanted.colours:
        checks.add(f"{field}.palette", f"is set with colours {wanted.colours}", "one of palette and colours")
    if checks.choice(f"{field}.scaling", wanted.scaling, SCALINGS) and not scales_by(factor, wanted.scaling):
        legal = "nearest, or a multiple of 2 or 3 times the native size"
        checks.add(f"{field}.scaling", f"is {wanted.scaling} at {factor} times the native size", legal)
    checks.choice(f"{field}.outline", wanted.outline, ("", *OUTLINES))
    if wanted.outline and medium != "sprite":
        checks.add(f"{field}.outline", f"is {wanted.outline}", "unset for a background")
    if wanted.tiled and medium != "background":
        checks.add(f"{field}.tiled", "is true", "false for a sprite")


def _side(checks: Checks, field: str, value: int, native: int, largest: int) -> bool:
    legal = value == 0 or (0 < value <= native * largest and value % native == 0)
    if not legal:
        checks.add(field, f"is {shown(value)}", f"0 (unset) or a multiple of {native}, up to {native * largest}")
    return legal


def _sound_format(checks: Checks, field: str, wanted: SoundFormat) -> None:
    checks.choice(f"{field}.encoding", wanted.encoding, encodings())
    checks.choice(f"{field}.sample_rate_hz", wanted.sample_rate_hz, (0, *SAMPLE_RATES_HZ))
    checks.choice(f"{field}.channels", wanted.channels, (0, 1, 2))
