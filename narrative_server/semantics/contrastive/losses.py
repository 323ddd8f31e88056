"""The sigmoid loss between captions and items, with targets softened where captions say the same.

Zhai et al., "Sigmoid Loss for Language Image Pre-Training", ICCV 2023 (arXiv 2303.15343): each pair of a batch is one
binary question, so that several captions may fit one item. Axes: N items of a batch, S numbers of an embedding.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def soft_targets(captions: Tensor, floor: float) -> Tensor:
    """How far each caption fits each item, by the captions' likeness alone.

    captions: (N, 384) unit norm, as the frozen encoder gives them. floor: cosine up to which two captions count as
    different, 0 up to, not including, 1; from there the target rises evenly to 1 for equal ones.
    Returns (N, N), 0..1, the diagonal 1.
    """
    likeness = captions.float() @ captions.float().T
    targets = ((likeness - floor) / (1.0 - floor)).clamp(0.0, 1.0)
    targets.fill_diagonal_(1.0)
    return targets


def siglip_loss(texts: Tensor, items: Tensor, targets: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    """Mean over items of the summed binary cross-entropies of their pairs.

    texts, items: (N, S) unit norm. targets: (N, N), row a text, column an item. scale, bias: scalars; the logit of a
    pair is scale * cosine + bias.
    """
    logits = scale * (texts @ items.T) + bias  # (N, N)
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="sum") / len(texts)
