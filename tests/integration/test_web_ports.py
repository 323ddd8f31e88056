"""The web port itself: its token, certificate and number."""

from __future__ import annotations

import ssl
from pathlib import Path

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2

from narrative_server.errors import InvalidConfig
from narrative_server.rpc.server import NarrativeServer, start_server
from narrative_server.settings import ServerSettings, TlsFiles, WebSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import ScriptedEngines
from tests.integration.asking import beat_request
from tests.integration.web_caller import INFO, STORY, WebCaller, call, events_of, frame

TOKEN = "a-secret-of-enough-characters"


async def test_health_is_told_without_a_token_and_the_rest_needs_it(store: SessionStore) -> None:
    settings = ServerSettings(port=0, grace_s=0.5, token=TOKEN, web=WebSettings(0))
    guarded = await start_server(settings, ScriptedEngines(), store)
    try:
        check = health_pb2.HealthCheckRequest(service="narrative_server.v1.StoryService")
        answer = await call(guarded.web_port, "/grpc.health.v1.Health/Check", check)
        assert health_pb2.HealthCheckResponse.FromString(answer.messages[0]).status == 1
        for given in ({}, {"authorization": "Bearer wrong-token-of-enough-characters"}):
            for path in (INFO + "GetServerInfo", STORY + "PlayBeat"):
                refused = await call(guarded.web_port, path, b"\x0f\xff", given)
                assert refused.code is grpc.StatusCode.UNAUTHENTICATED
        friend = await call(guarded.web_port, STORY + "PlayBeat", beat_request(), {"authorization": f"Bearer {TOKEN}"})
        assert events_of(friend)
    finally:
        await guarded.stop()


async def test_a_beat_is_played_over_tls(store: SessionStore, tmp_path: Path) -> None:
    authority = trustme.CA()
    pair = authority.issue_cert("localhost")
    files = TlsFiles(tmp_path / "cert.pem", tmp_path / "key.pem")
    pair.cert_chain_pems[0].write_to_path(str(files.certificate))
    pair.private_key_pem.write_to_path(str(files.key))
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    settings = ServerSettings(host="0.0.0.0", port=0, token=TOKEN, tls=files, grace_s=0.5, web=WebSettings(0))
    secure = await start_server(settings, ScriptedEngines(), store)
    try:
        async with await WebCaller.open(secure.web_port, trusting) as caller:
            await caller.send(STORY + "PlayBeat", frame(beat_request()), {"authorization": f"Bearer {TOKEN}"})
            assert events_of(await caller.answer())
    finally:
        await secure.stop()


async def test_an_occupied_web_port_is_an_error_that_names_it(
    web: NarrativeServer, engines: ScriptedEngines, store: SessionStore
) -> None:
    with pytest.raises(InvalidConfig, match=f"web.port is {web.web_port}"):
        await start_server(ServerSettings(port=0, web=WebSettings(web.web_port)), engines, store)


async def test_an_unusable_certificate_is_named(store: SessionStore, tmp_path: Path) -> None:
    pair = trustme.CA().issue_cert("localhost")
    files = TlsFiles(tmp_path / "cert.pem", tmp_path / "key.pem")
    pair.cert_chain_pems[0].write_to_path(str(files.certificate))
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(str(files.key))
    with pytest.raises(InvalidConfig) as error:
        await start_server(ServerSettings(port=0, tls=files, web=WebSettings(0)), ScriptedEngines(), store)
    assert error.value.key in ("port", "tls")
