"""What a phrase is about, apart from what that has: "a king with a golden crown" is a king, and no crown.

Recall alone is told (`PictureRequest.subject`, `gan.references`); the generator reads the whole phrase.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

_REST: Final = re.compile(
    r"\s*\b(with|without|holding|carrying|wearing|wielding|riding|dressed|in|on|at|under|over|near|beside|who|that)\b.*$",
    re.IGNORECASE | re.DOTALL,
)


def subject_of(text: str) -> str:
    """The phrase up to the first word that begins what its subject has or where it is; the whole where none does."""
    return _REST.sub("", text).strip(" ,;:-") or text


def with_subject(text: str) -> list[str]:
    """What to embed: the phrase, and its subject where that is less."""
    subject = subject_of(text)
    return [text] if subject == text else [text, subject]


def subject_row(embeddings: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Of the embeddings of `with_subject`, (1 or 2, 384), the subject's, (384,); None where it is the phrase's."""
    return embeddings[1] if len(embeddings) > 1 else None
