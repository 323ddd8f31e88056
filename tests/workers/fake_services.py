"""Tiny services that the tests host in real child processes."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from narrative_server.errors import FieldViolation, InvalidRequest, ModelMissing
from narrative_server.workers.cancel import CancelToken

log = logging.getLogger("fake")


@dataclass(frozen=True)
class FakeConfig:
    folder: Path
    """Where services leave marks that a test can see from outside."""


class FakeService:
    def __init__(self, config: FakeConfig) -> None:
        self.folder = config.folder

    def add(self, payload: tuple[int, int], cancel: CancelToken) -> int:
        return payload[0] + payload[1]

    def pid(self, payload: object, cancel: CancelToken) -> int:
        return os.getpid()

    def mark(self, payload: str, cancel: CancelToken) -> None:
        (self.folder / payload).touch()

    def refuse(self, payload: str, cancel: CancelToken) -> None:
        raise InvalidRequest([FieldViolation("event", f"is {payload!r}", "a sentence")])

    def break_down(self, payload: object, cancel: CancelToken) -> None:
        raise RuntimeError("a secret path: /home/somebody")

    def give_a_lock(self, payload: object, cancel: CancelToken) -> object:
        return threading.Lock()

    def write_log(self, payload: str, cancel: CancelToken) -> None:
        log.warning("heard %s", payload, extra={"beat_id": "b1"})

    def count(self, payload: int, cancel: CancelToken) -> Iterator[int]:
        for number in range(payload):
            (self.folder / "made").write_text(str(number + 1), encoding="utf-8")
            yield number

    def count_for_ever(self, payload: object, cancel: CancelToken) -> Iterator[int]:
        number = 0
        try:
            while True:
                yield number
                number += 1
        finally:
            (self.folder / "cleaned up").touch()

    def wait_until_cancelled(self, payload: object, cancel: CancelToken) -> None:
        (self.folder / "waiting").touch()
        while True:
            cancel.check()
            time.sleep(0.002)

    def ignore_cancel(self, payload: object, cancel: CancelToken) -> None:
        (self.folder / "stuck").touch()
        time.sleep(60.0)

    def close(self) -> None:
        (self.folder / "closed").touch()


class Unloadable:
    def __init__(self, config: FakeConfig) -> None:
        with (config.folder / "loads").open("a", encoding="utf-8") as file:
            file.write("x")
        raise ModelMissing("tiny", "narrative-server models fetch tiny")


class Broken:
    def __init__(self, config: FakeConfig) -> None:
        raise ZeroDivisionError


class SlowToLoad:
    def __init__(self, config: FakeConfig) -> None:
        (config.folder / f"loading {os.getpid()}").touch()
        time.sleep(60.0)


class DiesOnFirstLoad(FakeService):
    def __init__(self, config: FakeConfig) -> None:
        super().__init__(config)
        first = config.folder / "first load"
        if not first.exists():
            first.touch()
            os._exit(7)
