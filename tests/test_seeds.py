from __future__ import annotations

import numpy as np

from narrative_server.seeds import normal_noise, sub_seed


def test_a_sub_seed_depends_on_each_of_its_parts() -> None:
    seeds = {
        sub_seed(1, "sprite", "a"),
        sub_seed(2, "sprite", "a"),
        sub_seed(1, "sound", "a"),
        sub_seed(1, "sprite", "b"),
        sub_seed(1, "sprite", "a", 1),
    }
    assert len(seeds) == 5
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_sub_seed_never_changes_between_versions() -> None:
    assert sub_seed(7, "sprite", "mara|green cloak") == 5466896688827529487


def test_noise_is_standard_normal_and_repeats() -> None:
    noise = normal_noise(3, 100, 100)
    assert noise.dtype == np.float32
    assert abs(float(noise.mean())) < 0.05
    assert abs(float(noise.std()) - 1) < 0.05
    assert np.array_equal(noise, normal_noise(3, 100, 100))
