"""What travels over the pipe between the server and one worker process. Pickled; both ends are this package.

A call has an id that is unique for its process. Every call ends with exactly one Finished or Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from narrative_server.errors import NarrativeError

STREAM_WINDOW: Final = 64
"""How many items of one stream the child may send ahead of the reader."""


@dataclass(frozen=True)
class WorkerSpec:
    """What a child process hosts. `factory` is "module:ClassName", called with `config`, which must pickle."""

    name: str
    factory: str
    config: object
    concurrency: int
    log_level: int


@dataclass(frozen=True)
class Call:
    """Parent to child: run `method(payload, cancel)`; with `stream` its result is iterated."""

    call_id: int
    method: str
    payload: object
    stream: bool


@dataclass(frozen=True)
class Cancel:
    """Parent to child: the caller no longer wants this call. Unknown ids are ignored: it may just have ended."""

    call_id: int


@dataclass(frozen=True)
class Acknowledge:
    """Parent to child: `count` more items of this stream were read."""

    call_id: int
    count: int


@dataclass(frozen=True)
class Stop:
    """Parent to child: cancel everything, free the model, exit."""


@dataclass(frozen=True)
class Ready:
    """Child to parent: the model is loaded."""


@dataclass(frozen=True)
class LoadFailed:
    """Child to parent: the service could not be built; trying again would not help."""

    error: NarrativeError


@dataclass(frozen=True)
class Item:
    """Child to parent: the next value of a stream."""

    call_id: int
    value: object


@dataclass(frozen=True)
class Finished:
    """Child to parent: the call's value (None for a stream)."""

    call_id: int
    value: object


@dataclass(frozen=True)
class Failed:
    """Child to parent: the call ended with this error."""

    call_id: int
    error: NarrativeError


@dataclass(frozen=True)
class Log:
    """Child to parent: the attributes of one log record."""

    fields: dict[str, object]


ToChild: TypeAlias = Call | Cancel | Acknowledge | Stop
ToParent: TypeAlias = Ready | LoadFailed | Item | Finished | Failed | Log
