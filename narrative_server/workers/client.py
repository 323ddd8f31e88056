"""The server's view of one worker: start, call, stream, cancel, restart on death. Runs on the asyncio loop.

Calls wait here, not in the child, so that one cancelled in the queue is never sent, and the load is exact. A call whose
caller has gone keeps its place until the child confirms its end; a child that does not is killed and replaced.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import enum
import itertools
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from narrative_server.errors import DeadlinePassed, EngineUnavailable, InvalidConfig, NarrativeError
from narrative_server.workers.logs import replay
from narrative_server.workers.messages import (
    STREAM_WINDOW,
    Acknowledge,
    Call,
    Cancel,
    Failed,
    Finished,
    Item,
    LoadFailed,
    Log,
    Ready,
    Stop,
    ToParent,
    WorkerSpec,
)
from narrative_server.workers.process import WorkerProcess

log = logging.getLogger(__name__)

FIRST_RESTART_DELAY_S: Final = 0.1
MAX_RESTART_DELAY_S: Final = 30.0
ACKNOWLEDGE_EVERY: Final = STREAM_WINDOW // 4

Reply: TypeAlias = Item | Finished | Failed


class WorkerState(enum.Enum):
    """Where a worker is in its life; FAILED (the model cannot be loaded) and STOPPED are final."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True)
class WorkerLoad:
    """Calls that run in the child, calls that wait for a place, and how often the process was replaced."""

    active: int
    queued: int
    restarts: int


