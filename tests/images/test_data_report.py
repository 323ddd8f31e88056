from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from narrative_server.gan.data import GanData
from narrative_server.images.data_report import contact_sheet, find_duplicates, report_of, write_report
from narrative_server.images.train import TrainOptions, build_data
from tests.images.art import art, encode, write_rows


def noise_data(count: int = 20) -> GanData:
    """Sprites of coloured blocks; the last two held out; four times as many monsters as items."""
    rng = np.random.default_rng(4)
    blocks = rng.integers(0, 256, (count, 4, 8, 8), dtype=np.uint8)
    values = blocks.repeat(4, axis=2).repeat(4, axis=3)
    values[:, 3] = 255
    phrases = tuple(f"thing {number % 5}" for number in range(5))
    return GanData(
        name="sprites",
        values=values,
        phrases=phrases,
        embeddings=encode(phrases),
        captions=(np.arange(count, dtype=np.int32) % 5)[:, None],
        conditions=np.zeros((count, 0), dtype=np.float32),
        weights=np.where(np.arange(count) % 5 == 0, 4.0, 1.0).astype(np.float32),
        held_out=np.arange(count) >= count - 2,
        flippable=np.ones(count, dtype=np.bool_),
        kinds=tuple("item" if number % 5 == 0 else "monster" for number in range(count)),
    )


def test_shares_of_draws_follow_weights_and_leave_out_what_is_held_out() -> None:
    report = report_of(noise_data())
    item, monster = sorted(report.kinds, key=lambda share: share.name)
    assert (item.items, monster.items) == (4, 16)
    assert (item.held_out, monster.held_out) == (0, 2)
    assert item.draws == pytest.approx(16 / (16 + 14))
    assert monster.draws == pytest.approx(14 / 30)
    assert sum(share.draws for share in report.nouns) == pytest.approx(1.0)
    assert report.effective_kinds == pytest.approx(
        np.exp(-(16 / 30) * np.log(16 / 30) - (14 / 30) * np.log(14 / 30)), rel=1e-6
    )
    assert report.effective_items == pytest.approx(30**2 / (4 * 16 + 14))


def test_equal_weights_count_every_item() -> None:
    data = dataclasses.replace(noise_data(), weights=np.ones(20, dtype=np.float32))
    assert report_of(data).effective_items == pytest.approx(18.0)


def test_different_pictures_are_no_duplicates() -> None:
    found = find_duplicates(noise_data(200))
    assert (found.exact, found.near, found.across_split, found.compared) == (0, 0, 0, 200)


def test_the_same_picture_twice_is_an_exact_duplicate_and_a_leak_when_held_out() -> None:
    data = noise_data()
    data.values[3] = data.values[7]
    assert find_duplicates(data).exact == 1
    assert find_duplicates(data).across_split == 0
    data.values[19] = data.values[2]
    found = find_duplicates(data)
    assert (found.exact, found.across_split) == (2, 1)
    assert ("thing 3", "thing 2") in found.examples


def test_a_picture_with_a_few_pixels_changed_is_a_near_duplicate() -> None:
    data = noise_data()
    data.values[18] = data.values[1]
    data.values[18, :3, 5, 5:8] = 0
    found = find_duplicates(data)
    assert (found.exact, found.near, found.across_split) == (0, 2, 1)


def test_the_same_shape_in_another_colour_is_none() -> None:
    data = noise_data()
    data.values[2] = data.values[1][[1, 2, 0, 3]]
    assert find_duplicates(data).near == 0


def test_the_report_is_written_as_json(tmp_path: Path) -> None:
    write_report(report_of(noise_data(), sizes_px={"32x32": 20}), tmp_path / "report.json")
    kept = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert kept["kinds"][0]["name"] == "item"
    assert kept["sizes_px"] == {"32x32": 20}


def test_the_contact_sheet_has_a_row_for_each_kind() -> None:
    one = contact_sheet(dataclasses.replace(noise_data(), kinds=()), per_kind=4)
    two = contact_sheet(dataclasses.replace(noise_data(), kinds=("a", "b", "c") * 6 + ("a", "b")), per_kind=4)
    assert two.height == 2 * one.height  # three kinds in two columns


def test_the_report_on_a_folder_names_faults_and_leaves_a_sheet(tmp_path: Path) -> None:
    rows = [(f"{name}.png", f"{name} cube") for name in ("blue", "red", "green")]
    folder = art(tmp_path / "art", rows)
    write_rows(folder, [*rows, ("absent.png", "nothing")])
    report = build_data("sprites", TrainOptions(out=tmp_path / "run", pictures=folder), encode)
    assert report.items == 3
    assert [one.file_name for one in report.skipped] == ["absent.png"]
    with Image.open(tmp_path / "run" / "data.png") as sheet:
        assert sheet.width > 0
    assert (tmp_path / "run" / "data.npz").is_file()


def test_the_project_s_own_sprites_are_reported_by_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrative_server.images.train.build_sprites", lambda encode, seed: noise_data())
    report = build_data("sprites", TrainOptions(out=tmp_path / "run"), encode)
    assert {share.name for share in report.kinds} == {"item", "monster"}
