from __future__ import annotations

from collections.abc import Callable

import pytest
from legal_beats import find, legal_events, numbered, picture, play, request, sound

from narrative_server.testing.rules import RULES, ContractViolation, check_replay, check_same_media
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

Events = list[pb.BeatEvent]
Break = Callable[[Events, pb.PlayBeatRequest], object]

BREAKS: list[tuple[str, Break]] = []
"""Each takes a legal beat and breaks one rule, named first."""


def breaks(rule: str) -> Callable[[Break], Break]:
    def remember(how: Break) -> Break:
        BREAKS.append((rule, how))
        return how

    return remember


def plan_of(events: Events) -> pb.BeatPlan:
    return events[0].accepted.plan


def final(events: Events) -> pb.Timeline:
    return find(events, "timeline", -1).timeline


def stage(events: Events) -> pb.Staging:
    return find(events, "staging").staging


def end(events: Events) -> pb.BeatFinished:
    return events[-1].finished


def insert(events: Events, at: int, **event: object) -> None:
    events.insert(at, pb.BeatEvent(**event))  # type: ignore[arg-type]
    numbered(events)


def drop(events: Events, kind: str, which: int = 0) -> None:
    events.remove(find(events, kind, which))
    numbered(events)


def warning(key: str = "bell", medium: common.Medium.ValueType = common.MEDIUM_SOUND) -> pb.BeatWarning:
    return pb.BeatWarning(medium=medium, key=key, code=pb.WARNING_CODE_ENGINE_FAILED, message="It failed.")


def make_partial(events: Events, *codes: pb.WarningCode.ValueType) -> None:
    end(events).state = pb.BEAT_STATE_PARTIAL
    end(events).reasons[:] = codes or [pb.WARNING_CODE_ENGINE_FAILED]


# the stream


@breaks("accepted_comes_first")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0], events[1] = events[1], events[0]
    numbered(events)


@breaks("accepted_comes_once")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 4, accepted=events[0].accepted)


@breaks("nothing_follows_finished")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events), narration=pb.Narration(text="And they lived."))


@breaks("nothing_follows_finished")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events), finished=end(events))


@breaks("sequence_counts_from_zero")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[5].sequence = 6


# the plan


@breaks("accepted_names_the_story")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.session_id = "another"


@breaks("accepted_names_the_story")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.beat_id = ""


@breaks("accepted_names_the_story")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.inline.SetInParent()  # a beat of no session that claims one


