from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.dialogue.types import Character
from narrative_server.evaluation.dialogue.narration import narrates, narration
from tests.evaluation.dialogue.beats import answered, beat_of

CAST = (
    Character("Miss Calder", "governess, quiet"),
    Character("Tam", "young monk who sings"),
    Character("Ghazra Stone"),
)


@pytest.mark.parametrize(
    ("speaker", "text"),
    [
        # The first five are what SmolLM2-135M-Instruct said untuned.
        ("Miss Calder", "She looks down at the cake, and says, 'This is quite strange, I'm afraid."),
        ("Tam", "A warm smile spreads across his face, he is a brave and confident one."),
        ("Tam", "The game ends after 3 rounds."),
        ("Miss Calder", "In our story, I'm afraid of the king of the dead."),
        ("Tam", "Words on a page, you can read about the event of a story that is set in a house."),
        ("Tam", "The player walks into the crypt."),
        ("Tam", "I saw the player’s sword."),
        ("Tam", "You must leave, he whispers softly."),
        ("Ghazra Stone", "Ghazra raises her axe."),
        ("Tam", "The young monk begins a song."),
        ("Tam", "Careful! Miss Calder nods at the door."),
        ("Tam", "You enter the dark hall."),
        ("Tam", "In a world where time is money, all is lost."),
        ("Tam", "Once upon a time there was a king."),
        ("Tam", "Go away, with a grim smile!"),
    ],
)
def test_narration_is_seen(speaker: str, text: str) -> None:
    assert narrates(text, speaker, CAST)


@pytest.mark.parametrize(
    "text",
    [
        "Come in out of that rain, dear!",
        "He said the door was open.",
        "Is Miss Calder with you? She told me so.",
        "You see? The bridge is gone.",
        "It was only a game, and I lost it.",
        "My hands shake.",
        "Ask Miss Calder, she knows.",
    ],
)
def test_speech_is_not_taken_for_narration(text: str) -> None:
    assert not narrates(text, "Ghazra Stone", CAST)


def test_the_share_is_of_lines() -> None:
    found = narration([answered(beat_of(), "The player enters."), answered(beat_of(), "Welcome!", "Sit.", "Eat.")])
    assert found is not None
    assert (found.value, found.n) == (0.25, 4)


def test_at_most_one_authored_line_in_a_hundred_is_taken_for_narration() -> None:
    data = Path(__file__).parents[3] / "datasets" / "dialogue"
    lines = [(line, beat.cast) for beat in read_beats(data) for line in beat.lines]
    wrong = [line.text for line, cast in lines if narrates(line.text, line.speaker, cast)]
    assert len(lines) > 10_000
    assert len(wrong) <= 0.01 * len(lines), wrong[:20]
