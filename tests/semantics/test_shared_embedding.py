from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import ModelCorrupt, ModelMissing
from narrative_server.semantics.shared_embedding import EmbeddingFacts, SharedEmbedding, add_sound_tower, pack_embedding
from narrative_server.semantics.towers import (
    PictureTower,
    PictureTowerConfig,
    SoundTower,
    SoundTowerConfig,
    TextHead,
    TextHeadConfig,
)

COMMAND = "narrative-server train embedding"


def write_model(folder: Path, seed: int = 1) -> Path:
    torch.manual_seed(seed)
    head, tower = TextHead(TextHeadConfig(hidden=16)), PictureTower(PictureTowerConfig((8, 16)))
    folder.mkdir(exist_ok=True)
    for name, data in pack_embedding(head, tower, EmbeddingFacts(11.0, -5.5, {"r1": 0.5}, {"steps": 3})).items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model(tmp_path / "model")


def unit_rows(n: int) -> np.ndarray:
    rows = np.random.default_rng(1).standard_normal((n, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_texts_and_pictures_become_unit_vectors_of_256(folder: Path) -> None:
    embedding = SharedEmbedding(folder, COMMAND)
    views = [np.zeros((3, 32, 32), np.float32), np.ones((3, 48, 80), np.float32)]
    for places in (embedding.embed_texts(unit_rows(2)), embedding.embed_pictures(views)):
        assert places.shape == (2, 256)
        assert places.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(places, axis=1), 1.0, rtol=1e-5)
    assert embedding.embed_pictures([]).shape == (0, 256)


def test_what_was_packed_is_what_is_loaded(folder: Path) -> None:
    embedding = SharedEmbedding(folder, COMMAND)
    assert embedding.facts == EmbeddingFacts(11.0, -5.5, {"r1": 0.5}, {"steps": 3})
    assert embedding.tower.config.widths == (8, 16)
    torch.manual_seed(1)
    head = TextHead(TextHeadConfig(hidden=16)).eval()
    expected = head(torch.from_numpy(unit_rows(3))).detach().numpy()
    np.testing.assert_allclose(embedding.embed_texts(unit_rows(3)), expected, atol=2e-3)  # float16 weights


def test_a_pictures_bytes_do_not_depend_on_what_else_is_asked_for(folder: Path) -> None:
    embedding = SharedEmbedding(folder, COMMAND)
    views = list(np.random.default_rng(2).uniform(-1, 1, (3, 3, 32, 32)).astype(np.float32))
    np.testing.assert_array_equal(embedding.embed_pictures(views)[1], embedding.embed_pictures([views[1]])[0])


def test_a_space_names_the_weights_that_made_it(folder: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path / "other", seed=2)
    spaces = [SharedEmbedding(one, COMMAND).space for one in (folder, folder, other)]
    assert spaces[0] == spaces[1] != spaces[2]
    assert len(spaces[0]) == 16


def test_another_tower_beside_them_changes_nothing(folder: Path) -> None:
    before = SharedEmbedding(folder, COMMAND)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["towers"]["sound"] = {"widths": [8]}
    config["sha256"]["sound.safetensors"] = "0" * 64
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    after = SharedEmbedding(folder, COMMAND)
    assert after.space == before.space
    np.testing.assert_array_equal(after.embed_texts(unit_rows(2)), before.embed_texts(unit_rows(2)))


def test_without_a_sound_tower_only_sounds_are_refused_with_the_command(folder: Path) -> None:
    embedding = SharedEmbedding(folder, COMMAND)
    assert not embedding.hears
    assert embedding.sound_space == ""
    with pytest.raises(ModelMissing, match="train embedding --sounds"):
        embedding.embed_sounds(np.zeros((1, 1, 80, 176), np.float32))
    assert embedding.embed_texts(unit_rows(1)).shape == (1, 256)


def with_sounds(folder: Path) -> Path:
    facts = SharedEmbedding(folder, COMMAND).facts
    torch.manual_seed(3)  # after loading, which draws weights too
    for name, data in add_sound_tower(folder, COMMAND, SoundTower(SoundTowerConfig((8, 16))), facts).items():
        (folder / name).write_bytes(data)
    return folder


def test_a_sounds_place_comes_from_its_tower(folder: Path) -> None:
    embedding = SharedEmbedding(with_sounds(folder), COMMAND)
    views = np.random.default_rng(2).uniform(-1, 1, (3, 1, 80, 176)).astype(np.float32)
    torch.manual_seed(3)
    tower = SoundTower(SoundTowerConfig((8, 16))).eval()
    expected = tower(torch.from_numpy(views)).detach().numpy()
    np.testing.assert_allclose(embedding.embed_sounds(views), expected, atol=5e-3)  # float16 weights


def test_a_high_pitch_is_not_a_low_one_moved() -> None:
    torch.manual_seed(1)
    tower = SoundTower(SoundTowerConfig((8, 16))).eval()
    torch.nn.init.normal_(tower.band_bias)
    low, high = torch.full((1, 1, 80, 176), -1.0), torch.full((1, 1, 80, 176), -1.0)
    low[:, :, 32:36], high[:, :, 40:44] = 1.0, 1.0
    assert float((tower(low) @ tower(high).T).detach()) < 0.999


@pytest.mark.parametrize("data", [b"", b"torn"])
def test_a_damaged_sound_tower_leaves_words_and_pictures(folder: Path, data: bytes) -> None:
    (with_sounds(folder) / "sound.safetensors").write_bytes(data)
    embedding = SharedEmbedding(folder, COMMAND)
    assert embedding.embed_texts(unit_rows(1)).shape == (1, 256)
    with pytest.raises(ModelCorrupt, match="checksum"):
        embedding.embed_sounds(np.zeros((1, 1, 80, 176), np.float32))


@pytest.mark.parametrize("name", ["config.json", "text.safetensors", "picture.safetensors"])
def test_a_missing_file_names_the_command(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=COMMAND):
        SharedEmbedding(folder, COMMAND)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("config.json", b"{}"),
        ("config.json", b"not json"),
        ("config.json", b'{"format": 9, "size": 256}'),
        ("text.safetensors", b"torn"),
        ("picture.safetensors", b""),
    ],
)
def test_a_damaged_file_is_told(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(ModelCorrupt, match="embedding"):
        SharedEmbedding(folder, COMMAND)


def test_weights_of_another_shape_are_told(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["towers"]["picture"]["widths"] = [8, 32]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=r"picture\.safetensors"):
        SharedEmbedding(folder, COMMAND)
