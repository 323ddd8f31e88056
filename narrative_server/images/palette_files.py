"""Palettes that others made: lists of hexadecimal colours, and files of Aseprite, GIMP, JASC, RIFF and Adobe.

Formats: Aseprite's docs/ase-file-specs.md; GIMP's .gpl, Paint Shop Pro's JASC-PAL and Microsoft's RIFF PAL as these
programs write them; Adobe Swatch Exchange (.ase, which shares only its suffix with Aseprite's). Reads bytes, opens
nothing. Every fault is an InvalidRequest that names the field.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import Final

from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.images.types import MAX_PALETTE_COLOURS, MIN_COLOURS

MAX_FILE_BYTES: Final = 900 << 10
"""Less than a request may have."""
MAX_TEXT_CHARS: Final = 4000
_FORMATS: Final = "an Aseprite, GIMP, JASC, RIFF or Adobe swatch palette, or hexadecimal colours"
_TEXT_LEGAL: Final = "RRGGBB in hexadecimal, # optional, between commas or white space"
_COLOUR: Final = re.compile(r"#?([0-9a-fA-F]{6})")
_ASE_MAGIC: Final = b"\xe0\xa5"
_NEW_PALETTE, _OLD_PALETTE, _OLDEST_PALETTE = 0x2019, 0x0004, 0x0011


class _Unreadable(Exception):
    """Why the bytes are no palette, such as `is cut short`."""


def read_palette_text(text: str, field: str) -> tuple[int, ...]:
    """Colours 0xRRGGBB of a text such as "#1a1c2c, #5d275d", each once. Raises InvalidRequest."""
    if len(text) > MAX_TEXT_CHARS:
        raise _invalid(field, f"has {len(text)} characters", f"at most {MAX_TEXT_CHARS}")
    try:
        return _checked(_hexadecimal(text))
    except _Unreadable as error:
        raise _invalid(field, str(error), f"{_TEXT_LEGAL}; {_count_legal()}") from error


def read_palette_file(data: bytes, field: str) -> tuple[int, ...]:
    """Colours 0xRRGGBB of a palette file, each once, clear ones left out. Raises InvalidRequest."""
    if len(data) > MAX_FILE_BYTES:
        raise _invalid(field, f"has {len(data)} bytes", f"at most {MAX_FILE_BYTES}")
    try:
        return _checked(_read(data))
    except (struct.error, IndexError):
        raise _invalid(field, "is cut short", _FORMATS) from None
    except _Unreadable as error:
        raise _invalid(field, str(error), f"{_FORMATS}; {_count_legal()}") from error


def _read(data: bytes) -> Iterator[int]:
    if data[4:6] == _ASE_MAGIC:
        return _aseprite(data)
    if data[:4] == b"ASEF":
        return _adobe(data)
    if data[:4] == b"RIFF":
        return _riff(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Unreadable("is no palette file that is known") from None
    if text.startswith("GIMP Palette"):
        return _rows(_gimp_rows(text), "GIMP")
    if text.startswith("JASC-PAL"):
        return _rows(text.splitlines()[3:], "JASC")
    return _hexadecimal(text)


def _checked(colours: Iterable[int]) -> tuple[int, ...]:
    distinct = tuple(dict.fromkeys(colours))
    if not MIN_COLOURS <= len(distinct) <= MAX_PALETTE_COLOURS:
        raise _Unreadable(f"has {len(distinct)} different colours")
    return distinct


def _hexadecimal(text: str) -> Iterator[int]:
    for token in re.split(r"[\s,;]+", text.strip(",; \t\r\n")):
        found = _COLOUR.fullmatch(token)
        if found is None:
            raise _Unreadable(f"has {token[:20]!r}" if token else "is empty")
        yield int(found[1], 16)


def _gimp_rows(text: str) -> Iterator[str]:
    for line in text.splitlines()[1:]:
        if line.strip() and not line.startswith(("#", "Name:", "Columns:")):
            yield line


def _rows(lines: Iterable[str], kind: str) -> Iterator[int]:
    """Red, green and blue as the first three numbers of each line."""
    for line in lines:
        if not line.strip():
            continue
        numbers = line.split()[:3]
        if len(numbers) < 3 or not all(number.isascii() and number.isdigit() for number in numbers):
            raise _Unreadable(f"is a {kind} palette with the line {line.strip()[:30]!r}")
        yield _packed([int(number) for number in numbers])


def _packed(channels: Iterable[int]) -> int:
    red, green, blue = channels
    if max(red, green, blue) > 255:
        raise _Unreadable(f"has the colour {red} {green} {blue}, above 255")
    return red << 16 | green << 8 | blue


def _riff(data: bytes) -> Iterator[int]:
    if data[8:12] != b"PAL ":
        raise _Unreadable("is a RIFF file, but no palette")
    at = 12
    while data[at : at + 4] != b"data":
        (size,) = struct.unpack_from("<I", data, at + 4)
        at += 8 + size + size % 2
    _, count = struct.unpack_from("<HH", data, at + 8)
    for index in range(count):
        yield _packed(struct.unpack_from("<BBB", data, at + 12 + 4 * index))


def _adobe(data: bytes) -> Iterator[int]:
    (blocks,) = struct.unpack_from(">I", data, 8)
    at = 12
    for _ in range(blocks):
        kind, size = struct.unpack_from(">HI", data, at)
        if kind == 1:  # a colour; others begin and end groups
            (name_length,) = struct.unpack_from(">H", data, at + 6)
            yield _adobe_colour(data, at + 8 + 2 * name_length)
        at += 6 + size


def _adobe_colour(data: bytes, at: int) -> int:
    model = data[at : at + 4]
    if model == b"RGB ":
        channels = struct.unpack_from(">3f", data, at + 4)
    elif model == b"Gray":
        channels = struct.unpack_from(">f", data, at + 4) * 3
    elif model == b"CMYK":
        *ink, black = struct.unpack_from(">4f", data, at + 4)
        channels = tuple((1 - amount) * (1 - black) for amount in ink)
    else:
        raise _Unreadable(f"has a swatch in {model.decode('ascii', 'replace').strip()!r}, not RGB, Gray or CMYK")
    if not all(0.0 <= value <= 1.0 for value in channels):
        raise _Unreadable(f"has a swatch outside 0 to 1: {channels}")
    return _packed([round(value * 255) for value in channels])


def _aseprite(data: bytes) -> Iterator[int]:
    """The palette of the first frame that has one; in files of old versions, the old kind of palette."""
    old: list[int] = []
    at, (frames,) = 128, struct.unpack_from("<H", data, 6)
    for _ in range(frames):
        size, magic, old_count, _, count = struct.unpack_from("<IHHH2xI", data, at)
        if magic != 0xF1FA:
            raise _Unreadable("is an Aseprite file with a broken frame")
        chunk, end = at + 16, at + max(size, 16)
        for _ in range(count or old_count):
            if chunk >= end:  # or a small file could keep a reader busy for hours
                break
            length, kind = struct.unpack_from("<IH", data, chunk)
            if kind == _NEW_PALETTE:
                return _aseprite_palette(data, chunk + 6)
            if kind in (_OLD_PALETTE, _OLDEST_PALETTE) and not old:
                old = list(_old_aseprite_palette(data, chunk + 6, six_bits=kind == _OLDEST_PALETTE))
            chunk += max(length, 6)
        at = end
    if not old:
        raise _Unreadable("is an Aseprite file without a palette")
    return iter(old)


def _aseprite_palette(data: bytes, at: int) -> Iterator[int]:
    _, first, last = struct.unpack_from("<III", data, at)
    at += 20
    for _ in range(first, min(last, first + 65535) + 1):
        flags, red, green, blue, alpha = struct.unpack_from("<H4B", data, at)
        at += 6
        if flags & 1:  # the entry has a name
            at += 2 + struct.unpack_from("<H", data, at)[0]
        if alpha:
            yield _packed((red, green, blue))


def _old_aseprite_palette(data: bytes, at: int, *, six_bits: bool) -> Iterator[int]:
    (packets,) = struct.unpack_from("<H", data, at)
    at += 2
    for _ in range(packets):
        _, count = struct.unpack_from("<BB", data, at)
        at += 2
        for _ in range(count or 256):
            channels = struct.unpack_from("<BBB", data, at)
            at += 3
            yield _packed([value * 255 // 63 if six_bits else value for value in channels])


def _count_legal() -> str:
    return f"{MIN_COLOURS} to {MAX_PALETTE_COLOURS} different colours"


def _invalid(field: str, problem: str, legal: str) -> InvalidRequest:
    return InvalidRequest([FieldViolation(field, problem, legal)])
