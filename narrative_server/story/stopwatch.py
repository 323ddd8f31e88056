"""Measures how long the parts of a beat took, in milliseconds from its admission."""

from __future__ import annotations

import time
from dataclasses import replace

from narrative_server.story.events import BeatTimings


class Stopwatch:
    """Started when the request arrives; `admitted` marks the end of its waiting."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._timings = BeatTimings()

    def admitted(self) -> None:
        """The beat begins; later times count from here."""
        self._timings = replace(self._timings, queued_ms=self._since())
        self._start = time.perf_counter()

    def delta(self) -> None:
        """Words came; only the first time counts."""
        if self._timings.first_delta_ms is None:
            self._timings = replace(self._timings, first_delta_ms=self._since())

    def picture(self) -> None:
        """A picture came; only the first time counts."""
        if self._timings.first_picture_ms is None:
            self._timings = replace(self._timings, first_picture_ms=self._since())

    def sound(self) -> None:
        """A sound came; only the first time counts."""
        if self._timings.first_sound_ms is None:
            self._timings = replace(self._timings, first_sound_ms=self._since())

    def line(self) -> None:
        """A line has ended; the last time counts."""
        self._timings = replace(self._timings, dialogue_ms=self._since())

    def read(self) -> BeatTimings:
        """All times so far, the total being now."""
        return replace(self._timings, total_ms=self._since())

    def _since(self) -> int:
        return round((time.perf_counter() - self._start) * 1000)
