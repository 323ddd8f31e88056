"""Settings of the dialogue service, checked at construction. Knows nothing of engines."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Final, Literal, get_args

from narrative_server.errors import InvalidConfig

EngineName = Literal["llama.cpp", "transformers", "scripted"]
DeviceName = Literal["auto", "cpu", "cuda"]
PrecisionName = Literal["auto", "bfloat16", "int8"]
PromptName = Literal["auto", "tuned", "instructed", "few_shot"]

DEFAULT_MODEL: Final = "smollm2-135m-instruct"


@dataclass(frozen=True)
class DialogueConfig:
    """Which engine writes the lines, and how much it may use. All keys have working defaults."""

    engine: EngineName = "llama.cpp"
    model: str = DEFAULT_MODEL
    """A name of the model catalogue, a .gguf file, or (transformers) a folder of safetensors."""
    adapter: str = "auto"
    """A LoRA adapter's folder, none, or auto: the packaged one where `model` is its base."""
    prompt: PromptName = "auto"
    """How the model is asked: tuned (for an adapter that learnt it), instructed, few_shot (with examples), or auto: as
    its adapter learnt it, few_shot without one."""
    slots: int = 4
    """Generations at once, 1 to 64."""
    context_tokens: int = 2048
    """Prompt and answer of one generation, 512 to 131072."""
    threads: int = 0
    """CPU threads, 0 to 256; 0 takes half of the machine's cores, as the other media work beside the dialogue."""
    batch_tokens: int = 64
    """Prompt tokens between two looks at cancellation, 16 to 4096."""
    device: DeviceName = "auto"
    """transformers: where the model runs; auto takes CUDA when present."""
    precision: PrecisionName = "auto"
    """transformers: the weights' numbers; int8 is faster on a CPU and a little less exact; auto takes bfloat16."""
    compiled: bool = False
    """transformers: through torch.compile; the start takes minutes, and a C++ compiler is needed on a CPU."""
    script: str = ""
    """scripted: path of an authored script (JSON); empty takes built-in lines."""
    delta_delay_ms: float = 0.0
    """scripted: pause before each delta, 0 to 10000, so that tests can interrupt it."""

    def __post_init__(self) -> None:
        _one_of("dialogue.engine", self.engine, get_args(EngineName))
        _one_of("dialogue.device", self.device, get_args(DeviceName))
        _one_of("dialogue.precision", self.precision, get_args(PrecisionName))
        _one_of("dialogue.prompt", self.prompt, get_args(PromptName))
        if not self.adapter:
            raise InvalidConfig("dialogue.adapter", self.adapter, "auto, none, or an adapter's folder")
        if not self.model:
            raise InvalidConfig("dialogue.model", self.model, "a catalogue name, a .gguf file or a model folder")
        _between("dialogue.slots", self.slots, 1, 64)
        _between("dialogue.context_tokens", self.context_tokens, 512, 131072)
        _between("dialogue.threads", self.threads, 0, 256)
        _between("dialogue.batch_tokens", self.batch_tokens, 16, 4096)
        _between("dialogue.delta_delay_ms", self.delta_delay_ms, 0, 10_000)

    @property
    def concurrency(self) -> int:
        """Generations that the engine takes at once; more are to wait outside."""
        return self.slots

    def thread_count(self) -> int:
        """CPU threads to use on this machine, 1 or more.

        Never all cores by default: llama.cpp's threads wait for each other by spinning, so that one that shares its
        core with another process stalls them all (on two busy cores, 2 threads decoded ten times slower than 1).
        """
        return self.threads or max(1, (os.cpu_count() or 1) // 2)


def _one_of(key: str, value: str, legal: tuple[str, ...]) -> None:
    if value not in legal:
        raise InvalidConfig(key, value, ", ".join(legal))


def _between(key: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise InvalidConfig(key, value, f"{low} to {high}")
