"""The parent's hold on one child process: spawn, a reader and a writer thread, kill. Knows nothing of calls.

`spawn` only: forking after gRPC or a GPU runtime is initialised is undefined. Two threads, because a pipe that is full
or silent must never block the event loop.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import multiprocessing
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from narrative_server.workers.host import run_worker
from narrative_server.workers.messages import ToChild, ToParent, WorkerSpec

log = logging.getLogger(__name__)

EXIT_WAIT_S: Final = 2.0
"""How long a child whose pipe has closed may take to be gone before it is killed."""


class WorkerProcess:
    """One spawned child. `on_message` and `on_exit(exit code)` are called on the reader thread."""

    def __init__(
        self, spec: WorkerSpec, on_message: Callable[[ToParent], None], on_exit: Callable[[int | None], None]
    ) -> None:
        self._on_message = on_message
        self._on_exit = on_exit
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        context = multiprocessing.get_context("spawn")
        self._connection, child_end = context.Pipe()
        self._process = context.Process(
            target=run_worker, args=(child_end, spec), name=f"narrative {spec.name}", daemon=True
        )
        try:
            with _signals_held_back():
                self._process.start()
        except BaseException:
            self._connection.close()
            raise
        finally:
            child_end.close()
        # At interpreter exit multiprocessing terminates daemons politely and joins them; ours ignore that signal.
        atexit.register(self._process.kill)
        threading.Thread(target=self._write, name=f"{spec.name} writer", daemon=True).start()
        threading.Thread(target=self._read, name=f"{spec.name} reader", daemon=True).start()

    @property
    def process_id(self) -> int | None:
        """The operating system's id of the child."""
        return self._process.pid

    def send(self, message: ToChild) -> None:
        """Queue a message; never blocks. Raises what pickling raises."""
        self._outbox.put(pickle.dumps(message))

    def kill(self) -> None:
        """End the child at once; `on_exit` follows."""
        # ValueError: closed already, so it has ended.
        with contextlib.suppress(ValueError):
            self._process.kill()

    def _write(self) -> None:
        while (data := self._outbox.get()) is not None:
            try:
                self._connection.send_bytes(data)
            except (OSError, ValueError):
                return  # the child is gone; the reader tells

    def _read(self) -> None:
        while True:
            try:
                message: ToParent = pickle.loads(self._connection.recv_bytes())
            except (EOFError, OSError):
                break
            except Exception:
                log.exception("a message of %s could not be read; its process is ended", self._process.name)
                self._process.kill()
                break
            self._on_message(message)
        self._on_exit(self._reap())

    def _reap(self) -> int | None:
        self._process.join(EXIT_WAIT_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        exit_code = self._process.exitcode
        atexit.unregister(self._process.kill)
        self._outbox.put(None)
        self._connection.close()
        self._process.close()
        return exit_code


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Spawn with Ctrl+C and termination blocked: the child inherits that, also before its own code runs."""
    if sys.platform == "win32":
        yield
        return
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
