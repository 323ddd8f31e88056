from __future__ import annotations

import struct
import time

import pytest

from narrative_server.errors import InvalidRequest
from narrative_server.images.palette_files import read_palette_file, read_palette_text

FIELD = "format.palette"
COLOURS = (0x1A1C2C, 0x5D275D, 0xFFCD75)
TRIPLES = [(0x1A, 0x1C, 0x2C), (0x5D, 0x27, 0x5D), (0xFF, 0xCD, 0x75)]


def aseprite(*chunks: tuple[int, bytes], frame_magic: int = 0xF1FA) -> bytes:
    body = b"".join(struct.pack("<IH", len(data) + 6, kind) + data for kind, data in chunks)
    frame = struct.pack("<IHHHHI", 16 + len(body), frame_magic, len(chunks), 100, 0, len(chunks)) + body
    return struct.pack("<IHHHHH", 128 + len(frame), 0xA5E0, 1, 32, 32, 8).ljust(128, b"\0") + frame


def new_palette(named: bool = False) -> bytes:
    entries = b"".join(
        struct.pack("<H4B", int(named), *colour, 255) + (struct.pack("<H", 3) + b"ink" if named else b"")
        for colour in TRIPLES
    )
    clear = struct.pack("<H4B", 0, 1, 2, 3, 0)
    return struct.pack("<III8x", 4, 0, 3) + entries + clear


def old_palette() -> bytes:
    return struct.pack("<H", 1) + struct.pack("<BB", 0, 3) + b"".join(bytes(colour) for colour in TRIPLES)


def riff() -> bytes:
    data = struct.pack("<HH", 0x0300, 3) + b"".join(bytes((*colour, 0)) for colour in TRIPLES)
    body = b"PAL " + b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def adobe(model: bytes = b"RGB ", *values: tuple[float, ...]) -> bytes:
    blocks = b""
    for value in values or [tuple(channel / 255 for channel in colour) for colour in TRIPLES]:
        body = struct.pack(">H", 2) + "x\0".encode("utf-16-be") + model + struct.pack(f">{len(value)}fH", *value, 2)
        blocks += struct.pack(">HI", 1, len(body)) + body
    group = struct.pack(">HI", 0xC001, 2) + b"\0\0"
    return b"ASEF" + struct.pack(">HHI", 1, 0, 1 + (len(values) or 3)) + group + blocks


FILES = {
    "aseprite": aseprite((0x2004, b"layer"), (0x2019, new_palette())),
    "aseprite with names": aseprite((0x2019, new_palette(named=True))),
    "old aseprite": aseprite((0x0004, old_palette())),
    "both aseprite palettes": aseprite(
        (0x0004, struct.pack("<HBB6B", 1, 0, 2, 9, 9, 9, 8, 8, 8)), (0x2019, new_palette())
    ),
    "gimp": b"GIMP Palette\r\nName: Dusk\r\nColumns: 3\r\n# x\r\n 26  28  44\tink\r\n93 39 93\r\n255 205 117 sand\r\n",
    "jasc": b"JASC-PAL\r\n0100\r\n3\r\n26 28 44\r\n93 39 93 255\r\n255 205 117\r\n",
    "riff": riff(),
    "adobe": adobe(),
    "hex": b"\xef\xbb\xbf1a1c2c\n5d275d\nffcd75\n",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES.keys())
def test_every_format_is_read_in_its_order(data: bytes) -> None:
    assert read_palette_file(data, FIELD) == COLOURS


def test_adobe_swatches_may_be_grey_or_of_inks() -> None:
    assert read_palette_file(adobe(b"Gray", (0.0,), (1.0,)), FIELD) == (0x000000, 0xFFFFFF)
    assert read_palette_file(adobe(b"CMYK", (0.0, 1.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0)), FIELD) == (0xFF0000, 0x000000)


def test_the_oldest_aseprite_palettes_have_six_bits_a_channel() -> None:
    data = aseprite((0x0011, struct.pack("<HBB6B", 1, 0, 2, 63, 0, 0, 0, 63, 63)))
    assert read_palette_file(data, FIELD) == (0xFF0000, 0x00FFFF)


@pytest.mark.parametrize(
    "text", ["#1a1c2c, #5d275d, #ffcd75", "1A1C2C 5D275D\nFFCD75 1a1c2c", "#1a1c2c;5d275d;#FFCD75\n"]
)
def test_a_list_of_colours_may_be_written_in_several_ways(text: str) -> None:
    assert read_palette_text(text, FIELD) == COLOURS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("#1a1c2c", "has 1 different colours"),
        ("#1a1c2c, #1A1C2C", "has 1 different colours"),
        ("#1a1c2c, red", "has 'red'"),
        ("#1a1c2c, #12345", "has '#12345'"),
        ("#1a1c2c, ", "has 1 different colours"),
        (",".join(f"{value:06x}" for value in range(257)), "has 257 different colours"),
        ("1a1c2c " * 600, "has 4200 characters"),
    ],
)
def test_a_bad_list_is_told_where_it_is_bad(text: str, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_palette_text(text, FIELD)
    (violation,) = caught.value.violations
    assert violation.field == FIELD
    assert problem in violation.problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no palette file that is known"),
        (aseprite((0x2004, b"layer")), "is an Aseprite file without a palette"),
        (aseprite((0x2019, new_palette()), frame_magic=7), "is an Aseprite file with a broken frame"),
        (FILES["aseprite"][:-12], "is cut short"),
        (FILES["riff"][:-6], "is cut short"),
        (b"RIFF" + bytes(4) + b"WAVE" + bytes(40), "is a RIFF file, but no palette"),
        (b"RIFF" + bytes(4) + b"PAL " + bytes(40), "is cut short"),
        (FILES["adobe"][:-9], "is cut short"),
        (adobe(b"LAB ", (0.5, 0.1, 0.1)), "has a swatch in 'LAB'"),
        (adobe(b"RGB ", (0.5, float("nan"), 0.1)), "has a swatch outside 0 to 1"),
        (b"GIMP Palette\n26 28\n", "is a GIMP palette with the line '26 28'"),
        (b"GIMP Palette\n26 28 256\n1 2 3\n", "has the colour 26 28 256, above 255"),
        (b"JASC-PAL\n0100\n2\n1 2 -3\n", "is a JASC palette with the line '1 2 -3'"),
        (bytes((900 << 10) + 1), "has 921601 bytes"),
    ],
)
def test_a_bad_file_is_told_why_it_is_bad(data: bytes, problem: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_palette_file(data, FIELD)
    (violation,) = caught.value.violations
    assert violation.field == FIELD
    assert problem in violation.problem


def test_no_cut_of_a_file_hangs_or_escapes() -> None:
    for data in FILES.values():
        for end in range(len(data)):
            try:
                assert len(read_palette_file(data[:end], FIELD)) in (2, 3)
            except InvalidRequest:
                continue


def test_a_file_of_many_frames_that_claim_many_chunks_is_read_quickly() -> None:
    frame = struct.pack("<IHHHHI", 16, 0xF1FA, 0xFFFF, 100, 0, 0xFFFFFFFF)
    data = struct.pack("<IHHHHH", 1, 0xA5E0, 65535, 32, 32, 8).ljust(128, b"\0") + frame * 57000
    began = time.perf_counter()
    with pytest.raises(InvalidRequest):
        read_palette_file(data, FIELD)
    assert time.perf_counter() - began < 5
