"""Which held-out beats are played: all, or a sample spread evenly over the set with its sessions kept whole."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

from narrative_server.dialogue.finetune.beats import Beat

Group: TypeAlias = tuple[Beat, ...]
"""The beats of one session in order, or a single beat."""

_Item = TypeVar("_Item")


def groups(beats: Sequence[Beat]) -> tuple[Group, ...]:
    """Sessions, each whole and in order, then the other beats one by one."""
    of_session = sorted((beat for beat in beats if beat.session), key=lambda beat: beat.session)  # a stable sort
    sessions = [tuple(group) for _, group in itertools.groupby(of_session, key=lambda beat: beat.session)]
    return (*sessions, *((beat,) for beat in beats if not beat.session))


def sample(beats: Sequence[Beat], count: int) -> tuple[Group, ...]:
    """About `count` of `beats` (all when 0), single beats and sessions in the set's proportion."""
    every = groups(beats)
    if not count or count >= len(beats):
        return every
    sessions = [group for group in every if group[0].session]
    singles = [group for group in every if not group[0].session]
    chosen = spread(sessions, round(count * len(sessions) / len(beats)) or int(count >= 10))
    left = max(count - sum(map(len, chosen)), 0)
    return (*chosen, *spread(singles, left))


def spread(items: Sequence[_Item], count: int) -> list[_Item]:
    """`count` of `items` (all when there are fewer) at even distances."""
    if count >= len(items):
        return list(items)
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]
