"""Log records of a worker process, carried to the server's own logging."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable

from narrative_server.workers.messages import Log


class PipeHandler(logging.Handler):
    """Sends each record as plain values: message formatted, traceback as text, extra fields kept where they pickle."""

    def __init__(self, send: Callable[[Log], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; a closed pipe means that the process is about to exit, so there is nobody to tell."""
        try:
            self._send(Log(_plain_fields(record)))
        except OSError:
            return
        except Exception:
            self.handleError(record)


def install_pipe_logging(send: Callable[[Log], None], level: int) -> None:
    """Make the pipe the only handler of this process."""
    root = logging.getLogger()
    root.handlers[:] = [PipeHandler(send)]
    root.setLevel(level)
    logging.captureWarnings(True)


def replay(fields: dict[str, object]) -> None:
    """Hand a child's record to the logger of the same name in this process."""
    record = logging.makeLogRecord(fields)
    logger = logging.getLogger(record.name)
    if logger.isEnabledFor(record.levelno):
        logger.handle(record)


def _plain_fields(record: logging.LogRecord) -> dict[str, object]:
    fields = dict(record.__dict__)
    if record.exc_info and not record.exc_text:
        fields["exc_text"] = logging.Formatter().formatException(record.exc_info)
    fields.update(msg=record.getMessage(), args=None, exc_info=None)
    return {key: value if _pickles(value) else repr(value) for key, value in fields.items()}


def _pickles(value: object) -> bool:
    if isinstance(value, str | int | float | bool | None):
        return True
    try:
        pickle.dumps(value)
    except Exception:
        # Pickling can fail in any way that the value's class chooses; the caller then sends its repr.
        return False
    return True
