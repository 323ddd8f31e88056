"""Plays the story through gRPC and writes everything into one folder, which appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import grpc
from rich.console import Console

from narrative_server.demo.files import write_beat
from narrative_server.demo.page import MARK, PAGE_FILE, PageBeat, build_page
from narrative_server.demo.story import BEATS, TITLE, DemoBeat, beat_request, session_request
from narrative_server.demo.terminal import LiveBeat
from narrative_server.errors import InvalidConfig
from narrative_server.testing.client import MockGameClient
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import ContractViolation, check_end, check_event
from narrative_server.v1 import info_pb2, story_pb2

BEAT_TIMEOUT_S: Final = 300.0


async def play_demo(
    channel: grpc.aio.Channel, out: Path, console: Console, *, token: str = "", seed: int | None = None
) -> Path:
    """Play the story on the server behind `channel`, showing it on `console`; returns the path of the page in `out`.

    out: an absolute path, made anew; a demo that is there already is replaced once the new one is complete.
    seed: of the story, 0 to 2^63 - 1; None: drawn. The session is erased afterwards.
    Raises InvalidConfig when `out` holds other things, OSError, grpc.aio.AioRpcError.
    """
    check_out(out)
    # The rules are checked afterwards: a viewer wants to see a beat also where the server broke one.
    async with MockGameClient(channel, token=token, rules=()) as client:
        made_with = describe_server(await client.server_info())
        console.print(f"[bold]{TITLE}[/]\n[dim]{made_with}[/]")
        session = await client.create_session(session_request(seed))
        try:
            with _new_folder(out) as folder:
                beats = [
                    await _play_beat(client, session.session_id, number, told, folder, console)
                    for number, told in enumerate(BEATS, 1)
                ]
                page = build_page(TITLE, f"{made_with} · seed {session.context.seed}", beats)
                (folder / PAGE_FILE).write_text(page, encoding="utf-8")
        finally:
            await _erase(client, session.session_id)
    return out / PAGE_FILE


async def _play_beat(
    client: MockGameClient, session_id: str, number: int, told: DemoBeat, folder: Path, console: Console
) -> PageBeat:
    live = LiveBeat(console)
    live.headline(number, told.title, told.event)
    played = await client.play(beat_request(session_id, told), live.show, BEAT_TIMEOUT_S)
    broken = find_violation(played)
    if broken is not None:
        console.print(f"  [yellow]! the server broke its contract: {broken}[/]")
    return PageBeat(told, played, write_beat(folder / f"{number}-{told.slug}", played))


def find_violation(played: PlayedBeat) -> ContractViolation | None:
    """The first rule of the contracts that a beat broke, or None."""
    beat = PlayedBeat(played.request)
    try:
        for event in played.events:
            check_event(beat, event)
            beat.add(event)
        check_end(beat)
    except ContractViolation as violation:
        return violation
    return None


def describe_server(info: info_pb2.GetServerInfoResponse) -> str:
    """One line: version and what makes lines, pictures and sounds."""
    engines = [f"{engine.name} {engine.model or engine.kind}" for engine in info.engines if engine.name != "semantics"]
    return f"Narrative Server {info.server_version} · " + " · ".join(engines)


def check_out(out: Path) -> None:
    """Refuse a place that holds anything but an earlier demo. Raises InvalidConfig."""
    if not out.exists():
        return
    page = out / PAGE_FILE
    ours = page.is_file() and MARK in page.read_text(encoding="utf-8", errors="replace")
    if not out.is_dir() or not (ours or not any(out.iterdir())):
        raise InvalidConfig("--out", str(out), "a new or empty folder, or one that holds an earlier demo")


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """A folder to write into that becomes `out` when the block ends well, and disappears when it does not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent, ignore_cleanup_errors=True) as beside:
        fresh, old = Path(beside, "new"), Path(beside, "old")
        fresh.mkdir()
        yield fresh
        if out.exists():
            out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            with suppress(OSError):
                old.rename(out)
            raise


async def _erase(client: MockGameClient, session_id: str) -> None:
    request = story_pb2.DeleteSessionRequest(session_id=session_id)
    # Where the server has gone away, the error that ended the story says so already.
    with suppress(grpc.aio.AioRpcError):
        await client.story.DeleteSession(request, timeout=10.0, metadata=client.metadata)
