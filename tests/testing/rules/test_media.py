from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, insert, plan_of
from legal_beats import find, picture, sound

from narrative_server.testing.rules.media import MEDIA_RULES
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

BREAKS = Breaks()


@BREAKS.add("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.key = "cy"


@BREAKS.add("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, events.index(find(events, "sprite")) + 1, sprite=find(events, "sprite").sprite)


@BREAKS.add("pictures_are_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "background").background.key = "ada"


@BREAKS.add("sprites_show_their_character")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.character = "Bo"


@BREAKS.add("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.width_px = 33


@BREAKS.add("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    shown = find(events, "background").background.picture
    shown.data = shown.data[:200]


@BREAKS.add("pictures_decode_to_their_size")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.data = b"GIF89a"


@BREAKS.add("pictures_decode_to_their_size")
def _(events: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sprite_format.encoding = common.PICTURE_ENCODING_RGBA32
    shown = picture("sprite", 5, encoding="rgba32")
    shown.data = shown.data[:-4]
    find(events, "sprite").sprite.picture.CopyFrom(shown)


@BREAKS.add("pictures_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sprite_format.width_px = 64


@BREAKS.add("pictures_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.background_format.encoding = common.PICTURE_ENCODING_RGBA32


@BREAKS.add("pictures_have_few_enough_colours")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.background_format.colours = 2


@BREAKS.add("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "background").background.picture.ClearField("ground_y")


@BREAKS.add("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.pivot_y = 1.5


@BREAKS.add("pictures_say_how_they_stand")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.ground_y = 0.7


@BREAKS.add("sounds_come_once_under_their_key")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.key = "ada"


@BREAKS.add("sounds_come_once_under_their_key")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    insert(events, events.index(find(events, "sound")) + 1, sound=find(events, "sound").sound)


@BREAKS.add("sounds_say_whether_they_were_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.proposed = True


@BREAKS.add("sounds_say_whether_they_were_planned")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    del plan_of(events).sounds[:]


@BREAKS.add("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.duration_ms += 5


@BREAKS.add("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.sample_rate_hz = 44100


@BREAKS.add("sounds_decode_to_their_length")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.data = b"OggS"


@BREAKS.add("sounds_are_as_asked")
def _(_: Events, asked: pb.PlayBeatRequest) -> None:
    asked.media.sound_format.sample_rate_hz = 48000


@BREAKS.add("sounds_are_as_asked")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.CopyFrom(sound(encoding="wav_float32"))


@BREAKS.add("sounds_tell_their_level")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.peak_dbfs -= 3


@BREAKS.add("sounds_tell_their_level")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sound").sound.sound.loudness_lufs = float("-inf")


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in MEDIA_RULES} == BREAKS.rules
