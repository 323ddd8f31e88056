"""Shows a beat in the terminal while it streams: words as they come, media between the lines, times at the end."""

from __future__ import annotations

import time
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.text import Text

from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

EMOTION_COLOURS: Final[dict[int, str]] = {
    common.EMOTION_NEUTRAL: "white",
    common.EMOTION_JOY: "yellow",
    common.EMOTION_SADNESS: "blue",
    common.EMOTION_ANGER: "red",
    common.EMOTION_FEAR: "magenta",
    common.EMOTION_DISGUST: "green",
    common.EMOTION_SURPRISE: "cyan",
}
_LARGEST_NOTE: Final = 60
_INDENT: Final = "  "


class LiveBeat:
    """Prints one beat's events. Notes about media wait while a line is being spoken."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = time.perf_counter()
        self._notes: list[Text] = []
        self._speaking = False
        self._word = ""
        self._column = 0
        self._warned: set[str] = set()

    def headline(self, number: int, title: str, event: str) -> None:
        """Print what the beat is about."""
        self._console.print()
        self._console.print(Rule(Text(f"{number}  {title}", "bold"), align="left", style="dim"))
        self._console.print(Text(event, "italic dim"), soft_wrap=False)

    def show(self, event: pb.BeatEvent) -> None:
        """Print one event."""
        match event.WhichOneof("event"):
            case "line_started":
                self._start_line(event.line_started)
            case "line_delta":
                self._say(event.line_delta.text)
            case "line_finished":
                self._end_line()
                self._flush()
            case "background":
                self._note("background", event.background.picture.text)
            case "sprite":
                self._note("sprite", event.sprite.character or event.sprite.picture.text)
            case "sound":
                self._note("sound", f"{event.sound.sound.text}, {event.sound.sound.duration_ms / 1000:.1f} s")
            case "warning":
                self._warn(event.warning)
            case "finished":
                self._finish(event.finished)

    def _start_line(self, line: pb.LineStarted) -> None:
        self._flush()
        self._speaking = True
        colour = EMOTION_COLOURS.get(line.emotion, "white")
        self._console.print(f"\n[bold {colour}]{escape(line.speaker)}[/] [dim]{emotion_name(line.emotion)}[/]")
        self._console.print(_INDENT, end="")
        self._word, self._column = "", len(_INDENT)

    def _say(self, text: str) -> None:
        """Print each word once it is whole, so that it never breaks at the terminal's edge."""
        *whole, self._word = (self._word + text).split(" ")
        for word in whole:
            self._put(word)

    def _put(self, word: str) -> None:
        if not word:
            return
        if self._column + cell_len(word) > self._console.width and self._column > len(_INDENT):
            self._console.print(f"\n{_INDENT}", end="")
            self._column = len(_INDENT)
        self._console.print(Text(f"{word} "), end="")
        self._column += cell_len(word) + 1

    def _end_line(self) -> None:
        self._put(self._word)
        self._console.print()
        self._speaking = False

    def _note(self, what: str, text: str) -> None:
        shown = text if len(text) <= _LARGEST_NOTE else text[: _LARGEST_NOTE - 1] + "…"
        seconds = time.perf_counter() - self._start
        self._add(Text.assemble(("  + ", "green"), (f"{what:<11}", "dim"), shown, (f"  {seconds:.2f} s", "dim")))

    def _warn(self, warning: pb.BeatWarning) -> None:
        """Many media may fail for one reason: it is told once."""
        if warning.message not in self._warned:
            self._warned.add(warning.message)
            self._add(Text(f"  ! {warning.message}", "yellow"))

    def _add(self, note: Text) -> None:
        self._notes.append(note)
        if not self._speaking:
            self._flush()

    def _flush(self) -> None:
        for note in self._notes:
            self._console.print(note)
        self._notes.clear()

    def _finish(self, finished: pb.BeatFinished) -> None:
        if self._speaking:  # a line that was dropped at the deadline
            self._end_line()
        self._flush()
        self._console.print()
        self._console.print(Text(f"  {describe_timings(finished)}", "dim"))


def describe_timings(finished: pb.BeatFinished) -> str:
    """One line: the state and how long things took."""
    timings = finished.timings
    parts = ["complete" if finished.state == pb.BEAT_STATE_COMPLETE else "partial"]
    for name, present, value_ms in (
        ("first words", timings.HasField("first_delta_ms"), timings.first_delta_ms),
        ("first picture", timings.HasField("first_picture_ms"), timings.first_picture_ms),
        ("first sound", timings.HasField("first_sound_ms"), timings.first_sound_ms),
        ("whole beat", True, timings.total_ms),
    ):
        if present:
            parts.append(f"{name} {value_ms / 1000:.2f} s")
    return " · ".join(parts)


def emotion_name(emotion: common.Emotion.ValueType) -> str:
    """The emotion as a word, such as joy."""
    return common.Emotion.Name(emotion).removeprefix("EMOTION_").lower()
