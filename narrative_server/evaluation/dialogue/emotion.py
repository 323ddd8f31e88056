"""Whether a line sounds like the emotion that it carries, as the text mood model reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.embeddings import Embed
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio

ReadEmotion = Callable[[str, NDArray[np.float32]], str]
"""A text and its embedding (D,) to one of semantics.mood.EMOTIONS."""


def emotion_agreement(answered: Sequence[Answered], embed: Embed, read: ReadEmotion) -> Estimate | None:
    """Share of lines whose words alone are read as the emotion that the line is labelled with."""
    texts = [line.text for one in answered for line in one.lines]
    if not texts:
        return None
    emotions = iter([read(text, row) for text, row in zip(texts, embed(texts), strict=True)])
    return ratio((sum(next(emotions) == line.emotion for line in one.lines), len(one.lines)) for one in answered)
