"""A base model and data in folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dialogue.finetune.tiny import beat_row, tiny_network, tiny_tokenizer


@pytest.fixture
def base_folder(tmp_path: Path) -> Path:
    """A model folder as any causal model's."""
    folder = tmp_path / "base"
    tokenizer = tiny_tokenizer()
    tokenizer.save_pretrained(folder)
    tiny_network(len(tokenizer)).save_pretrained(folder)
    return folder


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """Thirty beats, and other wordings of the first event."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = [json.dumps(beat_row(number)) for number in range(30)]
    (folder / "beats.jsonl").write_text("\n".join(rows), encoding="utf-8")
    variant = {"event": "The player opens door 0.", "hasty": "door0 opened", "note": "door 0, opened"}
    (folder / "event-variants.jsonl").write_text(json.dumps(variant), encoding="utf-8")
    return folder
