"""Adam that moves once for several backward passes, on several processes: gradient accumulation and averaging.

Knows nothing of networks or losses: a step of training zeroes, goes backward and calls `step` as with plain Adam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Adam

from narrative_server.gan.ranks import Rank


class SharedAdam(Adam):
    """Adam on gradients averaged over `passes` backward passes in each of `rank.size` processes.

    With one pass, `step` moves at once. With more, `step` only counts and `move` moves: so that two networks that are
    trained against each other both move after the last pass, by gradients taken at the same weights.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        betas: tuple[float, float],
        rank: Rank,
        passes: int,
    ) -> None:
        super().__init__(parameters, lr=lr, betas=betas)
        self._rank, self._passes, self._counted = rank, passes, 0

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, unless some passes of this step have been counted already."""
        if self._counted == 0:
            super().zero_grad(set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move, or count one of several passes."""
        self._counted += 1
        if self._passes == 1:
            self.move()
        return None if closure is None else closure()

    def move(self) -> None:
        """Average the gradients and move; does nothing where no pass was counted."""
        if self._counted == 0:
            return
        share = 1.0 / (self._counted * self._rank.size)
        self._counted = 0
        gradients = [p.grad for group in self.param_groups for p in group["params"] if p.grad is not None]
        if share != 1.0:
            self._rank.sum(gradients)
            torch._foreach_mul_(gradients, share)
        super().step()
