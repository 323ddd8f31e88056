from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import numpy as np
import pytest
import torch

from narrative_server.errors import InvalidConfig, InvalidRequest, ModelMissing
from narrative_server.semantics.choosing import candidate_seeds
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.semantics.views import view_sound
from narrative_server.sounds.choosing import SoundChooser
from narrative_server.sounds.service import SoundConfig, SoundRequest, SoundService
from narrative_server.workers.cancel import CancelToken
from tests.sounds.tiny import embedding, write_tiny_model
from tests.sounds.tiny_embedding import write_tiny_embedding


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_embedding(tmp_path_factory.mktemp("embedding"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> SoundConfig:
    model = write_tiny_model(tmp_path_factory.mktemp("sounds"))
    return SoundConfig(model, "cpu", vocoder="griffin_lim", vocoder_iterations=2, embedding_folder=folder, candidates=4)


@pytest.fixture(scope="module")
def service(config: SoundConfig) -> SoundService:
    return SoundService(config)


def _request(**changes: object) -> SoundRequest:
    return dataclasses.replace(SoundRequest(embedding(1), 7, 300), **changes)  # type: ignore[arg-type]


def _spectra(count: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(4).uniform(-80, 0, (count, 80, 176)).astype(np.float32))


def test_the_highest_cosine_is_chosen_and_of_equal_ones_the_first(folder: Path) -> None:
    shared, spectra = SharedEmbedding(folder, "train"), _spectra(6)
    cosines = shared.embed_sounds(view_sound(spectra.numpy())) @ shared.embed_texts(embedding(1)[None])[0]
    choice = SoundChooser(shared).choose(embedding(1), spectra, 2_000)
    assert choice.index == int(np.argmax(cosines))
    assert choice.score == pytest.approx(float(cosines.max()), abs=5e-3)  # rounded otherwise in another batch
    assert SoundChooser(shared).choose(embedding(1), spectra[2:3].repeat(3, 1, 1), 2_000).index == 0


def test_what_nobody_will_hear_does_not_decide(folder: Path) -> None:
    chooser, spectra = SoundChooser(SharedEmbedding(folder, "train")), _spectra(5)
    other = spectra.clone()
    other[:, :, 26:] = -10.0  # 300 ms are 26 frames
    assert chooser.choose(embedding(1), spectra, 300) == chooser.choose(embedding(1), other, 300)
    assert chooser.choose(embedding(1), spectra, 2_000) != chooser.choose(embedding(1), other, 2_000)


@pytest.mark.parametrize("looped", [False, True])
def test_the_best_of_the_candidates_is_made(service: SoundService, looped: bool) -> None:
    asked = _request(looped=looped, duration_ms=500)
    seeds = candidate_seeds(7, 4)
    alone = [service.sound(dataclasses.replace(asked, noise_seed=s, candidates=1), CancelToken()) for s in seeds]
    chosen = service.sound(asked, CancelToken())
    scores = [one.score or -1.0 for one in alone]
    assert len({round(score, 3) for score in scores}) > 1
    assert chosen.score == pytest.approx(max(scores), abs=5e-3)  # a batch may round otherwise than one alone
    shown, expected = (
        np.frombuffer(one.data[44:], "<i2").astype(int)[:5_000] for one in (chosen, alone[int(np.argmax(scores))])
    )
    assert np.abs(shown - expected).max() <= 64


def test_equal_requests_choose_the_same_bytes_in_a_fresh_service(config: SoundConfig, service: SoundService) -> None:
    assert SoundService(config).sound(_request(), CancelToken()) == service.sound(_request(), CancelToken())


def test_more_candidates_never_fit_worse(service: SoundService) -> None:
    scores = [service.sound(_request(candidates=count), CancelToken()).score or -1.0 for count in (1, 3, 12)]
    assert scores[0] <= scores[1] + 5e-3 <= scores[2] + 1e-2


@pytest.mark.parametrize("there", ["nothing", "no sounds", "damaged"])
def test_without_a_sound_tower_sounds_are_made_as_before_and_the_log_tells(
    config: SoundConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture, there: str
) -> None:
    if there != "nothing":
        write_tiny_embedding(tmp_path, sounds=there == "damaged")
    if there == "damaged":
        (tmp_path / "sound.safetensors").write_bytes(b"torn")
    with caplog.at_level(logging.INFO):
        service = SoundService(dataclasses.replace(config, embedding_folder=tmp_path))
    assert "sounds are made without choosing" in caplog.text
    assert "narrative-server train embedding" in caplog.text
    sound = service.sound(_request(), CancelToken())
    assert sound.score is None
    # The first candidate is the seed's own sound.
    first = SoundService(dataclasses.replace(config, candidates=1)).sound(_request(), CancelToken())
    assert sound.data == first.data


def test_a_chooser_without_a_tower_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="--sounds"):
        SoundChooser(SharedEmbedding(write_tiny_embedding(tmp_path, sounds=False), "train"))


@pytest.mark.parametrize("count", [-1, 65])
def test_an_illegal_number_of_candidates_names_the_field(service: SoundService, count: int) -> None:
    with pytest.raises(InvalidRequest, match="candidates"):
        service.sound(_request(candidates=count), CancelToken())
    with pytest.raises(InvalidConfig, match=r"sounds\.candidates"):
        SoundConfig(candidates=count)
