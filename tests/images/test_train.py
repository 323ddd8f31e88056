"""Whole runs on a handful of pictures: from nothing, fine-tuned from trained weights, searched for settings."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig, ModelMissing, PackageMissing
from narrative_server.evaluation.figures import Figure, write_json_lines
from narrative_server.gan.checkpoint import load_discriminator, load_generator, save_model
from narrative_server.gan.data import load_data, save_data
from narrative_server.gan.networks import Discriminator, Generator
from narrative_server.gan.references import ReferenceBank
from narrative_server.images import rehearsal, search
from narrative_server.images import train as images_train
from narrative_server.images.card import read_figures, rewrite_card
from narrative_server.images.data_split import group_of, is_held_out
from narrative_server.images.finetune import load_base, own_rows
from narrative_server.images.rehearsal import REHEARSAL_SHARE, is_rehearsal, mix, sample_rehearsal
from narrative_server.images.scenery import TAGS
from narrative_server.images.search import SearchOptions
from narrative_server.images.train import TrainOptions, train_images
from narrative_server.images.types import ImageConfig
from tests.images.art import art, encode

COLOURS = ("blue", "red", "green", "grey", "pink", "brown", "white", "black")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty captioned squares, of which three fall to the held-out side."""
    rows = [(f"{colour}-{size}.png", f"{colour} {size} cube") for colour in COLOURS for size in "abcdefghijklmnopqrstu"]
    held_out = [row for row in rows if is_held_out(group_of(row[0]))]
    return art(tmp_path / "art", [*[row for row in rows if row not in held_out][:37], *held_out[:3]])


