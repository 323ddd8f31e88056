"""A small search for settings: short runs, each judged on held-out pictures without asking its discriminator.

The score is the mean of two shares of what painting the mean picture would score: error against the held-out item and
distance between patches (`gan.scores`); lower is better. Trials are kept in trials.jsonl, so that a stopped search
goes on. Optuna's tree-structured Parzen estimator (Bergstra et al. 2011) proposes. Training only.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from narrative_server.devices import choose_device
from narrative_server.errors import InvalidConfig, ModelCorrupt, PackageMissing
from narrative_server.gan.checkpoint import write_whole
from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import EncodeTexts, GanData
from narrative_server.gan.overrides import apply_overrides, overrides_file
from narrative_server.gan.scores import Scores, measure, worst_scores
from narrative_server.gan.state import make_folder
from narrative_server.gan.trainer import Diverged, Pace, Trainer
from narrative_server.images.finetune import check_same_base, load_base
from narrative_server.images.rehearsal import is_rehearsal
from narrative_server.images.train import (
    DATA_FILE,
    Kind,
    TrainOptions,
    aligner_for,
    make_data,
    read_data,
    run_config,
    text_encoder,
)

_MEASURED: Final = 300
_FIRST_RANDOM: Final = 5
_QUIET: Final = Pace(1e12, 1e12, 10.0)
_TRIALS_FILE: Final = "trials.jsonl"
BEST_FILE: Final = "best.json"


@dataclass(frozen=True)
class SearchOptions:
    """trials: how many in all, those of an earlier part of this search included. minutes: of training for each."""

    trials: int
    minutes: float

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise InvalidConfig("--search", self.trials, "1 or more")


@dataclass(frozen=True)
class Trial:
    """One run. settings: what was tried, by name. score, error, patches: None when it diverged."""

    number: int
    settings: Mapping[str, float | int]
    score: float | None
    error: float | None
    patches: float | None
    images: int

    @property
    def summary(self) -> str:
        """One line."""
        tried = ", ".join(f"{key} {value:.3g}" for key, value in self.settings.items())
        return f"{'diverged' if self.score is None else f'score {self.score:.4f}'} ({tried})"


@dataclass(frozen=True)
class Found:
    """All trials and the file with the best one's settings, which `train --config` takes."""

    trials: tuple[Trial, ...]
    best_path: Path

    @property
    def ranked(self) -> tuple[Trial, ...]:
        """Best first, diverged ones last."""
        return tuple(sorted(self.trials, key=lambda trial: (trial.score is None, trial.score or 0.0)))


def search(
    kind: Kind,
    options: TrainOptions,
    limits: SearchOptions,
    tell: Callable[[Trial], None] = lambda _trial: None,
    stop: Callable[[], bool] = lambda: False,
    encode: EncodeTexts | None = None,
) -> Found:
    """Try settings until `limits.trials` have run or `stop()`, the running trial let go; writes the best one's file.

    Raises PackageMissing (optuna), InvalidConfig (nothing held out, or no trial that ended well), and as training.
    """
    optuna = _optuna()
    if options.processes > 1:
        raise InvalidConfig("--processes", options.processes, "1 in a search")
    folder = options.folder(kind) / "search"
    make_folder(folder)
    if options.threads:
        torch.set_num_threads(options.threads)
    runner = _Runner(kind, options, limits, encode)
    trials = _read_trials(folder / _TRIALS_FILE)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=options.seed, n_startup_trials=_FIRST_RANDOM))
    for earlier in trials:
        study.add_trial(_known(optuna, earlier, runner.config))
    while len(trials) < limits.trials and not stop():
        asked = study.ask()
        trial = runner.run(len(trials), _suggest(asked, runner.config), stop)
        if trial is None:
            break
        state = optuna.trial.TrialState.FAIL if trial.score is None else optuna.trial.TrialState.COMPLETE
        study.tell(asked, trial.score, state=state)
        _append_trial(folder / _TRIALS_FILE, trial)
        trials.append(trial)
        tell(trial)
    return _finish(trials, folder, runner.config)


class _Runner:
    """Runs trials on one data set."""

    def __init__(self, kind: Kind, options: TrainOptions, limits: SearchOptions, encode: EncodeTexts | None) -> None:
        self._base = load_base(kind, options.base) if options.base else None
        options = replace(options, minutes=limits.minutes)
        self.config = run_config(kind, options, self._base)
        path = options.folder(kind) / DATA_FILE
        if not path.is_file():
            make_data(kind, options, encode or text_encoder(options.threads), self._base)
        self._data = read_data(path.parent)
        check_same_base(self._data, self._base, path)
        self._rows = _measured_rows(self._data)
        self._worst = worst_scores(self._data, self._rows)
        self._folder, self._device = options.folder(kind) / "search", choose_device(options.device, "train.device")
        self._aligner = aligner_for(self.config, self._device)

    def run(self, number: int, settings: Mapping[str, float | int], stop: Callable[[], bool]) -> Trial | None:
        """Train with these settings and measure; None when stopped before the end."""
        config = apply_overrides(self.config, overrides_of(settings, self.config))
        trainer = Trainer(
            self._data, config, self._folder / f"trial-{number}", self._device, pace=_QUIET, aligner=self._aligner
        )
        trainer.resume()
        if self._base is not None and trainer.progress.steps == 0:
            trainer.start_from(self._base.generator, self._base.discriminator)
        scores: Scores | None = None
        try:
            if not trainer.run(stop=stop):
                return None
            scores = measure(trainer.ema.network, self._data, self._rows)
        except Diverged:
            pass  # a result too: these settings do not train
        finally:
            if not stop():
                trainer.state_path.unlink(missing_ok=True)
        images = trainer.progress.images
        if scores is None or not np.isfinite(scores.error + scores.patches):
            return Trial(number, settings, None, None, None, images)
        return Trial(number, settings, scores.relative_to(self._worst), scores.error, scores.patches, images)


