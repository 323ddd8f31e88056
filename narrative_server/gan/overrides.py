"""Settings of a run in a JSON file: some fields of `TrainConfig`, the rest as they are by default.

{"format": 1, "train": {"gamma": {"start": 1.0, "end": 0.2}, "batch": 32}}; what a search found best is such a file.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from narrative_server.errors import InvalidConfig
from narrative_server.gan.augment import AugmentConfig
from narrative_server.gan.config import Ramp, TrainConfig
from narrative_server.gan.recall import RecallConfig

FORMAT: Final = 1
_Group = TypeVar("_Group", AugmentConfig, RecallConfig)
_NOT_HERE: Final = ("network", "minutes", "images", "seed")
"""Fields that the command line or the model decides."""


def read_overrides(path: Path) -> dict[str, Any]:
    """The `train` part of a config file. Raises InvalidConfig, which names the file and the key."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidConfig("--config", str(path), f"a readable JSON file ({error.strerror})") from error
    except ValueError as error:
        raise InvalidConfig("--config", str(path), f"a JSON file ({error})") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InvalidConfig("--config", str(path), f'an object with "format": {FORMAT} and "train"')
    train = content.get("train")
    if not isinstance(train, dict):
        raise InvalidConfig("--config train", train, "an object of settings")
    return train


def apply_overrides(config: TrainConfig, overrides: Mapping[str, Any]) -> TrainConfig:
    """`config` with some of its fields replaced. Raises InvalidConfig for unknown keys and illegal values."""
    legal = [field.name for field in dataclasses.fields(config) if field.name not in _NOT_HERE]
    changes: dict[str, Any] = {}
    for key, value in overrides.items():
        if key not in legal:
            raise InvalidConfig("--config train", key, ", ".join(legal))
        changes[key] = _as_field(f"train.{key}", value, getattr(config, key))
    return dataclasses.replace(config, **changes)


def overrides_file(overrides: Mapping[str, Any]) -> bytes:
    """Settings as the content of a config file."""
    return (json.dumps({"format": FORMAT, "train": overrides}, indent=2) + "\n").encode()


def _as_field(key: str, value: Any, present: Any) -> Any:
    if isinstance(present, Ramp):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return Ramp(float(value), float(value)) if number else _ramp(key, value)
    if isinstance(present, AugmentConfig):
        return _group(key, value, present)
    if isinstance(present, RecallConfig):
        return _group(key, value, present)
    if isinstance(present, (bool, str)) and type(value) is type(present):
        return value
    if isinstance(present, int) and not isinstance(present, bool) and type(value) is int:
        return value
    if isinstance(present, float) and type(value) in (int, float):
        return float(value)
    raise InvalidConfig(key, value, f"of the kind of {present!r}")


def _ramp(key: str, value: Any) -> Ramp:
    parts = list(value.values()) if isinstance(value, dict) and set(value) == {"start", "end"} else []
    if not parts or any(type(part) not in (int, float) or not 0 <= part < 1e9 for part in parts):
        raise InvalidConfig(key, value, '{"start": a number of 0 or more, "end": another}')
    return Ramp(float(value["start"]), float(value["end"]))


def _group(key: str, value: Any, present: _Group) -> _Group:
    legal = [field.name for field in dataclasses.fields(present)]
    if not isinstance(value, dict):
        raise InvalidConfig(key, value, f"an object with some of {', '.join(legal)}")
    for name, part in value.items():
        if name not in legal:
            raise InvalidConfig(key, name, ", ".join(legal))
        if type(part) not in (int, float) and not (name == "fill" and part is None):
            raise InvalidConfig(f"{key}.{name}", part, "a number")
    return dataclasses.replace(present, **value)
