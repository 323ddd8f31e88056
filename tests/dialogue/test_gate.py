from __future__ import annotations

import threading

import pytest

from narrative_server.dialogue.gate import BatchGate
from narrative_server.workers.cancel import Cancelled, CancelToken


def enter_in_thread(gate: BatchGate, alone: bool) -> tuple[threading.Thread, threading.Event, threading.Event]:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with gate.entered(alone=alone, cancel=CancelToken()):
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    return thread, inside, leave


def test_shared_entries_run_together():
    gate = BatchGate()
    thread, inside, leave = enter_in_thread(gate, alone=False)
    assert inside.wait(5)
    with gate.entered(alone=False, cancel=CancelToken()):
        leave.set()
    thread.join()


@pytest.mark.parametrize(("held_alone", "wanted_alone"), [(True, False), (False, True), (True, True)])
def test_an_exclusive_entry_shares_with_nobody(held_alone, wanted_alone):
    gate = BatchGate()
    holder, inside, leave = enter_in_thread(gate, held_alone)
    assert inside.wait(5)
    waiter, waiter_inside, waiter_leave = enter_in_thread(gate, wanted_alone)
    assert not waiter_inside.wait(0.06)
    leave.set()
    assert waiter_inside.wait(5)
    waiter_leave.set()
    for thread in (holder, waiter):
        thread.join()


def test_an_exclusive_entry_is_not_starved_by_later_shared_ones():
    gate = BatchGate()
    holder, inside, leave = enter_in_thread(gate, alone=False)
    assert inside.wait(5)
    alone, alone_inside, alone_leave = enter_in_thread(gate, alone=True)
    assert not alone_inside.wait(0.03)
    late, late_inside, late_leave = enter_in_thread(gate, alone=False)
    assert not late_inside.wait(0.03)
    leave.set()
    assert alone_inside.wait(5)
    alone_leave.set()
    assert late_inside.wait(5)
    late_leave.set()
    for thread in (holder, alone, late):
        thread.join()


def test_a_cancelled_wait_ends_and_leaves_the_gate_usable():
    gate = BatchGate()
    cancel = CancelToken()
    with gate.entered(alone=False, cancel=CancelToken()):
        cancel.set()
        with pytest.raises(Cancelled), gate.entered(alone=True, cancel=cancel):
            pass
        with gate.entered(alone=False, cancel=CancelToken()):
            pass
