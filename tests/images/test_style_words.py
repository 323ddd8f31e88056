from __future__ import annotations

import numpy as np
import pytest

from narrative_server.images.style import style_faults
from narrative_server.images.style_lexicon import FILLERS, LEXICON, STRENGTHS, TERMS_TO_COMPARE
from narrative_server.images.style_words import nearest_term, read_words, style_of_words
from narrative_server.images.types import StyleCode


def style(words: str) -> StyleCode:
    code, without_effect = style_of_words(read_words(words), {})
    assert without_effect == ()
    return code


@pytest.mark.parametrize("term", LEXICON)
def test_every_term_is_reached_as_it_is_written_and_gives_a_legal_style(term: str) -> None:
    reading = read_words(term)
    assert [wish.text for wish in reading.known] == [term]
    assert reading.unknown == ()
    assert style_faults(style(term), "style") == []
    assert style_faults(style(f"very {term}"), "style") == []
    assert style_faults(style(f"not {term}"), "style") == []


def test_no_word_is_in_two_tables() -> None:
    assert not FILLERS & set(LEXICON)
    assert not set(STRENGTHS) & (set(LEXICON) | FILLERS)


def test_words_add_up_and_case_hyphens_and_fillers_do_not_matter() -> None:
    grim = style("grim")
    both = style("A GRIM, warm look")
    assert both.saturation < 0.7
    assert both.blue_yellow > grim.blue_yellow + 0.02
    assert style("game-boy") == style("Game Boy") == style("gameboy style, please")
    assert len(style("gameboy").palette) == 4


@pytest.mark.parametrize(
    ("words", "colours"),
    [("16 colours", 16), ("sixteen colors", 16), ("4-colour palette", 4), ("retro", 16), ("retro, 8 shades", 8)],
)
def test_a_number_of_colours_is_read(words: str, colours: int) -> None:
    assert style(words).colours == colours


def test_how_much_is_meant_is_heard() -> None:
    strengths = [style(words).lightness for words in ("very dark", "dark", "slightly dark", "plain", "not too dark")]
    assert strengths == sorted(strengths)
    assert strengths[-1] > 0
    assert style("greyscale").saturation == 0.0
    assert style("not grey").saturation < 2.0


def test_outlines_are_asked_for_and_away() -> None:
    assert style("outlined").outline == "dark"
    assert style("soft outline").outline == "auto"
    assert style("cartoon, no outline").outline == "none"


def test_what_is_unknown_or_impossible_is_told_and_the_rest_counts() -> None:
    reading = read_words("grim, lorem ipsum, 300 colours, very sorrowing")
    assert [(wish.text, wish.strength) for wish in reading.unknown] == [("lorem ipsum", 1.0), ("sorrowing", 1.5)]
    code, without_effect = style_of_words(reading, {"sorrowing": "sad"})
    assert without_effect == ("300 colours", "lorem ipsum")
    assert code.saturation == pytest.approx(style("grim, very sad").saturation)


@pytest.mark.parametrize("words", ["", " , ;", "the style of the colours"])
def test_nothing_said_is_no_wish(words: str) -> None:
    assert style(words) == StyleCode()


def test_odd_texts_are_read_without_harm() -> None:
    code, without_effect = style_of_words(read_words("水墨画 🦊, " + "9" * 150 + " colours"), {})
    assert code == StyleCode()
    assert without_effect[-1] == "水墨画"


def test_only_terms_of_light_and_colour_are_compared_and_only_near_ones_count() -> None:
    assert all(LEXICON[term] for term in TERMS_TO_COMPARE)
    assert not {"outlined", "gameboy", "retro"} & set(TERMS_TO_COMPARE)
    terms = np.eye(len(TERMS_TO_COMPARE), 384, dtype=np.float32)
    assert nearest_term(terms[3], terms) == TERMS_TO_COMPARE[3]
    assert nearest_term(0.6 * terms[3] + 0.4 * terms[4], terms) is None
