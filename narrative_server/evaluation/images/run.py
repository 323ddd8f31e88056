"""One evaluation of sprites or backgrounds: makes every row's pictures and scores them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from narrative_server.errors import DataMissing, InvalidConfig, ModelMissing
from narrative_server.evaluation.images.artist import Artist, Kind, ServiceArtist
from narrative_server.evaluation.images.features import FeaturesOf, Lite0Features
from narrative_server.evaluation.images.five_dollar_sheet import FiveDollarSamples, load_samples
from narrative_server.evaluation.images.judge import Judge, load_judge
from narrative_server.evaluation.images.prompts import PROMPTS, SPLITS, Prompt, Split, choose_prompts
from narrative_server.evaluation.images.rows import (
    CANDIDATES,
    ROW_NAMES,
    USUAL_ROWS,
    VARIETY_PROMPTS,
    VARIETY_SAMPLES,
    RowPictures,
    Sentences,
    Studio,
)
from narrative_server.evaluation.images.scoring import Scorer
from narrative_server.evaluation.images.training import Report
from narrative_server.evaluation.rows import MIN_LIMIT, Evaluation, check_wanted, counter, shares_of_real
from narrative_server.gan.data import EncodeTexts, GanData, load_data

_PACKAGED: Final = Path(__file__).parent / "packaged"
_REFERENCE_A_PROMPT: Final = 2


@dataclass(frozen=True)
class EvaluateImagesOptions:
    """data: the data set's file. model: a model's folder, None for the packaged one. limit: prompts of each split.

    parts: folder of the judge and of the baseline's samples. rows: names of ROW_NAMES. threads: CPU threads, 0 for
    torch's choice.
    """

    kind: Kind
    data: Path
    model: Path | None = None
    limit: int = PROMPTS
    parts: Path | None = None
    rows: tuple[str, ...] = USUAL_ROWS
    threads: int = 0

    def __post_init__(self) -> None:
        check_wanted(self.rows, ROW_NAMES, self.limit, PROMPTS)

    @property
    def parts_folder(self) -> Path:
        """Where the judge and the baseline's samples lie."""
        return self.parts if self.parts is not None else packaged_parts(self.kind)


@dataclass(frozen=True)
class Tools:
    """What scores and draws; tests put their own in. judge: None where it is not on this machine."""

    judge: Judge | None
    features_of: FeaturesOf
    artist: Artist
    encode: EncodeTexts


def packaged_parts(kind: Kind) -> Path:
    """Folder of the packaged judge and baseline."""
    return _PACKAGED / kind


def read_evaluation_data(kind: Kind, path: Path) -> GanData:
    """The data set that a model was trained on. Raises DataMissing, ModelCorrupt."""
    file = path / "data.npz" if path.is_dir() else path
    if not file.is_file():
        how = f"{file} is not there: build it with `narrative-server data {kind}`, or name one with --data FILE"
        raise DataMissing(kind, how)
    return load_data(file)


def load_tools(options: EvaluateImagesOptions, encode: EncodeTexts) -> Tools:
    """Load all that scoring needs. Raises PackageMissing, ModelMissing, ModelCorrupt."""
    if options.threads:
        torch.set_num_threads(options.threads)
    judge: Judge | None = None
    with contextlib.suppress(ModelMissing):  # one metric of many; evaluate_images tells
        judge = load_judge(options.parts_folder, _judge_command(options.kind))
    artist = ServiceArtist(options.kind, options.model, options.threads)
    return Tools(judge, Lite0Features(), artist, encode)


def evaluate_images(options: EvaluateImagesOptions, data: GanData, tools: Tools, report: Report) -> Evaluation:
    """Make and score all rows. Raises ModelMissing, ModelCorrupt, InvalidConfig."""
    every = {split: choose_prompts(data, split, PROMPTS) for split in SPLITS}
    for split, prompts in every.items():
        if len(prompts) < MIN_LIMIT:
            raise InvalidConfig("--data", f"{len(prompts)} {split} captions", f"{MIN_LIMIT} or more")
    sentences = Sentences(data, tools.encode)
    scorer = Scorer(data, tools.judge, tools.features_of, sentences)
    report("reading training pictures", 0, 0)
    shown = [prompt.item for prompt in every["train"][: options.limit]]
    scorer.prepare(_REFERENCE_A_PROMPT * options.limit, shown)
    studio = Studio(data, sentences, tools.artist)
    found = Evaluation()
    if tools.judge is None:
        found.skipped["r_precision_at_1_of_100"] = str(ModelMissing("judge", _judge_command(options.kind)))
    held_out = studio.real(every["held_out"][: options.limit], "held_out")
    for row, captions in _rows(options, every, studio, report, found):
        report(f"scoring {row.row} {row.split}", 0, 0)
        found.figures.extend(scorer.score(row, captions))
        if row.split == "held_out":
            found.figures.append(scorer.nearest_ratio(row, held_out))
    found.figures.extend(shares_of_real(found.figures, "r_precision_at_1_of_100"))
    return found


def _rows(
    options: EvaluateImagesOptions,
    every: dict[Split, list[Prompt]],
    studio: Studio,
    report: Report,
    found: Evaluation,
) -> Iterator[tuple[RowPictures, list[str]]]:
    """Each wanted row of each split, with the captions that its pools are drawn from."""
    for split in SPLITS:
        prompts = every[split][: options.limit]
        captions = [prompt.caption for prompt in every[split]]
        if f"real_{split}" in options.rows:
            yield studio.real(prompts, split), captions
        for name, candidates in CANDIDATES.items():
            if name not in options.rows:
                continue
            if candidates > 1 and not studio.artist.chooses():
                found.skipped[name] = "the shared embedding that chooses is not on this machine"
                continue
            told = counter(f"drawing {name} {split}", _pictures(prompts), report)
            yield studio.ours(prompts, split, candidates, told), captions
        if "retrieval" in options.rows:
            yield studio.retrieval(prompts, split), captions
    if "five_dollar" in options.rows:
        try:
            kept = load_samples(options.parts_folder, f"narrative-server evaluate train-baseline {options.kind}")
        except ModelMissing as error:
            found.skipped["five_dollar"] = str(error)
        else:
            yield from _baseline(options, kept)


def _judge_command(kind: Kind) -> str:
    return f"narrative-server evaluate train-judge {kind}"


def _baseline(options: EvaluateImagesOptions, kept: FiveDollarSamples) -> Iterator[tuple[RowPictures, list[str]]]:
    """The baseline's own captions, which are ours where the data is the same."""
    for split in SPLITS:
        places = [place for place, prompt in enumerate(kept.prompts) if prompt.split == split]
        captions = [kept.prompts[place].caption for place in places]
        places = places[: options.limit]
        prompts = [kept.prompts[place] for place in places]
        variety = [group for p, group in zip(kept.variety_prompts, kept.variety, strict=True) if p.split == split]
        yield RowPictures("five_dollar", split, prompts, kept.pictures[places], variety), captions


def _pictures(prompts: Sequence[Prompt]) -> int:
    """How many times `Studio.ours` tells of a picture."""
    return len(prompts) + VARIETY_SAMPLES * min(VARIETY_PROMPTS, len(prompts))
