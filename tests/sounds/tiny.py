"""A sound model with tiny random weights, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from narrative_server.gan.checkpoint import ModelFacts, save_model
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig
from narrative_server.sounds.conditions import CONDITION_NAMES, AttackGuess, DurationGuess
from narrative_server.sounds.facts import SoundFacts, save_facts
from narrative_server.sounds.melspec import BANDS, FOLD, FRAMES, MelScale


def tiny_network(conditions: int = len(CONDITION_NAMES)) -> NetworkConfig:
    return NetworkConfig(
        base_height=BANDS // (2 * FOLD),
        base_width=FRAMES // (2 * FOLD),
        channels=FOLD**2,
        generator_widths=(8, 8),
        discriminator_widths=(8, 8),
        condition_dim=conditions,
        head_count=1,
        stage_noise=True,
        style_dim=16,
        base_channels=8,
    )


def write_tiny_model(folder: Path, conditions: int = len(CONDITION_NAMES)) -> Path:
    torch.manual_seed(0)
    network = tiny_network(conditions)
    generator = Generator(network)
    with torch.no_grad():
        for stage in generator.stages:
            stage.noise_gain.fill_(0.1)  # type: ignore[union-attr, operator]
    facts = ModelFacts(
        "sounds", network, CONDITION_NAMES[:conditions], {"truncation": 0.8, "guidance": 1.2, "text_jitter": 0.01}, {}
    )
    save_facts(folder.mkdir(parents=True, exist_ok=True) or folder, tiny_facts())
    save_model(folder, facts, generator, Discriminator(network))
    return folder


def tiny_facts() -> SoundFacts:
    return SoundFacts(
        MelScale((-50.0,) * BANDS, (18.0,) * BANDS), DurationGuess((0.5,) * 384, 9.0), AttackGuess((0.0,) * 388, 4.0)
    )


def embedding(number: int) -> NDArray[np.float32]:
    row = np.random.default_rng(number).standard_normal(384).astype(np.float32)
    return row / np.linalg.norm(row)
