"""Domain errors to google.rpc.Status: the one place where a gRPC code is chosen.

Unknown errors become INTERNAL with nothing but an id that the log has too. Retry hints go out twice, as RetryInfo and
as `grpc-retry-pushback-ms` (gRFC A6).
"""

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from narrative_server import errors

CODES: Final[tuple[tuple[type[errors.NarrativeError], grpc.StatusCode], ...]] = (
    (errors.InvalidRequest, grpc.StatusCode.INVALID_ARGUMENT),
    (errors.InvalidConfig, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.NotFound, grpc.StatusCode.NOT_FOUND),
    (errors.AlreadyExists, grpc.StatusCode.ALREADY_EXISTS),
    (errors.Busy, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.InProgress, grpc.StatusCode.ABORTED),
    (errors.DeadlinePassed, grpc.StatusCode.DEADLINE_EXCEEDED),
    (errors.EngineUnavailable, grpc.StatusCode.UNAVAILABLE),
    (errors.EngineFailed, grpc.StatusCode.INTERNAL),
    (errors.ModelMissing, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.ModelCorrupt, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.DataMissing, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.PackageMissing, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.Unauthenticated, grpc.StatusCode.UNAUTHENTICATED),
)
MAX_MESSAGE_BYTES: Final = 1024
MAX_VIOLATIONS_BYTES: Final = 4096
"""Trailers must fit the caller's metadata limit (16 KiB by default, percent-encoded and base64 text included)."""


def code_of(error: errors.NarrativeError) -> grpc.StatusCode:
    """The gRPC code of a domain error."""
    if isinstance(error, errors.StorageFailed):
        return grpc.StatusCode.RESOURCE_EXHAUSTED if error.full else grpc.StatusCode.UNAVAILABLE
    for kind, code in CODES:
        if isinstance(error, kind):
            return code
    return grpc.StatusCode.INTERNAL


def to_status(error: errors.NarrativeError) -> status_pb2.Status:
    """Write a domain error as a status with its details."""
    details: list[Message] = []
    if isinstance(error, errors.InvalidRequest):
        details.append(_bad_request(error))
    if isinstance(error, errors.Retryable):
        delay = Duration()
        delay.FromMilliseconds(error.retry_after_ms)
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    message = _shortened(str(error) or type(error).__name__, MAX_MESSAGE_BYTES)
    return status_pb2.Status(code=code_of(error).value[0], message=message, details=map(_packed, details))


def to_internal(request_id: str) -> status_pb2.Status:
    """What a caller learns of an error that nobody foresaw."""
    message = f"internal error; the server's log has it under request id {request_id}"
    return status_pb2.Status(code=grpc.StatusCode.INTERNAL.value[0], message=message)


def trailing_metadata(error: Exception, status: status_pb2.Status) -> tuple[tuple[str, str | bytes], ...]:
    """The trailers that carry a status' details and the retry hint."""
    trailers: list[tuple[str, str | bytes]] = [("grpc-status-details-bin", status.SerializeToString())]
    if isinstance(error, errors.Retryable):
        trailers.append(("grpc-retry-pushback-ms", str(error.retry_after_ms)))
    return tuple(trailers)


def _bad_request(error: errors.InvalidRequest) -> error_details_pb2.BadRequest:
    """All violations that fit; the last entry then says how many more there are."""
    bad = error_details_pb2.BadRequest()
    for told, violation in enumerate(error.violations):
        description = _shortened(f"{violation.problem}; legal: {violation.legal}", MAX_MESSAGE_BYTES)
        bad.field_violations.add(field=violation.field, description=description)
        if bad.ByteSize() > MAX_VIOLATIONS_BYTES:
            del bad.field_violations[-1]
            rest = len(error.violations) - told
            bad.field_violations.add(field=violation.field, description=f"is wrong too, as are {rest - 1} more")
            break
    return bad


def _shortened(text: str, most_bytes: int) -> str:
    """Cut so that it stays under `most_bytes` once percent-encoded, as gRPC sends it."""
    size = 0
    for index, character in enumerate(text):
        size += 1 if " " <= character <= "~" and character != "%" else 3 * len(character.encode("utf-8", "replace"))
        if size > most_bytes:
            return text[: index - 1] + "…"
    return text


def _packed(detail: Message) -> Any:
    packed = Any()
    packed.Pack(detail)
    return packed
