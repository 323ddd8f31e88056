"""One step of training: drawing a batch, the warm-start step and the adversarial step. Knows nothing of files or time.

Randomness comes from one CPU generator in a fixed order, so that a resumed run repeats an uninterrupted one.
Axes: N batch, C channels, H rows, W columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import Optimizer

from narrative_server.gan.alignment import Aligner, alignment_loss
from narrative_server.gan.augment import augment
from narrative_server.gan.config import TrainConfig
from narrative_server.gan.data import GanData
from narrative_server.gan.losses import (
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    mismatch_loss,
    pick_mismatches,
)
from narrative_server.gan.networks import Discriminator, Generator, NetworkConfig
from narrative_server.gan.recall import Recall
from narrative_server.gan.references import References
from narrative_server.gan.vae import CoderHead, vae_loss
from narrative_server.precision import uses_bfloat16
from narrative_server.semantics.colour_words import names_colour


@dataclass(frozen=True)
class Batch:
    """values (N, C, H, W) -1..1; text (N, text_dim) jittered, clean_text as it is; condition (N, D); flippable (N,).

    told (N,): False where `text` stands for no text. weight (N,): of regression towards each item. references: what
    the generator is shown; None where it looks at nothing.
    """

    values: Tensor
    text: Tensor
    clean_text: Tensor
    condition: Tensor
    flippable: Tensor
    told: Tensor
    weight: Tensor
    references: References | None


class BatchSource:
    """Draws batches from a data set by weight, held-out items never."""

    def __init__(self, data: GanData, config: TrainConfig, rng: torch.Generator, device: torch.device) -> None:
        self.config, self.rng, self.device = config, rng, device
        self.values = torch.from_numpy(data.values)
        self.embeddings = torch.from_numpy(data.embeddings)
        self.captions = torch.from_numpy(data.captions).long()
        self.conditions = torch.from_numpy(data.conditions)
        self.flippable = torch.from_numpy(data.flippable)
        self.chances = torch.from_numpy(data.weights).double() * ~torch.from_numpy(data.held_out)
        self.nothing = self.embeddings.mean(dim=0)
        count = config.network.references
        self.recall = Recall(data, config.recall, count, config.seed, config.network.reference_turn) if count else None
        self._colourless = torch.tensor([not names_colour(phrase) for phrase in data.phrases])
        self._reduced = uses_bfloat16(config.precision, device)

    def autocast(self) -> torch.autocast:
        """The block in which networks run: in bfloat16 where settings and device say so."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self._reduced)

    def draw(self, n: int) -> Batch:
        """`n` items on the device."""
        rng, device = self.rng, self.device
        rows = torch.multinomial(self.chances, n, replacement=True, generator=rng)
        paraphrase = torch.randint(self.captions.shape[1], (n,), generator=rng)
        said = self.captions[rows, paraphrase]
        clean = self.embeddings[said]  # (N, text_dim)
        text = clean + self.config.text_jitter * torch.randn(clean.shape, generator=rng)
        silent = torch.rand(n, 1, generator=rng) < self.config.text_dropout
        text = torch.where(silent, self.nothing, text)
        condition = self.conditions[rows]
        condition = condition + self.config.condition_jitter * torch.randn(condition.shape, generator=rng)
        values = self.values[rows]
        values = values.float() / 127.5 - 1.0 if values.dtype == torch.uint8 else values.float()
        told = ~silent.squeeze(1)
        weight, references = torch.ones(n), None
        if self.recall is not None:
            shown = self.recall.draw(rows, self._colourless[said] | ~told, rng)
            values, weight, references = shown.wanted, shown.weight, shown.references.to(device)
        values = values.to(device, memory_format=torch.channels_last)
        return Batch(
            values=values,
            text=text.to(device),
            clean_text=clean,
            condition=condition.to(device),
            flippable=self.flippable[rows],
            told=told.to(device),
            weight=weight.to(device),
            references=references,
        )


def draw_noise(
    network: NetworkConfig, n: int, rng: torch.Generator, device: torch.device
) -> tuple[Tensor, list[Tensor]]:
    """z (n, z_dim) and stage noises (n, 1, h, w), standard normal."""
    z = torch.randn(n, network.z_dim, generator=rng).to(device)
    return z, [torch.randn(n, 1, h, w, generator=rng).to(device) for h, w in network.noise_shapes()]


