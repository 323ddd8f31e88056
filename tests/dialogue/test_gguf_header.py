from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, GGUFValueType, GGUFWriter

from narrative_server.dialogue.gguf_header import read_header
from tests.dialogue.adapter_files import write_base


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    writer = GGUFWriter(str(path), "llama")
    writer.add_uint32("a.count", 7)
    writer.add_int64("a.wide", -5)
    writer.add_float32("a.share", 0.5)
    writer.add_bool("a.flag", True)
    writer.add_string("a.text", "naïve 村")
    writer.add_array("a.words", ["x", "yy", ""])
    writer.add_array("a.numbers", [1, 2, 3])
    writer.add_key_value("a.last", 9, GGUFValueType.UINT8)
    writer.add_tensor("blk.0.w", np.zeros((6, 32), np.float32))
    writer.add_tensor("norm", np.zeros(3, np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_single_values_and_shapes_are_read_and_lists_passed_over(path):
    header = read_header(path)
    told = {key.removeprefix("a."): value for key, value in header.fields.items() if key.startswith("a.")}
    assert told == {"count": 7, "wide": -5, "share": 0.5, "flag": True, "text": "naïve 村", "last": 9}
    assert header.fields["general.architecture"] == "llama"
    assert header.shapes == {"blk.0.w": (6, 32), "norm": (3,)}


def test_shapes_of_packed_weights_are_those_of_the_library(tmp_path):
    write_base(tmp_path / "base.gguf")
    shapes = {
        tensor.name: tuple(map(int, reversed(tensor.shape))) for tensor in GGUFReader(tmp_path / "base.gguf").tensors
    }
    assert read_header(tmp_path / "base.gguf").shapes == shapes


def test_a_header_that_ends_anywhere_is_refused(path):
    whole = path.read_bytes()
    header_bytes = whole.index(b"norm")
    for end in range(1, header_bytes + 4, 7):
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match=r"cut off|not a GGUF"):
            read_header(path)


@pytest.mark.parametrize("content", [b"GGUF\x01\0\0\0" + b"\0" * 16, b"GGUF\x03\0\0\0" + b"\xff" * 64, b"x" * 100])
def test_what_is_no_gguf_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError):
        read_header(path)


def test_an_empty_file_is_refused(path):
    path.write_bytes(b"")
    with pytest.raises(ValueError):
        read_header(path)
