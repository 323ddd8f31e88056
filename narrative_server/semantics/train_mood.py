"""Fits the mood model on the dialogue set's labels, and measures it on the held-out tenth (`split.held_out`).

Texts and their labels: an event, alone and with what the player said, and one of its variants (the beat's mood); the
event with its lines (the beat's mood); each line (its own emotion). Serving never imports this module.

Shapes: N texts, F features, E emotions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from narrative_server.errors import DataMissing
from narrative_server.models.catalogue import file_sha256, model_path
from narrative_server.semantics import text_encoder
from narrative_server.semantics.mood import EMOTIONS
from narrative_server.semantics.mood_model import FEATURES, FORMAT, LEXICON_FEATURES, Lexicon, MoodWeights, features_of
from narrative_server.semantics.split import held_out, held_out_events
from narrative_server.semantics.text_encoder import TextEncoder

PENALTIES: Final = (1e-3, 3e-3, 1e-2, 3e-2)
"""L2 penalties on the emotion weights that are tried; a tenth of the training stories chooses."""

_RIDGE: Final = 3e-2
_VARIANTS: Final = ("note", "voice", "plain", "hasty")
_LBFGS_STEPS: Final = 60


@dataclass(frozen=True)
class Example:
    """A text with its label; strength is NaN for lines, whose emotion has none. part: what kind of text it is."""

    text: str
    emotion: str
    strength: float
    part: str
    held_out: bool
    story: str


@dataclass(frozen=True)
class Score:
    """Held-out figures of one part: accuracy 0..1 against always answering its most frequent emotion."""

    part: str
    n: int
    accuracy: float
    chance: float
    recall: dict[str, float]
    intensity_error: float | None
    intensity_error_of_mean: float | None


@dataclass(frozen=True)
class Report:
    """What was fitted and how good it is."""

    penalty: float
    trained_texts: int
    scores: tuple[Score, ...]


def fit_mood(data_dir: Path, out_dir: Path, encoder_dir: Path | None = None) -> Report:
    """Fit the model on the dialogue set in `data_dir` and write mood.safetensors, config.json and card.md to `out_dir`.

    encoder_dir: the text encoder's folder; None: where the catalogue keeps it. Takes minutes: some 30,000 texts are
    embedded on the CPU. Raises DataMissing, ModelMissing or ModelCorrupt.
    """
    examples = list(read_examples(data_dir))
    encoder = TextEncoder(encoder_dir or model_path(text_encoder.MODEL_NAME), cache_texts=0)
    features = embed(encoder, [example.text for example in examples])
    weights, report = fit_examples(examples, features)
    write_model(out_dir, weights, report)
    return report


def read_examples(data_dir: Path) -> Iterator[Example]:
    """All labelled texts of the dialogue set, in the order of its files."""
    beats = [row for kind in ("beats", "plain", "grounded", "sessions") for row in _rows(data_dir, f"{kind}-*.jsonl")]
    if not beats:
        raise DataMissing("dialogue", f"no beats-*.jsonl or the like in {data_dir}")
    withheld = held_out_events(beats)
    variants = {row["event"]: row for row in _rows(data_dir, "event-variants.jsonl")}
    for beat in beats:
        held = held_out(beat) or beat["event"] in withheld
        for text, part in _beat_texts(beat, variants.get(beat["event"], {})):
            yield Example(text, beat["mood"], float(beat["intensity"]), part, held, _story(beat))
        for line in beat["lines"]:
            yield Example(line["text"], line["emotion"], float("nan"), "line", held, _story(beat))


def _rows(data_dir: Path, pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(data_dir.glob(pattern)):
        with path.open(encoding="utf-8") as file:
            yield from (json.loads(row) for row in file if row.strip())


def _story(beat: Mapping[str, Any]) -> str:
    return str(beat.get("session", beat["event"]))


def _beat_texts(beat: Mapping[str, Any], variants: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    event: str = beat["event"]
    said = [line["text"] for line in beat["history"] if line["speaker"] == "Player"]
    yield event, "event"
    if said:
        yield f"{event} {said[-1]}", "event and player line"
    if variants:
        yield variants[_VARIANTS[_digest(event) % len(_VARIANTS)]], "event in other words"
    yield " ".join((event, *(line["text"] for line in beat["lines"]))), "event and lines"


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"train_mood {text}".encode()).digest()[:8], "big")


def embed(encoder: TextEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Features of texts: float32 of (N, F)."""
    lexicon = Lexicon()
    distinct = sorted(set(texts))
    rows = features_of(encoder.encode_bulk(distinct), [lexicon.features(text) for text in distinct])
    place = {text: index for index, text in enumerate(distinct)}
    return rows[[place[text] for text in texts]]


