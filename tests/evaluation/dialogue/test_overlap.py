from __future__ import annotations

import importlib

import pytest

from narrative_server.errors import PackageMissing
from narrative_server.evaluation.dialogue.overlap import bleu, check_packages, rouge_l
from tests.evaluation.dialogue.beats import answered, beat_of

BEAT = beat_of("The player enters.", "Come in out of that rain, dear!", "I have hot soup.")


def test_the_reference_itself_scores_full_and_other_words_nothing() -> None:
    pytest.importorskip("sacrebleu")
    pytest.importorskip("rouge_score")
    same, other = [answered(BEAT, *[line.text for line in BEAT.lines])], [answered(BEAT, "Who goes there?")]
    values = [metric(said) for metric in (bleu, rouge_l) for said in (same, other)]
    assert [round(found.value, 3) for found in values if found] == [100.0, 0.0, 1.0, 0.0]


def test_rouge_l_is_the_f_of_the_longest_common_subsequence() -> None:
    pytest.importorskip("rouge_score")
    found = rouge_l([answered(beat_of("The player enters.", "the cat sat here"), "the dog sat")])
    assert found is not None
    precision, recall = 2 / 3, 2 / 4
    assert found.value == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_missing_package_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(PackageMissing, match=r'sacrebleu.*pip install "narrative-server\[evaluate\]"'):
        check_packages()
