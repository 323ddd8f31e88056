"""Where a language model's weights lie: a catalogue name, a GGUF file or a folder of safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from narrative_server.errors import ModelCorrupt, ModelMissing, NotFound
from narrative_server.models.catalogue import model_path

NO_CHAT_TEMPLATE: Final = "it carries no chat template, so it was not trained to answer"
_COMMAND: Final = "narrative-server models"


def find_weights(model: str) -> Path:
    """Path of the file or folder that `model` means: a name of the catalogue, else a path.

    Raises ModelMissing or ModelCorrupt.
    """
    try:
        return model_path(model)
    except NotFound:
        path = Path(model).expanduser()
    if not path.exists():
        raise ModelMissing(model, _COMMAND)
    return path


def find_gguf(model: str) -> Path:
    """Like `find_weights`, for an engine that reads GGUF files only."""
    path = find_weights(model)
    if path.suffix.lower() != ".gguf" or not path.is_file():
        raise unusable(model, "llama.cpp reads .gguf files; the transformers engine reads folders")
    return path


def unusable(model: str, reason: str) -> ModelCorrupt:
    """The error for weights that are there and do not serve."""
    return ModelCorrupt(model, reason, _COMMAND)
