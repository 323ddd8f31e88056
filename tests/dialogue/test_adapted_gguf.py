from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, quants

from narrative_server.dialogue import adapted_gguf
from narrative_server.dialogue.adapted_gguf import adapted_files, cache_dir
from narrative_server.dialogue.adapters import Adapter, write_adapter_config
from narrative_server.dialogue.lora_gguf import write_lora_gguf, write_merged_gguf
from narrative_server.errors import EngineFailed, ModelCorrupt
from tests.dialogue.adapter_files import (
    GGUF_NAMES,
    HEADS,
    KV_HEADS,
    SHAPES,
    write_adapter,
    write_base,
)


class Case:
    """A small base and an adapter for it."""

    def __init__(self, folder: Path, architecture: str = "llama") -> None:
        self.base = folder / "base.gguf"
        self.base_weights = write_base(self.base, architecture)
        self.pairs = write_adapter(folder / "mine")
        self.adapter: Adapter = write_adapter_config(folder / "mine", str(self.base))

    def change(self, module: str, reordered: bool) -> np.ndarray:
        """What the adapter adds to a GGUF weight, row by row: (out, in)."""
        a, b = self.pairs[f"model.layers.0.{module}"]
        change = self.adapter.scale * b @ a
        heads = {"self_attn.q_proj": HEADS, "self_attn.k_proj": KV_HEADS}.get(module)
        return change[rows_in_gguf(change.shape[0], heads)] if heads and reordered else change


