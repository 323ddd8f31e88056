"""Health as a supervisor watches it."""

from __future__ import annotations

import asyncio

from grpc_health.v1 import health_pb2, health_pb2_grpc

from narrative_server.rpc.server import NarrativeServer
from narrative_server.testing import MockGameClient

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def test_watchers_are_told_that_the_server_stops(server: NarrativeServer, client: MockGameClient) -> None:
    watching = health_pb2_grpc.HealthStub(client.channel).Watch(health_pb2.HealthCheckRequest())
    async with asyncio.timeout(5):
        assert (await watching.read()).status == SERVING
        stopping = asyncio.create_task(server.stop(grace_s=1))
        assert (await watching.read()).status == NOT_SERVING
        watching.cancel()
        await stopping


async def test_watchers_of_an_unknown_service_are_told_so(client: MockGameClient) -> None:
    request = health_pb2.HealthCheckRequest(service="no.such.Service")
    watching = health_pb2_grpc.HealthStub(client.channel).Watch(request)
    async with asyncio.timeout(5):
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watching.cancel()
