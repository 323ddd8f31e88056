from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from narrative_server.semantics.mood import Mood
from narrative_server.story.timeline import (
    LINE_GAP_MS,
    SHORTEST_LINE_MS,
    Anchor,
    Cue,
    LineTiming,
    Revision,
    Target,
    TimedCue,
    TimelineBuilder,
    beat_duration_ms,
    count_syllables,
    time_line,
    word_anchor,
)

BELL = Target("sound", "bell")
FIRE = Target("background", "burning village")


def builder_with_lines(*durations_ms: int) -> TimelineBuilder:
    builder = TimelineBuilder()
    for duration_ms in durations_ms:
        builder.add_line(LineTiming(duration_ms, (0, 100, 400)))
    return builder


def starts(builder: TimelineBuilder) -> dict[Target, int]:
    return {cue.target: cue.start_ms for cue in builder.resolve()}


def test_plain_speech_runs_at_the_documented_pace() -> None:
    text = (
        "The captain ordered every sailor to gather on the forward deck before morning. Our water is nearly gone, "
        "and the nearest island lies two days to the north. If anybody knows a shorter passage, tell me now, because "
        "after sunset we will not be able to turn around."
    )
    words_per_minute = len(text.split()) / time_line(text).duration_ms * 60_000
    assert 145 < words_per_minute < 165


def test_an_excited_line_is_shorter_than_a_calm_one() -> None:
    text = "The bridge is down and they are coming across the ice."
    durations = [time_line(text, Mood(emotion, 1.0)).duration_ms for emotion in ("fear", "neutral", "sadness")]
    assert durations == sorted(set(durations))


def test_a_comma_takes_time_and_a_final_stop_does_not() -> None:
    assert time_line("Come here, now my friend").duration_ms > time_line("Come here now my friend").duration_ms
    assert time_line("Come here now my friend.").duration_ms == time_line("Come here now my friend").duration_ms


def test_an_empty_or_wordless_line_still_takes_a_moment() -> None:
    assert time_line("") == LineTiming(SHORTEST_LINE_MS, ())
    assert time_line("...").duration_ms >= SHORTEST_LINE_MS


def test_a_pace_of_zero_or_nan_is_refused() -> None:
    for pace in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="words_per_minute"):
            time_line("hello", words_per_minute=pace)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("fire", 1), ("opened", 2), ("wanted", 2), ("walked", 1), ("little", 2), ("1984", 4), ("naïve", 1), ("刀剣", 2)],
)
def test_syllables_are_counted_by_vowel_groups(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_words_start_in_order_inside_their_line(text: str) -> None:
    timing = time_line(text)
    assert len(timing.word_starts_ms) == len(text.split())
    assert list(timing.word_starts_ms) == sorted(timing.word_starts_ms)
    assert all(0 <= start < timing.duration_ms for start in timing.word_starts_ms)


def test_lines_follow_one_another_with_a_gap() -> None:
    builder = builder_with_lines(1000, 2000)
    assert starts(builder) == {Target.line(0): 0, Target.line(1): 1000 + LINE_GAP_MS}


def test_anchors_resolve_to_start_end_and_word() -> None:
    builder = builder_with_lines(1000, 2000)
    second = 1000 + LINE_GAP_MS
    builder.add(Cue(Target("sound", "a"), Anchor(1, "START"), 10), 50)
    builder.add(Cue(Target("sound", "b"), Anchor(1, "END"), -20), 50)
    builder.add(Cue(Target("sound", "c"), Anchor(1, "WORD", 2)), 50)
    builder.add(Cue(Target("sound", "d"), Anchor(1, "WORD", 99)), 50)
    times = starts(builder)
    assert [times[Target("sound", key)] for key in "abcd"] == [second + 10, second + 1980, second + 400, second + 2000]


def test_an_anchor_on_a_line_that_never_came_means_the_end_of_the_last() -> None:
    builder = builder_with_lines(1000)
    builder.add(Cue(BELL, Anchor(3, "START"), 5), 100)
    assert starts(builder)[BELL] == 1005


def test_without_any_line_cues_count_from_zero_and_never_start_before_it() -> None:
    builder = TimelineBuilder()
    builder.add(Cue(BELL, Anchor(2, "END"), 300), 100)
    builder.add(Cue(FIRE, Anchor(0, "START"), -300))
    assert starts(builder) == {BELL: 300, FIRE: 0}


def test_pictures_stay_and_sounds_lengthen_the_beat() -> None:
    builder = builder_with_lines(1000)
    picture, bell = Cue(FIRE, Anchor()), Cue(BELL, Anchor(0, "END"))
    builder.add(picture)
    builder.add(bell, 700)
    assert {TimedCue(picture, 0, 0), TimedCue(bell, 1000, 700)} < set(builder.resolve())
    assert beat_duration_ms(builder.resolve()) == 1700


def test_the_order_in_which_media_become_ready_leaves_no_trace() -> None:
    cues = [Cue(FIRE, Anchor()), Cue(BELL, Anchor()), Cue(Target("sprite", "knight"), Anchor())]
    timelines = set()
    for order in (cues, cues[::-1], cues[1:] + cues[:1]):
        builder = builder_with_lines(1000)
        for cue in order:
            builder.add(cue)
        timelines.add(builder.resolve())
    assert len(timelines) == 1


def test_revisions_append_and_never_repeat_a_cue() -> None:
    builder = TimelineBuilder()
    assert builder.next_revision() is None
    bell = Cue(BELL, Anchor(0, "END"))
    builder.add(bell, 10)
    first = builder.next_revision()
    line = builder.add_line(LineTiming(1000))
    second = builder.next_revision()
    assert first == Revision(1, (bell,))
    assert second == Revision(2, (line,))
    assert builder.next_revision() is None


def test_a_target_gets_one_cue_only() -> None:
    builder = builder_with_lines(1000)
    builder.add(Cue(BELL, Anchor()), 10)
    with pytest.raises(ValueError, match="already"):
        builder.add(Cue(BELL, Anchor(0, "END")), 10)
    with pytest.raises(ValueError, match="add_line"):
        builder.add(Cue(Target.line(4), Anchor()), 10)


def test_a_phrase_is_anchored_to_the_word_it_shares_a_stem_with() -> None:
    assert word_anchor(1, "Hear that? The doors are closing!", "heavy door closing") == Anchor(1, "WORD", 5)
    assert word_anchor(1, "Ring the bell.", "small bell ringing") == Anchor(1, "WORD", 2)
    assert word_anchor(1, "Nothing here.", "thunder in the distance") is None


def test_negative_anchors_are_refused() -> None:
    with pytest.raises(ValueError, match="legal: 0 or more"):
        Anchor(-1, "START")


def test_timelines_survive_json() -> None:
    builder = builder_with_lines(1000)
    builder.add(Cue(BELL, Anchor(0, "WORD", 1), -5), 10)
    timed = TypeAdapter(tuple[TimedCue, ...])
    assert timed.validate_json(timed.dump_json(builder.resolve())) == builder.resolve()
    revision = TypeAdapter(Revision)
    taken = builder.next_revision()
    assert taken is not None
    assert revision.validate_json(revision.dump_json(taken)) == taken
