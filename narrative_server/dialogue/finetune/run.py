"""Puts a fine-tuning run together: base model, data, processes, samples, and the finished adapter."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import torch

from narrative_server.devices import choose_device
from narrative_server.dialogue.adapters import write_adapter_config
from narrative_server.dialogue.config import DEFAULT_MODEL
from narrative_server.dialogue.finetune.adapter import AdaptedModel
from narrative_server.dialogue.finetune.augment import hasty_request, plain_request
from narrative_server.dialogue.finetune.beats import Beat, read_beats
from narrative_server.dialogue.finetune.card import write_card
from narrative_server.dialogue.finetune.examples import Examples
from narrative_server.dialogue.finetune.trainer import FinetuneConfig, FinetuneTrainer, Report
from narrative_server.dialogue.hf_model import HfTokenizer, load_model
from narrative_server.dialogue.prompts import Prompter, render_request
from narrative_server.dialogue.weights import NO_CHAT_TEMPLATE, find_weights, unusable
from narrative_server.errors import DataMissing
from narrative_server.gan.ranks import Rank, leading

MODEL_FOLDER: Final = "model"
MAX_TOKENS: Final = 1024
"""Prompt and answer of one example."""

_CHECKED_BEATS: Final = 128
_SAMPLED_BEATS: Final = 6
_SAMPLE_TOKENS: Final = 100


@dataclass(frozen=True)
class FinetuneOptions:
    """base: a catalogue name, a .gguf file or a model folder. processes 0: one per core on a CPU, one on a GPU."""

    data: Path
    out: Path
    base: str = DEFAULT_MODEL
    device: str = "auto"
    processes: int = 0
    config: FinetuneConfig = field(default_factory=FinetuneConfig)


def finetune(options: FinetuneOptions, report: Report, stop: Callable[[], bool]) -> Path:
    """Train, or go on training, and return the adapter's folder.

    Raises DataMissing, InvalidRequest (malformed data), ModelMissing, ModelCorrupt or InvalidConfig.
    """
    beats = read_beats(options.data)  # faults are found here, before any process starts
    if all(beat.held_out for beat in beats):
        raise DataMissing(options.data.name, f"all of its {len(beats)} beats fall among the held-out tenth; give more")
    find_weights(options.base)
    processes = options.processes
    if not processes:
        processes = 1 if choose_device(options.device, "train.device").type != "cpu" else os.cpu_count() or 1
    with leading(partial(_follow, options), processes) as rank:
        trainer = _trainer(options, rank)
        trainer.resume()
        trainer.run(report, stop)
        folder = options.out / MODEL_FOLDER
        trainer.model.save(folder, options.base)
        facts = _facts(options, beats, trainer)
        write_adapter_config(folder, options.base, training=facts)
        write_card(folder, options.base, facts)
    return folder


def _facts(options: FinetuneOptions, beats: Sequence[Beat], trainer: FinetuneTrainer) -> dict[str, float | str]:
    """What a reader of the card wants to know of the run."""
    config, progress = options.config, trainer.progress
    held_out = sum(beat.held_out for beat in beats)
    return {
        "data": options.data.name,
        "beats_trained_on": len(beats) - held_out,
        "beats_held_out": held_out,
        "steps": progress.steps,
        "beats_a_step": config.beats_per_step,
        "beats_seen": progress.beats,
        "tokens_seen": progress.tokens,
        "minutes": round(progress.seconds / 60.0, 1),
        "learning_rate": config.learning_rate,
        "seed": config.seed,
        "rank": config.shape.rank,
        "held_out_loss_nats_per_token": round(progress.held_out_loss, 4),
    }


def _follow(options: FinetuneOptions, rank: Rank) -> None:
    trainer = _trainer(options, rank)
    trainer.resume()
    trainer.run(lambda _progress, _share: None, lambda: False)


def _trainer(options: FinetuneOptions, rank: Rank) -> FinetuneTrainer:
    device = choose_device(options.device, "train.device")
    if device.type == "cpu" and rank.size > 1:
        torch.set_num_threads(1)
    torch.manual_seed(options.config.seed)  # the adapter's first values come from the global generator
    path = find_weights(options.base)
    tokenizer, base = load_model(path, device)
    if not tokenizer.chat_template:
        raise unusable(options.base, NO_CHAT_TEMPLATE)
    prompts = HfTokenizer(tokenizer)
    beats = read_beats(options.data)
    end = int(tokenizer.eos_token_id)
    train = Examples([beat for beat in beats if not beat.held_out], prompts, end, MAX_TOKENS)
    held_out = [beat for beat in beats if beat.held_out]
    # Evenly spread over the files, so that each kind of beat is among them.
    checked = held_out[:: max(1, len(held_out) // _CHECKED_BEATS)]
    if device.type == "cpu":
        base.set_attn_implementation("eager")  # plain matrix products train a tenth faster than the fused kernel here
    model = AdaptedModel(base, options.config.shape, device)
    return FinetuneTrainer(
        model,
        train,
        Examples(checked, prompts, end, MAX_TOKENS).plain() if checked else (),
        options.config,
        options.out,
        rank,
        sample=partial(_sample, model, tokenizer, _spread(held_out, _SAMPLED_BEATS)),
    )


def _spread(beats: Sequence[Beat], count: int) -> Sequence[Beat]:
    return beats[:: max(1, len(beats) // count)][:count]


def _sample(model: AdaptedModel, tokenizer: Any, beats: Sequence[Beat]) -> str:
    """Greedy answers to held-out beats, every second one asked for hastily, without a grammar."""
    prompter = Prompter(HfTokenizer(tokenizer), MAX_TOKENS, "tuned")
    rows = []
    model.network.eval()
    for index, beat in enumerate(beats):
        request = hasty_request(beat) if index % 2 else plain_request(beat)
        tokens = torch.tensor([prompter.build(request).tokens], device=model.device)
        with torch.no_grad():
            answer = model.network.generate(
                input_ids=tokens,
                attention_mask=torch.ones_like(tokens),
                max_new_tokens=_SAMPLE_TOKENS,
                do_sample=False,
                pad_token_id=tokenizer.eos_token_id,
            )
        text = tokenizer.decode(answer[0, tokens.shape[1] :], skip_special_tokens=True)
        rows.append(f"```\n{render_request(request)}\n---\n{text.strip()}\n```\n")
    model.network.train()
    return "\n".join(rows)
