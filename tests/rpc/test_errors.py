from __future__ import annotations

from urllib.parse import quote

import grpc
import pytest
from google.rpc import error_details_pb2

from narrative_server import errors
from narrative_server.rpc.errors import code_of, to_internal, to_status, trailing_metadata

VIOLATION = errors.FieldViolation("cast[1].name", "is ''", "1 to 60 characters")

EVERY_ERROR = (
    (errors.InvalidRequest([VIOLATION]), grpc.StatusCode.INVALID_ARGUMENT),
    (errors.InvalidConfig("port", -1, "0 to 65535"), grpc.StatusCode.FAILED_PRECONDITION),
    (errors.NotFound("session", "x"), grpc.StatusCode.NOT_FOUND),
    (errors.AlreadyExists("session", "x"), grpc.StatusCode.ALREADY_EXISTS),
    (errors.Busy("the queue", 500), grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.InProgress("key", 500), grpc.StatusCode.ABORTED),
    (errors.DeadlinePassed("too late"), grpc.StatusCode.DEADLINE_EXCEEDED),
    (errors.EngineUnavailable("dialogue", "is restarting", 900), grpc.StatusCode.UNAVAILABLE),
    (errors.EngineFailed("images", "no picture"), grpc.StatusCode.INTERNAL),
    (errors.ModelMissing("m", "fetch"), grpc.StatusCode.FAILED_PRECONDITION),
    (errors.ModelCorrupt("m", "bad", "fetch"), grpc.StatusCode.FAILED_PRECONDITION),
    (errors.DataMissing("d", "get it"), grpc.StatusCode.FAILED_PRECONDITION),
    (errors.PackageMissing("p", "extra"), grpc.StatusCode.FAILED_PRECONDITION),
    (errors.StorageFailed("locked"), grpc.StatusCode.UNAVAILABLE),
    (errors.StorageFailed("disk full", full=True), grpc.StatusCode.RESOURCE_EXHAUSTED),
    (errors.Unauthenticated("no token"), grpc.StatusCode.UNAUTHENTICATED),
)


@pytest.mark.parametrize(("error", "code"), EVERY_ERROR, ids=lambda value: type(value).__name__)
def test_each_domain_error_has_its_code(error: errors.NarrativeError, code: grpc.StatusCode) -> None:
    assert code_of(error) is code
    assert to_status(error).code == code.value[0]


def test_every_leaf_of_the_error_tree_is_tried_above() -> None:
    def leaves(kind: type) -> set[type]:
        below = kind.__subclasses__()
        return set().union(*map(leaves, below)) if below else {kind}

    own = {kind for kind in leaves(errors.NarrativeError) if kind.__module__ == errors.__name__}
    assert own <= {type(error) for error, _ in EVERY_ERROR}


def test_a_violation_names_field_problem_and_legal_range() -> None:
    bad = error_details_pb2.BadRequest()
    assert to_status(errors.InvalidRequest([VIOLATION])).details[0].Unpack(bad)
    assert bad.field_violations[0].field == "cast[1].name"
    assert bad.field_violations[0].description == "is ''; legal: 1 to 60 characters"


def test_a_retry_hint_goes_out_as_detail_and_as_trailer() -> None:
    error = errors.Busy("the queue", 1500)
    status = to_status(error)
    retry = error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(retry)
    assert retry.retry_delay.ToMilliseconds() == 1500
    assert ("grpc-retry-pushback-ms", "1500") in trailing_metadata(error, status)


def test_an_unforeseen_error_tells_nothing_but_the_request_id() -> None:
    status = to_internal("abc123")
    assert status.code == grpc.StatusCode.INTERNAL.value[0]
    assert status.message == "internal error; the server's log has it under request id abc123"


@pytest.mark.parametrize("letter", ["x", "%", "é", "漢", "🏰"])
def test_the_trailers_of_very_many_faults_stay_far_below_16_kib(letter: str) -> None:
    error = errors.InvalidRequest([errors.FieldViolation(f"cast[{i}].name", letter * 90, "short") for i in range(500)])
    status = to_status(error)
    trailers = trailing_metadata(error, status)
    encoded = len(quote(status.message)) + sum(len(key) + len(value) * 4 // 3 for key, value in trailers)
    assert encoded < 10_000
    bad = error_details_pb2.BadRequest()
    assert status.details[0].Unpack(bad)
    assert bad.field_violations[0].description.startswith(letter)
    assert "more" in bad.field_violations[-1].description
