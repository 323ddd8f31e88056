from __future__ import annotations

import itertools
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrative_server.rpc.web.text_mode import Base64Reader


@given(st.lists(st.binary(), max_size=5), st.lists(st.integers(0, 100), max_size=6))
def test_pieces_padded_for_themselves_are_read_however_they_are_cut(pieces: list[bytes], cuts: list[int]) -> None:
    text = b"".join(map(b64encode, pieces))
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    reader = Base64Reader()
    read = b"".join(reader.feed(text[start:end]) for start, end in itertools.pairwise(places))
    reader.end()
    assert read == b"".join(pieces)


@pytest.mark.parametrize("text", [b"=", b"A===", b"====", b"AA=A", b"AA*A", b"A", b"AAA", b"AA A", "ÄÄÄÄ".encode()])
def test_what_is_not_base64_is_an_error(text: bytes) -> None:
    reader = Base64Reader()
    with pytest.raises(ValueError):  # noqa: PT012 # either of the two finds it
        reader.feed(text)
        reader.end()
