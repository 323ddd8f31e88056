from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from narrative_server.errors import DataMissing, InvalidConfig, ModelCorrupt
from narrative_server.evaluation.sounds.archive import open_arrays
from narrative_server.evaluation.sounds.clips import finished, is_silent, network_input, spectra_of
from narrative_server.evaluation.sounds.dataset import SoundData, read_evaluation_data
from narrative_server.evaluation.sounds.features import pictures
from tests.evaluation.sounds.conftest import make_data, write_run


def test_mapped_arrays_equal_what_was_saved(tmp_path: Path) -> None:
    saved = {"a": np.arange(12, dtype=np.int16).reshape(3, 4), "b": np.asfortranarray(np.eye(3)), "c": np.zeros((0, 2))}
    np.savez(tmp_path / "some.npz", **saved)
    opened = open_arrays(tmp_path / "some.npz")
    for name, array in saved.items():
        np.testing.assert_array_equal(opened[name], array)
        assert opened[name].dtype == array.dtype
    assert isinstance(opened["a"], np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        opened["a"][0, 0] = 5


def test_a_compressed_file_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "some.npz", a=np.zeros(1_000))
    with pytest.raises(ValueError, match="compressed"):
        open_arrays(tmp_path / "some.npz")


def test_a_run_is_read_as_it_was_written(tmp_path: Path, data: SoundData) -> None:
    for path in (write_run(data, tmp_path), tmp_path / "data.npz"):
        read = read_evaluation_data(path)
        assert read.kinds == data.kinds
        assert read.captions(4) == data.captions(4)
        np.testing.assert_array_equal(read.decibels([3, 7]), data.decibels([3, 7]))
        np.testing.assert_array_equal(read.waves.wave(5), data.waves.wave(5))


def test_stored_spectra_are_those_of_the_stored_sounds(data: SoundData) -> None:
    again = spectra_of([data.waves.wave(row) for row in (0, 1, 2)])
    assert np.abs(again - data.decibels([0, 1, 2])).mean() < 0.3


def test_missing_damaged_and_mixed_files_are_named(tmp_path: Path, data: SoundData) -> None:
    with pytest.raises(DataMissing, match="narrative-server data sounds"):
        read_evaluation_data(tmp_path / "nothing")
    write_run(data, tmp_path)
    (tmp_path / "data.waves.npz").unlink()
    with pytest.raises(DataMissing, match=r"data\.waves\.npz"):
        read_evaluation_data(tmp_path)
    (tmp_path / "data.waves.npz").write_bytes(b"no sounds")
    with pytest.raises(ModelCorrupt, match=r"data\.waves\.npz"):
        read_evaluation_data(tmp_path)
    with pytest.raises(InvalidConfig, match="one run's files"):
        SoundData(data.gan, make_data(items=60).waves)


def test_every_sound_is_levelled_and_aligned_alike() -> None:
    rng = np.random.default_rng(1)
    burst = rng.standard_normal(4_000).astype(np.float32) * 0.2
    late_and_quiet = np.concatenate([np.zeros(3_000, np.float32), 0.05 * burst, np.zeros(900, np.float32)])
    first, second = spectra_of([burst, late_and_quiet])
    assert np.abs(first - second).max() < 0.5


def test_silence_stays_silence() -> None:
    nothing = np.zeros(500, np.float32)
    assert is_silent(nothing)
    assert len(finished(nothing)) == 500
    assert (spectra_of([nothing]) == -80.0).all()
    assert (network_input(spectra_of([nothing])) == -1.0).all()


def test_a_spectrum_is_a_picture_with_low_bands_below_and_silence_black() -> None:
    decibels = np.full((1, 80, 176), -80.0, np.float32)
    decibels[0, 0, :] = 0.0
    shown = pictures(decibels)
    assert shown.shape == (1, 160, 176, 4)
    assert (shown[0, -2:, :, 0] == 255).all()
    assert (shown[0, :-2, :, :3] == 0).all()
    assert (shown[..., 3] == 255).all()
