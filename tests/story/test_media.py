"""What engines are told of a picture besides its words' place."""

from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.scenery import TAGS
from narrative_server.images.types import StyleCode
from narrative_server.semantics.mood import Mood
from narrative_server.story.engines import MadePicture, PictureOrder
from narrative_server.story.media import PictureMedium, make_picture
from narrative_server.story.request import PictureFormat
from narrative_server.testing.scripted_engines import ScriptedEngines


class Watched(ScriptedEngines):
    """Scripted engines that keep the orders of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[PictureOrder] = []

    async def picture(self, order: PictureOrder) -> MadePicture:
        self.orders.append(order)
        return await super().picture(order)


async def ordered(medium: PictureMedium, text: str) -> PictureOrder:
    engines = Watched()
    await make_picture(engines, medium, "", text, Mood(), 1, PictureFormat(), StyleCode())
    return engines.orders[0]


async def test_a_background_is_ordered_with_its_hour_and_weather_and_no_subject() -> None:
    order = await ordered("background", "harbour at night in the fog")
    assert order.scenery is not None
    assert {TAGS[place] for place in np.flatnonzero(order.scenery == 1.0)} == {"night", "fog"}
    assert order.subject is None


@pytest.mark.parametrize(("text", "has_subject"), [("king with a golden crown", True), ("red dragon", False)])
async def test_a_sprite_is_ordered_with_its_subject_and_no_scenery(text: str, has_subject: bool) -> None:
    order = await ordered("sprite", text)
    assert (order.subject is not None) == has_subject
    assert order.scenery is None
