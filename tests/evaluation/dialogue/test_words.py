from __future__ import annotations

from narrative_server.evaluation.dialogue.words import normalised, stem, stems, words


def test_words_lose_case_punctuation_and_apostrophes() -> None:
    assert words("Don’t! The goat's name—Duchess_2?") == ["dont", "the", "goats", "name", "duchess", "2"]
    assert normalised("Hold on...") == normalised("hold, ON!")


def test_forms_of_a_word_share_a_stem() -> None:
    assert {stem(word) for word in ("walk", "walks", "walked", "walking")} == {"walk"}
    assert stem("horse") == stem("horses")
    assert stem("was") == "was"


def test_only_telling_words_have_stems_and_numbers_are_digits() -> None:
    assert stems("It has nine coins, and 9 more; they would not know.") == {"9", "coin"}
    assert stems("twenty thirty hundred") == {"20", "30", "100"}