@dataclass(frozen=True)
class Players:
    """The networks and what moves them."""

    generator: Generator
    discriminator: Discriminator
    generator_optimizer: Optimizer
    discriminator_optimizer: Optimizer
    aligner: Aligner | None = None


def warm_step(players: Players, head: CoderHead, source: BatchSource) -> dict[str, float]:
    """One step of the warm start that the settings choose."""
    return _encoded_step(players, head, source) if source.config.warm_encoder else text_step(players, source)


def text_step(players: Players, source: BatchSource) -> dict[str, float]:
    """One step of plain regression from text, with the best of a few random z for each item.

    Of `candidates` noises the one whose picture is already nearest is moved to the item (conditional implicit maximum
    likelihood: Li et al. 2020, arXiv 2004.03590). With one candidate the generator learns to do without z; with k it
    can tell up to k pictures of one caption apart, and z never says more than log2 k bits that the text should.
    Also the anchor of the adversarial phase: where the discriminator does not know the words well yet, it alone would
    let everything become what is most common.
    """
    batch = source.draw(source.config.warm_batch)
    z, stage_noises = nearest_noise(players.generator, batch, source)
    with source.autocast():
        painted = players.generator(z, batch.text, batch.condition, stage_noises, batch.references)
    error = _error(painted.float(), batch)
    players.generator_optimizer.zero_grad(set_to_none=True)
    error.backward()  # type: ignore[no-untyped-call]
    players.generator_optimizer.step()
    return {"loss": error.item(), "error": error.item()}


def _error(painted: Tensor, batch: Batch) -> Tensor:
    """Mean absolute error, each item by its weight."""
    each = (painted - batch.values).abs().mean(dim=(1, 2, 3))
    return (each * batch.weight).sum() / batch.weight.sum().clamp(min=1e-6)


@torch.no_grad()
def nearest_noise(generator: Generator, batch: Batch, source: BatchSource) -> tuple[Tensor, list[Tensor]]:
    """For each item the noise, of `candidates` drawn, whose picture is nearest to it in mean absolute error.

    Compared at half size, where a shape counts for more than its grain. Returns z (N, z_dim) and the stage noises.
    """
    n, count = len(batch.values), source.config.candidates
    z, stage_noises = draw_noise(source.config.network, n * count, source.rng, source.device)
    if count == 1:
        return z, stage_noises
    text, condition = batch.text.repeat(count, 1), batch.condition.repeat(count, 1)  # candidates of an item: n apart
    references = batch.references.repeat(count) if batch.references else None
    with source.autocast():
        painted = generator(z, text, condition, stage_noises, references)
    small = F.avg_pool2d(painted.float(), 2).reshape(count, n, -1)
    distance = (small - F.avg_pool2d(batch.values, 2).reshape(1, n, -1)).abs().mean(dim=2)  # (count, N)
    rows = distance.argmin(dim=0) * n + torch.arange(n, device=z.device)
    return z[rows], [noise[rows] for noise in stage_noises]


def _encoded_step(players: Players, head: CoderHead, source: BatchSource) -> dict[str, float]:
    """One step of the variational auto-encoder; both optimizers move, the head with the discriminator's."""
    config, device = source.config, source.device
    batch = source.draw(config.warm_batch)
    noise, stage_noises = draw_noise(config.network, config.warm_batch, source.rng, device)
    with source.autocast():
        terms = vae_loss(
            players.generator,
            players.discriminator,
            head,
            batch.values,
            batch.text,
            batch.condition,
            noise,
            stage_noises,
            config.divergence_weight,
        )
    for optimizer in (players.generator_optimizer, players.discriminator_optimizer):
        optimizer.zero_grad(set_to_none=True)
    terms.loss.backward()  # type: ignore[no-untyped-call]
    for optimizer in (players.generator_optimizer, players.discriminator_optimizer):
        optimizer.step()
    return {"loss": terms.loss.item(), "error": terms.error.item(), "divergence": terms.divergence.item()}


