from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from narrative_server.dialogue import transformers_engine
from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.transformers_engine import TransformersEngine
from narrative_server.dialogue.types import (
    Character,
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    HistoryLine,
    LineFinished,
)
from narrative_server.errors import InvalidConfig, ModelCorrupt
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import Cancelled, CancelToken

TEMPLATE = "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content }}<|end|>{% endfor %}<|start|>assistant\n"
REQUEST = DialogueRequest(
    cast=(Character("Rex", "old soldier"), Character("Mira", "young scout")),
    event="A door opens.",
    mood=Mood("fear", 0.8),
    seed=1,
    max_lines=2,
    max_words=3,
    temperature=0.0,
)
REQUESTS = [
    REQUEST,
    replace(REQUEST, event="A cat sits on the well.", max_lines=1),
    replace(REQUEST, cast=(Character("Odda", "miller"),), event="The wheel stops.", max_words=2),
    replace(REQUEST, history=tuple(HistoryLine("Mira", f"We passed milestone {n}.") for n in range(6)), seed=2),
    replace(REQUEST, event="It rains.", temperature=1.0, seed=3),
    replace(REQUEST, event="It rains.", temperature=1.0, seed=4, max_sounds=1),
]


def make_tokenizer() -> transformers.PreTrainedTokenizerFast:
    """One token a byte."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: place for place, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>")
    fast.add_special_tokens({"additional_special_tokens": ["<|start|>"]})
    return fast


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A tiny model with random weights, large enough that its choices differ clearly."""
    path = tmp_path_factory.mktemp("model")
    tokenizer = make_tokenizer()
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        initializer_range=0.5,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


@pytest.fixture
def load(folder, monkeypatch) -> Iterator[object]:
    """Makes engines in float32, so that sums in another order change no choice."""
    load_model = transformers_engine.load_model

    def load_whole(path, device):
        tokenizer, model = load_model(path, device)
        return tokenizer, model.float()

    monkeypatch.setattr(transformers_engine, "load_model", load_whole)
    engines = []

    def make(**options) -> TransformersEngine:
        config = DialogueConfig(
            engine="transformers",
            model=str(folder),
            prompt="tuned",
            context_tokens=2048,
            threads=1,
            device="cpu",
            batch_tokens=32,
            **options,
        )
        engines.append(TransformersEngine(config))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


def spoken(engine: TransformersEngine, request: DialogueRequest) -> list[DialogueEvent]:
    return [event for event in engine.generate(request, CancelToken()) if not isinstance(event, GenerationStats)]


def spoken_together(engine: TransformersEngine, requests: list[DialogueRequest]) -> list[list[DialogueEvent]]:
    found: list[list[DialogueEvent]] = [[] for _ in requests]

    def speak(place: int) -> None:
        found[place] = spoken(engine, requests[place])

    threads = [threading.Thread(target=speak, args=(place,)) for place in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return found


def test_beats_that_join_and_leave_a_batch_say_what_each_says_alone(load):
    alone = load(slots=1)
    expected = [spoken(alone, request) for request in REQUESTS]
    assert all(any(isinstance(event, LineFinished) for event in events) for events in expected)
    assert len({str(events) for events in expected}) == len(REQUESTS), "the model ignores its prompt"
    assert spoken_together(load(slots=3), REQUESTS) == expected


def test_seeds_decide_whatever_runs_beside(load):
    request = replace(REQUEST, temperature=1.0)
    engine = load(slots=4)
    alone = spoken(engine, request)
    beside = spoken_together(engine, [request, replace(request, seed=77), request, REQUESTS[3]])
    assert beside[0] == beside[2] == alone != beside[1]


def test_a_deterministic_beat_is_the_same_whatever_the_slots_hold(load):
    request = replace(REQUEST, temperature=1.0, deterministic=True)
    engine = load(slots=2)
    first = spoken(engine, request)
    spoken_together(engine, REQUESTS[:3])
    assert spoken(engine, request) == first


def test_a_second_beat_of_a_scene_reads_its_new_words_only(load):
    engine = load(slots=2)
    spoken(engine, REQUESTS[3])
    *_, stats = engine.generate(replace(REQUESTS[3], event="A bell rings."), CancelToken())
    assert isinstance(stats, GenerationStats)
    assert stats.prompt_tokens - stats.cached_tokens < 120 < stats.prompt_tokens


def test_a_cancelled_beat_raises_and_the_others_go_on(load):
    engine = load(slots=2)
    cancel = CancelToken()
    events = engine.generate(replace(REQUEST, max_lines=8, max_words=60), cancel)
    next(events)
    cancel.set()
    with pytest.raises(Cancelled):
        list(events)
    assert spoken(engine, REQUEST)


def test_8_bit_beats_are_in_form(load):
    lines = [event for event in spoken(load(slots=2, precision="int8"), REQUEST) if isinstance(event, LineFinished)]
    assert lines
    assert all(line.speaker in ("Rex", "Mira") and 1 <= len(line.text.split()) <= 3 for line in lines)


def test_a_model_without_a_chat_template_is_refused(folder, tmp_path):
    for name in ("config.json", "model.safetensors", "generation_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    make_tokenizer().save_pretrained(tmp_path)
    with pytest.raises(ModelCorrupt, match="no chat template"):
        TransformersEngine(DialogueConfig(engine="transformers", model=str(tmp_path), device="cpu"))


def test_8_bit_weights_are_refused_where_they_do_not_run():
    class OnCuda:
        device = torch.device("cuda")

    with pytest.raises(InvalidConfig, match=r"dialogue\.precision.*int8"):
        transformers_engine._check_on_cpu(OnCuda())
