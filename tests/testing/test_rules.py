from __future__ import annotations

import pytest
from breaking import drop, end, final, insert, make_partial, warning
from legal_beats import find, legal_events, picture, play, request, sound

from narrative_server.testing.rules import ContractViolation
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common


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


def test_a_beat_whose_context_was_trimmed_is_complete() -> None:
    events, trimmed = legal_events(), warning("", common.MEDIUM_DIALOGUE)
    trimmed.code = pb.WARNING_CODE_CONTEXT_TRIMMED
    insert(events, 5, warning=trimmed)
    assert play(events).complete


def test_a_beat_of_raw_pictures_and_float_sounds_breaks_no_rule() -> None:
    events, asked = legal_events(), request()
    asked.media.sprite_format.encoding = common.PICTURE_ENCODING_RGBA32
    asked.media.sound_format.encoding = common.SOUND_ENCODING_WAV_FLOAT32
    for index in range(3):
        find(events, "sprite", index).sprite.picture.CopyFrom(picture("sprite", index, encoding="rgba32"))
    find(events, "sound").sound.sound.CopyFrom(sound(encoding="wav_float32"))
    play(events, asked)


def test_a_stream_that_ends_early_is_a_violation() -> None:
    with pytest.raises(ContractViolation, match="finished_comes_last"):
        play(legal_events()[:-1])