def adversarial_step(players: Players, source: BatchSource, gamma: float, penalise: bool) -> dict[str, float]:
    """One discriminator update, then one generator update on the same fakes and the same pairing."""
    config, rng, device = source.config, source.rng, source.device
    batch = source.draw(config.batch)
    z, stage_noises = draw_noise(config.network, config.batch, rng, device)
    with source.autocast():
        fake = players.generator(z, batch.text, batch.condition, stage_noises, batch.references)
    fake = fake.float()
    figures, real_score = _move_discriminator(players, source, batch, fake.detach(), gamma, penalise)
    players.discriminator.requires_grad_(False)
    shown = augment(fake, batch.flippable, config.augment, rng)
    with source.autocast():
        fake_score = players.discriminator(shown, batch.text, batch.condition)
    # The real scores are one update old: a constant offset to this loss, and a forward pass saved.
    loss = generator_loss(real_score, fake_score)
    figures |= {"loss_g": loss.item()}
    if players.aligner is not None:
        with source.autocast():
            distance = alignment_loss(players.aligner, shown, batch.text, batch.told)
        loss = loss + config.alignment_weight * distance
        figures |= {"alignment": distance.item()}
    if config.regression_weight > 0:
        error = _error(fake, batch)
        loss = loss + config.regression_weight * error
        figures |= {"error": error.item()}
    players.generator_optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    players.generator_optimizer.step()
    players.discriminator.requires_grad_(True)
    return figures


def _move_discriminator(
    players: Players, source: BatchSource, batch: Batch, fake: Tensor, gamma: float, penalise: bool
) -> tuple[dict[str, float], Tensor]:
    config, rng, judge = source.config, source.rng, players.discriminator
    n = len(fake)
    real = augment(batch.values, batch.flippable, config.augment, rng)
    fake = augment(fake, batch.flippable, config.augment, rng)
    wrong_text, wrong_condition = _mismatched(batch, config, rng)
    with source.autocast():
        grids = judge.features(torch.cat((real, fake)))
        real_grids, fake_grids = [grid[:n] for grid in grids], [grid[n:] for grid in grids]
        real_score = judge.score(real_grids, batch.text, batch.condition)
        fake_score = judge.score(fake_grids, batch.text, batch.condition)
        wrong_score = judge.score(real_grids, wrong_text, wrong_condition)
    adversarial = discriminator_loss(real_score, fake_score)
    mismatch = mismatch_loss(real_score, wrong_score)
    loss = adversarial + config.mismatch_weight * mismatch
    figures = {"loss_d": adversarial.item(), "mismatch": mismatch.item()}
    if penalise:
        penalties = _penalties(judge, batch, real, fake, config.penalty_items)
        loss = loss + config.penalty_every * 0.5 * gamma * (penalties[0] + penalties[1])
        figures |= {"r1": penalties[0].item(), "r2": penalties[1].item()}
    players.discriminator_optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    players.discriminator_optimizer.step()
    scores = {"score_real": real_score.mean().item(), "score_fake": fake_score.mean().item()}
    return figures | scores, real_score.detach()


def _penalties(judge: Discriminator, batch: Batch, real: Tensor, fake: Tensor, items: int) -> tuple[Tensor, Tensor]:
    text, condition = batch.text[:items], batch.condition[:items]
    r1 = gradient_penalty(lambda values: judge(values, text, condition), real[:items])
    r2 = gradient_penalty(lambda values: judge(values, text, condition), fake[:items])
    return r1, r2


def _mismatched(batch: Batch, config: TrainConfig, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Wrong captions, and for a third of the items (where there are conditions) the right caption, wrong condition."""
    rows = pick_mismatches(batch.clean_text, rng).to(batch.text.device)
    wrong_text = batch.text[rows]
    if config.network.condition_dim == 0:
        return wrong_text, batch.condition
    other = torch.randperm(len(rows), generator=rng).to(rows.device)
    only_condition = (torch.rand(len(rows), 1, generator=rng) < 1 / 3).to(rows.device)
    wrong_condition = torch.where(only_condition, batch.condition[other], batch.condition)
    return torch.where(only_condition, batch.text, wrong_text), wrong_condition
