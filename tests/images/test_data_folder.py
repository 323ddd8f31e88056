"""Folders of your own art: what is read, and what becomes of every kind of fault."""

from __future__ import annotations

import logging
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.images.data_folder import FolderArt, build_folder, read_folder, read_metadata
from narrative_server.images.scenery import scenery_tags
from tests.images.art import art, encode, save_tile, write_rows

GOOD = [("a.png", "blue cube"), ("b.png", "bright cube, left side"), ("c.png", "red ball")]


def reasons(found: FolderArt) -> dict[str, str]:
    return {one.file_name: one.reason for one in found.skipped}


def bomb(path: Path, side: int) -> None:
    """A PNG of a few hundred bytes that says it is side x side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def test_a_folder_is_read_in_either_form(tmp_path: Path) -> None:
    folder = art(tmp_path / "art", GOOD)
    data = build_folder(folder, "sprites", encode)
    assert data.size == 3
    assert data.flippable.tolist() == [True, False, True]
    (folder / "metadata.csv").unlink()
    (folder / "metadata.jsonl").write_text('\n{"file_name": "a.png", "text": " blue cube "}\n', encoding="utf-8")
    (row,) = read_metadata(folder)
    assert (row.number, row.file_name, row.text, row.kind) == (1, "a.png", "blue cube", "")


def test_every_faulty_picture_is_left_out_and_named(tmp_path: Path) -> None:
    folder = art(tmp_path / "art", GOOD)
    (folder / "noise.png").write_bytes(b"no picture at all")
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:60])
    bomb(folder / "bomb.png", 60_000)
    bomb(folder / "big.png", 10_000)
    save_tile(folder / "large.png", (1, 2, 3, 255), 48)
    Image.new("RGBA", (32, 32), (9, 9, 9, 0)).save(folder / "empty.png")
    save_tile(tmp_path / "outside.png", (1, 2, 3, 255))
    faulty = ["noise.png", "cut.png", "bomb.png", "big.png", "large.png", "empty.png", "absent.png", "../outside.png"]
    rows = [*GOOD, *((name, "a thing") for name in faulty), ("mute.png", " "), ("", "words"), ("a.png", "again")]
    write_rows(folder, [*rows, ("long.png", "x" * 2_001)])
    found = read_folder(folder, "sprites")
    assert len(found.pictures) == 3
    why = reasons(found)
    assert "not a readable picture" in why["noise.png"]
    assert "not a readable picture" in why["cut.png"]
    assert "decompression bomb" in why["bomb.png"]
    assert why["big.png"].startswith(("a decompression bomb", "is 10000x10000"))
    assert why["large.png"] == "is 48x48 pixels; legal: 32x32"
    assert why["empty.png"] == "wholly transparent"
    assert why["absent.png"] == "no such file"
    assert why["../outside.png"] == "outside of the folder"
    assert why["mute.png"] == "no text"
    assert why["row 13"] == "no file_name"
    assert why["a.png"] == "named by an earlier row too"
    assert "2001 characters" in why["long.png"]
    assert found.sizes_px["48x48"] == 1


def test_building_logs_how_many_were_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = art(tmp_path / "art", GOOD)
    write_rows(folder, [*GOOD, *((f"absent{number}.png", "a thing") for number in range(5))])
    with caplog.at_level(logging.WARNING):
        data = build_folder(folder, "sprites", encode)
    assert "5 pictures" in caplog.text
    assert "absent0.png: no such file" in caplog.text
    assert "and 2 more" in caplog.text
    assert data.notes["left out"] == "5"


def test_files_that_no_row_names_are_found(tmp_path: Path) -> None:
    folder = art(tmp_path / "art", GOOD)
    (folder / "deep").mkdir()
    save_tile(folder / "deep" / "forgotten.png", (1, 2, 3, 255))
    (folder / "notes.txt").write_text("no picture", encoding="utf-8")
    assert read_folder(folder, "sprites").unlisted == ("deep/forgotten.png",)


@pytest.mark.parametrize("rows", [[("a.png", "blue cube")], [("a.png", ""), ("b.png", "")]])
def test_a_folder_without_two_usable_pictures_is_refused(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    folder = art(tmp_path / "art", rows)
    with pytest.raises(InvalidConfig, match=r"usable pictures in .*art.* is [01]; legal: 2 or more"):
        read_folder(folder, "sprites")


def test_pictures_of_the_other_kind_are_all_of_a_wrong_size(tmp_path: Path) -> None:
    folder = art(tmp_path / "art", GOOD)
    with pytest.raises(InvalidConfig, match=r"a\.png: is 32x32 pixels; legal: 160x96"):
        read_folder(folder, "backgrounds")


def test_a_folder_without_metadata_or_no_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"metadata\.csv"):
        read_metadata(tmp_path)
    with pytest.raises(DataMissing, match="not a folder"):
        read_metadata(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("metadata.csv", b"", "empty"),
        ("metadata.csv", b"file_name,text\n", "empty"),
        ("metadata.csv", b"name,caption\na.png,cube\n", "columns is 'name, caption'.*file_name"),
        ("metadata.csv", b"file_name,text\na.png,\xff\xfe\n", "not UTF-8"),
        ("metadata.jsonl", b"", "empty"),
        ("metadata.jsonl", b'{"file_name": "a.png", "text": "cube"}\n{"file_name"', "line 2"),
        ("metadata.jsonl", b'["a.png", "cube"]\n', "line 1"),
    ],
)
def test_metadata_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidConfig, match=says):
        read_metadata(tmp_path)


def test_a_missing_value_in_json_is_a_missing_text(tmp_path: Path) -> None:
    folder = art(tmp_path / "art", GOOD)
    lines = [f'{{"file_name": "{name}", "text": "thing"}}' for name, _ in GOOD[:2]]
    (folder / "metadata.csv").unlink()
    (folder / "metadata.jsonl").write_text("\n".join([*lines, '{"file_name": "c.png", "text": null}']), "utf-8")
    assert reasons(read_folder(folder, "sprites")) == {"c.png": "no text"}


def test_rare_kinds_and_lone_things_count_for_more_each(tmp_path: Path) -> None:
    folder = tmp_path / "art"
    rows = [(f"orc{number}.png", "orc") for number in range(8)] + [("key.png", "key"), ("axe.png", "axe")]
    art(folder, rows)
    write_rows(
        folder, [(*row, "monster" if "orc" in row[0] else "item") for row in rows], ("file_name", "text", "kind")
    )
    data = build_folder(folder, "sprites", encode)
    assert data.kinds.count("monster") == 8
    assert data.weights.mean() == pytest.approx(1.0)
    # One of 8 variants of 8 monsters against one thing of 2 items: sqrt(8 * 8) and sqrt(1 * 2).
    assert data.weights[8] / data.weights[0] == pytest.approx((64 / 2) ** 0.5)


def test_a_sub_folder_is_a_kind(tmp_path: Path) -> None:
    folder = tmp_path / "art"
    folder.mkdir()
    data = build_folder(art(folder, [("mon/orc.png", "orc"), ("key.png", "key")]), "sprites", encode)
    assert data.kinds == ("mon", "pictures")


def test_a_handful_that_would_all_be_held_out_is_trained_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrative_server.images.data_folder.is_held_out", lambda group: True)
    assert not build_folder(art(tmp_path / "art", GOOD), "sprites", encode).held_out.any()


def test_places_show_the_hour_and_the_weather_that_their_captions_name(tmp_path: Path) -> None:
    folder = tmp_path / "places"
    folder.mkdir()
    for name in ("quay.png", "hall.png"):
        Image.new("RGB", (160, 96), (40, 60, 80)).save(folder / name)
    write_rows(folder, [("quay.png", "a quay in the rain at night"), ("hall.png", "the great hall")])
    data = build_folder(folder, "backgrounds", encode)
    np.testing.assert_array_equal(data.tags, [scenery_tags("night", "rain"), scenery_tags()])
    assert not len(build_folder(art(tmp_path / "art", GOOD), "sprites", encode).tags)
