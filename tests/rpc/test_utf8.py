from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from narrative_server.rpc.utf8 import find_invalid_utf8
from narrative_server.v1 import beat_pb2, common_pb2


def broken(message: beat_pb2.PlayBeatRequest, marker: bytes) -> bytes:
    """The message's bytes with `marker` (ASCII) replaced by as many bytes that are not UTF-8."""
    data = message.SerializeToString()
    assert data.count(marker) == 1
    return data.replace(marker, b"\xff" * len(marker))


def test_the_broken_text_of_a_list_is_named_with_its_index() -> None:
    request = beat_pb2.PlayBeatRequest(
        cast=[common_pb2.Character(name="Ana"), common_pb2.Character(name="Bo", persona="MARKER")]
    )
    path = find_invalid_utf8(broken(request, b"MARKER"), beat_pb2.PlayBeatRequest.DESCRIPTOR)
    assert path == "cast[1].persona"


def test_a_broken_text_deep_inside_is_named_with_its_whole_path() -> None:
    request = beat_pb2.PlayBeatRequest()
    request.inline.context.cast.add(name="MARKER")
    path = find_invalid_utf8(broken(request, b"MARKER"), beat_pb2.PlayBeatRequest.DESCRIPTOR)
    assert path == "inline.context.cast[0].name"


def test_good_text_in_any_language_is_not_named() -> None:
    request = beat_pb2.PlayBeatRequest(place="площадь 市場 🏰", facts=["naïve", "Ωmega"])
    assert find_invalid_utf8(request.SerializeToString(), beat_pb2.PlayBeatRequest.DESCRIPTOR) is None


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    find_invalid_utf8(data, beat_pb2.PlayBeatRequest.DESCRIPTOR)
