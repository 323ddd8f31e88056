"""Log output: one line for people, or one JSON object a line for machines.

Words of requests never go in at info level.
"""

from __future__ import annotations

import json
import logging
import sys
from typing import Final, Literal

EXTRA_FIELDS: Final = ("request_id", "method", "code", "elapsed_ms")


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and the fields of EXTRA_FIELDS that it has."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        fields: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields.update({name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        elif record.exc_text:
            fields["exception"] = record.exc_text
        return json.dumps(fields, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A short line for people, with a call's id and time where it has them."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line = super().format(record)
        if hasattr(record, "elapsed_ms"):
            line += f" {record.elapsed_ms} ms"
        if hasattr(record, "request_id"):
            line += f" [{record.request_id}]"
        return line


def set_up_logging(style: Literal["text", "json"], level: str = "INFO") -> None:
    """Send the package's records to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("narrative_server").setLevel(level)
