from __future__ import annotations

import numpy as np

from narrative_server.evaluation.dialogue.emotion import emotion_agreement
from tests.evaluation.dialogue.beats import answered, beat_of


def test_lines_agree_when_their_words_read_as_their_label() -> None:
    said = [
        answered(beat_of(), "Hooray!", "Oh no!", emotion="joy"),
        answered(beat_of(), "Oh no!", emotion="fear"),
        answered(beat_of()),
    ]
    found = emotion_agreement(
        said,
        lambda texts: np.array([[float("Hooray" in text)] for text in texts], np.float32),
        lambda text, row: "joy" if row[0] else "fear",
    )
    assert found is not None
    assert (round(found.value, 6), found.n) == (round(2 / 3, 6), 3)
    assert emotion_agreement([answered(beat_of())], lambda texts: np.zeros((0, 1), np.float32), lambda t, r: "") is None