def fit_examples(
    examples: Sequence[Example], features: NDArray[np.float32], penalties: Sequence[float] = PENALTIES
) -> tuple[MoodWeights, Report]:
    """Fit on the examples that are not held out and score on those that are.

    features: float32 of (N, F). penalties: those to try, at least one.
    """
    labels = np.array([EMOTIONS.index(example.emotion) for example in examples])
    strengths = np.array([example.strength for example in examples], np.float32)
    held = np.array([example.held_out for example in examples])
    tuning = np.array([_digest(example.story) % 10 == 0 for example in examples]) & ~held
    fitting = ~held & ~tuning
    part_of = np.array([example.part for example in examples])
    parts = tuple(dict.fromkeys(part_of.tolist()))

    def accuracy(penalty: float) -> float:
        """Mean over the parts, so that the many lines do not drown the events."""
        weights = MoodWeights(fit_emotions(features[fitting], labels[fitting], penalty), np.zeros(FEATURES + 1, "f4"))
        right = weights.shares(features).argmax(axis=1) == labels
        of_parts = [right[tuning & (part_of == part)] for part in parts]
        return float(np.mean([of_part.mean() for of_part in of_parts if of_part.size]))

    penalty = max(penalties, key=accuracy) if len(penalties) > 1 else penalties[0]
    known = ~held & ~np.isnan(strengths)
    weights = MoodWeights(
        emotion=fit_emotions(features[~held], labels[~held], penalty),
        intensity=fit_strengths(features[known], strengths[known]),
    )
    of_part = {part: held & (part_of == part) for part in parts}
    scores = [
        _score(part, weights, features[of], labels[of], strengths[of]) for part, of in of_part.items() if of.any()
    ]
    return weights, Report(penalty, int((~held).sum()), tuple(scores))


def fit_emotions(features: NDArray[np.float32], labels: NDArray[np.int64], penalty: float) -> NDArray[np.float32]:
    """Multinomial logistic regression with an L2 penalty: features (N, F), labels (N,) -> (F + 1, E)."""
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    weight = torch.zeros(x.shape[1], len(EMOTIONS), requires_grad=True)
    bias = torch.zeros(len(EMOTIONS), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_LBFGS_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(x @ weight + bias, y) + penalty * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return torch.cat([weight, bias[None]]).detach().numpy()


def fit_strengths(features: NDArray[np.float32], strengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ridge regression around the mean: features (N, F), strengths (N,) -> (F + 1,)."""
    x, y = features.astype(np.float64), strengths.astype(np.float64)
    centre, mean = x.mean(axis=0), y.mean()
    x = x - centre
    slopes = np.linalg.solve(x.T @ x + _RIDGE * len(x) * np.eye(x.shape[1]), x.T @ (y - mean))
    return np.append(slopes, mean - centre @ slopes).astype(np.float32)


def _score(
    part: str,
    weights: MoodWeights,
    features: NDArray[np.float32],
    labels: NDArray[np.int64],
    strengths: NDArray[np.float32],
) -> Score:
    right = weights.shares(features).argmax(axis=1) == labels
    recall = {name: float(right[labels == k].mean()) for k, name in enumerate(EMOTIONS) if (labels == k).any()}
    known = not np.isnan(strengths).any()
    return Score(
        part=part,
        n=len(labels),
        accuracy=float(right.mean()),
        chance=float(np.bincount(labels).max() / len(labels)),
        recall=recall,
        intensity_error=float(np.abs(weights.intensities(features) - strengths).mean()) if known else None,
        intensity_error_of_mean=float(np.abs(strengths.mean() - strengths).mean()) if known else None,
    )


def write_model(out_dir: Path, weights: MoodWeights, report: Report) -> None:
    """Write the weights, their config with checksum, and the card."""
    out_dir.mkdir(parents=True, exist_ok=True)
    tensors = save({"emotion": weights.emotion, "intensity": weights.intensity})
    (out_dir / "mood.safetensors").write_bytes(tensors)  # save_file would keep it from other users of the machine
    config = {
        "format": FORMAT,
        "encoder": text_encoder.MODEL_NAME,
        "emotions": list(EMOTIONS),
        "lexicon_features": list(LEXICON_FEATURES),
        "report": asdict(report),
        "sha256": {"mood.safetensors": file_sha256(out_dir / "mood.safetensors")},
    }
    (out_dir / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    (out_dir / "card.md").write_text(card(report), encoding="utf-8")


def card(report: Report) -> str:
    """The model card, in Markdown."""
    rows = [
        f"| {s.part} | {s.n} | {s.accuracy:.3f} | {s.chance:.3f} | "
        + " | ".join(f"{s.recall[name]:.2f}" if name in s.recall else "-" for name in EMOTIONS)
        + (
            " | - | - |"
            if s.intensity_error is None
            else f" | {s.intensity_error:.3f} | {s.intensity_error_of_mean:.3f} |"
        )
        for s in report.scores
    ]
    table = "\n".join(rows)
    names = " | ".join(EMOTIONS)
    dashes = "---|" * (6 + len(EMOTIONS))
    return f"""# mood: one of seven emotions and its intensity, from a text

Logistic regression (emotion) and ridge regression (intensity) over the sentence embedding of all-MiniLM-L6-v2
(Apache-2.0) and five figures of the VADER lexicon (MIT) and of the text's marks. Licence: Apache-2.0.

Fitted by `narrative-server train mood` on {report.trained_texts} texts of `datasets/dialogue` (CC0, written for this
project); the L2 penalty {report.penalty:g} was chosen on a tenth of the training stories. No randomness is involved.

Measured on the held-out tenth (`semantics/split.py`: by hash of the session, else of the event), which nothing above
has seen. Accuracy is over seven emotions; chance is the share of the most frequent one; then the recall of each
emotion; then the mean absolute error of the intensity, and that of always answering its mean.

| text | n | accuracy | chance | {names} | intensity error | of the mean |
|{dashes}
{table}

Limits: English. The set tells one event with several moods, because moods belong to who speaks, so that an event alone
cannot be read as surely as a line. Irony and threats in friendly words are often missed.
"""
