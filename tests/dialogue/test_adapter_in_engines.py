"""The packaged adapter in both real engines: the same greedy lines, as far as their number formats allow.

llama.cpp runs the merged model in 8 bits, transformers in bfloat16, so that a near tie may fall either way, and from
there on two lines differ; one line in four may. That A, B, scale and row order are right to the last number is what
test_adapted_gguf.py holds against plain arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from narrative_server.dialogue import adapted_gguf
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.service import build_engine
from narrative_server.dialogue.types import Character, DialogueRequest, LineFinished
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import CancelToken

pytestmark = pytest.mark.models

REQUESTS = [
    DialogueRequest(
        cast=(Character("Mira", "young scout"), Character("Tom", "old soldier")),
        event=event,
        mood=Mood("fear", 0.8),
        seed=5,
        max_lines=1,
        max_words=8,
        temperature=0.0,
        deterministic=True,
    )
    for event in (
        "The player enters the burning village.",
        "A cat sits on the well.",
        "The king is dead.",
        "The player returns the lost ring.",
    )
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapted_gguf, "cache_dir", lambda: folder)
        yield folder


def answers(engine: str, adapter: str = "auto") -> list[str]:
    loaded = build_engine(
        DialogueConfig(engine=engine, adapter=adapter, prompt="tuned", slots=1, context_tokens=512, threads=1)
    )
    try:
        return [
            f"{event.speaker} {event.emotion} {event.text}"
            for request in REQUESTS
            for event in loaded.generate(request, CancelToken())
            if isinstance(event, LineFinished)
        ]
    finally:
        loaded.close()


@pytest.fixture(scope="module")
def reference() -> list[str]:
    """What transformers says with the adapter."""
    return answers("transformers")


def equal_words(one: str, other: str) -> int:
    """How many words two answers have in common from their beginning on, speaker and emotion included."""
    words = list(zip(one.split(), other.split(), strict=False))
    return next((place for place, (a, b) in enumerate(words) if a != b), len(words))


def assert_agree(found: list[str], reference: list[str]) -> None:
    assert len(found) == len(reference) == len(REQUESTS)
    equal = [equal_words(one, other) for one, other in zip(found, reference, strict=True)]
    assert min(equal) >= 3, (found, reference)
    assert sum(one == other for one, other in zip(found, reference, strict=True)) >= 3, (found, reference)


def test_the_merged_file_says_what_transformers_says(cache, reference):
    assert_agree(answers("llama.cpp"), reference)
    assert [path.name.rpartition("-")[2] for path in cache.iterdir()] == ["merged.gguf"]


def test_the_adapter_beside_its_base_says_what_transformers_says(cache, reference, monkeypatch):
    monkeypatch.setattr(adapted_gguf, "MAX_MERGED_BASE_BYTES", 0)
    assert_agree(answers("llama.cpp"), reference)


def test_the_adapter_changes_every_line(reference):
    assert all(one != other for one, other in zip(answers("llama.cpp", "none"), reference, strict=True))
