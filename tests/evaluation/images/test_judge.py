from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.evaluation.images.judge import Judge, JudgeConfig, load_judge, save_judge, token_ids
from narrative_server.evaluation.images.judge_training import contrast, train_judge
from narrative_server.evaluation.images.pictures import items_of
from narrative_server.evaluation.images.training import Budget
from narrative_server.gan.data import GanData


def _silent(stage: str, done: int, total: int) -> None:
    pass


def test_the_loss_equals_info_nce_written_out() -> None:
    seen = F.normalize(torch.randn(4, 8), dim=1)
    said = F.normalize(torch.randn(4, 8), dim=1)
    alike = torch.zeros(4, 4, dtype=torch.bool)
    alike[0, 1] = alike[1, 0] = True
    logits = (2.0 * seen @ said.T).numpy()
    losses = []
    for i in range(4):
        kept = [j for j in range(4) if not alike[i, j]]
        losses.append(-logits[i, i] + np.log(sum(np.exp(logits[i, j]) for j in kept)))
        losses.append(-logits[i, i] + np.log(sum(np.exp(logits[j, i]) for j in kept)))
    found = contrast(seen, said, torch.tensor(2.0).log(), alike)
    assert float(found) == pytest.approx(float(np.mean(losses)), rel=1e-5)


def test_it_learns_which_squares_go_with_which_words(data: GanData) -> None:
    judge, spent = train_judge(data, Budget(minutes=5, steps=40, batch=32, seed=1), _silent)
    items = np.flatnonzero(~data.held_out)[:60]
    captions = data.captions[items, 1]
    texts = [data.phrases[row] for row in captions]
    seen = judge.embed_pictures(items_of(data, items))
    said = judge.embed_texts(texts, data.embeddings[captions])
    right = [data.phrases[row].split()[:2] for row in captions]
    # Each picture's nearest caption names its colour and thing; by chance one in twelve would.
    hits = np.mean([right[int((said @ picture).argmax())] == right[row] for row, picture in enumerate(seen)])
    assert hits > 0.5
    assert spent.steps == 40
    assert spent.pictures == 40 * 32


def test_training_never_sees_a_held_out_item(data: GanData) -> None:
    spoilt = data.values.copy()
    spoilt[data.held_out] = 255
    first, _ = train_judge(data, Budget(minutes=5, steps=3, batch=8), _silent)
    other = GanData(**{**vars(data), "values": spoilt})
    second, _ = train_judge(other, Budget(minutes=5, steps=3, batch=8), _silent)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_a_saved_judge_reads_pictures_and_words_as_before(tmp_path: Path) -> None:
    judge = Judge(JudgeConfig(32, 32)).eval()
    save_judge(judge, {"steps": 1}, tmp_path)
    pictures = np.random.default_rng(1).integers(0, 256, (3, 32, 32, 4), dtype=np.uint8)
    sentence = np.full((1, 384), 384**-0.5, np.float32)
    loaded = load_judge(tmp_path, "train it")
    np.testing.assert_allclose(loaded.embed_pictures(pictures), judge.embed_pictures(pictures), atol=5e-3)
    found = loaded.embed_texts(["a red key"], sentence)
    np.testing.assert_allclose(found, judge.embed_texts(["a red key"], sentence), atol=5e-3)
    assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)


def test_the_packaged_size_stays_under_three_megabytes(tmp_path: Path) -> None:
    for config in (JudgeConfig(32, 32), JudgeConfig(96, 160, shrink=2, stem_widths=(32, 64, 96, 160))):
        save_judge(Judge(config), {}, tmp_path)
        assert (tmp_path / "judge.safetensors").stat().st_size < 3_000_000


def test_a_missing_or_damaged_judge_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="train-judge"):
        load_judge(tmp_path, "narrative-server evaluate train-judge sprites")
    save_judge(Judge(JudgeConfig(32, 32)), {}, tmp_path)
    data = bytearray((tmp_path / "judge.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "judge.safetensors").write_bytes(data)
    with pytest.raises(ModelCorrupt, match="checksum"):
        load_judge(tmp_path, "train it")
    (tmp_path / "judge.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelCorrupt):
        load_judge(tmp_path, "train it")


def test_words_hash_to_the_same_tokens_everywhere() -> None:
    assert token_ids("Red key", 2048)[:2] == [1 + zlib.crc32(word) % 2047 for word in (b"<red>", b"<key>")]
    assert token_ids("Red key", 2048) == token_ids("red  KEY!", 2048)
    assert all(0 < token < 2048 for token in token_ids("a b c " * 200, 2048))


def test_sizes_that_do_not_halve_evenly_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="multiples of 8"):
        JudgeConfig(30, 32)
