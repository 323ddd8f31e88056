"""The independent encoder of sounds and captions: the judge of pictures, with spectra in the place of pictures.

It shares nothing with the sound tower of the embedding that the server chooses by: its own architecture, its own
reading of words, InfoNCE, its own seed. Axes: N sounds, B bands, T frames, D width of the judge's space.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.evaluation.images.judge import Judge, JudgeConfig
from narrative_server.evaluation.sounds.clips import network_input
from narrative_server.sounds.melspec import BANDS, FRAMES

SOUND_JUDGE: Final = JudgeConfig(BANDS, FRAMES, stem_widths=(32, 64, 96, 160), channels=1, centred=True)
TRAIN_COMMAND: Final = "narrative-server evaluate train-judge sounds"
_BATCH: Final = 128


@torch.inference_mode()
def embed_sounds(judge: Judge, decibels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, B, T) decibels to (N, D) of unit norm."""
    rows = [
        judge.see(torch.from_numpy(network_input(decibels[start : start + _BATCH]))).numpy()
        for start in range(0, len(decibels), _BATCH)
    ]
    return np.concatenate(rows) if rows else np.zeros((0, judge.config.out_dim), np.float32)
