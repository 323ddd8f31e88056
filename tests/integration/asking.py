"""Requests that the integration tests build on."""

from __future__ import annotations

import grpc
from google.rpc import error_details_pb2, status_pb2

from narrative_server.testing import MockGameClient
from narrative_server.v1 import beat_pb2, common_pb2, story_pb2

EVENT = "The player finds a rusty key under the old mill."


def beat_request(session_id: str = "", **fields: object) -> beat_pb2.PlayBeatRequest:
    """A legal request: in the session, else inline."""
    request = beat_pb2.PlayBeatRequest(
        trigger=beat_pb2.Trigger(kind="item_found", event=EVENT),
        place="old mill, dusk, light rain",
        cast=[
            common_pb2.Character(name="Mara", persona="grim ranger", look="woman in a green cloak"),
            common_pb2.Character(name="Tobin", persona="talkative miller", look="fat man with a white apron"),
        ],
        **fields,  # type: ignore[arg-type]
    )
    if session_id:
        request.session_id = session_id
    else:
        request.inline.SetInParent()
    return request


async def new_session(client: MockGameClient, **fields: object) -> str:
    """Create a session; its id."""
    answer = await client.story.CreateSession(story_pb2.CreateSessionRequest(**fields))  # type: ignore[arg-type]
    return answer.session.session_id


def violations(error: grpc.aio.AioRpcError) -> dict[str, str]:
    """Field to description, of an INVALID_ARGUMENT."""
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, error
    bad = error_details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in status_of(error).details)
    return {violation.field: violation.description for violation in bad.field_violations}


def retry_after_ms(error: grpc.aio.AioRpcError) -> int:
    """The retry hint, checked to be told both ways."""
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in status_of(error).details)
    trailers = dict(error.trailing_metadata() or ())
    assert trailers["grpc-retry-pushback-ms"] == str(retry.retry_delay.ToMilliseconds())
    return retry.retry_delay.ToMilliseconds()


def status_of(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """The google.rpc.Status of a failed call."""
    trailers = dict(error.trailing_metadata() or ())
    return status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
