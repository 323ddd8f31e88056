from __future__ import annotations

import io
import json

import numpy as np
from PIL import Image

from narrative_server.images.variant_sheet import Cell, write_sheet


def cell(shade: int, width: int = 20, height: int = 30) -> Cell:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 4), (shade, 0, 0, 255), dtype=np.uint8)).save(file, format="PNG")
    return Cell(f"fox {shade}", file.getvalue(), 0.5, 1.0, 6, 2, (32, 32), shade)


def test_every_picture_lies_where_its_cell_says() -> None:
    cells = [cell(10), cell(20, 32, 32), cell(30), cell(40), cell(50)]
    data, description = write_sheet(cells, "fox.png", 1)
    told = json.loads(description)
    with Image.open(io.BytesIO(data)) as opened:
        sheet = np.asarray(opened)
    assert told["meta"]["image"] == "fox.png"
    assert told["meta"]["size"] == {"w": sheet.shape[1], "h": sheet.shape[0]} == {"w": 96, "h": 64}
    for index, frame in enumerate(told["frames"]):
        at = frame["frame"]
        part = sheet[at["y"] : at["y"] + at["h"], at["x"] : at["x"] + at["w"]]
        assert set(part[..., 0].ravel().tolist()) == {cells[index].seed}
    assert int((sheet[..., 3] > 0).sum()) == 4 * 20 * 30 + 32 * 32


def test_a_cell_tells_its_pivot_and_what_was_trimmed() -> None:
    _, description = write_sheet([cell(10), cell(20, 32, 32)], "fox.png", 2)
    trimmed, whole = json.loads(description)["frames"]
    assert (trimmed["trimmed"], whole["trimmed"]) == (True, False)
    assert trimmed["spriteSourceSize"] == {"x": 6, "y": 2, "w": 20, "h": 30}
    assert trimmed["sourceSize"] == {"w": 32, "h": 32}
    assert trimmed["pivot"] == {"x": 0.5, "y": 1.0}
    assert trimmed["seed"] == 10
