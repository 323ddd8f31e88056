"""The sounds of each row of an evaluation: ours, real ones, vocoded ones, retrieved ones. Axes: N sounds."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.evaluation.images.rows import Sentences
from narrative_server.evaluation.sounds.artist import Artist, Conditions
from narrative_server.evaluation.sounds.clips import Wave
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.prompts import Prompt, Split
from narrative_server.seeds import sub_seed
from narrative_server.sounds.melspec import HOP, frames_of
from narrative_server.sounds.vocoder import Vocoder

ROW_NAMES: Final = ("ours_n1", "ours_n16", "real_held_out", "vocoded_real", "griffin_lim", "retrieval")
CANDIDATES: Final = 16
VARIETY_PROMPTS: Final = 16
VARIETY_SAMPLES: Final = 8
_SEED: Final = 20261204

Told = Callable[[], None]
"""Called after each sound."""


@dataclass(frozen=True)
class RowSounds:
    """waves: one a prompt. variety: several sounds each of one caption. paired: each is a copy of its prompt's item,
    sample by sample, so that times can be compared."""

    row: str
    split: Split
    prompts: Sequence[Prompt]
    waves: Sequence[Wave]
    variety: Sequence[Sequence[Wave]] = ()
    paired: bool = False


@dataclass(frozen=True)
class Studio:
    """What our rows and those of the data are made from."""

    data: SoundData
    sentences: Sentences
    artist: Artist

    def ours(self, prompts: Sequence[Prompt], split: Split, candidates: int, told: Told) -> RowSounds:
        """Our sounds of `prompts`, each the best of `candidates` by the artist's own choice.

        Several takes of a recording have one caption and get one seed each.
        """
        sentences = self.sentences.of([prompt.caption for prompt in prompts])
        asked = list(zip(prompts, sentences, strict=True))
        takes: Counter[str] = Counter()
        waves = []
        for prompt, row in asked:
            waves.append(self._made(prompt, row, "take", takes[prompt.caption], candidates, told))
            takes[prompt.caption] += 1
        variety = [
            [self._made(prompt, row, "variety", take, candidates, told) for take in range(VARIETY_SAMPLES)]
            for prompt, row in asked[: self.varied(prompts)]
        ]
        return RowSounds(f"ours_n{candidates}", split, prompts, waves, variety)

    def varied(self, prompts: Sequence[Prompt]) -> int:
        """How many captions are made several times: none of recordings, where nothing real compares."""
        return 0 if prompts and prompts[0].split == "recordings" else min(VARIETY_PROMPTS, len(prompts))

    def _made(
        self, prompt: Prompt, sentence: NDArray[np.float32], what: str, number: int, candidates: int, told: Told
    ) -> Wave:
        seed = sub_seed(_SEED, "evaluate", f"{prompt.caption}|{what}", number)
        wave = self.artist.draw(sentence, Conditions.of(prompt), seed, candidates)
        told()
        return wave

    def real(self, prompts: Sequence[Prompt], split: Split) -> RowSounds:
        """The sounds that the captions were written for."""
        waves = [self.data.waves.wave(prompt.item) for prompt in prompts]
        groups = _same_caption(self.data) if self.varied(prompts) else iter(())
        variety = [[self.data.waves.wave(item) for item in items] for items in groups]
        return RowSounds("real_held_out", split, prompts, waves, variety, paired=True)

    def vocoded(self, prompts: Sequence[Prompt], split: Split, row: str, vocoder: Vocoder, told: Told) -> RowSounds:
        """The real sounds, turned into spectra and back."""
        waves = []
        for prompt in prompts:
            waves.append(through(vocoder, self.data.waves.wave(prompt.item)))
            told()
        return RowSounds(row, split, prompts, waves, paired=True)

    def retrieval(self, prompts: Sequence[Prompt], split: Split) -> RowSounds:
        """The training sound whose caption is nearest, and of those the one whose conditions are."""
        gan = self.data.gan
        owners: dict[int, list[int]] = {}
        for item in np.flatnonzero(~gan.held_out).tolist():
            for caption in set(gan.captions[item].tolist()):
                owners.setdefault(caption, []).append(item)
        rows = np.array(sorted(owners))
        known = np.asarray(gan.embeddings[rows])
        waves = []
        for start in range(0, len(prompts), 128):
            part = prompts[start : start + 128]
            nearest = rows[(self.sentences.of([prompt.caption for prompt in part]) @ known.T).argmax(axis=1)]
            for row, prompt in zip(nearest.tolist(), part, strict=True):
                items = owners[row]
                apart = np.abs(gan.conditions[items] - gan.conditions[prompt.item]).sum(axis=1)
                waves.append(self.data.waves.wave(items[int(apart.argmin())]))
        return RowSounds("retrieval", split, prompts, waves)


@torch.inference_mode()
def through(vocoder: Vocoder, wave: Wave) -> Wave:
    """A sound as its spectrum lets a vocoder make it again; nothing is trimmed or aligned."""
    frames = max(8, -(-len(wave) // HOP) + 1)
    samples = torch.from_numpy(np.pad(wave, (0, (frames - 1) * HOP - len(wave))))
    made: Wave = vocoder.waveform(frames_of(samples[None]))[0].float().numpy()
    return made[: len(wave)]


def _same_caption(data: SoundData) -> Iterator[list[int]]:
    """Synthetic items that share a caption: up to VARIETY_PROMPTS groups of VARIETY_SAMPLES, no two of one kind."""
    groups: dict[int, list[int]] = {}
    for item in np.flatnonzero(~data.recorded).tolist():
        for caption in set(data.gan.captions[item].tolist()):
            groups.setdefault(caption, []).append(item)
    large = [caption for caption, items in groups.items() if len(items) >= VARIETY_SAMPLES]
    large.sort(key=lambda caption: hashlib.sha256(data.gan.phrases[caption].encode()).digest())
    used: set[str] = set()
    for caption in large:
        by_kind: dict[str, list[int]] = {}
        for item in groups[caption]:
            by_kind.setdefault(data.kinds[item], []).append(item)
        kind, items = max(by_kind.items(), key=lambda pair: len(pair[1]))
        if kind not in used and len(items) >= VARIETY_SAMPLES and len(used) < VARIETY_PROMPTS:
            used.add(kind)
            yield items[:VARIETY_SAMPLES]
