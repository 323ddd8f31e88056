from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from narrative_server.evaluation.sounds.dataset import SoundData
from narrative_server.evaluation.sounds.pools import draw_pools
from narrative_server.evaluation.sounds.prompts import Prompt, alike, choose_prompts, like_items, words_said
from narrative_server.sounds.waves import RECORDED


def _prompt(kind: str, caption: str) -> Prompt:
    return Prompt(caption, "held_out", 0, kind, words_said(kind, caption), 300, 0.5, 0.0, 0.0)


def test_held_out_captions_are_fresh_differ_and_say_most(data: SoundData) -> None:
    prompts = choose_prompts(data, "held_out", 100)
    trained = {data.gan.phrases[row] for row in data.gan.captions[~data.gan.held_out].ravel()}
    assert len({prompt.caption for prompt in prompts}) == len(prompts) == 24
    assert not trained & {prompt.caption for prompt in prompts}
    assert all(data.gan.held_out[prompt.item] and not data.recorded[prompt.item] for prompt in prompts)
    sized = [prompt for prompt in prompts if prompt.kind != "lock"]  # a lock's recipe knows no sizes
    assert all(prompt.words & {"small", "heavy"} for prompt in sized if "small" in data.captions(prompt.item)[0])


def test_kinds_are_asked_for_in_turn_and_a_longer_draw_keeps_the_shorter_one(data: SoundData) -> None:
    prompts = choose_prompts(data, "held_out", 24)
    assert {prompt.kind for prompt in prompts[:3]} == {"bell", "door_close", "lock"}
    assert choose_prompts(data, "held_out", 7) == prompts[:7]


def test_recordings_are_every_take_of_the_held_out_ones(data: SoundData) -> None:
    prompts = choose_prompts(data, "recordings", 100)
    assert {prompt.item for prompt in prompts} == set(np.flatnonzero(data.gan.held_out & data.recorded).tolist())
    assert {prompt.kind for prompt in prompts} == {RECORDED}
    assert len({prompt.caption for prompt in prompts}) < len(prompts)


def test_conditions_are_those_of_the_item(data: SoundData) -> None:
    prompt = choose_prompts(data, "held_out", 1)[0]
    assert prompt.intensity == pytest.approx(float(data.waves.intensity[prompt.item]))
    assert prompt.duration_ms == round(float(data.waves.duration_ms()[prompt.item]))


def test_words_of_traits_are_found_as_whole_words() -> None:
    assert words_said("door_creak", "small stone gate creaking shut") == {"small", "stone", "gate", "shut"}
    assert words_said("door_creak", "stonework opening") == frozenset()
    assert words_said(RECORDED, "small stone") == frozenset()


def test_captions_of_one_kind_are_alike_when_one_says_no_more_than_the_other() -> None:
    prompts = [
        _prompt("door_close", "door falling shut"),
        _prompt("door_close", "heavy iron door closing"),
        _prompt("door_close", "iron door being shut"),
        _prompt("door_close", "small wooden door closing"),
        _prompt("bell", "small bell ringing"),
    ]
    sentences = np.eye(5, 384, dtype=np.float32)
    expected = np.eye(5, dtype=bool)
    for one, other in ((0, 1), (0, 2), (0, 3), (1, 2)):
        expected[one, other] = expected[other, one] = True
    np.testing.assert_array_equal(alike(prompts, sentences), expected)


def test_captions_of_two_kinds_are_alike_when_their_sentences_nearly_agree() -> None:
    prompts = [_prompt("bell", "small bell"), _prompt("lock", "lock clicking open")]
    near = np.array([[1.0, 0.0], [0.95, np.sqrt(1 - 0.95**2)]], np.float32)
    assert alike(prompts, near).all()
    assert alike(prompts, np.eye(2, dtype=np.float32)).sum() == 2


def test_pools_hold_a_hundred_captions_no_two_alike() -> None:
    groups = np.arange(450) // 3
    near = groups[:, None] == groups[None, :]
    for own, pool in enumerate(draw_pools(near, 5)):
        assert pool is not None
        assert pool[0] == own
        assert len({int(groups[place]) for place in pool}) == len(pool) == 100
    assert draw_pools(near[:60, :60], 2) == [None, None]


def test_the_real_sounds_compared_with_have_the_prompts_kinds_in_the_same_shares(data: SoundData) -> None:
    prompts = choose_prompts(data, "held_out", 9)
    prompts = [*prompts, *(dataclasses.replace(one) for one in prompts if one.kind == "bell")]
    items = like_items(data, prompts, 2)
    counts = {kind: sum(data.kinds[item] == kind for item in items) for kind in ("bell", "lock", RECORDED)}
    assert counts == {"bell": 12, "lock": 6, RECORDED: 0}
    assert not data.gan.held_out[items].any()
    assert len(set(items.tolist())) == len(items)
