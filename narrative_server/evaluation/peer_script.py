"""Other people's networks beside ours: a script in a Python environment of its own, asked for one batch at a time.

The script says as a JSON line `{"parameters": {row: count}, "skipped": {row: why}}`, then answers each line
`ROW BATCH` with `{"seconds": taken}`. Knows nothing of what the networks make.
`peer_answers` is the script's side of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from narrative_server.errors import EngineFailed, InvalidConfig
from narrative_server.evaluation.bench_dialogue import Skipped

_INSTALL_TIMEOUT_S: Final = 3600.0

Told = Callable[[str], None]

Clock = Callable[[int], float]
"""Seconds that one batch of that many things takes."""


@dataclass(frozen=True)
class Peers:
    """The networks that take part, by row, with their parameters, and those that are left out."""

    clocks: dict[str, Clock]
    sizes: dict[str, int]
    skipped: list[Skipped]


class PeerScript:
    """The script, running. bench: what an error calls the bench. sizes: parameters by row."""

    def __init__(self, bench: str, name: str, process: subprocess.Popen[str]) -> None:
        self._bench, self._name, self._process = bench, name, process
        ready = self._answer()
        self.sizes: dict[str, int] = ready["parameters"]
        self.skipped = [Skipped(row, reason) for row, reason in ready["skipped"].items()]

    def seconds(self, row: str, batch: int) -> float:
        """Time one batch of `batch` things. Raises EngineFailed when the script has ended."""
        assert self._process.stdin is not None, "it was asked for"
        self._process.stdin.write(f"{row} {batch}\n")
        self._process.stdin.flush()
        return float(self._answer()["seconds"])

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None, "it was asked for"
        line = self._process.stdout.readline()
        if not line:
            raise EngineFailed(self._bench, f"{self._name} ended; what it said is above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running_peers(
    bench: str, python: Path | None, script: Path, arguments: Sequence[str], rows: str, told: Told
) -> Iterator[Peers]:
    """Run `script` by the interpreter `python` for as long as the block lasts. Raises EngineFailed.

    Without an interpreter there are no peers; `rows` names what is left out.
    """
    if python is None:
        reason = "not installed: give --peers-python FILE, or --make-peers FOLDER to install them there"
        yield Peers({}, {}, [Skipped(rows, reason)])
        return
    told(f"loading {rows}")
    command = [str(python), str(script), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        running = PeerScript(bench, script.name, process)
        clocks: dict[str, Clock] = {row: partial(running.seconds, row) for row in running.sizes}
        yield Peers(clocks, running.sizes, running.skipped)
    finally:
        process.kill()
        process.communicate()


def take_turns(
    what: str, clocks: Mapping[str, Clock], batches: Sequence[int], rounds: int, told: Told
) -> dict[str, dict[int, list[float]]]:
    """Seconds that each batch took, by row and size. In each round all rows take their turn; a first one warms up."""
    seconds: dict[str, dict[int, list[float]]] = {row: {batch: [] for batch in batches} for row in clocks}
    for number in range(rounds + 1):
        for row, clock in clocks.items():
            for batch in batches:
                told(f"{what}, round {number} of {rounds}: {row}")
                took = clock(batch)
                if number:
                    seconds[row][batch].append(took)
    return seconds


def check_python(python: Path | None) -> None:
    """Raise InvalidConfig unless it is an interpreter that is there, or None."""
    if python is not None and not python.is_file():
        raise InvalidConfig("--peers-python", str(python), "a Python interpreter's file")


def make_environment(bench: str, folder: Path, packages: Sequence[str], told: Told) -> Path:
    """Make a Python environment in `folder` that holds `packages`; returns its interpreter.

    One that is there is used as it is. Raises EngineFailed when pip fails.
    """
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.is_file():
        told(f"making {folder}")
        _run(bench, [sys.executable, "-m", "venv", str(folder)])
        told(f"installing {', '.join(packages)}; minutes")
        _run(bench, [str(python), "-m", "pip", "install", "--quiet", *packages])
    return python


def _run(bench: str, command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S, check=False)
    if done.returncode:
        raise EngineFailed(bench, f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")
