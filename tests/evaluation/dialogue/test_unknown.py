from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.dialogue.finetune.beats import read_beats
from narrative_server.evaluation.dialogue.unknown import admits_unknown, unknown_admitted, unknown_claimed
from tests.evaluation.dialogue.beats import answered, beat_of


@pytest.mark.parametrize(
    "text",
    [
        "I don't know! I had my eyes shut.",
        "Nobody told me any new code!",
        "How would I know? I cut meat all day.",
        "He did not say where.",
        "No idea, friend.",
        "I never heard of it.",
        "Ask the landlord!",
        "I’m not sure.",
    ],
)
def test_not_knowing_is_heard(text: str) -> None:
    assert admits_unknown(["Hm.", text])


@pytest.mark.parametrize("text", ["Nine coins, and I don't bargain.", "North, behind the oak.", "I know it well."])
def test_an_answer_is_not_taken_for_not_knowing(text: str) -> None:
    assert not admits_unknown([text])


def test_only_beats_that_no_fact_answers_count_and_the_others_are_the_control() -> None:
    asked = beat_of(grounded=True, facts=("A herb costs four coins.",))
    known = beat_of(grounded=True, facts=("A herb costs four coins.",), used=(0,))
    said = [
        answered(asked, "I don't know."),
        answered(asked, "Five."),
        answered(known, "No idea."),
        answered(beat_of(), ""),
    ]
    admitted, claimed = unknown_admitted(said), unknown_claimed(said)
    assert admitted is not None
    assert claimed is not None
    assert (admitted.value, admitted.n) == (0.5, 2)
    assert (claimed.value, claimed.n) == (1.0, 1)


def test_the_rule_hears_most_authored_admissions_and_few_others() -> None:
    beats = [beat for beat in read_beats(Path(__file__).parents[3] / "datasets" / "dialogue") if beat.grounded]
    hits = {False: [], True: []}
    for beat in beats:
        hits[bool(beat.used)].append(admits_unknown(line.text for line in beat.lines))
    assert sum(hits[False]) >= 0.85 * len(hits[False]) > 50
    assert sum(hits[True]) <= 0.05 * len(hits[True])
