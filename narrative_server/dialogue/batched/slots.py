"""Which slot a prompt takes, and how much of what slots hold already it can go on from. Knows nothing of models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from narrative_server.dialogue.batched.steps import ModelSteps

_OWN_SHARE = 0.5
"""A prompt that begins with less of what a slot holds may be another session's with the same world."""


class Slots:
    """The tokens that each slot holds. The last slot keeps what every prompt begins with and is never given away."""

    def __init__(self, steps: ModelSteps) -> None:
        self._steps = steps
        self._held: list[list[int]] = [[] for _ in range(steps.slots)]
        self._free = list(range(steps.slots - 1))  # unused for longest first

    @property
    def fixed(self) -> int:
        """The slot that is never given away."""
        return self._steps.slots - 1

    def take(self, prompt: Sequence[int]) -> int:
        """Take a free slot for `prompt`: the one that holds most of its beginning, else that unused for longest.

        Only to be called when one is free.
        """
        common = {slot: self._common(slot, prompt) for slot in self._free}
        slot = max(self._free, key=lambda free: common[free])
        empty = [free for free in self._free if not self._held[free]]
        if common[slot] <= self._common(self.fixed, prompt):
            slot = empty[0] if empty else self._free[0]
        elif empty and common[slot] < _OWN_SHARE * len(self._held[slot]):
            slot = empty[0]  # it gets a copy, and the other session keeps its own
        self._free.remove(slot)
        return slot

    def free(self, slot: int) -> None:
        """Give a slot back; it holds its tokens until another prompt takes it."""
        self._free.append(slot)

    def reuse(self, slot: int, prompt: Sequence[int], *, fixed_only: bool) -> int:
        """Let `slot` hold as much of `prompt`'s beginning as any slot holds; returns how many tokens.

        Never all of it, as the last token gives the logits. fixed_only: nothing that came with another prompt.
        """
        sources = [self.fixed] if fixed_only else range(len(self._held))
        usable = {source: self._usable(source, prompt) for source in sources}
        best = max(usable, key=lambda source: (usable[source], source == slot))
        common = usable[best]
        if best != slot and common:
            self._steps.copy(best, slot, common)
        self._held[slot] = list(prompt[:common])
        return common

    def read(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """Note that `slot` has read `tokens` after its first `start` ones."""
        held = self._held[slot]
        held[start:] = tokens

    def forget(self) -> None:
        """Nothing that was read after loading can be relied on."""
        for slot in range(self.fixed):
            self._held[slot] = []

    def _usable(self, slot: int, prompt: Sequence[int]) -> int:
        common = min(self._common(slot, prompt), len(prompt) - 1)
        return self._steps.usable(slot, common) if common else 0

    def _common(self, slot: int, prompt: Sequence[int]) -> int:
        length = min(len(self._held[slot]), len(prompt))
        differs = np.asarray(self._held[slot][:length]) != np.asarray(prompt[:length])
        return int(differs.argmax()) if differs.any() else length
