"""Makes what an evaluation of sounds listens with: the judge and the classifier. Training only.

Both lie in one folder and are gone on with when trained again; the package carries copies of them. What is trained so
far is kept every two minutes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from narrative_server.errors import ModelCorrupt
from narrative_server.evaluation.images.judge import Judge, load_judge, save_judge
from narrative_server.evaluation.images.training import Budget, Report, Spent
from narrative_server.evaluation.sounds.classifier import (
    CLASSIFIER,
    SoundClassifier,
    load_classifier,
    save_classifier,
)
from narrative_server.evaluation.sounds.classifier_training import held_out_accuracy, train_classifier
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.judge import SOUND_JUDGE
from narrative_server.evaluation.sounds.judge_training import train_judge

PACKAGED: Final = Path(__file__).parent / "packaged"
DEFAULT_FOLDER: Final = Path("runs") / "evaluate-sounds"


@dataclass(frozen=True)
class PartOptions:
    """folder: where parts lie. threads: 0 is torch's choice."""

    folder: Path
    budget: Budget
    threads: int = 1


def make_judge(options: PartOptions, data: SoundData, report: Report, stop: Callable[[], bool]) -> Spent:
    """Train the judge, or go on with the one in the folder; returns what all of it took. Raises ModelCorrupt."""
    _use_threads(options)
    there = options.folder / "judge.json"
    start = load_judge(options.folder, f"delete {there}") if there.is_file() else None
    if start is not None and start.config != SOUND_JUDGE:
        raise ModelCorrupt("judge", f"{there} is no judge of sounds", "narrative-server ... --out ANOTHER_FOLDER")
    earlier = _facts(there) if start else {}

    def keep(judge: Judge, spent: Spent) -> None:
        facts = spent.after(earlier).facts(options.budget, data.gan)
        save_judge(judge, facts, options.folder)
        _write_card(options.folder / "judge.md", _JUDGE_CARD, facts)

    judge, spent = train_judge(data, options.budget, report, stop, start, keep)
    keep(judge, spent)
    return spent.after(earlier)


def make_classifier(options: PartOptions, data: SoundData, report: Report, stop: Callable[[], bool]) -> Spent:
    """Train the classifier, or go on with the one in the folder; returns what all of it took. Raises ModelCorrupt."""
    _use_threads(options)
    there = options.folder / f"{CLASSIFIER}.json"
    start = load_classifier(options.folder, f"delete {there}") if there.is_file() else None
    earlier = _facts(there) if start else {}
    trained_on = int((~data.gan.held_out & ~data.recorded).sum())

    def keep(classifier: SoundClassifier, spent: Spent) -> None:
        accuracy = held_out_accuracy(classifier, data)
        facts = {**spent.after(earlier).facts(options.budget, data.gan), "training_pictures": trained_on}
        facts |= {} if accuracy is None else {"held_out_accuracy": round(accuracy, 4)}
        save_classifier(classifier, facts, options.folder)
        _write_card(options.folder / f"{CLASSIFIER}.md", _CLASSIFIER_CARD, facts)

    classifier, spent = train_classifier(data, options.budget, report, stop, start, keep)
    keep(classifier, spent)
    return spent.after(earlier)


def _facts(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["training"]
    return found


def _use_threads(options: PartOptions) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)


def _write_card(path: Path, text: str, facts: dict[str, str | float]) -> None:
    # What the trainings of evaluation share counts pictures; here they are spectra of sounds.
    named = {key.replace("_", " ").replace("pictures", "sounds"): value for key, value in facts.items()}
    told = "\n".join(f"- {key}: {value}" for key, value in named.items())
    path.write_text(text.format(facts=told), encoding="utf-8", newline="\n")


_JUDGE_CARD: Final = """# Judge of sounds

Tells whether a sound and a caption belong together; evaluation alone uses it, for R-precision. Independent of the
shared embedding that the server chooses by: other architecture (strided convolutions and token mixing), other caption
reading (words and letter groups beside the sentence embedding), other loss (InfoNCE), other seed. Trained by this
project on the training split of the same data set; held-out sounds were not listened to.

- licence of the weights: Apache-2.0
{facts}

Train it on with `narrative-server evaluate train-judge sounds`.
"""

_CLASSIFIER_CARD: Final = """# Classifier of sounds

Tells the kind of a sound from its log-mel spectrum; evaluation alone uses it. A small convolutional network, trained by
this project on the synthetic training sounds, each kind as often as the others; held-out sounds were not listened to
before they were counted.

- licence of the weights: Apache-2.0
{facts}

Train it on with `narrative-server evaluate train-classifier sounds`.
"""
