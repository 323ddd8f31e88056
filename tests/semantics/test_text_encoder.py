from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.models.catalogue import model_path
from narrative_server.semantics.text_encoder import MODEL_NAME, TextEncoder
from narrative_server.workers.cancel import Cancelled, CancelToken


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(model_path(MODEL_NAME), cache_texts=4)


def test_a_missing_folder_is_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="fetch"):
        TextEncoder(tmp_path / "nowhere")


def test_broken_files_are_a_corrupt_model(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=MODEL_NAME):
        TextEncoder(tmp_path)


@pytest.mark.models
def test_like_meanings_are_near(encoder: TextEncoder) -> None:
    sword, blade, river = encoder.encode(["a sword", "a blade", "a river"])
    assert sword @ blade > sword @ river + 0.1


@pytest.mark.models
def test_rows_are_unit_float32(encoder: TextEncoder) -> None:
    rows = encoder.encode(["", "fire", "The player enters the burning village. " * 100, "\ud800 lone surrogate"])
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.models
def test_a_texts_bytes_do_not_depend_on_its_company(encoder: TextEncoder) -> None:
    texts = [
        f"a {colour} door in a long corridor"[: 6 + 4 * n] for n, colour in enumerate(["red", "blue", "green"] * 3)
    ]
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0] for text in reversed(texts)][::-1]
    assert all(row.tobytes() == single.tobytes() for row, single in zip(together, alone, strict=True))
    fresh = TextEncoder(model_path(MODEL_NAME), cache_texts=0)
    assert fresh.encode(texts).tobytes() == together.tobytes()


@pytest.mark.models
def test_words_past_the_256th_token_are_ignored(encoder: TextEncoder) -> None:
    long = "stone " * 254
    assert np.array_equal(encoder.encode([long + "dragon"]), encoder.encode([long + "river " * 40]))


@pytest.mark.models
def test_the_cache_hands_out_copies(encoder: TextEncoder) -> None:
    first = encoder.encode(["a quiet lake"])
    first += 1
    assert abs(np.linalg.norm(encoder.encode(["a quiet lake"])) - 1) < 1e-5


@pytest.mark.models
def test_bulk_equals_one_by_one_up_to_rounding(encoder: TextEncoder) -> None:
    texts = ["fire", "water", "a long dark tunnel under the hill", "rain", "two old men talk by a fire"]
    np.testing.assert_allclose(encoder.encode_bulk(texts, 2), encoder.encode(texts), atol=1e-5)


@pytest.mark.models
def test_a_cancelled_call_stops_before_the_next_text(encoder: TextEncoder) -> None:
    token = CancelToken()
    token.set()
    with pytest.raises(Cancelled):
        encoder.encode(["one", "two"], token.check)
