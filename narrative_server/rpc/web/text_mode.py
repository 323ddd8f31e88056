"""grpc-web-text: gRPC-Web whose bodies are base64, for browsers' code that reads text while it arrives.

https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md. Each piece of a body may be padded for itself.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from typing import Final

from connectrpc.code import Code
from connectrpc.errors import ConnectError

from narrative_server.rpc.web.asgi import Message, Receive, Send

BINARY_TYPE: Final = b"application/grpc-web+proto"
TEXT_TYPE: Final = b"application/grpc-web-text+proto"
_PIECES: Final = re.compile(rb"[^=]+={0,2}")


class Base64Reader:
    """Decodes base64 that comes in parts, whole or in pieces that are padded each."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Decode what is complete. Raises ValueError for what is not base64."""
        data = self._rest + data
        whole = len(data) // 4 * 4
        data, self._rest = data[:whole], data[whole:]
        pieces = _PIECES.findall(data)
        if sum(map(len, pieces)) != len(data):
            raise ValueError("padding without data")
        return b"".join(binascii.a2b_base64(piece, strict_mode=True) for piece in pieces)

    def end(self) -> None:
        """Raise ValueError when characters are left over."""
        if self._rest:
            raise ValueError(f"{len(self._rest)} characters too many or too few")


def receive_text(receive: Receive) -> Receive:
    """Receive a body in base64 as the bytes that it stands for."""
    reader = Base64Reader()

    async def run() -> Message:
        message = await receive()
        if message["type"] != "http.request":
            return message
        try:
            body = reader.feed(message.get("body", b""))
            if not message.get("more_body", False):
                reader.end()
        except ValueError as error:
            told = f"the body cannot be read ({error}); legal: base64, as application/grpc-web-text has it"
            raise ConnectError(Code.INVALID_ARGUMENT, told) from error
        return {**message, "body": body}

    return run


def send_text(send: Send) -> Send:
    """Send a body in base64, each part padded for itself."""

    async def run(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, _text_type(value) if name == b"content-type" else value) for name, value in message["headers"]
            ]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            message = {**message, "body": b64encode(message.get("body", b""))}
        await send(message)

    return run


def _text_type(content_type: bytes) -> bytes:
    return content_type.replace(b"application/grpc-web", b"application/grpc-web-text", 1)
