"""The child's side: hosts one service, runs its calls on a few threads, exits when the pipe closes.

The main thread loads the service and then waits, because some native engines must be built on it; a reader thread
watches the pipe from the first moment, so that a killed server leaves no orphan even while a model loads.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Final

from narrative_server.errors import EngineFailed, NarrativeError
from narrative_server.workers.cancel import Cancelled, CancelToken
from narrative_server.workers.logs import install_pipe_logging
from narrative_server.workers.messages import (
    STREAM_WINDOW,
    Acknowledge,
    Call,
    Cancel,
    Failed,
    Finished,
    Item,
    LoadFailed,
    Ready,
    ToChild,
    ToParent,
    WorkerSpec,
)

log = logging.getLogger(__name__)

STOP_GRACE_S: Final = 5.0
"""How long an orderly stop waits for cancelled calls before the process exits anyway."""


def run_worker(connection: Connection, spec: WorkerSpec) -> None:
    """Entry point of the child process; never returns."""
    ignore_signals()
    host = _Host(connection, spec)
    install_pipe_logging(host.send, spec.log_level)
    threading.Thread(target=host.read_pipe, name="pipe reader", daemon=True).start()
    try:
        service = _build(spec)
    except NarrativeError as error:
        host.send(LoadFailed(error))
    except Exception as error:
        log.exception("%s could not be loaded", spec.name)
        host.send(LoadFailed(EngineFailed(spec.name, f"could not be loaded ({type(error).__name__})")))
    else:
        ignore_signals()  # again: some native engines install handlers of their own
        host.serve(service)
    # Not sys.exit: interpreter shutdown would wait for threads that may be deep in native code.
    os._exit(0)


def ignore_signals() -> None:
    """Leave Ctrl+C and termination to the parent, which alone decides when a worker ends."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def _build(spec: WorkerSpec) -> object:
    module_name, _, class_name = spec.factory.partition(":")
    factory: Callable[[object], object] = getattr(importlib.import_module(module_name), class_name)
    return factory(spec.config)


class _RunningCall:
    """One accepted call: its cancel token, and how many more stream items may be sent unread."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.cancel_token = CancelToken()
        self._credit = threading.Semaphore(STREAM_WINDOW)

    def cancel(self) -> None:
        self.cancel_token.set()
        self._credit.release()  # wake a sender that waits for the reader

    def acknowledge(self, count: int) -> None:
        self._credit.release(count)

    def wait_for_credit(self) -> None:
        self._credit.acquire()
        self.cancel_token.check()


class _Host:
    def __init__(self, connection: Connection, spec: WorkerSpec) -> None:
        self._connection = connection
        self._spec = spec
        self._send_lock = threading.Lock()
        self._calls: dict[int, _RunningCall] = {}
        self._calls_lock = threading.Lock()
        self._inbox: queue.SimpleQueue[_RunningCall | None] = queue.SimpleQueue()
        self._stopping = threading.Event()

    def send(self, message: ToParent) -> None:
        data = pickle.dumps(message)  # before the lock: a value that cannot be pickled must not stop the others
        with self._send_lock:
            self._connection.send_bytes(data)

    def read_pipe(self) -> None:
        """Dispatch the parent's messages; the end of the pipe is the end of the parent."""
        while True:
            try:
                message: ToChild = pickle.loads(self._connection.recv_bytes())
            except (EOFError, OSError):
                os._exit(0)
            self._dispatch(message)

    def _dispatch(self, message: ToChild) -> None:
        if isinstance(message, Call):
            running = _RunningCall(message)
            with self._calls_lock:
                self._calls[message.call_id] = running
            self._inbox.put(running)
        elif isinstance(message, Cancel | Acknowledge):
            with self._calls_lock:
                found = self._calls.get(message.call_id)
            if found is not None and isinstance(message, Cancel):
                found.cancel()
            elif found is not None and isinstance(message, Acknowledge):
                found.acknowledge(message.count)
        else:
            self._stopping.set()

    def serve(self, service: object) -> None:
        """Run calls until the parent says stop, then cancel what runs and free the service."""
        threads = [
            threading.Thread(target=self._run_calls, args=(service,), name=f"call {index}", daemon=True)
            for index in range(self._spec.concurrency)
        ]
        for thread in threads:
            thread.start()
        self.send(Ready())
        self._stopping.wait()
        with self._calls_lock:
            for running in self._calls.values():
                running.cancel()
        for _ in threads:
            self._inbox.put(None)
        for thread in threads:
            thread.join(STOP_GRACE_S)
        close = getattr(service, "close", None)
        if close is not None and not any(thread.is_alive() for thread in threads):
            close()

    def _run_calls(self, service: object) -> None:
        while (running := self._inbox.get()) is not None:
            ending = self._run(service, running)
            with self._calls_lock:
                del self._calls[running.call.call_id]
            try:
                self.send(ending)
            except OSError:
                return  # the parent is gone; the reader thread ends this process
            except Exception as error:
                log.exception("%s.%s gave a result that cannot be sent", self._spec.name, running.call.method)
                self.send(Failed(running.call.call_id, self._failure(error)))

    def _run(self, service: object, running: _RunningCall) -> Finished | Failed:
        call = running.call
        try:
            running.cancel_token.check()
            result = getattr(service, call.method)(call.payload, running.cancel_token)
            if not call.stream:
                return Finished(call.call_id, result)
            self._send_items(running, result)
            return Finished(call.call_id, None)
        except Cancelled:
            return Failed(call.call_id, EngineFailed(self._spec.name, "was cancelled"))
        except NarrativeError as error:
            return Failed(call.call_id, error)
        except BaseException as error:
            # SystemExit too: were it let through, this thread would end and the caller wait for ever.
            log.exception("%s.%s failed", self._spec.name, call.method)
            return Failed(call.call_id, self._failure(error))

    def _send_items(self, running: _RunningCall, items: Iterable[object]) -> None:
        with contextlib.ExitStack() as cleanup:
            if close := getattr(items, "close", None):
                cleanup.callback(close)  # a generator's own clean-up runs now, on this thread
            for item in items:
                running.wait_for_credit()
                self.send(Item(running.call.call_id, item))

    def _failure(self, error: BaseException) -> EngineFailed:
        return EngineFailed(self._spec.name, f"failed on this request ({type(error).__name__})")
