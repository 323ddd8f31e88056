from __future__ import annotations

import io

from rich.console import Console

from narrative_server.demo.terminal import LiveBeat, describe_timings
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common


def shown(events: list[pb.BeatEvent], width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, soft_wrap=True)
    live = LiveBeat(console)
    for event in events:
        live.show(event)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().split("\n"))


def test_lines_are_printed_whole_and_media_between_them(played: PlayedBeat) -> None:
    text = shown(played.events)
    for line in played.lines:
        assert f"{line.speaker} fear\n  {line.text}\n" in text
    assert text.count("+ sound") == len(played.sounds)
    assert "+ background" in text


def test_words_with_markup_are_printed_as_they_are() -> None:
    start = pb.LineStarted(index=0, speaker="[red]Bo", emotion=common.EMOTION_JOY)
    delta = pb.LineDelta(index=0, text="[bold]No[/bold] [/] [link=x]")
    text = shown([pb.BeatEvent(line_started=start), pb.BeatEvent(line_delta=delta)])
    assert "[red]Bo joy" in text
    assert "[bold]No[/bold] [/]" in text


def test_words_that_come_in_pieces_are_wrapped_whole() -> None:
    start = pb.LineStarted(index=0, speaker="Bo", emotion=common.EMOTION_JOY)
    pieces = ["The", " sil", "ver", " bell", " ri", "ngs", "."]
    deltas = [pb.BeatEvent(line_delta=pb.LineDelta(index=0, text=piece)) for piece in pieces]
    end = pb.LineFinished(index=0, speaker="Bo", text="".join(pieces))
    text = shown([pb.BeatEvent(line_started=start), *deltas, pb.BeatEvent(line_finished=end)], width=14)
    assert text == "\nBo joy\n  The silver\n  bell rings.\n"


def test_a_dropped_line_ends_before_the_summary() -> None:
    start = pb.LineStarted(index=0, speaker="Bo", emotion=common.EMOTION_JOY)
    delta = pb.LineDelta(index=0, text="I would")
    warning = pb.BeatWarning(message="the caller's deadline came first")
    finished = pb.BeatFinished(state=pb.BEAT_STATE_PARTIAL, timings=pb.BeatTimings(total_ms=1500))
    text = shown(
        [
            pb.BeatEvent(line_started=start),
            pb.BeatEvent(line_delta=delta),
            pb.BeatEvent(warning=warning),
            pb.BeatEvent(finished=finished),
        ]
    )
    assert "I would\n  ! the caller's deadline came first\n" in text
    assert "partial · whole beat 1.50 s" in text


def test_timings_name_what_came() -> None:
    timings = pb.BeatTimings(first_delta_ms=120, first_picture_ms=0, total_ms=2000)
    told = describe_timings(pb.BeatFinished(state=pb.BEAT_STATE_COMPLETE, timings=timings))
    assert told == "complete · first words 0.12 s · first picture 0.00 s · whole beat 2.00 s"


def test_one_reason_is_told_once() -> None:
    warnings = [pb.BeatWarning(key=key, message=why) for key, why in (("a", "broke"), ("b", "broke"), ("c", "late"))]
    assert shown([pb.BeatEvent(warning=warning) for warning in warnings]) == "  ! broke\n  ! late\n"
