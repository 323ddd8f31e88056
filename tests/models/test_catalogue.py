"""The catalogue: names are ids, lookups notice missing and damaged files, checks read every byte."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from pathlib import Path

import pytest

from narrative_server.errors import ModelCorrupt, ModelMissing, NotFound
from narrative_server.models import catalogue
from narrative_server.models.catalogue import CATALOGUE, FETCH_COMMAND, check_model, find_model, model_dir, model_path


def safetensors(data: bytes = b"\0" * 8) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, len(data)]}, "__metadata__": {}})
    return struct.pack("<Q", len(header)) + header.encode() + data


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the packaged model `sounds`, whole, in a package of its own."""
    monkeypatch.setattr(catalogue, "_PACKAGE", tmp_path)
    folder = tmp_path / "sounds"
    folder.mkdir()
    (folder / "generator.safetensors").write_bytes(safetensors())
    digest = hashlib.sha256(safetensors()).hexdigest()
    (folder / "config.json").write_text(json.dumps({"sha256": {"generator.safetensors": digest}}), encoding="utf-8")
    return folder


def test_every_name_is_unique_and_safe_as_a_folder() -> None:
    names = [model.name for model in CATALOGUE]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) for name in names)


def test_every_fetched_file_has_a_safe_path_a_size_and_a_checksum() -> None:
    for model in CATALOGUE:
        wheels = (model.source.wheel,) if model.source else ()
        assert bool(model.files) == bool(model.source)
        assert not model.entry or model.entry in {file.path for file in model.files}
        for file in (*model.files, *wheels):
            assert not Path(file.path).is_absolute()
            assert ".." not in Path(file.path).parts
            assert file.size_bytes > 0
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../sprites", "/etc/passwd", "sprites/", "sprites\0", "C:\\x", "Sprites", "nothing"]
)
def test_a_name_outside_the_catalogue_is_not_found_whatever_it_spells(name: str) -> None:
    with pytest.raises(NotFound):
        model_path(name)
    with pytest.raises(NotFound):
        check_model(name)


def test_a_model_that_was_never_fetched_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(ModelMissing, match=FETCH_COMMAND):
        model_path("all-minilm-l6-v2")
    assert not (tmp_path / "nowhere").exists()


def test_a_fetched_model_with_a_short_file_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(tmp_path))
    folder = model_dir(find_model("smollm2-135m-instruct"))
    folder.mkdir(parents=True)
    with pytest.raises(ModelCorrupt, match="is missing"):
        model_path("smollm2-135m-instruct")
    (folder / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelCorrupt, match="has 4 bytes, not 98362432"):
        model_path("smollm2-135m-instruct")


def test_whole_packaged_weights_are_found_and_checked(packaged: Path) -> None:
    assert model_path("sounds") == packaged
    assert check_model("sounds") == packaged


def test_packaged_weights_without_checksums_are_accepted(packaged: Path) -> None:
    (packaged / "config.json").write_text("{}", encoding="utf-8")
    assert check_model("sounds") == packaged


@pytest.mark.parametrize(
    "content", [b"", b"short", safetensors()[:-1], safetensors() + b"x", struct.pack("<Q", 3) + b"{]}", b"\xff" * 64]
)
def test_damaged_packaged_weights_are_noticed_at_lookup(packaged: Path, content: bytes) -> None:
    (packaged / "generator.safetensors").write_bytes(content)
    with pytest.raises(ModelCorrupt, match=r"generator\.safetensors"):
        model_path("sounds")


def test_a_changed_byte_in_packaged_weights_is_noticed_by_a_check(packaged: Path) -> None:
    (packaged / "generator.safetensors").write_bytes(safetensors(b"\1" * 8))
    assert model_path("sounds") == packaged
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        check_model("sounds")


@pytest.mark.parametrize(
    "config", ["", "[]", "{", '{"sha256": 3}', '{"sha256": {"../x": "00"}}', '{"sha256": {"gone": ""}}']
)
def test_an_unusable_config_of_packaged_weights_is_noticed(packaged: Path, config: str) -> None:
    (packaged / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=r"config\.json"):
        model_path("sounds")


def test_packaged_weights_that_are_not_there_name_a_command(packaged: Path) -> None:
    (packaged / "generator.safetensors").unlink()
    with pytest.raises(ModelMissing, match="run `"):
        model_path("sounds")


@pytest.mark.models
@pytest.mark.parametrize("name", ["smollm2-135m-instruct", "all-minilm-l6-v2"])
def test_the_fetched_models_are_the_ones_of_the_catalogue(name: str) -> None:
    assert check_model(name).exists()