def overrides_of(settings: Mapping[str, float | int], config: TrainConfig) -> dict[str, Any]:
    """Flat names (gamma_start) as fields of TrainConfig; ramps' other ends and all else stay as they are."""
    changes: dict[str, Any] = {}
    for name, value in settings.items():
        key, _, end = name.rpartition("_")
        if end in ("start", "end"):
            changes.setdefault(key, asdict(getattr(config, key)))[end] = value
        else:
            changes[name] = value
    return changes


def _suggest(trial: Any, config: TrainConfig) -> dict[str, float | int]:
    """Settings to try; each range lies about what is set now."""
    settings: dict[str, float | int] = {}
    for name, now, low, high in _ranges(config):
        settings[name] = trial.suggest_float(name, now * low, now * high, log=True)
    for name, choices in _choices(config).items():
        settings[name] = trial.suggest_categorical(name, choices)
    return settings


def _ranges(config: TrainConfig) -> list[tuple[str, float, float, float]]:
    """Name, present value, and the range's ends as its multiples."""
    values = [
        ("warm_learning_rate", config.warm_learning_rate, 0.25, 4.0),
        ("learning_rate_start", config.learning_rate.start, 0.25, 4.0),
        ("gamma_start", config.gamma.start, 0.2, 5.0),
        ("gamma_end", config.gamma.end, 0.2, 5.0),
        ("text_jitter", config.text_jitter, 0.2, 4.0),
        ("mismatch_weight", config.mismatch_weight, 0.25, 4.0),
    ]
    return [value for value in values if value[1] > 0]


def _choices(config: TrainConfig) -> dict[str, list[int]]:
    return {
        "batch": sorted({max(2, config.batch // 2), config.batch, config.batch * 2}),
        "warm_batch": sorted({max(2, config.warm_batch // 2), config.warm_batch, config.warm_batch * 2}),
        "candidates": sorted({1, 2, 4, config.candidates}),
    }


def _known(optuna: Any, trial: Trial, config: TrainConfig) -> Any:
    """A trial of an earlier part of the search, for the sampler to learn from."""
    distributions = {
        name: optuna.distributions.FloatDistribution(now * low, now * high, log=True)
        for name, now, low, high in _ranges(config)
    }
    for name, choices in _choices(config).items():
        distributions[name] = optuna.distributions.CategoricalDistribution(choices)
    state = optuna.trial.TrialState.FAIL if trial.score is None else optuna.trial.TrialState.COMPLETE
    try:
        return optuna.trial.create_trial(
            state=state, value=trial.score, params=dict(trial.settings), distributions=distributions
        )
    except ValueError as error:
        legal = "the same settings as before in one search, or another --out"
        raise InvalidConfig("--search", "goes on from trials of other settings", f"{legal} ({error})") from error


def _measured_rows(data: GanData) -> Any:
    rows = np.flatnonzero(data.held_out & ~is_rehearsal(data))
    if len(rows) < 2:
        raise InvalidConfig(
            "held-out pictures", len(rows), "2 or more, to search by; a few hundred pictures hold out ten"
        )
    return rows if len(rows) <= _MEASURED else rows[np.linspace(0, len(rows) - 1, _MEASURED).astype(np.intp)]


def _finish(trials: list[Trial], folder: Path, config: TrainConfig) -> Found:
    found = Found(tuple(trials), folder / BEST_FILE)
    best = found.ranked[0] if trials else None
    if best is None or best.score is None:
        raise InvalidConfig("--search", f"{len(trials)} trials, none of which ended well", "a longer --search-minutes")
    write_whole(found.best_path, overrides_file(overrides_of(best.settings, config)))
    return found


def _read_trials(path: Path) -> list[Trial]:
    """Trials of an earlier part; a line cut short by a kill is run again."""
    if not path.is_file():
        return []
    trials = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            trials.append(Trial(**json.loads(line)))
        except ValueError:
            break
        except TypeError as error:
            raise ModelCorrupt(path.name, str(error), "narrative-server train with another --out") from error
    return trials


def _append_trial(path: Path, trial: Trial) -> None:
    kept = path.read_text(encoding="utf-8").splitlines()[: trial.number] if path.is_file() else []
    write_whole(path, "".join(f"{line}\n" for line in [*kept, json.dumps(asdict(trial))]).encode())


def _optuna() -> Any:
    try:
        optuna = importlib.import_module("optuna")
    except ImportError as error:
        raise PackageMissing("optuna", "search") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna
