"""InfoService: the client's handshake."""

from __future__ import annotations

from typing import Final

from narrative_server import __version__
from narrative_server.rpc.context import CallContext
from narrative_server.story.engines import Engines, EngineStatus
from narrative_server.story.limits import Limits
from narrative_server.story.turns import Turns
from narrative_server.v1 import info_pb2, info_pb2_grpc

CONTRACT_VERSION: Final = "1.2"
EXPERIMENTAL_CALLS: Final[tuple[str, ...]] = ()
STATES: Final = {
    "starting": info_pb2.ENGINE_STATE_STARTING,
    "ready": info_pb2.ENGINE_STATE_READY,
    "restarting": info_pb2.ENGINE_STATE_RESTARTING,
    "failed": info_pb2.ENGINE_STATE_FAILED,
    "stopped": info_pb2.ENGINE_STATE_STOPPED,
}


class InfoServicer(info_pb2_grpc.InfoServiceServicer):
    """Serves InfoService."""

    def __init__(self, engines: Engines, turns: Turns, limits: Limits) -> None:
        self._engines, self._turns, self._limits = engines, turns, limits

    async def GetServerInfo(
        self, request: info_pb2.GetServerInfoRequest, context: CallContext
    ) -> info_pb2.GetServerInfoResponse:
        status = self._engines.status()
        return info_pb2.GetServerInfoResponse(
            server_version=__version__,
            contract_version=CONTRACT_VERSION,
            engines=map(_engine, status),
            limits=self._write_limits(),
            load=info_pb2.Load(
                active_beats=self._turns.active,
                queued_beats=self._turns.queued,
                active_generations=sum(engine.active for engine in status if engine.name == "dialogue"),
                queued_calls=sum(engine.queued for engine in status),
            ),
            experimental_calls=EXPERIMENTAL_CALLS,
        )

    def _write_limits(self) -> info_pb2.Limits:
        limits = self._limits
        return info_pb2.Limits(
            max_request_bytes=limits.max_request_bytes,
            max_active_beats=limits.max_active_beats,
            max_queued_beats=limits.max_queued_beats,
            max_queued_beats_per_session=limits.max_queued_beats_per_session,
            max_cast=limits.max_cast,
            max_lines=limits.max_lines,
            max_variants=limits.max_variants,
        )


def _engine(status: EngineStatus) -> info_pb2.EngineInfo:
    return info_pb2.EngineInfo(
        name=status.name,
        kind=status.kind,
        model=status.model,
        state=STATES[status.state],
        detail=status.detail,
        restarts=status.restarts,
        active=status.active,
        queued=status.queued,
    )
