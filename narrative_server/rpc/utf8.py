"""Finds the text field of a broken message that is not UTF-8, so that the error can name it.

protobuf refuses such a message without saying where; this walks the wire format (protobuf.dev, "Encoding") by the
message's descriptor. It is only used after the real parser has refused.
"""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
MAX_DEPTH = 16


def find_invalid_utf8(data: bytes, descriptor: Descriptor, prefix: str = "", depth: int = 0) -> str | None:
    """Path of the first text field in `data` that is not UTF-8, such as `cast[1].name`; None when there is none."""
    seen: dict[int, int] = {}
    position = 0
    try:
        while position < len(data):
            tag, position = _varint(data, position)
            number, wire_type = tag >> 3, tag & 7
            if wire_type == _BYTES:
                length, position = _varint(data, position)
                value, position = data[position : position + length], position + length
                field = descriptor.fields_by_number.get(number)
                index = seen[number] = seen.get(number, -1) + 1
                found = field and _check(value, field, index, prefix, depth)
                if found:
                    return found
            elif wire_type == _VARINT:
                _, position = _varint(data, position)
            elif wire_type in (_FIXED64, _FIXED32):
                position += 8 if wire_type == _FIXED64 else 4
            else:
                return None
    except IndexError:
        return None
    return None


def _check(value: bytes, field: FieldDescriptor, index: int, prefix: str, depth: int) -> str | None:
    path = f"{prefix}{field.name}" + (f"[{index}]" if field.is_repeated else "")
    if field.type == FieldDescriptor.TYPE_STRING:
        try:
            value.decode("utf-8")
        except UnicodeDecodeError:
            return path
    elif field.type == FieldDescriptor.TYPE_MESSAGE and field.message_type is not None and depth < MAX_DEPTH:
        return find_invalid_utf8(value, field.message_type, f"{path}.", depth + 1)
    return None


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if not byte & 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise IndexError("varint too long")
