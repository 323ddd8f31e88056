"""Messages to and from the bytes of HTTP bodies: protobuf's binary form and its JSON form.

Decoding never fails here: what cannot be read becomes an `Undecodable`, so that the interceptor checks the token
first and then answers with the field, the same as for a call by gRPC.
"""

from __future__ import annotations

from typing import Any, Final

from connectrpc.codec import Codec
from google.protobuf import json_format
from google.protobuf.message import Message

from narrative_server.errors import FieldViolation
from narrative_server.rpc.interceptors import Undecodable

MAX_PROBLEM_CHARACTERS: Final = 300


class BinaryCodec(Codec[Message, Any]):
    """protobuf's wire format. Requests stay bytes: the method's own deserialiser reads them."""

    def name(self) -> str:
        """What content types end with."""
        return "proto"

    def encode(self, message: Message) -> bytes:
        """Write an answer."""
        return message.SerializeToString()

    def decode(self, data: bytes | bytearray, message_class: type[Any]) -> Any:  # noqa: ARG002 # the codec's interface
        """The bytes as they came."""
        return bytes(data)


class JsonCodec(Codec[Message, Any]):
    """protobuf's JSON form, for people with curl. Unknown names are refused: they are typing mistakes."""

    def name(self) -> str:
        """What content types end with."""
        return "json"

    def encode(self, message: Message) -> bytes:
        """Write an answer on one line."""
        return json_format.MessageToJson(message, indent=None).encode()

    def decode(self, data: bytes | bytearray, message_class: type[Any]) -> Any:
        """Read a request; an empty body is an empty message. What cannot be read becomes Undecodable."""
        message: Message = message_class()
        try:
            text = bytes(data).decode()
            if not text.strip():
                return message
            if not text.lstrip().startswith("{"):  # json_format takes an empty list for an empty message
                raise ValueError("not an object in braces")
            return json_format.Parse(text, message)
        # Beside its ParseError, json_format lets through what numbers, texts and nesting out of range raise.
        except (json_format.Error, ValueError, ArithmeticError, RecursionError, TypeError, AttributeError) as error:
            problem = " ".join(str(error).split())[:MAX_PROBLEM_CHARACTERS]
            kind = message_class.DESCRIPTOR.full_name
            violation = FieldViolation("request", f"cannot be read ({problem})", f"one {kind} in protobuf's JSON form")
            return Undecodable(violation)
