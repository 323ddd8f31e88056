"""A small HTTP/1.1 client that speaks gRPC-Web, on h11 alone: it sends whatever a test wants, also what is wrong."""

from __future__ import annotations

import asyncio
import json
import ssl
import struct
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import grpc
import h11
from google.protobuf.message import Message
from google.rpc import status_pb2

from narrative_server.rpc.server import NarrativeServer
from narrative_server.v1 import beat_pb2, info_pb2

STORY = "/narrative_server.v1.StoryService/"
INFO = "/narrative_server.v1.InfoService/"
GRPC_WEB = "application/grpc-web+proto"
TRAILERS_FLAG = 0x80


def frame(message: Message | bytes, flags: int = 0) -> bytes:
    """One message with its five bytes of head."""
    data = message if isinstance(message, bytes) else message.SerializeToString()
    return struct.pack(">BI", flags, len(data)) + data


@dataclass
class Answer:
    """A whole answer: the HTTP status and headers, each frame's bytes, and the trailers."""

    status: int
    headers: dict[str, str]
    body: bytes
    messages: list[bytes] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status, from the trailers or, where there is no message, the headers."""
        number = int((self.trailers or self.headers)["grpc-status"])
        return next(code for code in grpc.StatusCode if code.value[0] == number)

    @property
    def message(self) -> str:
        """The gRPC status' message."""
        return unquote((self.trailers or self.headers).get("grpc-message", ""))

    @property
    def details(self) -> status_pb2.Status:
        """The google.rpc.Status in the trailers."""
        packed = (self.trailers or self.headers).get("grpc-status-details-bin", "")
        return status_pb2.Status.FromString(b64decode(packed + "==="))

    @property
    def json(self) -> dict[str, object]:
        """The body as JSON."""
        return dict(json.loads(self.body))


class WebCaller:
    """One connection to the web port."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._http = h11.Connection(h11.CLIENT)

    @classmethod
    async def open(cls, port: int, tls: ssl.SSLContext | None = None) -> WebCaller:
        """Connect to this machine."""
        caller = cls(port)
        caller.reader, caller.writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None, limit=4096
        )
        return caller

    async def send(
        self, path: str, body: bytes, headers: Mapping[str, str | None] | None = None, method: str = "POST"
    ) -> None:
        """Send one request; a header that is None is left out."""
        wanted: dict[str, str | None] = {
            "host": f"127.0.0.1:{self.port}",
            "content-type": GRPC_WEB,
            "content-length": str(len(body)),
            **(headers or {}),
        }
        head = h11.Request(method=method, target=path, headers=[(k, v) for k, v in wanted.items() if v is not None])
        self.writer.write((self._http.send(head) or b"") + (self._http.send(h11.Data(body)) or b""))
        self.writer.write(self._http.send(h11.EndOfMessage()) or b"")
        await self.writer.drain()

    async def head(self) -> tuple[int, dict[str, str]]:
        """The answer's status and headers."""
        event = await self._next()
        assert isinstance(event, h11.Response), event
        return event.status_code, {name.decode(): value.decode() for name, value in event.headers}

    async def parts(self) -> AsyncIterator[bytes]:
        """The body's bytes as they come."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)
        assert isinstance(event, h11.EndOfMessage), event

    async def answer(self) -> Answer:
        """Read the answer to its end."""
        status, headers = await self.head()
        body = b"".join([part async for part in self.parts()])
        answer = Answer(status, headers, body)
        if headers.get("content-type", "").startswith("application/grpc-web+"):
            answer.messages, answer.trailers = split_frames(body)
        return answer

    async def frames(self) -> AsyncIterator[tuple[int, bytes]]:
        """Flags and bytes of each frame, as soon as it is there."""
        buffer = b""
        async for part in self.parts():
            buffer += part
            while len(buffer) >= 5 and len(buffer) >= (end := 5 + int.from_bytes(buffer[1:5], "big")):
                yield buffer[0], buffer[5:end]
                buffer = buffer[end:]
        assert not buffer

    async def close(self) -> None:
        """Hang up, whatever is open."""
        self.writer.transport.abort()
        await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)

    async def __aenter__(self) -> WebCaller:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self.reader.read(4096))
        return event


def split_frames(body: bytes) -> tuple[list[bytes], dict[str, str]]:
    """The messages and trailers of a gRPC-Web body."""
    messages: list[bytes] = []
    while body:
        flags, end = body[0], 5 + int.from_bytes(body[1:5], "big")
        data, body = body[5:end], body[end:]
        if flags & TRAILERS_FLAG:
            assert not body, "the trailers come last"
            return messages, dict(line.split(": ", 1) for line in data.decode().splitlines())
        messages.append(data)
    return messages, {}


async def call(port: int, path: str, request: Message | bytes, headers: Mapping[str, str] | None = None) -> Answer:
    """One gRPC-Web call on a connection of its own."""
    async with await WebCaller.open(port) as caller:
        await caller.send(path, frame(request), headers)
        return await caller.answer()


def events_of(answer: Answer) -> list[beat_pb2.BeatEvent]:
    """The beat's events in a whole answer."""
    assert answer.code is grpc.StatusCode.OK, answer.message
    return [beat_pb2.PlayBeatResponse.FromString(data).event for data in answer.messages]


async def server_load(web: NarrativeServer) -> info_pb2.Load:
    """What GetServerInfo tells, over the web."""
    answer = await call(web.web_port, INFO + "GetServerInfo", info_pb2.GetServerInfoRequest())
    return info_pb2.GetServerInfoResponse.FromString(answer.messages[0]).load


async def until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Wait until `condition()` holds."""
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.005)
