from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from narrative_server.errors import EngineFailed
from narrative_server.images.style import style_from_seed
from narrative_server.images.style_lexicon import TERMS_TO_COMPARE
from narrative_server.images.types import StyleCode
from narrative_server.story.engines import Embedding
from narrative_server.story.media import finish_key
from narrative_server.story.request import PictureFormat, StoryContext
from narrative_server.story.styles import StyleWish, settle_story, settle_style


@dataclass
class Encoder:
    """Places each known term on an axis of its own, and `like` words beside one."""

    like: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    error: Exception | None = None

    async def embed(self, texts: list[str]) -> list[Embedding]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return [self._place(text) for text in texts]

    def _place(self, text: str) -> Embedding:
        axes = np.eye(384, dtype=np.float32)
        term = self.like.get(text, text)
        return axes[TERMS_TO_COMPARE.index(term)] if term in TERMS_TO_COMPARE else axes[-1]


async def test_numbers_come_before_words_and_words_before_the_seed() -> None:
    encoder, numbers = Encoder(), StyleCode(saturation=0.3)
    assert (await settle_style(encoder, StyleWish("vivid", numbers, 1))).code is numbers  # type: ignore[arg-type]
    vivid = await settle_style(encoder, StyleWish("vivid", None, 1))  # type: ignore[arg-type]
    assert vivid.code.saturation > 1.2
    assert (await settle_style(encoder, StyleWish(" ", None, 1))).code == style_from_seed(1)  # type: ignore[arg-type]
    assert encoder.asked == 0, "known words need no encoder"


async def test_unknown_words_count_as_the_term_they_are_near_or_are_told() -> None:
    encoder = Encoder(like={"dismal": "grim"})
    wish = StyleWish("dismal, quixotic", None, 1)
    settled = await settle_style(encoder, wish)  # type: ignore[arg-type]
    assert settled.without_effect == ("quixotic",)
    assert settled.code == (await settle_style(encoder, StyleWish("grim", None, 1))).code  # type: ignore[arg-type]


async def test_a_new_story_keeps_the_numbers_of_its_words_and_no_seed_style() -> None:
    encoder = Encoder()
    story, settled = await settle_story(encoder, StoryContext(style_words="grim"), 5)  # type: ignore[arg-type]
    assert story.style == settled.code
    plain, settled = await settle_story(encoder, StoryContext(), 5)  # type: ignore[arg-type]
    assert plain == StoryContext()
    assert settled.code == style_from_seed(5)


async def test_without_an_encoder_a_new_story_keeps_its_words_to_be_read_later() -> None:
    encoder = Encoder(error=EngineFailed("semantics", "broken"))
    asked = StoryContext(style_words="grim, dismal")
    story, settled = await settle_story(encoder, asked, 5)  # type: ignore[arg-type]
    assert story == asked
    assert settled.without_effect == ("dismal",)
    assert settled.code.saturation < 0.7


@pytest.mark.parametrize(
    "wanted",
    [
        PictureFormat(palette=(0, 1)),
        PictureFormat(palette=(1, 0)),
        PictureFormat(scaling="scale2x"),
        PictureFormat(outline="dark"),
        PictureFormat(outline="none"),
        PictureFormat(tiled=True),
    ],
)
def test_a_finish_has_a_key_of_its_own(wanted: PictureFormat) -> None:
    assert finish_key(wanted) not in ("", finish_key(PictureFormat(trimmed=True)))
    assert len(finish_key(wanted)) <= 16


def test_the_usual_finish_has_the_key_of_pictures_from_before_there_were_finishes() -> None:
    assert finish_key(PictureFormat()) == finish_key(PictureFormat("rgba32", 64, 64, 8)) == ""