class _PendingCall:
    """One call's place in the queue, and what the child has said about it so far."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.replies: asyncio.Queue[Reply] = asyncio.Queue()
        self.grace_timer: asyncio.TimerHandle | None = None


class WorkerClient:
    """One service in a process of its own. Use on one event loop; `stop` it before the loop closes."""

    def __init__(
        self,
        name: str,
        factory: str,
        config: object,
        *,
        concurrency: int,
        start_timeout_s: float = 120.0,
        cancel_grace_s: float = 5.0,
        on_state: Callable[[WorkerState], None] | None = None,
    ) -> None:
        """`factory` is "module:ClassName", called there with `config` (picklable); `concurrency` calls run at once.

        A load that takes over `start_timeout_s`, or a cancelled call that runs on for over `cancel_grace_s`, ends the
        process and a fresh one is started. `on_state` is called on the loop at each change.
        """
        if concurrency < 1:
            raise InvalidConfig(f"{name}.concurrency", concurrency, "1 or more")
        self._spec = WorkerSpec(name, factory, config, concurrency, logging.getLogger().getEffectiveLevel())
        self._start_timeout_s = start_timeout_s
        self._cancel_grace_s = cancel_grace_s
        self._on_state = on_state
        self._state = WorkerState.STARTING
        self._load_error: NarrativeError | None = None
        self._process: WorkerProcess | None = None
        self._process_number = 0
        self._restarts = 0
        self._deaths_in_a_row = 0
        self._ids = itertools.count(1)
        self._waiting: deque[_PendingCall] = deque()
        self._running: dict[int, _PendingCall] = {}
        self._settled = asyncio.Event()  # READY, FAILED or STOPPED
        self._gone = asyncio.Event()  # no child process exists
        self._gone.set()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def name(self) -> str:
        """The name that errors and logs carry."""
        return self._spec.name

    @property
    def state(self) -> WorkerState:
        """Where the worker is in its life."""
        return self._state

    @property
    def load_error(self) -> NarrativeError | None:
        """Why the model cannot be loaded; set when the state is FAILED."""
        return self._load_error

    @property
    def load(self) -> WorkerLoad:
        """What it is doing now."""
        return WorkerLoad(len(self._running), len(self._waiting), self._restarts)

    @property
    def process_id(self) -> int | None:
        """The child's process id; None when there is no child."""
        return self._process.process_id if self._process else None

    async def start(self) -> None:
        """Spawn the process; returns at once, `wait_ready` waits for its model."""
        if self._process is not None or self._state is not WorkerState.STARTING:
            raise RuntimeError(f"worker {self.name} was started before")
        self._loop = asyncio.get_running_loop()
        self._spawn()

    async def wait_ready(self, timeout_s: float | None = None) -> None:
        """Wait until calls are served.

        Raises the load's own error (ModelMissing, ...) when it failed, EngineUnavailable after `timeout_s` or a stop.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError:
            raise self._unavailable() from None
        self._check_ready()

    async def stop(self, grace_s: float = 5.0) -> None:
        """End the child: politely, then after `grace_s` by force. Calls that are still open raise EngineUnavailable."""
        if self._state is not WorkerState.FAILED:
            self._set_state(WorkerState.STOPPED)
        self._cancel_timer()
        self._fail_all()
        if self._process is None:
            return
        self._process.send(Stop())
        try:
            async with asyncio.timeout(grace_s):
                await self._gone.wait()
        except TimeoutError:
            log.warning("%s did not stop within %.1f s and is killed", self.name, grace_s)
            self._process.kill()
            await self._gone.wait()

    async def call(self, method: str, payload: object, *, timeout_s: float | None = None) -> Any:
        """Run a unary method in the child. Cancelling the task cancels the call there.

        Raises the service's own NarrativeError, EngineFailed for anything else it raised, EngineUnavailable when the
        process is not there, DeadlinePassed after `timeout_s` (waiting for a place included).
        """
        pending = self._submit(method, payload, stream=False)
        try:
            async with asyncio.timeout(timeout_s):
                reply = await pending.replies.get()
        except TimeoutError:
            raise DeadlinePassed(f"{self.name}.{method} took longer than {timeout_s} s") from None
        finally:
            self._release(pending)
        return _value_of(reply)

    async def stream(self, method: str, payload: object) -> AsyncGenerator[Any, None]:
        """Iterate a streaming method of the child. Closing the iterator or cancelling the task cancels the call there.

        Raises what `call` raises. At most STREAM_WINDOW items wait unread; then the child waits.
        """
        pending = self._submit(method, payload, stream=True)
        unacknowledged = 0
        try:
            while isinstance(reply := await pending.replies.get(), Item):
                unacknowledged += 1
                if unacknowledged == ACKNOWLEDGE_EVERY:
                    self._acknowledge(pending, unacknowledged)
                    unacknowledged = 0
                yield reply.value
            _value_of(reply)
        finally:
            self._release(pending)

    def _submit(self, method: str, payload: object, *, stream: bool) -> _PendingCall:
        self._check_ready()
        pending = _PendingCall(Call(next(self._ids), method, payload, stream))
        self._waiting.append(pending)
        self._send_waiting()
        return pending

    def _send_waiting(self) -> None:
        while self._process and self._waiting and len(self._running) < self._spec.concurrency:
            pending = self._waiting.popleft()
            self._process.send(pending.call)
            self._running[pending.call.call_id] = pending

    def _acknowledge(self, pending: _PendingCall, count: int) -> None:
        if self._process and pending.call.call_id in self._running:
            self._process.send(Acknowledge(pending.call.call_id, count))

    def _release(self, pending: _PendingCall) -> None:
        """The caller is done; when the child is not, cancel it there and give it `cancel_grace_s` to end."""
        if pending in self._waiting:
            self._waiting.remove(pending)
        elif self._process and self._running.get(pending.call.call_id) is pending:
            self._process.send(Cancel(pending.call.call_id))
            pending.grace_timer = self._loop.call_later(self._cancel_grace_s, self._kill_stuck, pending)

    def _kill_stuck(self, pending: _PendingCall) -> None:
        if self._process and self._running.get(pending.call.call_id) is pending:
            log.error(
                "%s.%s ran on for %.1f s after its cancellation; its process is ended",
                self.name,
                pending.call.method,
                self._cancel_grace_s,
            )
            self._process.kill()

    def _spawn(self) -> None:
        number = self._process_number = self._process_number + 1

        def post(handler: Callable[[Any], None], argument: object) -> None:
            # RuntimeError: the loop was closed without `stop`; nobody is left to tell.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._handle, number, handler, argument)

        self._gone.clear()
        self._process = WorkerProcess(
            self._spec,
            lambda message: post(self._on_message, message),
            lambda exit_code: post(self._on_exit, exit_code),
        )
        self._timer = self._loop.call_later(self._start_timeout_s, self._on_start_timeout)
        log.info("%s worker spawned, process %s", self.name, self._process.process_id)

    def _handle(self, number: int, handler: Callable[[Any], None], argument: object) -> None:
        if number == self._process_number:
            handler(argument)

    def _on_start_timeout(self) -> None:
        log.error("%s did not load within %.0f s; its process is ended", self.name, self._start_timeout_s)
        if self._process:
            self._process.kill()

    def _on_message(self, message: ToParent) -> None:
        if isinstance(message, Log):
            replay(message.fields)
        elif isinstance(message, Ready):
            self._cancel_timer()
            if self._state is not WorkerState.STOPPED:
                self._set_state(WorkerState.READY)
        elif isinstance(message, LoadFailed):
            self._cancel_timer()
            self._load_error = message.error
            self._set_state(WorkerState.FAILED)
        elif isinstance(message, Item):
            if pending := self._running.get(message.call_id):
                pending.replies.put_nowait(message)
        else:
            self._on_ending(message)

    def _on_ending(self, message: Finished | Failed) -> None:
        pending = self._running.pop(message.call_id, None)
        if pending is None:
            return  # failed already, by a stop
        self._deaths_in_a_row = 0
        if pending.grace_timer:
            pending.grace_timer.cancel()
        pending.replies.put_nowait(message)
        self._send_waiting()

    def _on_exit(self, exit_code: int | None) -> None:
        self._process = None
        self._gone.set()
        self._cancel_timer()
        if self._state in (WorkerState.STOPPED, WorkerState.FAILED):
            return
        self._deaths_in_a_row += 1
        delay_s = self._restart_delay_s()
        log.error("%s worker died (exit code %s); a fresh one starts in %.1f s", self.name, exit_code, delay_s)
        self._set_state(WorkerState.RESTARTING)
        self._fail_all()
        self._timer = self._loop.call_later(delay_s, self._restart)

    def _restart(self) -> None:
        self._restarts += 1
        self._spawn()

    def _restart_delay_s(self) -> float:
        doublings = min(max(self._deaths_in_a_row - 1, 0), 16)
        return min(FIRST_RESTART_DELAY_S * 2.0**doublings, MAX_RESTART_DELAY_S)

    def _fail_all(self) -> None:
        for pending in (*self._running.values(), *self._waiting):
            if pending.grace_timer:
                pending.grace_timer.cancel()
            pending.replies.put_nowait(Failed(pending.call.call_id, self._unavailable()))
        self._running.clear()
        self._waiting.clear()

    def _check_ready(self) -> None:
        if self._load_error is not None:
            raise copy.copy(self._load_error)  # a fresh one: each raise would lengthen a shared traceback
        if self._state is not WorkerState.READY:
            raise self._unavailable()

    def _unavailable(self) -> EngineUnavailable:
        retry_after_ms = 1000 + round(1000 * self._restart_delay_s())
        return EngineUnavailable(self.name, f"is {self._state.value}", retry_after_ms)

    def _set_state(self, state: WorkerState) -> None:
        if state is self._state:
            return
        self._state = state
        if state in (WorkerState.READY, WorkerState.FAILED, WorkerState.STOPPED):
            self._settled.set()
        else:
            self._settled.clear()
        if self._on_state is not None:
            self._on_state(state)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _value_of(reply: Reply) -> object:
    if isinstance(reply, Failed):
        raise reply.error
    return reply.value
