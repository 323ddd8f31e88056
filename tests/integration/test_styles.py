"""Styles and finishes of pictures, through a real server."""

from __future__ import annotations

import io

import grpc
import numpy as np
import pytest
from PIL import Image

from narrative_server.images.types import StyleCode
from narrative_server.story.engines import PictureOrder
from narrative_server.testing import MockGameClient, ScriptedEngines
from narrative_server.testing.rules.media import decode_picture
from narrative_server.v1 import beat_pb2, common_pb2, image_pb2, image_pb2_grpc, info_pb2, story_pb2
from tests.integration.asking import beat_request, new_session, violations

GRIM = "grim, 16 colours, outlined"


def pixels(picture: common_pb2.Picture) -> np.ndarray:
    return np.asarray(decode_picture(picture))


def colours_of(picture: common_pb2.Picture) -> set[tuple[int, ...]]:
    shown = pixels(picture)
    return {tuple(colour) for colour in shown[shown[..., 3] > 0][:, :3].tolist()}


def png(colours: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(colours).save(file, format="PNG")
    return file.getvalue()


async def sprite(client: MockGameClient, **fields: object) -> image_pb2.GenerateSpriteResponse:
    request = image_pb2.GenerateSpriteRequest(text="a fox", seed=7, **fields)  # type: ignore[arg-type]
    return await image_pb2_grpc.ImageServiceStub(client.channel).GenerateSprite(request)


def styles_of(engines: ScriptedEngines) -> set[StyleCode]:
    return {order.finish.style for order in engines.orders if isinstance(order, PictureOrder)}


async def test_the_server_speaks_contract_1_2(client: MockGameClient) -> None:
    info = await client.info.GetServerInfo(info_pb2.GetServerInfoRequest())
    assert info.contract_version == "1.2"


async def test_a_style_in_words_is_read_told_and_equal_each_time(client: MockGameClient) -> None:
    style = common_pb2.Style(words=f"{GRIM}, quixotic balderdash")
    first = await sprite(client, style=style)
    assert first.style.words_without_effect == ["quixotic balderdash"]
    assert first.style.numbers.saturation < 0.7
    assert first.style.numbers.colours == 16
    assert first.style.numbers.outline == common_pb2.OUTLINE_DARK
    assert first == await sprite(client, style=style)
    by_numbers = await sprite(client, style=common_pb2.Style(numbers=first.style.numbers))
    assert by_numbers.pictures == first.pictures


async def test_without_a_style_the_seed_gives_a_mild_one(client: MockGameClient) -> None:
    answer = await sprite(client)
    assert 0.85 < answer.style.numbers.saturation < 1.15
    assert not answer.style.words_without_effect
    other = await image_pb2_grpc.ImageServiceStub(client.channel).GenerateSprite(
        image_pb2.GenerateSpriteRequest(text="a fox", seed=8)
    )
    assert other.style != answer.style


async def test_a_reference_picture_sets_the_style(client: MockGameClient) -> None:
    dusky = np.full((16, 16, 3), (40, 30, 60), dtype=np.uint8)
    dusky[::2] = (60, 40, 90)
    answer = await sprite(client, style=common_pb2.Style(reference_png=png(dusky)))
    assert answer.style.numbers.colours == 2
    assert answer.style.numbers.lightness < -0.05
    assert answer.style.numbers.blue_yellow < -0.01


async def test_a_palette_by_text_or_file_is_kept_to_and_scale2x_adds_none(client: MockGameClient) -> None:
    form = {"width_px": 64, "scaling": common_pb2.SCALING_SCALE2X}
    by_text = common_pb2.PictureFormat(palette=common_pb2.Palette(hex="#101018 #d0a060 ffffff"), **form)
    gimp = b"GIMP Palette\n16 16 24\n208 160 96\n255 255 255\n"
    by_file = common_pb2.PictureFormat(palette=common_pb2.Palette(file=gimp), **form)
    answer = await sprite(client, format=by_text)
    assert colours_of(answer.pictures[0]) <= {(16, 16, 24), (208, 160, 96), (255, 255, 255)}
    assert answer.pictures[0].width_px == 64
    assert (await sprite(client, format=by_file)).pictures == answer.pictures


async def test_a_trimmed_sprite_fits_its_subject_and_says_where_it_was(client: MockGameClient) -> None:
    whole = (await sprite(client)).pictures[0]
    trimmed = (await sprite(client, format=common_pb2.PictureFormat(trimmed=True))).pictures[0]
    left, top = trimmed.trim_left_px, trimmed.trim_top_px
    part = pixels(whole)[top : top + trimmed.height_px, left : left + trimmed.width_px]
    np.testing.assert_array_equal(part, pixels(trimmed))
    assert (pixels(trimmed)[..., 3] > 0).sum() == (pixels(whole)[..., 3] > 0).sum()
    assert trimmed.width_px < whole.width_px


async def test_backgrounds_are_tiled_on_request(client: MockGameClient) -> None:
    request = image_pb2.GenerateBackgroundRequest(text="hills", seed=3)
    plain = (await image_pb2_grpc.ImageServiceStub(client.channel).GenerateBackground(request)).pictures[0]
    request.format.tiled = True
    tiled = (await image_pb2_grpc.ImageServiceStub(client.channel).GenerateBackground(request)).pictures[0]
    assert (tiled.width_px, tiled.height_px, tiled.data == plain.data) == (160, 96, False)


async def test_a_session_keeps_its_style_for_all_its_pictures_and_forks(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    context = beat_pb2.StoryContext(style=common_pb2.Style(words=f"{GRIM}, quixotic"), seed=5)
    created = await client.story.CreateSession(story_pb2.CreateSessionRequest(context=context))
    assert created.style.words_without_effect == ["quixotic"]
    assert created.session.context.style.words == f"{GRIM}, quixotic"
    await client.play(beat_request(created.session.session_id))
    fork = await client.story.ForkSession(story_pb2.ForkSessionRequest(session_id=created.session.session_id))
    await client.play(beat_request(fork.session.session_id, regenerate=True))
    (style,) = styles_of(engines)
    assert style.colours == 16


async def test_an_inline_story_has_its_style_too_and_a_storys_seed_gives_one(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    request = beat_request()
    request.inline.context.style.words = GRIM
    await client.play(request)
    assert {style.colours for style in styles_of(engines)} == {16}
    engines.orders.clear()
    session = await new_session(client, context=beat_pb2.StoryContext(seed=5))
    await client.play(beat_request(session))
    (style,) = styles_of(engines)
    assert 0.85 < style.saturation < 1.15


async def test_a_stored_picture_is_reused_only_where_it_was_finished_the_same(
    client: MockGameClient, engines: ScriptedEngines
) -> None:
    session = await new_session(client)
    ids = []
    for outline in (common_pb2.OUTLINE_UNSPECIFIED, common_pb2.OUTLINE_DARK, common_pb2.OUTLINE_UNSPECIFIED):
        request = beat_request(session, seed=4)
        request.media.sprite_format.outline = outline
        request.mood.emotion = common_pb2.EMOTION_JOY
        beat = await client.play(request)
        ids.append({key: picture.picture.asset_id for key, picture in beat.sprites.items()})
    assert ids[0] == ids[2]
    assert not set(ids[0].values()) & set(ids[1].values())


@pytest.mark.parametrize(
    ("field", "problem", "change"),
    [
        ("format.palette", "is set with colours 8", {"colours": 8, "palette": common_pb2.Palette(hex="000000 ffffff")}),
        ("format.palette.hex", "has 'red'", {"palette": common_pb2.Palette(hex="red")}),
        ("format.palette.file", "is no palette file", {"palette": common_pb2.Palette(file=b"\x89PNG\r\n\x1a\n\xff")}),
        ("format.palette.source", "is not set", {"palette": common_pb2.Palette()}),
        ("format.scaling", "is scale2x at 5 times", {"width_px": 160, "scaling": common_pb2.SCALING_SCALE2X}),
        ("format.scaling", "is 9", {"scaling": 9}),
        ("format.outline", "is 9", {"outline": 9}),
        ("format.tiled", "is true", {"tiled": True}),
    ],
)
async def test_an_illegal_finish_is_refused_by_its_field(
    client: MockGameClient, field: str, problem: str, change: dict[str, object]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await sprite(client, format=common_pb2.PictureFormat(**change))  # type: ignore[arg-type]
    told = violations(caught.value)
    assert list(told) == [field]
    assert problem in told[field]


@pytest.mark.parametrize(
    ("field", "style"),
    [
        ("style.words", common_pb2.Style(words="x" * 201)),
        ("style.reference_png", common_pb2.Style(reference_png=b"GIF89a")),
        ("style.numbers.saturation", common_pb2.Style(numbers=common_pb2.StyleNumbers(saturation=float("nan")))),
        ("style.numbers.colours", common_pb2.Style(numbers=common_pb2.StyleNumbers(colours=65))),
        ("style.numbers.palette", common_pb2.Style(numbers=common_pb2.StyleNumbers(palette=[0x1000000, 1]))),
        ("style.numbers.outline", common_pb2.Style(numbers=common_pb2.StyleNumbers(outline=7))),  # type: ignore[arg-type]
    ],
)
async def test_an_illegal_style_is_refused_by_its_field(
    client: MockGameClient, field: str, style: common_pb2.Style
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await sprite(client, style=style)
    assert list(violations(caught.value)) == [field]


async def test_only_sprites_alone_are_trimmed_and_backgrounds_have_no_outline(client: MockGameClient) -> None:
    request = beat_request()
    request.media.sprite_format.trimmed = True
    request.media.background_format.outline = common_pb2.OUTLINE_DARK
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.play(request)
    assert set(violations(caught.value)) == {"media.sprite_format.trimmed", "media.background_format.outline"}


async def test_a_session_of_a_reference_keeps_the_numbers_not_the_picture(client: MockGameClient) -> None:
    sepia = np.linspace((40, 25, 10), (240, 210, 160), 64).reshape(8, 8, 3).astype(np.uint8)
    context = beat_pb2.StoryContext(style=common_pb2.Style(reference_png=png(sepia)))
    created = await client.story.CreateSession(story_pb2.CreateSessionRequest(context=context))
    read = await client.story.GetSession(story_pb2.GetSessionRequest(session_id=created.session.session_id))
    assert read.session.context.style.numbers == created.style.numbers
    again = await client.story.CreateSession(story_pb2.CreateSessionRequest(context=read.session.context))
    assert again.style == created.style