def rows_in_gguf(rows: int, heads: int) -> list[int]:
    """Row of the transformers model for each row of the GGUF: pairs (i, i + half) of a head lie beside each other."""
    size = rows // heads
    return [head * size + i + half * (size // 2) for head in range(heads) for i in range(size // 2) for half in (0, 1)]


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(tmp_path / "home"))
    return Case(tmp_path)


def kept_names() -> list[str]:
    return [path.name for path in cache_dir().iterdir()]


def tensors_of(path: Path) -> dict[str, np.ndarray]:
    return {t.name: quants.dequantize(t.data, t.tensor_type) for t in GGUFReader(path).tensors}


@pytest.mark.parametrize(("architecture", "reordered"), [("llama", True), ("qwen2", False)])
def test_the_merged_file_is_the_base_plus_the_adapter(tmp_path, architecture, reordered):
    case = Case(tmp_path, architecture)
    write_merged_gguf(case.adapter, case.base, tmp_path / "merged.gguf")
    merged = tensors_of(tmp_path / "merged.gguf")
    for module, name in GGUF_NAMES.items():
        expected = case.base_weights[f"blk.0.{name}.weight"] + case.change(module, reordered)
        step = np.abs(expected).max() / 127
        assert np.abs(merged[f"blk.0.{name}.weight"] - expected).max() <= step
        assert np.abs(case.change(module, reordered)).max() > 4 * step
    assert np.array_equal(merged["output_norm.weight"], np.ones(64, np.float32))


def test_the_merged_file_keeps_what_the_base_tells(case, tmp_path):
    write_merged_gguf(case.adapter, case.base, tmp_path / "merged.gguf")
    fields = GGUFReader(tmp_path / "merged.gguf").fields
    assert fields["tokenizer.chat_template"].contents() == "{{ messages }}"
    assert fields["tokenizer.ggml.tokens"].contents() == ["a", "b", "ć"]
    assert fields["llama.attention.head_count"].contents() == HEADS


def test_the_adapter_file_holds_pairs_whose_product_is_the_change(case, tmp_path):
    write_lora_gguf(case.adapter, case.base, tmp_path / "lora.gguf")
    reader = GGUFReader(tmp_path / "lora.gguf")
    told = {key: reader.fields[key].contents() for key in ("general.type", "adapter.type", "general.architecture")}
    assert told == {"general.type": "adapter", "adapter.type": "lora", "general.architecture": "llama"}
    assert reader.fields["adapter.lora.alpha"].contents() == 8.0
    tensors = {tensor.name: tensor.data.astype(np.float32) for tensor in reader.tensors}
    assert len(tensors) == 2 * len(SHAPES)
    for module, name in GGUF_NAMES.items():
        product = tensors[f"blk.0.{name}.weight.lora_b"] @ tensors[f"blk.0.{name}.weight.lora_a"]
        np.testing.assert_allclose(case.adapter.scale * product, case.change(module, True), rtol=1e-3, atol=1e-3)


def test_an_architecture_whose_layout_is_not_known_is_refused(tmp_path):
    case = Case(tmp_path, "phi3")
    with pytest.raises(ModelCorrupt, match=r"'phi3'.*transformers engine"):
        write_lora_gguf(case.adapter, case.base, tmp_path / "lora.gguf")


def test_layers_that_the_base_lacks_are_refused(case, tmp_path):
    write_adapter(tmp_path / "deep", layers=2)
    adapter = write_adapter_config(tmp_path / "deep", str(case.base))
    with pytest.raises(ModelCorrupt, match=r"model\.layers\.1\."):
        write_merged_gguf(adapter, case.base, tmp_path / "merged.gguf")


def test_without_an_adapter_the_base_is_served_as_it_is(case):
    with adapted_files(None, case.base) as files:
        assert (files.model, files.lora) == (case.base, None)
    assert not cache_dir().exists()


def test_a_small_base_is_merged_once_and_kept(case, monkeypatch):
    with adapted_files(case.adapter, case.base) as files:
        assert files.lora is None
        made = files.model
    assert made.parent == cache_dir()
    monkeypatch.setattr(adapted_gguf, "write_merged_gguf", None)
    with adapted_files(case.adapter, case.base) as files:
        assert files.model == made
    assert kept_names() == [made.name]


def test_a_large_base_gets_the_adapter_beside_it(case, monkeypatch):
    monkeypatch.setattr(adapted_gguf, "MAX_MERGED_BASE_BYTES", 10)
    with adapted_files(case.adapter, case.base) as files:
        assert files.model == case.base
        assert files.lora is not None
        assert files.lora.parent == cache_dir()


def test_a_full_disk_falls_back_to_the_adapter_beside_the_base(case, monkeypatch, caplog):
    def full(adapter: Adapter, base: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(adapted_gguf, "write_merged_gguf", full)
    with adapted_files(case.adapter, case.base) as files:
        assert files.lora is not None
    assert "No space left" in caplog.text
    assert [name for name in kept_names() if not name.endswith("-lora.gguf")] == []


def test_too_little_room_is_noticed_before_anything_is_written(case, monkeypatch, caplog):
    usage = adapted_gguf.shutil.disk_usage(case.base.parent)
    monkeypatch.setattr(adapted_gguf.shutil, "disk_usage", lambda folder: usage._replace(free=1000))
    with adapted_files(case.adapter, case.base) as files:
        assert files.lora is not None
        assert files.lora.is_file()
        temporary = files.lora
    assert "MiB free" in caplog.text
    assert not temporary.exists()
    assert kept_names() == []


def test_a_home_that_cannot_be_written_is_done_without(case, monkeypatch, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "cache").write_bytes(b"a file where the folder should be")
    with adapted_files(case.adapter, case.base) as files:
        assert files.lora is not None
        assert files.lora.is_file()


def test_no_room_anywhere_is_an_error_that_names_the_places(case, monkeypatch):
    def full(adapter: Adapter, base: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(adapted_gguf, "write_merged_gguf", full)
    monkeypatch.setattr(adapted_gguf, "write_lora_gguf", full)
    with pytest.raises(EngineFailed, match="no room") as caught, adapted_files(case.adapter, case.base):
        pass
    assert str(cache_dir()) in str(caught.value)


def test_two_that_make_the_same_file_at_once_both_get_it(case):
    found = []

    def make() -> None:
        with adapted_files(case.adapter, case.base) as files:
            found.append(files.model.read_bytes())

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert len(kept_names()) == 1


def test_files_that_nobody_has_used_for_long_are_removed(case):
    cache_dir().mkdir(parents=True)
    ages_days = {"old-merged.gguf": 40, "young-merged.gguf": 3, ".writing-old": 2, ".writing-young": 0}
    for name, age in ages_days.items():
        path = cache_dir() / name
        path.write_bytes(b"x")
        os.utime(path, times=(time.time() - age * 86400,) * 2)
    with adapted_files(case.adapter, case.base):
        kept = set(kept_names())
    assert kept & set(ages_days) == {"young-merged.gguf", ".writing-young"}
