"""Loads a causal language model and its tokenizer with transformers: a GGUF file or a folder of safetensors."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers


class HfTokenizer:
    """A transformers tokenizer as a PromptTokenizer."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def encode(self, text: str, *, control: bool) -> list[int]:
        """See PromptTokenizer."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False, split_special_tokens=not control)
        return ids

    def render_chat(self, messages: Sequence[dict[str, str]]) -> str:
        """See PromptTokenizer."""
        return str(self._tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))


def load_model(path: Path, device: torch.device) -> tuple[Any, Any]:
    """Tokenizer and model (bfloat16), from this machine's files only, and never running code that lies beside them."""
    # Its messages belong in our log, and its progress bars nowhere.
    transformers.utils.logging.disable_default_handler()
    transformers.utils.logging.enable_propagation()
    transformers.utils.logging.disable_progress_bar()
    if path.is_file():
        folder, weights = path.parent, {"gguf_file": path.name}
        # Blocks are unpacked once at loading: computing on packed ones is several times slower on a CPU.
        quantization = {"quantization_config": transformers.GgufConfig(gguf_file=path.name, dequantize=True)}
    else:
        folder, weights, quantization = path, {}, {"use_safetensors": True}
    with contextlib.redirect_stderr(io.StringIO()):  # unpacking GGUF draws its bar whatever was asked for
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, **weights)
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, dtype=torch.bfloat16, **weights, **quantization
        )
    return tokenizer, model.eval().to(device)
