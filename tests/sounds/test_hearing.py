from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrative_server.errors import InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.semantics.shared_embedding import SharedEmbedding
from narrative_server.sounds.hearing import SoundReader, view_of
from narrative_server.sounds.reading import read_sound
from narrative_server.sounds.service import SoundConfig, SoundService
from narrative_server.sounds.types import PlaceSoundsRequest, SoundFile
from narrative_server.workers.cancel import CancelToken
from tests.sounds.tiny import write_tiny_model
from tests.sounds.tiny_embedding import WORDS, write_tiny_embedding


def knock(gain: float = 0.5, rate_hz: int = 22_050, before_s: float = 0.0, channels: int = 1) -> SoundFile:
    time_s = np.arange(rate_hz // 2) / rate_hz
    wave = gain * np.sin(2 * np.pi * 500 * time_s) * np.exp(-8 * time_s)
    whole = np.concatenate([np.zeros(round(before_s * rate_hz)), wave])
    file = io.BytesIO()
    soundfile.write(file, np.stack([whole] * channels, axis=1), rate_hz, format="WAV", subtype="FLOAT")
    return SoundFile(file.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_embedding(tmp_path_factory.mktemp("embedding"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> SoundService:
    model = write_tiny_model(tmp_path_factory.mktemp("sounds"))
    return SoundService(SoundConfig(model, "cpu", vocoder_iterations=2, embedding_folder=folder))


def test_level_rate_channels_and_what_precedes_the_onset_do_not_matter() -> None:
    plain = view_of(read_sound(knock()))
    assert plain.shape == (1, 1, 80, 176)
    assert plain.max() == 1.0
    for other in (knock(gain=0.01), knock(rate_hz=44_100), knock(before_s=0.7), knock(channels=2)):
        assert np.abs(view_of(read_sound(other))[..., :10] - plain[..., :10]).mean() < 0.06


def test_a_sounds_place_does_not_depend_on_what_else_is_asked_for(service: SoundService, folder: Path) -> None:
    asked = PlaceSoundsRequest((knock(), knock(before_s=0.2), knock(rate_hz=48_000)))
    places = service.place(asked, CancelToken())
    embedding = SharedEmbedding(folder, "x")
    assert (places.space, places.text_space) == (embedding.sound_space, embedding.space)
    np.testing.assert_allclose(np.linalg.norm(places.rows, axis=1), 1.0, rtol=1e-5)
    alone = service.place(PlaceSoundsRequest(asked.sounds[1:2]), CancelToken())
    np.testing.assert_array_equal(places.rows[1], alone.rows[0])
    assert service.place(PlaceSoundsRequest(), CancelToken()).rows.shape == (0, 256)


def test_words_for_a_sound_come_from_the_vocabulary(service: SoundService) -> None:
    heard = service.hear(knock(), CancelToken())
    assert set(heard.keywords) <= set(WORDS)
    np.testing.assert_array_equal(heard.place, service.place(PlaceSoundsRequest((knock(),)), CancelToken()).rows[0])


def test_a_file_that_is_to_be_kept_is_placed_as_when_it_is_searched_by(service: SoundService, folder: Path) -> None:
    examined = service.examine(knock(rate_hz=44_100, channels=2), CancelToken())
    embedding = SharedEmbedding(folder, "x")
    assert (examined.space, examined.text_space) == (embedding.sound_space, embedding.space)
    places = service.place(PlaceSoundsRequest((knock(rate_hz=44_100, channels=2),)), CancelToken())
    np.testing.assert_array_equal(examined.place, places.rows[0])
    told = examined.details
    assert (told.encoding, told.sample_rate_hz, told.channels) == ("wav_float32", 44_100, 2)
    assert (told.sample_count, told.duration_ms) == (22_050, 500)


def test_a_file_of_24_bits_is_heard_but_not_kept(service: SoundService) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.sin(np.arange(8_000) / 9), 22_050, format="WAV", subtype="PCM_24")
    assert service.hear(SoundFile(file.getvalue()), CancelToken()).keywords
    with pytest.raises(InvalidRequest, match="data is a WAV file of Signed 24 bit PCM; legal: a little-endian WAV"):
        service.examine(SoundFile(file.getvalue(), "data"), CancelToken())


def test_a_bad_file_names_its_field(service: SoundService) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.full(4_000, np.nan), 22_050, format="WAV", subtype="FLOAT")
    with pytest.raises(InvalidRequest, match="data has samples that are not finite; legal: a WAV or OGG file"):
        service.hear(SoundFile(file.getvalue(), "data"), CancelToken())


def test_without_the_tower_hearing_says_how_to_get_it(tmp_path: Path) -> None:
    model = write_tiny_model(tmp_path / "sounds")
    embedding = write_tiny_embedding(tmp_path / "embedding", sounds=False)
    service = SoundService(SoundConfig(model, "cpu", vocoder_iterations=2, embedding_folder=embedding))
    for call in (
        lambda: service.place(PlaceSoundsRequest(), CancelToken()),
        lambda: service.hear(knock(), CancelToken()),
        lambda: service.examine(knock(), CancelToken()),
    ):
        with pytest.raises(ModelMissing, match="narrative-server train embedding --sounds"):
            call()


def test_a_damaged_vocabulary_is_told(tmp_path: Path) -> None:
    folder = write_tiny_embedding(tmp_path)
    (folder / "sound_words.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelCorrupt, match="sound_words"):
        SoundReader(SharedEmbedding(folder, "x"), folder, "x")


def test_reading_a_file_needs_no_torch() -> None:
    code = "import sys, narrative_server.sounds.details; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
