from __future__ import annotations

import numpy as np
import pytest

from narrative_server.evaluation.sounds.neighbours import TrainingSpectra


def test_the_nearest_training_sound_is_found_by_its_spectrum() -> None:
    spectra = np.random.default_rng(1).uniform(-80, 0, (20, 80, 176)).astype(np.float32)
    found = TrainingSpectra([spectra[:8], spectra[8:]]).nearest(np.stack([spectra[3], spectra[11] + 2.5]))
    assert found[0] == pytest.approx(0.0, abs=1e-3)
    assert found[1] == pytest.approx(2.5, abs=1e-3)


def test_grain_within_cells_of_four_by_four_does_not_count() -> None:
    flat = np.full((1, 80, 176), -40.0, np.float32)
    grain = flat + np.where(np.indices((80, 176)).sum(axis=0) % 2, 6.0, -6.0).astype(np.float32)
    assert TrainingSpectra([flat]).nearest(grain)[0] == pytest.approx(0.0, abs=1e-3)
