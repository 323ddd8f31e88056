"""Whole runs on a tiny model: learning, stopping, going on, several processes, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from narrative_server.dialogue.adapters import read_adapter
from narrative_server.dialogue.finetune import run, trainer
from narrative_server.dialogue.finetune.adapter import LoraShape
from narrative_server.dialogue.finetune.run import FinetuneOptions, finetune
from narrative_server.dialogue.finetune.trainer import FinetuneConfig, Progress
from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt, ModelMissing

CONFIG = FinetuneConfig(minutes=60.0, beats_per_step=8, learning_rate=1e-2, warmup_share=0.0, shape=LoraShape(4, 4.0))


class Watch:
    """Counts steps, keeps losses, and stops after `steps`."""

    def __init__(self, steps: int) -> None:
        self.losses: list[float] = []
        self.held_out = float("nan")
        self._steps = steps

    def report(self, progress: Progress, share: float) -> None:
        self.losses.append(progress.loss)
        assert 0.0 <= share <= 1.0

    def stop(self) -> bool:
        return len(self.losses) >= self._steps


@pytest.fixture
def options(base_folder: Path, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FinetuneOptions:
    monkeypatch.setattr(run, "_SAMPLE_TOKENS", 4)
    # The clock stands still, so that the rate does not depend on how fast this machine is.
    monkeypatch.setattr(trainer.time, "perf_counter", lambda: 0.0)
    return FinetuneOptions(data_folder, tmp_path / "run", str(base_folder), "cpu", 1, CONFIG)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "adapter_model.safetensors")


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
def test_a_run_learns_and_leaves_an_adapter_that_peft_loads(options: FinetuneOptions) -> None:
    watch = Watch(24)
    folder = finetune(options, watch.report, watch.stop)
    assert sum(watch.losses[-4:]) < 0.8 * sum(watch.losses[:4])
    base = AutoModelForCausalLM.from_pretrained(options.base)
    adapted = PeftModel.from_pretrained(base, str(folder))
    tokens = torch.arange(1, 20)[None]
    with torch.no_grad():
        changed = adapted(tokens).logits
        with adapted.disable_adapter():
            before = adapted(tokens).logits
    assert (changed - before).abs().max() > 0.05
    assert all(value.dtype == torch.float16 for value in weights(folder).values())
    adapter = read_adapter(folder)
    assert (adapter.base, adapter.rank, adapter.style) == (options.base, 4, "tuned")
    assert "- steps: 24" in (folder / "card.md").read_text(encoding="utf-8")
    rows = [json.loads(row) for row in (options.out / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[-1]["steps"] == 24
    assert rows[-1]["held_out_loss"] < watch.losses[0]
    assert "Event:" in (options.out / "samples.md").read_text(encoding="utf-8")


def test_a_stopped_run_goes_on_to_the_very_same_weights(options: FinetuneOptions, tmp_path: Path) -> None:
    whole = Watch(7)
    straight = weights(finetune(options, whole.report, whole.stop))
    parted = replace(options, out=tmp_path / "parted")
    for steps in (3, 4):
        part = Watch(steps)
        folder = finetune(parted, part.report, part.stop)
    resumed = weights(folder)
    assert straight.keys() == resumed.keys()
    assert all(torch.equal(straight[key], resumed[key]) for key in straight)


def test_two_processes_share_each_batch_and_reach_the_same_weights(options: FinetuneOptions, tmp_path: Path) -> None:
    alone, both = Watch(2), Watch(2)
    one = weights(finetune(options, alone.report, alone.stop))
    two = weights(finetune(replace(options, out=tmp_path / "two", processes=2), both.report, both.stop))
    assert alone.losses[0] == pytest.approx(both.losses[0], rel=1e-2)
    largest = max(float(value.abs().max()) for value in one.values())
    for key, value in one.items():
        assert (value - two[key]).abs().max() < 0.2 * largest, key


def test_a_run_cannot_go_on_with_another_rank(options: FinetuneOptions) -> None:
    first = Watch(1)
    finetune(options, first.report, first.stop)
    with pytest.raises(InvalidConfig, match="--rank"):
        finetune(replace(options, config=replace(CONFIG, shape=LoraShape(8, 8.0))), first.report, first.stop)


def test_a_damaged_state_is_told_and_not_overwritten(options: FinetuneOptions) -> None:
    options.out.mkdir()
    (options.out / "state.safetensors").write_bytes(b"not a state")
    watch = Watch(1)
    with pytest.raises(ModelCorrupt):
        finetune(options, watch.report, watch.stop)
    assert (options.out / "state.safetensors").read_bytes() == b"not a state"


def test_a_base_without_a_chat_template_is_refused(options: FinetuneOptions, base_folder: Path) -> None:
    for path in base_folder.glob("chat_template*"):
        path.unlink()
    config = json.loads((base_folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    config.pop("chat_template", None)
    (base_folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    watch = Watch(1)
    with pytest.raises(ModelCorrupt, match="chat template"):
        finetune(options, watch.report, watch.stop)


def test_a_base_that_is_not_there_is_named(options: FinetuneOptions) -> None:
    watch = Watch(1)
    with pytest.raises(ModelMissing, match="nowhere"):
        finetune(replace(options, base="nowhere"), watch.report, watch.stop)


def test_data_that_is_held_out_in_whole_is_too_little(options: FinetuneOptions, tmp_path: Path) -> None:
    from narrative_server.semantics.split import held_out
    from tests.dialogue.finetune.tiny import beat_row

    row = next(row for number in range(100) if held_out(row := beat_row(number)))
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    watch = Watch(1)
    with pytest.raises(DataMissing, match="held-out"):
        finetune(replace(options, data=path), watch.report, watch.stop)
