from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from narrative_server.cli.pictures import add_picture_options, picture_files, set_picture_options
from narrative_server.semantics.mood import Mood
from narrative_server.story.engines import PictureOrder
from narrative_server.testing.scripted_media import draw_picture
from narrative_server.testing.scripted_reading import embed_text
from narrative_server.v1 import common_pb2, image_pb2


def arguments_of(medium: str, *options: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_picture_options(parser, medium)
    return argparse.Namespace(medium=medium, scale=1, out=Path("fox.png"), **vars(parser.parse_args(options)))


def request_of(medium: str, *options: str) -> image_pb2.GenerateSpriteRequest | image_pb2.GenerateBackgroundRequest:
    sprite = medium == "sprite"
    request = image_pb2.GenerateSpriteRequest() if sprite else image_pb2.GenerateBackgroundRequest()
    set_picture_options(request, arguments_of(medium, *options))
    return request


def test_options_are_asked_for() -> None:
    options = ("--style", "grim", "--scaling", "scale2x", "--outline", "auto", "--trim", "--palette", "#000000 #ffffff")
    request = request_of("sprite", *options)
    assert request.style.words == "grim"
    assert request.format == common_pb2.PictureFormat(
        scaling=common_pb2.SCALING_SCALE2X,
        outline=common_pb2.OUTLINE_AUTO,
        trimmed=True,
        palette=common_pb2.Palette(hex="#000000 #ffffff"),
    )
    assert request_of("background", "--tile").format.tiled


def test_files_are_sent_as_they_are(tmp_path: Path) -> None:
    palette, picture = tmp_path / "dusk.gpl", tmp_path / "look.png"
    palette.write_bytes(b"GIMP Palette\n1 2 3\n4 5 6\n")
    picture.write_bytes(b"png")
    request = request_of("background", "--palette", str(palette), "--style-from", str(picture))
    assert request.format.palette.file == palette.read_bytes()
    assert request.style.reference_png == b"png"


def test_a_palette_file_that_is_not_there_is_an_error_of_its_own() -> None:
    with pytest.raises(FileNotFoundError):
        request_of("sprite", "--palette", "nowhere.gpl")


def test_words_and_a_reference_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments_of("sprite", "--style", "grim", "--style-from", "look.png")
    assert "not allowed with" in capsys.readouterr().err


def answer(count: int) -> image_pb2.GenerateSpriteResponse:
    pictures = []
    for seed in range(count):
        made = draw_picture(PictureOrder("sprite", embed_text("fox"), Mood("neutral", 0.0), seed, 32, 32, "png", 0))
        pictures.append(common_pb2.Picture(data=made.data, width_px=32, height_px=32, pivot_x=0.5, pivot_y=1.0))
    return image_pb2.GenerateSpriteResponse(
        pictures=pictures, style=common_pb2.StyleReading(words_without_effect=["quixotic"])
    )


def test_variants_are_files_of_their_own_or_one_sheet_with_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    files = picture_files(answer(3), arguments_of("sprite"), (32, 32))
    assert [path.name for path in files] == ["fox-1.png", "fox-2.png", "fox-3.png"]
    assert "'quixotic' has no effect" in capsys.readouterr().out
    assert [path.name for path in picture_files(answer(1), arguments_of("sprite"), (32, 32))] == ["fox.png"]
    sheet = picture_files(answer(3), arguments_of("sprite", "--sheet"), (32, 32))
    assert [path.name for path in sheet] == ["fox.png", "fox.json"]
    assert len(json.loads(sheet[Path("fox.json")])["frames"]) == 3
