"""Page tokens: where the next page begins, in a form that callers hand back and never read."""

from __future__ import annotations

import base64
import binascii

from narrative_server.errors import FieldViolation, InvalidRequest


def encode_token(listing: str, position: int) -> str:
    """The token of a `listing` (such as "sessions") whose next page begins after `position`."""
    return base64.urlsafe_b64encode(f"{listing}:{position}".encode()).decode().rstrip("=")


def decode_token(listing: str, token: str) -> int | None:
    """The position in `token`, None for the empty one. Raises InvalidRequest when it is not of this listing."""
    if not token:
        return None
    try:
        text = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)).decode("utf-8")
        name, _, position = text.rpartition(":")
        if name == listing and position.isdecimal() and int(position) < 1 << 31:
            return int(position)
    except (binascii.Error, ValueError):
        pass
    shown = repr(token if len(token) <= 60 else token[:59] + "…")
    legal = "the next_page_token of the page before, of the same list"
    raise InvalidRequest([FieldViolation("page_token", f"is {shown}", legal)])
