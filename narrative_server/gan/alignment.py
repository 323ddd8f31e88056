"""The alignment loss: pulls what a generator paints towards its caption in the shared embedding.

Differentiable through the frozen picture tower (`semantics.towers`). A generator that is trained with it must be scored
by an independent encoder: by this one its figures mean nothing. Axes: N batch, C channels, H rows, W columns.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.towers import PictureTower, TextHead, view_of


class Aligner(nn.Module):
    """Text head and picture tower, frozen, in evaluation mode whatever the trainer does around it."""

    def __init__(self, head: TextHead, tower: PictureTower) -> None:
        super().__init__()
        self.head, self.tower = head, tower
        self.requires_grad_(False)
        self.eval()

    def forward(self, values: Tensor, text: Tensor) -> Tensor:
        """Cosine, float32 of (N,), -1..1, of each grid with its caption.

        values: (N, 4, H, W) premultiplied RGBA or (N, 3, H, W) RGB, about -1..1. text: (N, 384) sentence embeddings.
        """
        shown = view_of(values).contiguous(memory_format=torch.channels_last)
        likeness: Tensor = (self.tower(shown) * self.head(text)).sum(dim=1)
        return likeness


def load_aligner(folder: Path, command: str, device: torch.device) -> Aligner:
    """The aligner of a packaged embedding; command: what an error tells the user to run.

    Raises ModelMissing, ModelCorrupt.
    """
    embedding = SharedEmbedding(folder, command, device)
    return Aligner(embedding.head, embedding.tower)


def alignment_loss(aligner: Aligner, fake: Tensor, text: Tensor, told: Tensor) -> Tensor:
    """1 - cosine, the mean over the items that were painted from a caption; 0 where none was.

    fake: as `Aligner` takes it. text: (N, 384). told: bool (N,), False for items that were painted without text.
    """
    distance = (1.0 - aligner(fake, text)) * told
    mean: Tensor = distance.sum() / told.sum().clamp(min=1)
    return mean