@breaks("seeds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.seed = 8


@breaks("seeds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    events[0].accepted.story_seed = 2**63


@breaks("seeds_are_as_asked")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.inline.context.seed = 10
    events[0].accepted.session_id = ""


@breaks("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.emotion = common.EMOTION_UNSPECIFIED


@breaks("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.ClearField("intensity")


@breaks("mood_is_complete")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.intensity = float("nan")


@breaks("mood_is_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.emotion = common.EMOTION_JOY


@breaks("mood_is_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).mood.intensity = 0.5


@breaks("mood_is_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.mood.emotion = common.EMOTION_UNSPECIFIED
    asked.mood.intensity = 0.9


@breaks("present_are_the_cast_asked_for")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).present.append("Cy")


@breaks("present_are_the_cast_asked_for")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).present[1] = "Ada"


@breaks("plan_keys_differ")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds[0].key = "ada"


@breaks("plan_keys_differ")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).background.text = " "


@breaks("plan_has_wanted_media_only")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sounds = False


@breaks("plan_has_wanted_media_only")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).ClearField("background")


@breaks("sprites_show_who_is_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del plan_of(events).sprites[1]


@breaks("sprites_show_who_is_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sprites.add(key="door", text="a door")


# lines


@breaks("lines_come_one_after_another")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_finished")


@breaks("lines_come_one_after_another")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started", 1).line_started.index = 2


@breaks("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_delta").line_delta.index = 1


@breaks("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_delta").line_delta.text = ""


@breaks("deltas_belong_to_the_open_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_started")


@breaks("finished_line_is_the_open_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.speaker = "Bo"


@breaks("finished_line_is_the_open_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.emotion = common.EMOTION_JOY


@breaks("line_is_its_deltas_joined")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "line_delta", 2)


@breaks("line_is_its_deltas_joined")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.text += " "


@breaks("speakers_are_present")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started").line_started.speaker = "Cy"


@breaks("lines_have_an_emotion")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_started").line_started.emotion = common.EMOTION_UNSPECIFIED


@breaks("lines_keep_to_the_limits")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.max_lines = 1


@breaks("lines_keep_to_the_limits")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.max_words = 4


@breaks("lines_take_time")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "line_finished").line_finished.duration_ms = 0


@breaks("narrations_have_words")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "narration").narration.text = " "


# media


@breaks("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.key = "cy"


@breaks("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, events.index(find(events, "sprite")) + 1, sprite=find(events, "sprite").sprite)


@breaks("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "background").background.key = "ada"


@breaks("sprites_show_their_character")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.character = "Bo"


@breaks("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.width_px = 33


@breaks("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    shown = find(events, "background").background.picture
    shown.data = shown.data[:200]


@breaks("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.data = b"GIF89a"


@breaks("pictures_decode_to_their_size")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sprite_format.encoding = common.PICTURE_ENCODING_RGBA32
    shown = picture("sprite", 5, encoding="rgba32")
    shown.data = shown.data[:-4]
    find(events, "sprite").sprite.picture.CopyFrom(shown)


@breaks("pictures_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sprite_format.width_px = 64


@breaks("pictures_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.background_format.encoding = common.PICTURE_ENCODING_RGBA32


@breaks("pictures_have_few_enough_colours")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.background_format.colours = 2


@breaks("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "background").background.picture.ClearField("ground_y")


@breaks("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.pivot_y = 1.5


@breaks("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.ground_y = 0.7


@breaks("sounds_come_once_under_their_key")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.key = "ada"


@breaks("sounds_come_once_under_their_key")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, events.index(find(events, "sound")) + 1, sound=find(events, "sound").sound)


@breaks("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.duration_ms += 5


@breaks("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.sample_rate_hz = 44100


@breaks("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.data = b"OggS"


@breaks("sounds_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sound_format.sample_rate_hz = 48000


@breaks("sounds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.CopyFrom(sound(encoding="wav_float32"))


@breaks("sounds_tell_their_level")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.peak_dbfs -= 3


@breaks("sounds_tell_their_level")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.loudness_lufs = float("-inf")


# the timeline


@breaks("timeline_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.revision = 0


@breaks("timeline_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, timeline=pb.Timeline(revision=5))


@breaks("cues_never_move")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    moved = find(events, "timeline").timeline.cues[0]
    find(events, "timeline", 1).timeline.cues.append(moved)


@breaks("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add(sound_key="drum")


@breaks("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add(line=1)


@breaks("cues_target_what_exists")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.cues.add()


@breaks("no_cue_for_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "sound")
    insert(events, len(events) - 4, warning=warning())


@breaks("no_cue_for_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "sound")
    insert(events, len(events) - 2, warning=warning())


@breaks("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds[0].anchor.line = 8


@breaks("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 1).timeline.cues[0].anchor.word = 1


@breaks("anchors_are_legal")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 1).timeline.cues[0].anchor.edge = 9  # type: ignore[assignment]


@breaks("lines_hang_on_the_line_before")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline", 2).timeline.cues[0].anchor.line = 1


@breaks("absolute_times_come_at_the_end")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "timeline").timeline.total_ms = 100


@breaks("timed_cues_are_all_cues")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del final(events).timed_cues[0]


@breaks("timed_cues_are_all_cues")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[-1].cue.offset_ms = 1


@breaks("timed_cues_are_sorted")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    reversed_cues = list(final(events).timed_cues)[::-1]
    del final(events).timed_cues[:]
    final(events).timed_cues.extend(reversed_cues)


@breaks("timed_cues_last_as_told")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[0].duration_ms = 10


@breaks("timed_cues_last_as_told")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).total_ms += 1


@breaks("timed_cues_start_where_anchored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    line = next(timed for timed in final(events).timed_cues if timed.cue.HasField("line") and timed.cue.line == 1)
    line.start_ms -= 5


@breaks("timed_cues_start_where_anchored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    final(events).timed_cues[-1].start_ms += 2000  # the bell, after its line
    final(events).total_ms += 2000


# the staging


@breaks("staging_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).revision = 2


@breaks("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).width_px = 320


@breaks("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).ground_y_px = 50


@breaks("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).ground_y_px = 96


@breaks("placements_are_of_planned_sprites")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].sprite_key = "cy"


@breaks("placements_are_of_planned_sprites")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].sprite_key = "bo"


@breaks("pivots_are_on_the_stage")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].x_px = -1


@breaks("pivots_are_on_the_stage")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].scale = 0


@breaks("placements_are_in_drawing_order")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].z = 2


@breaks("only_sprites_that_look_somewhere_are_mirrored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.facing = common.FACING_UNSPECIFIED
    stage(events).placements[0].mirrored = True


@breaks("boxes_hardly_overlap")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[1].x_px = 40


# the end


@breaks("warnings_say_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=pb.BeatWarning(medium=common.MEDIUM_SOUND, key="bell", message="It failed."))


@breaks("warnings_say_what_is_missing")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=warning(key=""))


@breaks("missing_and_there_exclude_each_other")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, 5, warning=warning("bo", common.MEDIUM_SPRITE))


@breaks("missing_and_there_exclude_each_other")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    at = events.index(find(events, "sound")) + 1
    insert(events, at, warning=warning())


@breaks("a_beat_has_a_line")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    timed_less = [e for e in events if e.WhichOneof("event") in ("accepted", "finished")]
    events[:] = numbered(timed_less)


@breaks("an_open_line_is_warned_about")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    start = pb.LineStarted(index=2, speaker="Ada", emotion=common.EMOTION_FEAR)
    insert(events, len(events) - 2, line_started=start)


@breaks("planned_media_come_or_are_warned_about")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    plan_of(events).sounds.add(key="wind", text="wind")


@breaks("everything_there_has_a_cue")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "timeline", -1)


@breaks("everything_there_has_a_cue")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del find(events, "timeline", 2).timeline.cues[1]
    del final(events).timed_cues[-1]
    final(events).total_ms = 1500 + 350 + 1200


@breaks("every_sprite_is_placed")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del stage(events).placements[2]


@breaks("every_sprite_is_placed")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    drop(events, "staging")


@breaks("partial_means_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    make_partial(events)


@breaks("partial_means_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))


@breaks("reasons_are_the_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))
    make_partial(events, pb.WARNING_CODE_DEADLINE)


@breaks("reasons_are_the_warnings")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, len(events) - 1, warning=warning("", common.MEDIUM_DIALOGUE))
    make_partial(events, pb.WARNING_CODE_ENGINE_FAILED, pb.WARNING_CODE_ENGINE_FAILED)


@breaks("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.ClearField("first_sound_ms")


@breaks("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.dialogue_ms = 81


@breaks("timings_fit_what_came")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).timings.first_delta_ms = 60


@breaks("session_moves_on_by_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).session_revision = 2


@breaks("scores_are_of_this_beat")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).scores.add(medium=common.MEDIUM_SOUND, key="bell", metric="text_agreement", value=1.5)


@breaks("scores_are_of_this_beat")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    end(events).scores.add(medium=common.MEDIUM_SOUND, key="drum", metric="text_agreement", value=0.5)


def test_a_legal_beat_breaks_no_rule() -> None:
    beat = play(legal_events())
    assert beat.complete
    assert [line.speaker for line in beat.lines] == ["Ada", "Bo"]
    assert set(beat.sprites) == {"ada", "bo", "chest"}


def test_a_legal_partial_beat_breaks_no_rule() -> None:
    events = legal_events()
    drop(events, "sound")
    del find(events, "timeline", 2).timeline.cues[1]
    del final(events).timed_cues[-1]
    final(events).total_ms = 1500 + 350 + 1200
    end(events).timings.ClearField("first_sound_ms")
    insert(events, 5, warning=warning())
    make_partial(events)
    assert not play(events).complete


def test_a_beat_of_raw_pictures_and_float_sounds_breaks_no_rule() -> None:
    events, asked = legal_events(), request()
    asked.media.sprite_format.encoding = common.PICTURE_ENCODING_RGBA32
    asked.media.sound_format.encoding = common.SOUND_ENCODING_WAV_FLOAT32
    for index in range(3):
        find(events, "sprite", index).sprite.picture.CopyFrom(picture("sprite", index, encoding="rgba32"))
    find(events, "sound").sound.sound.CopyFrom(sound(encoding="wav_float32"))
    play(events, asked)


@pytest.mark.parametrize(("rule", "how"), BREAKS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(BREAKS)])
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    events, asked = legal_events(), request()
    how(events, asked)
    with pytest.raises(ContractViolation) as caught:
        play(events, asked)
    assert caught.value.rule == rule, str(caught.value)
    assert caught.value.problem


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in RULES} == {rule for rule, _ in BREAKS}


def test_a_stream_that_ends_early_is_a_violation() -> None:
    with pytest.raises(ContractViolation, match="finished_comes_last"):
        play(legal_events()[:-1])


def test_a_replay_is_the_same_bytes() -> None:
    first, again = play(legal_events()), play(legal_events())
    with pytest.raises(ContractViolation, match="replay_says_so"):
        check_replay(first, again)
    again.events[-1].finished.replayed = True
    check_replay(first, again)
    find(again.events, "sound").sound.sound.text = "a drum"
    with pytest.raises(ContractViolation, match="replay_is_the_same_bytes"):
        check_replay(first, again)


def test_a_shorter_replay_is_noticed() -> None:
    first, again = play(legal_events()), play(legal_events())
    del again.events[-1]
    with pytest.raises(ContractViolation, match="replay_is_the_same_bytes"):
        check_replay(first, again)


def test_equal_media_may_have_other_ids_and_times() -> None:
    events = legal_events()
    events[0].accepted.beat_id = "b2"
    find(events, "sprite").sprite.picture.asset_id = "other"
    end(events).timings.total_ms = 500
    check_same_media(play(legal_events()), play(events))


def test_another_picture_is_not_the_same_media() -> None:
    events = legal_events()
    find(events, "sprite").sprite.picture.CopyFrom(picture("sprite", 77))
    with pytest.raises(ContractViolation, match="pictures differ"):
        check_same_media(play(legal_events()), play(events))
