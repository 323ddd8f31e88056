from __future__ import annotations

import random
from pathlib import Path

from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.dialogue.finetune.examples import UNKNOWN_REPEATS, Example, Examples, batches, collate
from narrative_server.dialogue.hf_model import HfTokenizer
from tests.dialogue.finetune.tiny import tiny_tokenizer


def make_examples(data_folder: Path) -> tuple[Examples, object]:
    tokenizer = tiny_tokenizer()
    return Examples(read_beats(data_folder), HfTokenizer(tokenizer), tokenizer.eos_token_id, 1024), tokenizer


def test_an_example_is_the_served_prompt_and_the_answer_with_its_end(data_folder: Path) -> None:
    examples, tokenizer = make_examples(data_folder)
    example = examples.plain()[0]
    prompt = tokenizer.decode(example.prompt)  # type: ignore[attr-defined]
    assert prompt.startswith("<|im_start|>system")
    assert prompt.endswith("<|im_start|>assistant\n")
    assert "Event: The player opens door 0.\nPlayer: Who is there?<|im_end|>" in prompt
    answer = tokenizer.decode(example.answer)  # type: ignore[attr-defined]
    assert answer == "Odda (fear): Not door 0!\nSound (before 1): a door creaking\n<|im_end|>"


def test_targets_are_the_answer_s_tokens_shifted_by_one_and_nothing_else() -> None:
    batch = collate([Example((1, 2, 3), (4, 5)), Example((6,), (7,))])
    assert batch.tokens.tolist() == [[1, 2, 3, 4, 5], [6, 7, 0, 0, 0]]
    assert batch.targets.tolist() == [[-100, -100, 4, 5, -100], [7, -100, -100, -100, -100]]


def test_batches_hold_every_example_once_and_rows_of_like_length() -> None:
    examples = [Example((1,) * n, (2,)) for n in random.Random(1).sample(range(1, 200), k=100)]
    made = list(batches(examples, 8, random.Random(2)))
    assert sorted(len(e) for batch in made for e in batch) == sorted(map(len, examples))
    spread = [max(map(len, batch)) - min(map(len, batch)) for batch in made]
    assert sum(spread) / len(spread) < 40
    assert made == list(batches(examples, 8, random.Random(2)))


def test_beats_where_nobody_knows_come_more_often(tmp_path: Path) -> None:
    import json

    from tests.dialogue.finetune.tiny import beat_row

    rows = [beat_row(0), beat_row(1, facts=["The inn is full."], used=[])]
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    examples, _ = make_examples(tmp_path)
    assert len(examples) == 1 + UNKNOWN_REPEATS
