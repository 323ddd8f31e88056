"""Which beats of the dialogue set are held out: a tenth that no training may see and every evaluation uses.

The split goes by story, never by row: beats of one session stay together, and so do beats of one event sentence,
which the set tells again with other speakers and moods.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

_HELD_OUT_SHARE: Final = 10
"""One in so many."""


def held_out(beat: Mapping[str, Any]) -> bool:
    """Whether `beat`, a row of the dialogue set, is held out: by hash of its `session`, else of its `event`.

    Rows of `event-variants.jsonl` carry no session: take those whose event is in `held_out_events` of the beats.
    """
    key = f"session {beat['session']}" if "session" in beat else f"event {beat['event']}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % _HELD_OUT_SHARE == 0


def held_out_events(beats: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The event sentences of the held-out beats among `beats`."""
    return frozenset(str(beat["event"]) for beat in beats if held_out(beat))
