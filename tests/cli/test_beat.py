from __future__ import annotations

import argparse

import pytest

from narrative_server.cli import beat
from narrative_server.v1 import beat_pb2, common_pb2


def request_of(*options: str) -> beat_pb2.PlayBeatRequest:
    parser = argparse.ArgumentParser()
    beat.register(parser.add_subparsers())
    return beat.build_request(parser.parse_args(["beat", *options]))


def test_the_controls_are_asked_for() -> None:
    request = request_of(
        "A wolf howls.", "--ban", "moon", "--ban", "wolf*", "--content-level", "teen", "--temperature", "0"
    )
    assert list(request.controls.banned_words) == ["moon", "wolf*"]
    assert request.controls.content_level == common_pb2.CONTENT_LEVEL_TEEN
    assert (request.controls.HasField("temperature"), request.controls.temperature) == (True, 0.0)
    assert not request.controls.HasField("avoid_repeats")


def test_nothing_is_steered_unless_asked() -> None:
    request = request_of("A wolf howls.")
    assert request.controls == common_pb2.DialogueControls()
    assert not request.continue_beat


def test_repeats_are_allowed_by_an_option() -> None:
    controls = request_of("A wolf howls.", "--allow-repeats").controls
    assert (controls.HasField("avoid_repeats"), controls.avoid_repeats) == (True, False)


def test_a_beat_that_goes_on_needs_no_event() -> None:
    request = request_of("--continue", "--session", "my-save")
    assert request.continue_beat
    assert request.session_id == "my-save"
    assert not request.trigger.event


@pytest.mark.parametrize("value", ["-0.1", "2.1", "nan", "warm"])
def test_a_temperature_outside_0_to_2_is_refused(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        request_of("A wolf howls.", "--temperature", value)
    assert "a number from 0 to 2" in capsys.readouterr().err
