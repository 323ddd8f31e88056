from __future__ import annotations

import json
from pathlib import Path

import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.overrides import apply_overrides, overrides_file, read_overrides
from tests.gan.tiny import tiny_network

CONFIG = TrainConfig(network=tiny_network(), images=10)


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    settings = {"gamma": {"start": 3, "end": 0.5}, "learning_rate": 1e-3, "batch": 8, "augment": {"flip": 0.25}}
    path.write_bytes(overrides_file(settings))
    changed = apply_overrides(CONFIG, read_overrides(path))
    assert changed.gamma == Ramp(3.0, 0.5)
    assert changed.learning_rate == Ramp(1e-3, 1e-3)
    assert changed.batch == 8
    assert changed.augment.flip == 0.25
    assert changed.warm_batch == CONFIG.warm_batch


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"gama": 1}, "gama.*gamma"),
        ({"network": {}}, "network"),
        ({"seed": 2}, "seed"),
        ({"batch": "8"}, "train.batch"),
        ({"batch": 1}, r"train\.batch is 1"),
        ({"batch": True}, "train.batch"),
        ({"gamma": {"start": 1}}, "train.gamma"),
        ({"gamma": {"start": 1, "end": "x"}}, "train.gamma"),
        ({"augment": {"spin": 1}}, "spin"),
        ({"augment": {"flip": 7}}, r"augment\.flip is 7"),
        ({"warm_encoder": 1}, "warm_encoder"),
    ],
)
def test_faults_are_named(settings: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidConfig, match=says):
        apply_overrides(CONFIG, settings)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 2, "train": {}}', '{"format": 1}', "\udcff"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidConfig, match="--config"):
        read_overrides(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="nowhere"):
        read_overrides(tmp_path / "nowhere.json")


def test_what_is_written_is_json_with_a_format() -> None:
    assert json.loads(overrides_file({"batch": 4})) == {"format": 1, "train": {"batch": 4}}
