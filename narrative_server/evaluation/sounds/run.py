"""One evaluation of sounds: makes every row's sounds and scores them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from narrative_server.errors import InvalidConfig, ModelMissing
from narrative_server.evaluation.images.judge import load_judge
from narrative_server.evaluation.images.rows import Sentences
from narrative_server.evaluation.images.training import Report
from narrative_server.evaluation.rows import MIN_LIMIT, Evaluation, check_wanted, counter, shares_of_real
from narrative_server.evaluation.sounds import judge as sound_judge
from narrative_server.evaluation.sounds.artist import Artist, ServiceArtist
from narrative_server.evaluation.sounds.classifier import TRAIN_COMMAND, load_classifier
from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.fad import COMPONENTS
from narrative_server.evaluation.sounds.features import SpectrumFeatures
from narrative_server.evaluation.sounds.parts import PACKAGED
from narrative_server.evaluation.sounds.prompts import PROMPTS, SPLITS, Prompt, Split, choose_prompts
from narrative_server.evaluation.sounds.rows import CANDIDATES, ROW_NAMES, VARIETY_SAMPLES, RowSounds, Studio
from narrative_server.evaluation.sounds.scoring import Listeners, Scorer
from narrative_server.gan.data import EncodeTexts
from narrative_server.sounds.types import VOCODERS, VocoderName
from narrative_server.sounds.vocoder import GriffinLim, Vocoder
from narrative_server.sounds.vocoder_model import TrainedVocoder, load_vocoder, packaged_folder

DEFAULT_LIMIT: Final = 1_000
_POOL_MORE: Final = 300


@dataclass(frozen=True)
class EvaluateSoundsOptions:
    """data: a run's folder, or its data.npz. model, vocoder_folder, embedding: models' folders, None for the packaged
    ones; the last is what chooses.

    limit: prompts of each split. parts: folder of the judge and the classifier, None for the packaged ones. rows: names
    of ROW_NAMES. threads: CPU threads, 0 for torch's choice.
    """

    data: Path
    model: Path | None = None
    vocoder: VocoderName = "auto"
    vocoder_folder: Path | None = None
    embedding: Path | None = None
    limit: int = DEFAULT_LIMIT
    parts: Path | None = None
    rows: tuple[str, ...] = ROW_NAMES
    threads: int = 0

    def __post_init__(self) -> None:
        check_wanted(self.rows, ROW_NAMES, self.limit, PROMPTS)
        if self.vocoder not in VOCODERS:
            raise InvalidConfig("--vocoder", self.vocoder, ", ".join(VOCODERS))


@dataclass(frozen=True)
class Tools:
    """What makes sounds; tests put their own in. vocoder: the trained one, None where it is not on this machine."""

    listeners: Listeners
    artist: Artist
    vocoder: Vocoder | None
    encode: EncodeTexts


def load_tools(options: EvaluateSoundsOptions, data: SoundData, encode: EncodeTexts) -> Tools:
    """Load all that making and scoring need. Raises PackageMissing, ModelMissing, ModelCorrupt."""
    if options.threads:
        torch.set_num_threads(options.threads)
    parts = options.parts or PACKAGED
    judge, classifier, vocoder = None, None, None
    with contextlib.suppress(ModelMissing):  # some metrics of many; evaluate_sounds tells
        judge = load_judge(parts, sound_judge.TRAIN_COMMAND)
    with contextlib.suppress(ModelMissing):
        classifier = load_classifier(parts)
    with contextlib.suppress(ModelMissing):
        vocoder = TrainedVocoder(load_vocoder(options.vocoder_folder or packaged_folder()))
    listeners = Listeners(judge, classifier, SpectrumFeatures(), Sentences(data.gan, encode))
    artist = ServiceArtist(options.model, options.threads, options.vocoder, options.vocoder_folder, options.embedding)
    return Tools(listeners, artist, vocoder, encode)


def evaluate_sounds(
    options: EvaluateSoundsOptions, data: SoundData, tools: Tools, report: Report, components: int = COMPONENTS
) -> Evaluation:
    """Make and score all rows. Raises InvalidConfig. components: of the features that fad_inf is taken on."""
    prompts: dict[Split, list[Prompt]] = {split: choose_prompts(data, split, options.limit) for split in SPLITS}
    if len(prompts["held_out"]) < MIN_LIMIT:
        raise InvalidConfig("--data", f"{len(prompts['held_out'])} held-out captions", f"{MIN_LIMIT} or more")
    found = Evaluation()
    _tell_missing(tools, found)
    report("reading training sounds", 0, 0)
    scorer = Scorer(data, tools.listeners, components)
    studio = Studio(data, tools.listeners.sentences, tools.artist)
    more = _once_each(prompts["held_out"])[:_POOL_MORE]
    for split in SPLITS:
        if not prompts[split]:
            found.skipped[split] = "the data has no held-out recordings"
            continue
        report(f"listening to real sounds, {split}", 0, 0)
        scorer.prepare(split, prompts[split], more if split == "recordings" else ())
        for row in _rows(options, split, prompts[split], studio, tools, report, found):
            report(f"scoring {row.row} {split}", 0, 0)
            found.figures.extend(scorer.score(row))
    for metric in ("classifier_accuracy", "r_precision_at_1_of_100"):
        found.figures.extend(shares_of_real(found.figures, metric))
    return found


def _tell_missing(tools: Tools, found: Evaluation) -> None:
    if tools.listeners.classifier is None:
        found.skipped["classifier_accuracy"] = str(ModelMissing("classifier", TRAIN_COMMAND))
    if tools.listeners.judge is None:
        found.skipped["r_precision_at_1_of_100"] = str(ModelMissing("judge", sound_judge.TRAIN_COMMAND))


def _rows(
    options: EvaluateSoundsOptions,
    split: Split,
    prompts: Sequence[Prompt],
    studio: Studio,
    tools: Tools,
    report: Report,
    found: Evaluation,
) -> Iterator[RowSounds]:
    """Each wanted row of a split."""
    for name in options.rows:
        if name.startswith("ours_n"):
            candidates = CANDIDATES if name == f"ours_n{CANDIDATES}" else 1
            if candidates > 1 and not tools.artist.chooses():
                found.skipped[name] = "the shared embedding on this machine does not hear, so that nothing chooses"
                continue
            total = len(prompts) + VARIETY_SAMPLES * studio.varied(prompts)
            yield studio.ours(prompts, split, candidates, counter(f"making {name} {split}", total, report))
        elif name == "real_held_out":
            yield studio.real(prompts, split)
        elif name == "retrieval":
            yield studio.retrieval(prompts, split)
        else:
            vocoder = GriffinLim() if name == "griffin_lim" else tools.vocoder
            if vocoder is None:
                found.skipped[name] = "the trained vocoder is not on this machine: `narrative-server train vocoder`"
                continue
            told = counter(f"making {name} {split}", len(prompts), report)
            yield studio.vocoded(prompts, split, name, vocoder, told)


def _once_each(prompts: Sequence[Prompt]) -> list[Prompt]:
    """One prompt a caption."""
    return list({prompt.caption: prompt for prompt in prompts}.values())
