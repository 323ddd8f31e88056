"""A session as a ZIP archive in pieces: its beats as JSON, Yarn and ink, and their media. Knows nothing of gRPC.

One beat is in memory at a time. Media go into the archive as they are read; the texts grow in temporary files, since
they are written beside one another, and follow at the end.
"""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, Final, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image

from narrative_server.bridges.ink_writer import write_knot, write_start
from narrative_server.bridges.script import node_name
from narrative_server.bridges.yarn_writer import EMPTY_YARN, write_node
from narrative_server.story.assets import Asset, SoundAsset
from narrative_server.story.scripts import beat_media, script_beat, summarise
from narrative_server.story.session import BeatSummary, Session, StoredBeat
from narrative_server.story.store import SessionStore

MAX_CHUNK_BYTES: Final = 64 * 1024
STORY_FILE: Final = "story.json"
YARN_FILE: Final = "story.yarn"
INK_FILE: Final = "story.ink"
FORMAT: Final = "narrative-server story 1"

_SPOOL_BYTES: Final = 1 << 20
_BEATS_A_PAGE: Final = 50


class JsonWriter(Protocol):
    """Writes what the contracts describe as JSON objects. files: path within the archive, by key of the medium."""

    def session(self, session: Session) -> dict[str, Any]:
        """A session."""
        ...

    def beat(self, beat: StoredBeat, files: Mapping[str, str]) -> dict[str, Any]:
        """A beat with its events; media name their files in place of their bytes."""
        ...


@dataclass(frozen=True)
class ExportRequest:
    """What to export. beat_id: only this beat; empty: all. media: whether to add the pictures and sounds."""

    session_id: str
    beat_id: str = ""
    media: bool = True


async def export_session(store: SessionStore, request: ExportRequest, write: JsonWriter) -> AsyncGenerator[bytes, None]:
    """Yield the archive in pieces of at most 64 KiB; beats that are stored meanwhile are left out.

    Raises NotFound, StorageFailed.
    """
    session = await store.get_session(request.session_id)
    archive = _Archive(write, request.media)
    try:
        await asyncio.to_thread(archive.begin, session)
        async for summary, following in _with_next(_summaries(store, session, request.beat_id)):
            beat = await store.get_beat(session.id, summary.id)
            await asyncio.to_thread(archive.add, beat, following)
            for chunk in archive.chunks():
                yield chunk
        await asyncio.to_thread(archive.end)
        for chunk in archive.chunks(last=True):
            yield chunk
    finally:
        archive.close()


async def _with_next(items: AsyncIterator[BeatSummary]) -> AsyncIterator[tuple[BeatSummary, BeatSummary | None]]:
    """Each of `items` with the one after it, the last with None."""
    current: BeatSummary | None = None
    async for following in items:
        if current is not None:
            yield current, following
        current = following
    if current is not None:
        yield current, None


async def _summaries(store: SessionStore, session: Session, beat_id: str) -> AsyncIterator[BeatSummary]:
    """The beats to export, oldest first; a revision stands in the place of what it replaced."""
    if beat_id:
        yield summarise(await store.get_beat(session.id, beat_id))
        return
    token = ""
    while True:
        page, token = await store.list_beats(session.id, _BEATS_A_PAGE, token)
        for summary in page:
            if summary.index < session.revision:
                yield summary
        if not token:
            return


class _Outbox(io.RawIOBase):
    """What the archive has written and nobody has taken yet. Cannot seek, so that ZipFile never goes back."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self, *, last: bool) -> Iterator[bytes]:
        """Pieces of the full size; with `last`, the rest too."""
        while len(self._waiting) >= MAX_CHUNK_BYTES or (last and self._waiting):
            piece = bytes(self._waiting[:MAX_CHUNK_BYTES])
            del self._waiting[:MAX_CHUNK_BYTES]
            yield piece


class _Archive:
    """The ZIP file as it grows. Its steps may run in other threads; one that a cancelled caller left ends first."""

    def __init__(self, write: JsonWriter, media: bool) -> None:
        self._write, self._media = write, media
        self._lock = threading.Lock()
        self._outbox = _Outbox()
        self._open = ExitStack()
        self._zip = self._open.enter_context(ZipFile(self._outbox, "w", ZIP_DEFLATED))
        names = (STORY_FILE, YARN_FILE, INK_FILE)
        self._texts = {name: self._open.enter_context(_text_file()) for name in names}
        self._written: set[str] = set()
        self._beats = 0

    def chunks(self, *, last: bool = False) -> Iterator[bytes]:
        """What is ready to be sent."""
        return self._outbox.take(last=last)

    def begin(self, session: Session) -> None:
        """Write the head of the texts."""
        told = json.dumps(self._write.session(session), ensure_ascii=False)
        with self._lock:
            self._append(STORY_FILE, f'{{"format": "{FORMAT}",\n"session": {told},\n"beats": [')

    def add(self, beat: StoredBeat, following: BeatSummary | None) -> None:
        """Write one beat; `following` is the one after it, None for the last."""
        with self._lock:
            self._beats += 1
            media = beat_media(beat.events)
            self._add_scripts(beat, following)
            told = self._write.beat(beat, {key: file for key, (file, _) in media.items()})
            self._append(STORY_FILE, (",\n" if self._beats > 1 else "\n") + json.dumps(told, ensure_ascii=False))
            for file, asset in media.values():
                if self._media and file not in self._written:
                    self._written.add(file)
                    self._zip.writestr(_info(file, beat), _file_bytes(asset))

    def _add_scripts(self, beat: StoredBeat, following: BeatSummary | None) -> None:
        script = script_beat(beat, self._beats)
        next_name = node_name(self._beats + 1, following.trigger.event, following.id) if following else ""
        if self._beats == 1:
            self._append(INK_FILE, write_start(script.name))
        self._append(YARN_FILE, write_node(script, next_name))
        self._append(INK_FILE, write_knot(script, next_name))

    def end(self) -> None:
        """Write the texts and the archive's directory."""
        with self._lock:
            self._append(STORY_FILE, "\n]}\n")
            if not self._beats:
                self._append(INK_FILE, write_start(""))
                self._append(YARN_FILE, EMPTY_YARN)
            for name, text in self._texts.items():
                text.seek(0)
                with self._zip.open(name, "w", force_zip64=True) as entry:
                    shutil.copyfileobj(text, entry, MAX_CHUNK_BYTES)
            self._zip.close()

    def close(self) -> None:
        """Free what is held; an archive that was not ended is of no use."""
        with self._lock:
            self._open.close()

    def _append(self, name: str, text: str) -> None:
        self._texts[name].write(text.encode("utf-8"))


def _text_file() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(_SPOOL_BYTES)


def _info(file: str, beat: StoredBeat) -> ZipInfo:
    moment = beat.created_at
    info = ZipInfo(file, (max(moment.year, 1980), moment.month, moment.day, moment.hour, moment.minute, moment.second))
    info.compress_type = ZIP_STORED if file.endswith(".png") else ZIP_DEFLATED
    return info


def _file_bytes(asset: Asset) -> bytes:
    """The asset as a file: a picture that is raw RGBA becomes a PNG."""
    if isinstance(asset, SoundAsset) or asset.encoding == "png":
        return asset.data
    png = io.BytesIO()
    Image.frombytes("RGBA", (asset.width_px, asset.height_px), asset.data).save(png, "PNG")
    return png.getvalue()
