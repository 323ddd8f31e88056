from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.gan.data import GanData, index_captions, load_data, save_data


def test_a_saved_data_set_comes_back_the_same(tiny_data: GanData, tmp_path: Path) -> None:
    tagged = dataclasses.replace(tiny_data, tags=np.eye(12, 3, dtype=np.float32))
    save_data(tagged, tmp_path / "deep" / "data.npz")
    loaded = load_data(tmp_path / "deep" / "data.npz")
    for field in dataclasses.fields(GanData):
        np.testing.assert_array_equal(getattr(loaded, field.name), getattr(tagged, field.name))
    np.testing.assert_array_equal(loaded.part(np.array([2, 0])).tags, [[0, 0, 1], [1, 0, 0]])
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["data.npz"]


def test_captions_are_numbered_once_and_short_lists_repeat() -> None:
    phrases, rows = index_captions([("a", "b", "c"), ("b",), ("d", "a")])
    assert phrases == ("a", "b", "c", "d")
    assert rows.tolist() == [[0, 1, 2], [1, 1, 1], [3, 0, 3]]


def test_an_item_without_a_caption_is_refused() -> None:
    with pytest.raises(InvalidConfig, match=r"paraphrases\[1\]"):
        index_captions([("a",), ()])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("captions", np.full((12, 1), 12, dtype=np.int32)),
        ("embeddings", np.full((12, 384), np.nan, dtype=np.float32)),
        ("weights", np.zeros(12, dtype=np.float32)),
        ("conditions", np.zeros((11, 2), dtype=np.float32)),
        ("condition_names", ("one",)),
        ("tags", np.zeros((11, 2), dtype=np.float32)),
        ("values", np.zeros((12, 2, 8, 12), dtype=np.int64)),
    ],
)
def test_a_faulty_data_set_is_refused_by_name(tiny_data: GanData, key: str, value: object) -> None:
    with pytest.raises(InvalidConfig, match=f"GanData.{key}"):
        dataclasses.replace(tiny_data, **{key: value})


def test_a_part_keeps_rows_together(tiny_data: GanData) -> None:
    part = tiny_data.part(np.array([4, 2]))
    assert part.size == 2
    np.testing.assert_array_equal(part.values[0], tiny_data.values[4])
    assert part.phrases[part.captions[1, 0]] == "thing 2"
