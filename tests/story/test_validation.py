"""Every limit of the contracts refuses what is just over it, takes what is just within, and names the field."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrative_server.dialogue.types import Character, HistoryLine
from narrative_server.errors import FieldViolation, InvalidConfig, InvalidRequest
from narrative_server.story.limits import Limits
from narrative_server.story.request import (
    BeatRequest,
    InlineStory,
    LinesRequest,
    MoodWish,
    PictureFormat,
    PictureWish,
    SoundFormat,
    SoundWish,
    StoryContext,
    Trigger,
    WantedMedia,
)
from narrative_server.story.session import Rating
from narrative_server.story.validation import (
    validate_beat,
    validate_context,
    validate_fork,
    validate_lines,
    validate_new_session,
    validate_page,
    validate_picture,
    validate_rating,
    validate_session_id,
    validate_sound,
    validate_text_for_analysis,
)

LIMITS = Limits()
ZOE = Character("Zoë")
BEAT = BeatRequest(Trigger("The player enters the burning village."), session_id="s1")
INLINE = BeatRequest(Trigger("Rain begins."), inline=InlineStory())
LINES = LinesRequest((ZOE,), "Rain begins.")


def violations(validate: Any, *arguments: Any) -> list[FieldViolation]:
    try:
        validate(*arguments, LIMITS)
    except InvalidRequest as error:
        return list(error.violations)
    return []


def faults(validate: Any, *arguments: Any) -> list[str]:
    return [violation.field for violation in violations(validate, *arguments)]


def beat(**changes: Any) -> BeatRequest:
    return replace(BEAT, **changes)


def trigger(**changes: Any) -> BeatRequest:
    return beat(trigger=replace(BEAT.trigger, **changes))


def story(**changes: Any) -> BeatRequest:
    return replace(INLINE, inline=InlineStory(StoryContext(**changes)))


def media(**changes: Any) -> BeatRequest:
    return beat(media=WantedMedia(**changes))


def test_plain_requests_are_legal() -> None:
    for request in (BEAT, INLINE, beat(cast=(ZOE, Character("Ян"))), beat(idempotency_key="k" * 128)):
        assert violations(validate_beat, request) == []
    assert violations(validate_lines, LINES) == []
    assert violations(validate_picture, PictureWish("a fox"), "sprite") == []
    assert violations(validate_sound, SoundWish("a bell")) == []


FILLED = "é" * 5000
TEXTS: list[tuple[Any, str, int]] = [
    (lambda t: trigger(event=t), "trigger.event", 500),
    (lambda t: trigger(parameters={"item": t}), "trigger.parameters['item']", 200),
    (lambda t: trigger(parameters={t: "x"}), "trigger.parameters", 40),
    (lambda t: beat(place=t), "place", 200),
    (lambda t: beat(player_line=t), "player_line", 500),
    (lambda t: beat(facts=("true", t)), "facts[1]", 300),
    (lambda t: beat(idempotency_key=t), "idempotency_key", 128),
    (lambda t: beat(cast=(ZOE, Character(t))), "cast[1].name", 60),
    (lambda t: beat(cast=(Character("A", persona=t),)), "cast[0].persona", 600),
    (lambda t: beat(cast=(Character("A", look=t),)), "cast[0].look", 300),
    (lambda t: beat(cast=(Character("A", voice=t),)), "cast[0].voice", 300),
    (lambda t: story(world=t), "inline.context.world", 2000),
    (lambda t: story(style_words=t), "inline.context.style.words", 200),
    (lambda t: story(facts=(t,)), "inline.context.facts[0]", 300),
    (lambda t: story(cast=(Character("A", look=t),)), "inline.context.cast[0].look", 300),
    (lambda t: replace(INLINE, inline=InlineStory(history=(HistoryLine("A", t),))), "inline.history[0].text", 600),
    (lambda t: replace(INLINE, inline=InlineStory(history=(HistoryLine(t, "x"),))), "inline.history[0].speaker", 60),
]


@pytest.mark.parametrize(("make", "field", "longest"), TEXTS, ids=[field for _, field, _ in TEXTS])
def test_a_text_is_legal_up_to_its_limit(make: Any, field: str, longest: int) -> None:
    assert faults(validate_beat, make(FILLED[:longest])) == []
    found = violations(validate_beat, make(FILLED[: longest + 1]))
    assert found[0].field == field
    assert str(longest + 1) in found[0].problem
    assert str(longest) in found[0].legal
    assert len(found[0].problem) < 120


@pytest.mark.parametrize(("make", "field", "longest"), TEXTS, ids=[field for _, field, _ in TEXTS])
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\ud83e"])
def test_control_characters_and_half_surrogates_are_refused(
    make: Any, field: str, longest: int, character: str
) -> None:
    found = violations(validate_beat, make(f"ab{character}c"))
    assert found[0].field == field
    assert f"U+{ord(character):04X} at character 2" in found[0].problem
    str(found[0]).encode()


@pytest.mark.parametrize("blank", ["", " ", "\u3000\u00a0", "\u200b", "\ufeff\u2060"])
def test_what_cannot_be_seen_counts_as_empty(blank: str) -> None:
    assert faults(validate_beat, trigger(event=blank)) == ["trigger.event"]
    assert faults(validate_beat, beat(cast=(Character(blank),))) == ["cast[0].name"]
    assert faults(validate_lines, replace(LINES, event=blank)) == ["event"]
    assert faults(validate_picture, PictureWish(blank), "sprite") == ["text"]
    assert faults(validate_sound, SoundWish(blank)) == ["text"]
    assert faults(validate_text_for_analysis, blank) == ["text"]


def test_newlines_stand_in_worlds_and_personas_only() -> None:
    assert faults(validate_beat, story(world="a\nb\tc\r\n", cast=(Character("A", persona="a\n- b"),))) == []
    wrong = beat(place="a\nb", facts=("a\u2028b",), cast=(Character("A\n"), Character("B", voice="\t")))
    assert faults(validate_beat, wrong) == ["place", "cast[0].name", "cast[1].voice", "facts[0]"]


@pytest.mark.parametrize("character", ":()[]{}<>*\n\u2029")
def test_a_name_has_none_of_the_characters_that_lines_are_made_of(character: str) -> None:
    assert faults(validate_beat, beat(cast=(Character(f"A{character}b"),))) == ["cast[0].name"]


@pytest.mark.parametrize("name", ["Mr. O'Neil-Smith, Jr.", "Зоя №2", "村長", "R2-D2 & C3", "Ωmega_9!", "🦊"])
def test_names_of_many_kinds_are_legal(name: str) -> None:
    assert faults(validate_beat, beat(cast=(Character(name),))) == []


@pytest.mark.parametrize("twin", ["mia", "MIA", " Mia ", "Ｍｉａ"])
def test_names_that_look_alike_are_refused(twin: str) -> None:
    found = violations(validate_beat, beat(cast=(Character("Mia"), Character("Ben"), Character(twin))))
    assert [(violation.field, "cast[0]'s" in violation.problem) for violation in found] == [("cast[2].name", True)]


@pytest.mark.parametrize("name", ["Player", "player", " PLAYER"])
def test_the_players_name_is_taken(name: str) -> None:
    assert faults(validate_beat, beat(cast=(Character(name),))) == ["cast[0].name"]
    history = InlineStory(history=(HistoryLine(name, "Hello."),))
    assert faults(validate_beat, replace(INLINE, inline=history)) == []


def crowd(count: int) -> tuple[Character, ...]:
    return tuple(Character(f"N{number}") for number in range(count))


COUNTS: list[tuple[Any, str, int]] = [
    (lambda n: beat(cast=crowd(n)), "cast", 6),
    (lambda n: beat(facts=("true",) * n), "facts", 16),
    (lambda n: trigger(parameters={str(i): "x" for i in range(n)}), "trigger.parameters", 16),
    (lambda n: story(cast=crowd(n)), "inline.context.cast", 16),
    (lambda n: story(facts=("true",) * n), "inline.context.facts", 512),
    (lambda n: replace(INLINE, inline=InlineStory(history=(HistoryLine("A", "x"),) * n)), "inline.history", 64),
]


@pytest.mark.parametrize(("make", "field", "most"), COUNTS, ids=[field for _, field, _ in COUNTS])
def test_a_list_is_legal_up_to_its_limit(make: Any, field: str, most: int) -> None:
    assert faults(validate_beat, make(most)) == []
    [violation] = violations(validate_beat, make(most + 1))
    assert (violation.field, violation.problem) == (field, f"has {most + 1} entries")
    assert str(most) in violation.legal


def test_lines_need_somebody_who_speaks() -> None:
    assert faults(validate_lines, replace(LINES, cast=())) == ["cast"]
    assert faults(validate_lines, replace(LINES, cast=crowd(7))) == ["cast"]
    assert faults(validate_lines, replace(LINES, facts=("x",) * 64)) == []
    assert faults(validate_lines, replace(LINES, facts=("x",) * 65, history=(HistoryLine("", ""),))) == [
        "history[0].speaker",
        "history[0].text",
        "facts",
    ]


NUMBERS: list[tuple[Any, str, list[Any], list[Any]]] = [
    (lambda v: beat(max_lines=v), "max_lines", [None, 1, 8], [0, 9, -1, 2**32 - 1]),
    (lambda v: beat(max_words=v), "max_words", [None, 3, 60], [0, 2, 61]),
    (lambda v: beat(seed=v), "seed", [None, 0, 2**63 - 1], [-1, 2**63, 2**64 - 1]),
    (lambda v: story(seed=v), "inline.context.seed", [None, 0, 2**63 - 1], [-1, 2**63]),
    (
        lambda v: beat(mood=MoodWish(intensity=v)),
        "mood.intensity",
        [None, 0.0, -0.0, 1.0, 5e-324],
        [math.nan, math.inf, -math.inf, -0.01, 1.0000001],
    ),
    (lambda v: beat(mood=MoodWish(v)), "mood.emotion", [None, "joy"], ["", "JOY", "hunger", "x" * 999]),
    (lambda v: trigger(kind=v), "trigger.kind", ["", "enter_area", "a" * 60], ["a" * 61, "Enter", "a-b", "а", "a\n"]),
    (lambda v: beat(session_id=v), "session_id", ["a", "A_-9" * 16], ["", " ", "a" * 65, "a/b", "é", "a\n"]),
    (
        lambda v: media(sound_format=SoundFormat(sample_rate_hz=v)),
        "media.sound_format.sample_rate_hz",
        [0, 22050, 44100, 48000],
        [-1, 1, 8000, 2**31],
    ),
    (
        lambda v: media(sound_format=SoundFormat(channels=v)),
        "media.sound_format.channels",
        [0, 1, 2],
        [-1, 3, 2**31],
    ),
    (lambda v: media(sound_format=SoundFormat(v)), "media.sound_format.encoding", ["wav_float32"], ["mp3", "png", ""]),
    (lambda v: media(sprite_format=PictureFormat(v)), "media.sprite_format.encoding", ["rgba32"], ["jpeg", ""]),
    (
        lambda v: media(background_format=PictureFormat(colours=v)),
        "media.background_format.colours",
        [0, 2, 64],
        [1, 65, -2],
    ),
]


@pytest.mark.parametrize(("make", "field", "legal", "illegal"), NUMBERS, ids=[field for _, field, _, _ in NUMBERS])
def test_a_value_is_legal_within_its_range(make: Any, field: str, legal: list[Any], illegal: list[Any]) -> None:
    for value in legal:
        assert faults(validate_beat, make(value)) == [], value
    for value in illegal:
        [violation] = violations(validate_beat, make(value))
        assert violation.field == field, value
        assert violation.problem.startswith("is ")
        assert len(violation.problem) <= 70


@pytest.mark.parametrize("size", [(0, 0), (32, 32), (512, 512), (96, 0), (0, 480)])
def test_sprites_have_whole_multiples_of_32(size: tuple[int, int]) -> None:
    assert faults(validate_beat, media(sprite_format=PictureFormat("png", *size))) == []


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((33, 0), ["width"]),
        ((0, 31), ["height"]),
        ((544, 544), ["width", "height"]),
        ((-32, 32), ["width"]),
        ((32, 64), ["height"]),
        ((2**31, 1), ["width", "height"]),
    ],
)
def test_other_sprite_sizes_are_refused(size: tuple[int, int], sides: list[str]) -> None:
    expected = [f"media.sprite_format.{side}_px" for side in sides]
    assert faults(validate_beat, media(sprite_format=PictureFormat("png", *size))) == expected
    expected = [f"format.{side}_px" for side in sides]
    assert faults(validate_picture, PictureWish("fox", format=PictureFormat("png", *size)), "sprite") == expected


def test_backgrounds_keep_their_shape() -> None:
    for size in ((0, 0), (160, 96), (1280, 768), (320, 0), (0, 192)):
        assert faults(validate_picture, PictureWish("sea", format=PictureFormat("png", *size)), "background") == []
    for size, side in (((160, 192), "height"), ((1440, 0), "width"), ((0, 864), "height"), ((32, 0), "width")):
        found = faults(validate_picture, PictureWish("sea", format=PictureFormat("png", *size)), "background")
        assert found == [f"format.{side}_px"]


def test_pictures_and_sounds_alone_have_their_limits() -> None:
    wrong = PictureWish("x" * 301, MoodWish("hope", math.nan), variants=17, seed=-1, style_words="x" * 201)
    expected = ["text", "mood.emotion", "mood.intensity", "variants", "seed", "style.words"]
    assert faults(validate_picture, wrong, "background") == expected
    noise = SoundWish("x" * 201, 49, 1.5, SoundFormat("ogg", 1), 17, 2**63)
    expected = ["text", "duration_ms", "intensity", "format.encoding", "format.sample_rate_hz", "variants", "seed"]
    assert faults(validate_sound, noise) == expected
    for duration_ms, legal in ((0, True), (50, True), (2000, True), (2001, False), (-50, False)):
        assert (faults(validate_sound, SoundWish("x", duration_ms)) == []) is legal


def test_a_beat_belongs_to_one_story() -> None:
    assert faults(validate_beat, beat(session_id=None)) == ["story"]
    assert faults(validate_beat, beat(inline=InlineStory())) == ["story"]


def test_a_key_needs_a_session() -> None:
    assert faults(validate_beat, replace(INLINE, idempotency_key="k")) == ["idempotency_key"]
    assert faults(validate_beat, beat(idempotency_key=" ")) == ["idempotency_key"]


def test_every_fault_is_told_at_once() -> None:
    wrong = beat(
        session_id="a b", trigger=Trigger(" ", "No"), cast=(Character("A:"), ZOE, ZOE), mood=MoodWish("x", 2.0), seed=-1
    )
    expected = ["session_id", "trigger.kind", "trigger.event", "cast[0].name", "cast[2].name"]
    assert faults(validate_beat, wrong) == [*expected, "mood.emotion", "mood.intensity", "seed"]


def test_a_fault_shows_field_value_and_range() -> None:
    [violation] = violations(validate_beat, beat(max_lines=9))
    assert str(violation) == "max_lines is 9; legal: 1 to 8"
    [violation] = violations(validate_beat, media(sprite_format=PictureFormat("png", 33)))
    assert str(violation) == "media.sprite_format.width_px is 33; legal: 0 (unset) or a multiple of 32, up to 512"


def test_an_enormous_list_costs_no_enormous_answer() -> None:
    wrong = beat(cast=(Character(""),) * 100_000, facts=("x" * 301,) * 100_000)
    assert len(faults(validate_beat, wrong)) <= 2 + 6 + 16


def test_sessions_forks_pages_and_ratings_have_their_limits() -> None:
    validate_new_session("", "", StoryContext(), LIMITS)
    found = faults(validate_new_session, "a b", "x" * 121, StoryContext(seed=-1))
    assert found == ["session_id", "title", "context.seed"]
    validate_fork("s1", "", "", "", LIMITS)
    found = faults(validate_fork, "", "x" * 65, "é", "\x00")
    assert found == ["session_id", "after_beat_id", "new_session_id", "title"]
    assert faults(validate_session_id, "x" * 65) == ["session_id"]
    assert faults(validate_context, StoryContext(cast=(Character("Player"),)), "context") == ["context.cast[0].name"]
    validate_page(0, "", LIMITS)
    validate_page(200, "x" * 256, LIMITS)
    assert faults(validate_page, 201, "x" * 257) == ["page_size", "page_token"]
    validate_rating(Rating("s1", "b1", -1.0, 7, "village", ("dull",) * 16, "x" * 600), LIMITS)
    wrong = Rating("", "", math.nan, 8, "x" * 201, ("x" * 41,) * 17, "x" * 601)
    expected = ["session_id", "beat_id", "part.line", "part.key", "score", "tags", "tags[0]"]
    found = faults(validate_rating, wrong)
    assert (found[:7], found[-1]) == (expected, "better_text")


def test_an_analysed_text_may_have_lines() -> None:
    assert faults(validate_text_for_analysis, "a\nb" + "x" * 3997) == []
    assert faults(validate_text_for_analysis, "x" * 4001) == ["text"]


def test_limits_below_one_are_refused() -> None:
    for field in fields(Limits):
        with pytest.raises(InvalidConfig, match=f"limits.{field.name}"):
            Limits(**{field.name: 0})


@settings(max_examples=150, deadline=None)
@given(
    st.builds(
        beat,
        trigger=st.builds(Trigger, st.text(st.characters()), st.text(), st.dictionaries(st.text(), st.text())),
        session_id=st.none() | st.text(),
        cast=st.lists(st.builds(Character, st.text(), st.text()), max_size=9).map(tuple),
        mood=st.builds(MoodWish, st.none() | st.text(), st.none() | st.floats()),
        seed=st.none() | st.integers(),
        idempotency_key=st.text(),
    )
)
def test_any_request_is_taken_or_refused_in_printable_words(request: BeatRequest) -> None:
    for violation in violations(validate_beat, request):
        assert str(violation).encode().decode().isprintable()
        assert len(str(violation)) < 400
