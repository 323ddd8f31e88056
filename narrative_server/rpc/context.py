"""The type of a call's context. grpcio's class is generic for the type checker alone, so the two need a switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import grpc.aio

if TYPE_CHECKING:
    CallContext: TypeAlias = grpc.aio.ServicerContext[Any, Any]
else:
    CallContext = grpc.aio.ServicerContext
