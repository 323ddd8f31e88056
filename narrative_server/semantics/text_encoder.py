"""The text encoder: sentences to unit vectors whose cosine tells how alike they mean.

MiniLM-L6 (Wang et al., "MiniLM: Deep Self-Attention Distillation", 2020) as trained for sentences by the
sentence-transformers project: the mean over token states, normalised. Each text runs alone, without padding, so
that its bytes never depend on what else was asked for. Runs from a local folder; knows nothing of moods.

Shapes: N texts, L tokens, D = 384 numbers of an embedding.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import FETCH_COMMAND
from narrative_server.precision import computes_bfloat16
from narrative_server.semantics.bert import BertEncoder
from narrative_server.semantics.types import EMBEDDING_SIZE

MODEL_NAME: Final = "all-minilm-l6-v2"
MAX_TOKENS: Final = 256
_MAX_CHARACTERS: Final = 16 * MAX_TOKENS
"""Longer than 256 tokens ever are in practice; what comes after is cut before the tokenizer sees it."""


class TextEncoder:
    """Embeds texts on the CPU, in bfloat16 where it computes in that; deterministic, and safe across threads."""

    def __init__(self, folder: Path, *, threads: int = 1, cache_texts: int = 4096) -> None:
        """Load the model from `folder`; `threads` sets torch's threads for this process.

        Raises ModelMissing when the folder is not there, ModelCorrupt when its files cannot be used.
        """
        if not folder.is_dir():
            raise ModelMissing(MODEL_NAME, FETCH_COMMAND)
        torch.set_num_threads(threads)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            reduced = computes_bfloat16(torch.device("cpu"))
            self._model = BertEncoder(folder, torch.bfloat16 if reduced else torch.float32)
        except Exception as error:  # the loaders raise whatever their readers raise, bare Exception included
            raise ModelCorrupt(MODEL_NAME, f"{type(error).__name__}: {error}", FETCH_COMMAND) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._cache_texts = cache_texts
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], check: Callable[[], None] = lambda: None) -> NDArray[np.float32]:
        """Embed `texts`.

        texts: N strings; what follows the 256th token of one is ignored. check: called before each, may raise.
        Returns float32 of (N, 384), each row of unit norm; equal texts give equal bytes.
        """
        rows = np.empty((len(texts), EMBEDDING_SIZE), np.float32)
        for index, text in enumerate(texts):
            check()
            rows[index] = self._recall(text)
        return rows

    def _recall(self, text: str) -> NDArray[np.float32]:
        with self._lock:
            if text in self._cache:
                self._cache.move_to_end(text)
                return self._cache[text]
            row: NDArray[np.float32] = self._pool([self._token_ids(text)])[0]
            self._cache[text] = row
            while len(self._cache) > self._cache_texts:
                self._cache.popitem(last=False)
            return row

    def encode_bulk(self, texts: Sequence[str], batch_texts: int = 64) -> NDArray[np.float32]:
        """Embed many texts at once, for training: those of equal length run together, several times faster.

        Returns float32 of (N, 384) that equals `encode` up to rounding, not in its bytes; nothing is cached.
        """
        ids = [self._token_ids(text) for text in texts]
        rows = np.empty((len(texts), EMBEDDING_SIZE), np.float32)
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        for _, group in itertools.groupby(order, key=lambda index: len(ids[index])):
            same = list(group)
            for start in range(0, len(same), batch_texts):
                batch = same[start : start + batch_texts]
                rows[batch] = self._pool([ids[index] for index in batch])
        return rows

    def _token_ids(self, text: str) -> list[int]:
        clean = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")  # lone surrogates have no tokens
        ids: list[int] = self._tokenizer.encode(clean).ids
        return ids

    def _pool(self, ids: list[list[int]]) -> NDArray[np.float32]:
        means = self._model(torch.tensor(ids)).mean(dim=1)  # (N, D)
        rows: NDArray[np.float32] = (means / means.norm(dim=1, keepdim=True)).numpy()
        return rows
