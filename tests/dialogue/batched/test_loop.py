from __future__ import annotations

import random
import threading
from collections.abc import Sequence

import pytest
import torch

from narrative_server.dialogue.batched.loop import BatchLoop
from narrative_server.dialogue.batched.row import Row
from narrative_server.dialogue.batched.steps import Segment
from narrative_server.errors import EngineFailed
from narrative_server.workers.cancel import CancelToken

FIXED = (1, 2, 3, 4, 5, 6)
VOCABULARY = 97


class SummingSteps:
    """A model whose next token is a checksum of all that a slot holds; it tells what was stepped together."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.held: list[list[int]] = [[] for _ in range(slots)]
        self.steps: list[list[Segment]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.failing = False

    def step(self, segments: Sequence[Segment]) -> list[torch.Tensor | None]:
        assert self.hold.wait(10)
        if self.failing:
            raise MemoryError
        self.steps.append(list(segments))
        return [self._read(segment) for segment in segments]

    def usable(self, slot: int, tokens: int) -> int:
        return tokens

    def copy(self, source: int, target: int, tokens: int) -> None:
        self.held[target] = self.held[source][:tokens]

    def _read(self, segment: Segment) -> torch.Tensor | None:
        held = self.held[segment.slot]
        assert len(held) >= segment.start, "a gap in what the slot holds"
        held[segment.start :] = segment.tokens
        if not segment.wants_logits:
            return None
        return torch.nn.functional.one_hot(torch.tensor(checksum(held)), VOCABULARY).float()


def checksum(tokens: Sequence[int]) -> int:
    return sum(place * token for place, token in enumerate(tokens, 1)) % VOCABULARY


class Greedy:
    """Takes the best token, and now and then a forced one after it; ends after `length` tokens."""

    def __init__(self, length: int, fails_at: int = -1, begun: Sequence[int] = ()) -> None:
        self.length, self.fails_at, self.begun, self.chosen = length, fails_at, begun, 0

    def begin(self) -> list[int]:
        return list(self.begun)

    @property
    def finished(self) -> bool:
        return self.chosen >= self.length

    def choose(self, logits: torch.Tensor, context: Sequence[int]) -> list[int]:
        if self.chosen == self.fails_at:
            raise ValueError("a grammar that broke")
        tokens = [int(logits.argmax())]
        if tokens[0] % 3 == 0:
            tokens.append(7)
        self.chosen += len(tokens)
        return tokens


def expected(prompt: Sequence[int], length: int) -> list[int]:
    """What one row writes by itself."""
    held, chooser = list(prompt), Greedy(length)
    while not chooser.finished:
        held += chooser.choose(torch.nn.functional.one_hot(torch.tensor(checksum(held)), VOCABULARY), held)
    return held[len(prompt) :]


def row(prompt: Sequence[int], length: int, cancel: CancelToken | None = None, **options) -> Row:
    return Row(prompt, 1000, Greedy(length), cancel or CancelToken(), **options)


def written(one: Row) -> list[int]:
    tokens = [token for chosen in one.tokens() for token in chosen]
    one.leave()
    return tokens


@pytest.fixture
def steps():
    return SummingSteps(slots=4)  # three rows at once


@pytest.fixture
def loop(steps):
    running = BatchLoop(steps, FIXED, chunk_tokens=4)
    yield running
    steps.hold.set()
    running.close()


def test_rows_that_join_and_leave_at_any_time_write_what_each_writes_alone(loop, steps):
    rng = random.Random(5)
    rows = []
    for _ in range(25):
        prompt = (*FIXED[: rng.randint(0, 6)], *(rng.randrange(VOCABULARY) for _ in range(rng.randint(1, 12))))
        rows.append((prompt, rng.randint(1, 20)))
    submitted = []
    for prompt, length in rows:
        submitted.append(row(prompt, length))
        loop.submit(submitted[-1])
    assert [written(one) for one in submitted] == [expected(*one) for one in rows]
    assert max(len(step) for step in steps.steps) == 3, "they were not stepped together"


def test_running_rows_go_on_while_a_newcomers_prompt_is_read_in_chunks(loop, steps):
    first = row(FIXED, 200)
    loop.submit(first)
    next(first.tokens())
    newcomer = row(range(40, 70), 1)
    loop.submit(newcomer)
    written(newcomer)
    first.leave()
    mixed = [step for step in steps.steps if len(step) == 2]
    assert len(mixed) >= 30 // 4
    for step in mixed[:-1]:
        assert len(step[0].tokens) <= 2, "the running row reads what it chose"
        assert 1 <= len(step[1].tokens) <= 4, "the newcomer reads a chunk"


def test_a_prompt_goes_on_from_the_longest_beginning_that_any_slot_holds(loop):
    history = (*FIXED, *range(20, 40))
    first = row(history, 3)
    loop.submit(first)
    said = written(first)
    assert first.cached_tokens == len(FIXED)
    again = row((*history, *said[:-1], 50), 3)
    loop.submit(again)
    assert written(again) == expected((*history, *said[:-1], 50), 3)
    assert again.cached_tokens == len(history) + len(said) - 1
    other = row((*FIXED, 60, 61), 3)
    loop.submit(other)
    written(other)
    third = row((*history, 51), 3)
    loop.submit(third)
    written(third)
    assert third.cached_tokens == len(history), "another prompt took the slot of this session"


def test_scenes_that_go_on_at_once_find_each_its_own_slot(loop):
    scenes = [(*FIXED, *range(start, start + 10)) for start in (10, 30, 50)]
    for ends in ((80,), (90, 91, 92)):
        rows = [row((*scene, *ends), 30) for scene in (scenes if len(ends) == 1 else reversed(scenes))]
        for one in rows:
            loop.submit(one)
        for one in rows:
            written(one)
    assert [one.cached_tokens for one in rows] == [len(FIXED) + 10] * 3


def test_a_row_that_may_use_the_fixed_beginning_only_takes_nothing_else(loop):
    for _ in range(2):
        one = row((*FIXED, *range(20, 40)), 2, fixed_only=True)
        loop.submit(one)
        written(one)
        assert one.cached_tokens == len(FIXED)


def test_a_cancelled_row_leaves_after_the_step_that_runs_and_the_others_go_on(loop, steps):
    cancel = CancelToken()
    cancelled, other = row(FIXED, 10_000, cancel), row((*FIXED, 9), 30)
    loop.submit(cancelled)
    next(cancelled.tokens())
    loop.submit(other)
    steps.hold.clear()
    cancel.set()
    count = len(steps.steps)
    steps.hold.set()
    cancelled.leave()
    assert written(other) == expected((*FIXED, 9), 30)
    slots_later = {segment.slot for step in steps.steps[count + 2 :] for segment in step}
    assert slots_later == {other.slot}


def test_a_row_cancelled_while_it_waits_never_starts(loop, steps):
    running = [row((*FIXED, n), 10_000) for n in range(3)]
    for one in running:
        loop.submit(one)
        next(one.tokens())
    cancel = CancelToken()
    waiting = row((*FIXED, 70), 5, cancel)
    loop.submit(waiting)
    cancel.set()
    assert written(waiting) == []
    assert waiting.slot is None
    for one in running:
        one.leave()


def test_a_row_whose_grammar_breaks_fails_alone(loop):
    broken, other = Row(FIXED, 100, Greedy(50, fails_at=0), CancelToken()), row((*FIXED, 8), 20)
    loop.submit(broken)
    loop.submit(other)
    with pytest.raises(EngineFailed, match="choosing a token failed"):
        written(broken)
    assert written(other) == expected((*FIXED, 8), 20)


def test_a_step_that_fails_fails_its_rows_and_the_next_ones_are_served(loop, steps):
    steps.failing = True
    failed = row(FIXED, 5)
    loop.submit(failed)
    with pytest.raises(EngineFailed, match="MemoryError"):
        written(failed)
    steps.failing = False
    prompt = (*FIXED, 8, 9)
    served = row(prompt, 5)
    loop.submit(served)
    assert written(served) == expected(prompt, 5)


def test_a_beginning_without_a_choice_is_read_with_the_prompt(loop, steps):
    one = Row((*FIXED, 9), 100, Greedy(5, begun=(30, 31)), CancelToken())
    loop.submit(one)
    assert written(one) == [30, 31, *expected((*FIXED, 9, 30, 31), 5)]
    assert [9, 30, 31] in [list(segment.tokens) for step in steps.steps for segment in step]
    assert one.output_tokens == len(expected((*FIXED, 9, 30, 31), 5)) + 2


def test_an_answer_is_cut_at_its_limit(loop):
    one = Row(FIXED, 6, Greedy(1000), CancelToken())
    loop.submit(one)
    assert 6 <= len(written(one)) <= 7, "the limit, and a forced token at most"


def test_closing_fails_what_is_left_and_refuses_what_comes(steps):
    loop = BatchLoop(steps, FIXED, chunk_tokens=4)
    running = row(FIXED, 10_000)
    loop.submit(running)
    next(running.tokens())
    loop.close()
    with pytest.raises(EngineFailed, match="closed"):
        written(running)
    with pytest.raises(EngineFailed, match="closed"):
        loop.submit(row(FIXED, 1))
