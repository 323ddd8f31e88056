from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from narrative_server.errors import DataMissing, InvalidConfig
from narrative_server.images.data_backgrounds import BackgroundOptions, build_backgrounds, paint_chunk
from narrative_server.images.data_captions import head_phrase, mentions_side
from narrative_server.images.data_characters import LayerFile, compose_characters
from narrative_server.images.data_split import group_of, is_held_out
from narrative_server.images.data_sprites import build_sprites
from narrative_server.images.items.catalogue import ITEMS
from narrative_server.images.painter import SUNLESS
from narrative_server.images.scenery import TAGS
from tests.images.art import encode, save_tile


def test_variants_of_one_thing_share_a_group_and_a_side_of_the_split() -> None:
    assert group_of("effect/arrow0.png") == group_of("effect/arrow12.png") == "effect/arrow"
    assert group_of("mon/orc.png") != group_of("item/orc.png")
    share = np.mean([is_held_out(f"thing {number}") for number in range(4000)])
    assert 0.03 < share < 0.07


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("green robe with golden diamond pattern and trim", "green robe"),
        ("pair of mid-height olive brown boots", "mid-height olive brown boots"),
        ("a crouching ice beast, shaggy", "crouching ice beast"),
        ("sword", "sword"),
    ],
)
def test_a_captions_subject_is_what_comes_before_its_details(text: str, subject: str) -> None:
    assert head_phrase(text) == subject


def test_a_caption_that_names_a_side_is_known() -> None:
    assert mentions_side("sword slanting left")
    assert not mentions_side("copyright scroll, leftover bread")


OTHERS = ("dwarf", "orc", "halfling", "gnome", "kobold", "gnoll", "demonspawn", "vampire", "ghoul", "mummy", "merfolk")
OTHERS += ("gargoyle", "tengu", "minotaur", "troll", "ogre", "naga")


def wardrobe() -> dict[str, list[LayerFile]]:
    def layer(name: str, text: str, column: int) -> LayerFile:
        rgba = np.zeros((32, 32, 4), dtype=np.uint8)
        rgba[:, column] = (column, 1, 2, 255)
        return LayerFile(name, rgba, text)

    return {
        "base": [layer("human_f", "woman", 1), layer("human_m", "man", 2), layer("elf_f", "elf", 3)]
        + [layer(f"{name}_m", name, 4) for name in OTHERS],
        "body": [layer("plate", "steel plate armour with bolts", 10), layer("robe_red", "red robe", 11)],
        "hand1": [layer("long_sword", "long steel sword, upright", 20), layer("staff", "brown staff", 21)],
        "hair": [layer("long_red", "hair", 15)],
    }


def test_composed_people_wear_their_layers_and_say_so() -> None:
    people = compose_characters(wardrobe(), 200, seed=1, weight=0.5)
    knights = [one for one in people if "knight" in one.captions[0] or "paladin" in one.captions[0]]
    assert knights
    for one in knights:
        assert one.rgba[0, 10].tolist() == [10, 1, 2, 255]
        assert any("steel plate armour" in caption for caption in one.captions)
    armed = [one for one in people if one.rgba[0, 20, 3]]
    assert all(any("holding a long steel sword" in caption for caption in one.captions) for one in armed)
    assert not any(one.flippable for one in people)


def test_composing_is_the_same_for_the_same_seed() -> None:
    first, again = (compose_characters(wardrobe(), 20, seed=3, weight=1.0) for _ in range(2))
    assert [one.captions for one in first] == [one.captions for one in again]
    assert all(np.array_equal(a.rgba, b.rgba) for a, b in zip(first, again, strict=True))


@pytest.fixture
def tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "sprites-rltiles"
    rows = [("mon/orc.png", "orc"), ("item/key0.png", "golden key"), ("item/key1.png", "golden key")]
    rows += [("dngn/water/pond.png", "pond"), ("item/wide.png", "wide banner")]
    rows += [("item/ring/i-fire.png", "flame mark"), ("gui/spells/fireball.png", "fireball icon")]
    for index, (name, _) in enumerate(rows):
        save_tile(
            root / name, (200, 30 * index, 10, 255), 48 if "wide" in name else 32, "P" if "orc" in name else "RGBA"
        )
    for layer, files in wardrobe().items():
        for file in files:
            path = root / "player" / layer / f"{file.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(file.rgba).save(path)
            rows.append((f"player/{layer}/{file.name}.png", file.text))
    lines = [json.dumps({"file_name": name, "noun": text, "text": f"{text} on show"}) for name, text in rows]
    (root / "captions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(tmp_path))
    return root


@pytest.mark.usefixtures("tiles")
def test_sprites_are_the_chosen_tiles_and_composed_people() -> None:
    data = build_sprites(encode, characters=30, pictures_per_item=0)
    assert data.size == 3 + 30  # no pond, wide banner, mark or icon
    assert data.grid == (4, 32, 32)
    assert {"orc", "golden key"} <= set(data.phrases)
    assert not data.values[:, :3][np.repeat(data.values[:, 3:] == 0, 3, axis=1)].any()
    np.testing.assert_allclose(data.weights[3:].sum() / data.weights.sum(), 0.25, rtol=1e-5)


@pytest.mark.usefixtures("tiles")
def test_sprites_include_painted_items_as_a_twelfth_of_training() -> None:
    data = build_sprites(encode, characters=10, pictures_per_item=1)
    painted = np.array([kind.startswith("painted/") for kind in data.kinds])
    assert data.size == 3 + 10 + len(ITEMS)
    assert painted.sum() == len(ITEMS)
    assert data.notes["painted items"].startswith(f"{len(ITEMS)},")
    np.testing.assert_allclose(data.weights[painted].sum() / data.weights.sum(), 0.08, rtol=1e-5)
    np.testing.assert_allclose(data.weights[3:][~painted[3:]].sum() / data.weights.sum(), 0.25, rtol=1e-5)
    assert "treasure chest" in data.phrases


def test_without_the_tiles_the_error_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataMissing, match="opengameart"):
        build_sprites(encode)


def test_places_are_painted_the_same_again_and_each_differently() -> None:
    chunk, again = paint_chunk(5, 3), paint_chunk(5, 3)
    assert chunk.pictures.shape == (3, 96, 160, 3)
    np.testing.assert_array_equal(chunk.pictures, again.pictures)
    assert chunk.captions == again.captions
    assert len(set(chunk.groups)) == 3
    assert len({picture.tobytes() for picture in chunk.pictures}) == 3
    assert all(tags.shape == (len(TAGS),) for tags in chunk.tags)


def test_the_background_set_has_words_a_split_and_no_conditions() -> None:
    data = build_backgrounds(encode, BackgroundOptions(scenes=60, processes=1))
    assert data.grid == (3, 96, 160)
    assert data.size == 60
    assert data.conditions.shape == (60, 0)
    assert 0 < data.held_out.sum() < 20
    hours = data.tags[:, :4].sum(axis=1)
    assert data.tags.shape == (60, len(TAGS))
    assert [data.kinds[row] in SUNLESS for row in range(60)] == (hours == 0).tolist()
    assert len(data.phrases) > 60
    with pytest.raises(InvalidConfig, match=r"backgrounds\.scenes"):
        BackgroundOptions(scenes=0)
