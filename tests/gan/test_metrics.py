from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from narrative_server.errors import PackageMissing
from narrative_server.gan.metrics import TensorBoard, open_board


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.png"
    Image.new("RGB", (4, 2), (250, 0, 0)).save(path)
    return path


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_gets_curves_and_sheets(tmp_path: Path, sheet: Path) -> None:
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    board = open_board("tensorboard", tmp_path / "run", {"batch": 4})
    assert isinstance(board, TensorBoard)
    board.figures(16, {"loss_d": 0.5})
    board.figures(32, {"loss_d": 0.25})
    board.sheet(32, sheet)
    board.close()
    events = reading.EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    assert [(point.step, point.value) for point in events.Scalars("loss_d")] == [(16, 0.5), (32, 0.25)]
    (image,) = events.Images("samples")
    assert (image.step, image.width, image.height) == (32, 4, 2)


class FakeWandb(SimpleNamespace):
    """What the client of Weights & Biases is asked for."""

    def __init__(self) -> None:
        super().__init__(asked=[], logged=[], ended=0)

    def init(self, **settings: Any) -> FakeWandb:
        self.asked.append(settings)
        return self

    def log(self, values: dict[str, Any]) -> None:
        self.logged.append(values)

    def Image(self, path: str) -> str:  # noqa: N802 (the client's own name)
        return f"image of {Path(path).name}"

    def finish(self) -> None:
        self.ended += 1


def test_weights_and_biases_stays_on_this_machine_and_goes_on_with_its_run(
    tmp_path: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    monkeypatch.delenv("WANDB_MODE", raising=False)
    for _ in range(2):
        board = open_board("wandb", tmp_path / "run", {"batch": 4})
        board.figures(16, {"loss_d": 0.5})
        board.sheet(16, sheet)
        board.close()
    assert [asked["mode"] for asked in fake.asked] == ["offline", "offline"]
    assert fake.asked[0]["id"] == fake.asked[1]["id"]
    assert fake.asked[0]["config"] == {"batch": 4}
    assert fake.logged[:2] == [{"loss_d": 0.5, "images": 16}, {"samples": "image of sheet.png", "images": 16}]
    assert fake.ended == 2


@pytest.mark.parametrize("name", ["tensorboard", "wandb"])
def test_a_board_that_is_not_installed_names_its_extra(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(PackageMissing, match=rf"narrative-server\[{name}\]"):
        open_board(name, tmp_path, {})  # type: ignore[arg-type]
