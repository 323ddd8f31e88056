"""Domain errors: each carries data; one layer (`rpc.errors`) maps them to gRPC status.

NarrativeError
├── InvalidRequest        one or more FieldViolation: field path, what was wrong, what is legal
├── InvalidConfig         a settings key, its value and the legal range
├── NotFound              a session, beat, asset or model that does not exist
├── AlreadyExists         an id that is taken
├── Busy                  a bounded queue is full; carries a retry hint
├── InProgress            the same idempotency key is being played now; carries a retry hint
├── DeadlinePassed        no line was finished before the caller's deadline
├── EngineUnavailable     a worker process died, is starting or is stopping; carries a retry hint
├── EngineFailed          a model step failed on this request; the worker lives on
├── ModelMissing          weights are not on disk; names the command that fetches them
├── ModelCorrupt          weights are on disk and do not match their checksum or format
├── DataMissing           a training data set is not on disk; says how to get it
├── PackageMissing        an optional package is not installed; names the extra that brings it
├── StorageFailed         the store could not write or read (disk full, read-only, locked)
└── Unauthenticated       token missing or wrong
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldViolation:
    """One fault in a request.

    field: path in proto names, such as `cast[1].name`.
    problem: what was wrong, with the value (shortened), such as `is 'NaN'`.
    legal: what would be accepted, such as `a number from 0 to 1`.
    """

    field: str
    problem: str
    legal: str

    def __str__(self) -> str:
        return f"{self.field} {self.problem}; legal: {self.legal}"


class NarrativeError(Exception):
    """Root of all errors that the package raises on purpose; pickles whole, so that it crosses process borders."""

    def __reduce__(self) -> tuple[object, ...]:
        # The default calls the class with `args`, the message alone, which the constructors below do not take.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(error_type: type[NarrativeError], args: tuple[object, ...], state: dict[str, object]) -> NarrativeError:
    error = error_type.__new__(error_type, *args)
    error.__dict__.update(state)
    return error


class InvalidRequest(NarrativeError):
    """The request can never be served as it is; carries every violation found."""

    def __init__(self, violations: Iterable[FieldViolation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, self.violations)))


class InvalidConfig(NarrativeError):
    """A setting is wrong: names its key, its value and the legal range."""

    def __init__(self, key: str, value: object, legal: str) -> None:
        self.key, self.value, self.legal = key, value, legal
        super().__init__(f"{key} is {value!r}; legal: {legal}")


class NotFound(NarrativeError):
    """No such thing; `kind` is a noun such as session, beat, asset, model."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"no {kind} {id!r}")


class AlreadyExists(NarrativeError):
    """The id is taken."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"{kind} {id!r} exists already")


class Retryable(NarrativeError):
    """Root of errors that carry a hint when to try again, in milliseconds."""

    def __init__(self, message: str, retry_after_ms: int) -> None:
        self.retry_after_ms = retry_after_ms
        super().__init__(message)


class Busy(Retryable):
    """A bounded queue is full; `what` names it and its limit."""

    def __init__(self, what: str, retry_after_ms: int) -> None:
        self.what = what
        super().__init__(f"{what} is full", retry_after_ms)


class InProgress(Retryable):
    """A beat with the same idempotency key is being played now."""

    def __init__(self, key: str, retry_after_ms: int) -> None:
        self.key = key
        super().__init__("a beat with this idempotency_key is being played now", retry_after_ms)


class DeadlinePassed(NarrativeError):
    """The caller's deadline came before anything could be given."""


class EngineUnavailable(Retryable):
    """The process that hosts an engine is not there right now; it is being restarted."""

    def __init__(self, engine: str, reason: str, retry_after_ms: int) -> None:
        self.engine, self.reason = engine, reason
        super().__init__(f"{engine} engine {reason}", retry_after_ms)


class EngineFailed(NarrativeError):
    """An engine could not serve this request; `reason` is safe to show."""

    def __init__(self, engine: str, reason: str) -> None:
        self.engine, self.reason = engine, reason
        super().__init__(f"{engine} engine: {reason}")


class ModelMissing(NarrativeError):
    """Weights are not on disk; `command` fetches them."""

    def __init__(self, model: str, command: str) -> None:
        self.model, self.command = model, command
        super().__init__(f"model {model!r} is not on this machine; run `{command}`")


class ModelCorrupt(NarrativeError):
    """Weights are on disk and cannot be used; `reason` says why."""

    def __init__(self, model: str, reason: str, command: str) -> None:
        self.model, self.reason, self.command = model, reason, command
        super().__init__(f"model {model!r} cannot be used ({reason}); run `{command}`")


class DataMissing(NarrativeError):
    """A data set is not on disk; `how` says how to get it."""

    def __init__(self, name: str, how: str) -> None:
        self.name, self.how = name, how
        super().__init__(f"data set {name!r} is not on this machine; {how}")


class PackageMissing(NarrativeError):
    """A Python package that only some commands need is not installed; `extra` of this project brings it."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f'package {package!r} is not installed; run pip install "narrative-server[{extra}]"')


class StorageFailed(NarrativeError):
    """The store could not complete; nothing of this request was kept."""

    def __init__(self, reason: str, full: bool = False) -> None:
        self.reason, self.full = reason, full
        super().__init__(f"storage: {reason}")


class Unauthenticated(NarrativeError):
    """The token is missing or wrong."""