@pytest.fixture
def options(folder: Path, tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> TrainOptions:
    """A short fine-tuning from the untrained models of the fixture `weights`; no data set is at hand."""
    monkeypatch.setattr(rehearsal, "_LEAST", 24)
    monkeypatch.setenv("NARRATIVE_SERVER_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return TrainOptions(
        tmp_path / "run",
        resume=True,
        images=60,
        batch=4,
        pictures=folder,
        device="cpu",
        minutes=None,
        base=str(weights / "sprites"),
        overrides={"warm_batch": 4},
    )


def test_training_on_your_own_art_ends_in_a_model_that_loads(folder: Path, tmp_path: Path) -> None:
    options = TrainOptions(
        tmp_path / "run",
        images=40,
        batch=4,
        pictures=folder,
        device="cpu",
        minutes=None,
        licence="CC-BY 4.0",
        overrides={"warm_batch": 4},
    )
    model = train_images("sprites", options, encode=encode)
    generator, facts = load_generator(model, "sprites", "")
    assert facts.training["images"] >= 40
    assert generator.config.height == 32
    load_discriminator(model, "sprites", "")
    card = (model / "card.md").read_text(encoding="utf-8")
    assert "folder art" in card
    assert "with the licence of your pictures (CC-BY 4.0)" in card
    assert "- seed: 1" in card
    assert "Not evaluated yet" in card
    assert sum(path.stat().st_size for path in model.iterdir()) < 20_000_000
    with pytest.raises(InvalidConfig, match="resume"):
        train_images("sprites", options, encode=encode)


def test_fine_tuning_begins_with_the_base_and_ends_in_a_model_that_serves(
    options: TrainOptions, weights: Path, embedding: np.ndarray
) -> None:
    from narrative_server.images.service import ImageService
    from narrative_server.images.types import PictureRequest
    from narrative_server.semantics.mood import Mood
    from narrative_server.workers.cancel import CancelToken

    assert options.out is not None
    options = dataclasses.replace(options, export=options.out / "mine" / "sprites")
    model = train_images("sprites", options, encode=encode)
    base, _ = load_generator(weights / "sprites", "sprites", "")
    tuned, facts = load_generator(model, "sprites", "")
    assert tuned.config == base.config
    torch.testing.assert_close(tuned.standardise.mean, base.standardise.mean, rtol=0, atol=1e-3)
    moved = (tuned.output.weight - base.output.weight).abs().max()
    assert 0 < moved < 0.5  # nearer to the base than any fresh start is
    for name in ("before.png", "after.png"):
        assert (options.out / name).is_file()
    assert "held_out_error_own_art_before" in facts.training
    assert "held_out_error_own_art_after" in facts.training
    card = (model / "card.md").read_text(encoding="utf-8")
    assert "fine-tuned from sprites" in card
    assert "samples of the model" in card
    service = ImageService(ImageConfig(sprites_folder=model, backgrounds_folder=weights / "backgrounds"))
    request = PictureRequest(embedding, Mood("neutral", 0.0), 3, 32, 32, "rgba32")
    assert len(service.sprite(request, CancelToken()).data) == 32 * 32 * 4


def test_a_fine_tuned_model_recalls_what_its_base_did_and_your_art_but_what_is_held_out(
    options: TrainOptions, weights: Path, tmp_path: Path
) -> None:
    _, facts = load_generator(weights / "sprites", "sprites", "")
    network = dataclasses.replace(facts.network, references=2, reference_widths=(4, 6), z_dim=24)
    generator = Generator(network)
    values = torch.randint(0, 256, (5, 4, 32, 32), dtype=torch.uint8)
    generator.bank = ReferenceBank(values, torch.from_numpy(encode([f"old thing {n}" for n in range(5)])))
    save_model(tmp_path / "old", dataclasses.replace(facts, network=network), generator, Discriminator(network))
    model = train_images("sprites", dataclasses.replace(options, base=str(tmp_path / "old"), images=8), encode=encode)
    tuned, _ = load_generator(model, "sprites", "")
    assert tuned.bank is not None
    assert torch.equal(tuned.bank.values[:5], values)
    assert len(tuned.bank.keys) == 5 + 37  # of forty, three are held out


def test_a_stopped_fine_tuning_goes_on_and_keeps_its_sheet_from_before(options: TrainOptions) -> None:
    assert options.out is not None
    calls: list[int] = []

    def stop() -> bool:
        calls.append(1)
        return len(calls) > 3

    train_images("sprites", options, stop=stop, encode=encode)
    before = (options.out / "before.png").read_bytes()
    model = train_images("sprites", options, encode=encode)
    assert (options.out / "before.png").read_bytes() == before
    assert load_generator(model, "sprites", "")[1].training["images"] >= 60


def test_another_base_than_the_run_began_with_is_refused(options: TrainOptions) -> None:
    train_images("sprites", options, encode=encode)
    with pytest.raises(InvalidConfig, match=r"--from is None.*--fresh"):
        train_images("sprites", dataclasses.replace(options, base=None), encode=encode)


def test_rehearsal_has_its_share_of_draws(options: TrainOptions) -> None:
    assert options.out is not None
    train_images("sprites", options, encode=encode)
    data = load_data(options.out / "data.npz")
    drawn = data.weights * ~data.held_out
    assert drawn[is_rehearsal(data)].sum() / drawn.sum() == pytest.approx(REHEARSAL_SHARE, rel=1e-4)
    assert {data.phrases[row] for row in data.captions[~is_rehearsal(data), -1]} >= {"blue a cube"}
    assert not is_rehearsal(data)[own_rows(data)].any()


def test_without_rehearsal_only_your_pictures_are_trained_on(options: TrainOptions) -> None:
    assert options.out is not None
    train_images("sprites", dataclasses.replace(options, rehearse="none"), encode=encode)
    data = load_data(options.out / "data.npz")
    assert not is_rehearsal(data).any()
    assert data.size == 40


@pytest.mark.parametrize("kind", ["sprites", "backgrounds"])
def test_samples_of_the_base_rehearse_what_it_paints(kind: str, weights: Path) -> None:
    data = sample_rehearsal(kind, weights / kind, 12, encode, seed=2)
    again = sample_rehearsal(kind, weights / kind, 12, encode, seed=2)
    assert np.array_equal(data.values, again.values)
    assert data.grid == ((4, 32, 32) if kind == "sprites" else (3, 96, 160))
    assert data.conditions.shape == (12, 0)
    assert data.tags.shape == ((0, 0) if kind == "sprites" else (12, len(TAGS)))
    both = mix(data, again, 0.25)
    assert both.size == 24
    assert len(both.tags) == 2 * len(data.tags)
    assert [both.phrases[row] for row in both.captions[12:, 0]] == [data.phrases[row] for row in data.captions[:, 0]]


def test_a_base_that_is_not_there_or_of_another_kind_is_refused(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="--from"):
        load_base("sprites", str(tmp_path / "nowhere"))
    with pytest.raises(ModelMissing):
        load_base("sprites", str(tmp_path))
    with pytest.raises(InvalidConfig, match="of backgrounds"):
        load_base("sprites", str(weights / "backgrounds"))
    with pytest.raises(InvalidConfig, match="--data"):
        TrainOptions(base="packaged")


def test_a_base_with_conditions_of_its_own_is_refused_before_any_work(weights: Path, tmp_path: Path) -> None:
    generator, facts = load_generator(weights / "sprites", "sprites", "train it")
    network = dataclasses.replace(generator.config, condition_dim=2)
    named = dataclasses.replace(facts, network=network, condition_names=("valence", "arousal"))
    save_model(tmp_path / "old", named, Generator(network), Discriminator(network))
    with pytest.raises(InvalidConfig, match="this one has valence, arousal"):
        load_base("sprites", str(tmp_path / "old"))


def test_a_set_without_tags_shows_nothing_beside_one_with_tags(weights: Path) -> None:
    places = sample_rehearsal("backgrounds", weights / "backgrounds", 3, encode, seed=2)
    bare = dataclasses.replace(places, tags=np.zeros((0, 0), np.float32))
    both = mix(bare, places, 0.5)
    assert not both.tags[:3].any()
    np.testing.assert_array_equal(both.tags[3:], places.tags)


def test_the_packaged_models_can_be_fine_tuned() -> None:
    for kind in ("sprites", "backgrounds"):
        base = load_base(kind, "packaged")
        assert base.packaged
        assert base.generator.config == base.discriminator.config


def test_an_evaluation_s_figures_are_in_the_card(options: TrainOptions, tmp_path: Path) -> None:
    figures = [Figure("kid", "ours_n1", 0.0123, "", 1000, "held_out"), Figure("recall", "ours_n16", 0.5, "share", 9)]
    write_json_lines(figures, tmp_path / "figures.jsonl")
    model = train_images("sprites", dataclasses.replace(options, evaluation=tmp_path / "figures.jsonl"), encode=encode)
    card = (model / "card.md").read_text(encoding="utf-8")
    assert "| kid | held_out | ours_n1 | 0.0123 |  | 1000 |" in card
    write_json_lines(figures[1:], tmp_path / "other.jsonl")
    rewrite_card(model, read_figures(tmp_path / "other.jsonl"))
    card = (model / "card.md").read_text(encoding="utf-8")
    assert "kid" not in card
    assert "| recall | - | ours_n16 | 0.5 | share | 9 |" in card
    assert "held out error own art after" in card


@pytest.mark.parametrize("content", ["", "{", '{"metric": "kid"}', "[1]"])
def test_figures_of_another_form_are_refused_before_training(
    options: TrainOptions, tmp_path: Path, content: str
) -> None:
    (tmp_path / "figures.jsonl").write_text(content, encoding="utf-8")
    assert options.out is not None
    with pytest.raises(InvalidConfig, match="--evaluation"):
        train_images("sprites", dataclasses.replace(options, evaluation=tmp_path / "figures.jsonl"), encode=encode)
    assert not options.out.exists()


def test_a_board_that_is_not_installed_stops_before_any_work(
    options: TrainOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "wandb", None)
    assert options.out is not None
    with pytest.raises(PackageMissing, match="wandb"):
        train_images("sprites", dataclasses.replace(options, log="wandb"), encode=encode)
    assert not (options.out / "data.npz").exists()


def test_a_search_ranks_its_trials_and_leaves_a_config_that_training_takes(options: TrainOptions) -> None:
    pytest.importorskip("optuna")
    from narrative_server.gan.overrides import read_overrides

    assert options.out is not None
    short = dataclasses.replace(options, images=16)
    told: list[int] = []
    found = search.search(
        "sprites", short, SearchOptions(2, 60.0), lambda trial: told.append(trial.number), encode=encode
    )
    assert told == [0, 1]
    again = search.search(
        "sprites", short, SearchOptions(3, 60.0), lambda trial: told.append(trial.number), encode=encode
    )
    assert told == [0, 1, 2]  # the earlier trials are not run again
    assert again.trials[:2] == found.trials
    best = again.ranked[0]
    assert best.score == min(trial.score for trial in again.trials if trial.score is not None)
    overrides = read_overrides(again.best_path)
    assert overrides["batch"] == best.settings["batch"]
    assert overrides["gamma"]["start"] == best.settings["gamma_start"]
    config = images_train.run_config("sprites", dataclasses.replace(options, overrides=overrides), None)
    assert config.learning_rate.start == best.settings["learning_rate_start"]
    assert not list((options.out / "search").glob("*/state.safetensors"))


def test_a_trial_that_diverges_is_kept_as_such(options: TrainOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("optuna")
    from narrative_server.gan.trainer import Diverged, Trainer

    run = Trainer.run
    runs: list[int] = []

    def first_diverges(trainer: Trainer, *arguments: object, **named: object) -> bool:
        runs.append(1)
        if len(runs) == 1:
            raise Diverged("loss_d is nan", 7)
        return run(trainer, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "run", first_diverges)
    found = search.search("sprites", dataclasses.replace(options, images=16), SearchOptions(2, 60.0), encode=encode)
    assert [trial.score is None for trial in found.trials] == [True, False]
    assert found.ranked[0].number == 1


def test_a_search_without_optuna_names_the_extra(options: TrainOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(PackageMissing, match=r"narrative-server\[search\]"):
        search.search("sprites", options, SearchOptions(1, 1.0), encode=encode)


def test_a_search_needs_pictures_to_judge_by(tmp_path: Path, weights: Path) -> None:
    pytest.importorskip("optuna")
    few = art(tmp_path / "few", [("blue-a.png", "cube"), ("red-a.png", "ball")])
    options = TrainOptions(tmp_path / "run", images=8, minutes=None, pictures=few, device="cpu")
    with pytest.raises(InvalidConfig, match="held-out pictures"):
        search.search("sprites", options, SearchOptions(1, 1.0), encode=encode)


def test_trials_cut_short_by_a_kill_are_run_again(tmp_path: Path) -> None:
    path = tmp_path / "trials.jsonl"
    trial = search.Trial(0, {"batch": 4}, 0.5, 0.1, 0.2, 8)
    path.write_text(json.dumps(dataclasses.asdict(trial)) + '\n{"number": 1, "sett', encoding="utf-8")
    assert search._read_trials(path) == [trial]
    search._append_trial(path, dataclasses.replace(trial, number=1))
    assert len(search._read_trials(path)) == 2


def test_a_data_set_of_a_version_with_conditions_is_named_with_what_to_do(options: TrainOptions) -> None:
    assert options.out is not None
    train_images("sprites", options, stop=lambda: True, encode=encode)
    data = load_data(options.out / "data.npz")
    old = dataclasses.replace(data, conditions=np.zeros((data.size, 1), np.float32), condition_names=("joy",))
    save_data(old, options.out / "data.npz")
    with pytest.raises(InvalidConfig, match=r"data\.npz is 'one with joy'; legal: .* delete it"):
        train_images("sprites", dataclasses.replace(options, resume=True), encode=encode)
