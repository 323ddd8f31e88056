"""Overlap with the reference lines: BLEU (Papineni et al., 2002) and ROUGE-L (Lin, 2004), by sacrebleu and rouge-score.

Many good lines share no words with the reference: both are low for every system and tell little beside the others.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Final

from narrative_server.errors import PackageMissing
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio

EXTRA: Final = "evaluate"
_BLEU: Final = ("sacrebleu", "sacrebleu")
_ROUGE: Final = ("rouge_score.rouge_scorer", "rouge-score")


def check_packages() -> None:
    """Raise PackageMissing when a package of the extra is not installed."""
    for module, package in (_BLEU, _ROUGE):
        _import(module, package)


def bleu(answered: Sequence[Answered]) -> Estimate | None:
    """BLEU-4 of the corpus, 0..100: a beat's joined lines against its joined reference. Raises PackageMissing."""
    spoken = [one for one in answered if one.lines]
    if not spoken:
        return None
    score = _import(*_BLEU).corpus_bleu([one.text for one in spoken], [[_reference(one) for one in spoken]])
    return Estimate(float(score.score), "points", len(spoken))


def rouge_l(answered: Sequence[Answered]) -> Estimate | None:
    """ROUGE-L's F of a beat's joined lines against its joined reference, with stemming. Raises PackageMissing."""
    scorer = _import(*_ROUGE).RougeScorer(["rougeL"], use_stemmer=True)
    return ratio((scorer.score(_reference(one), one.text)["rougeL"].fmeasure, 1) for one in answered if one.lines)


def _reference(one: Answered) -> str:
    return " ".join(line.text for line in one.beat.lines)


def _import(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise PackageMissing(package, EXTRA) from error
