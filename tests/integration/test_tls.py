"""A server that listens with TLS and a token, as any address but loopback needs it."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest
import trustme

from narrative_server.errors import InvalidConfig
from narrative_server.rpc.server import start_server
from narrative_server.settings import ServerSettings, TlsFiles
from narrative_server.story.store import SessionStore
from narrative_server.testing import MockGameClient, ScriptedEngines
from tests.integration.asking import beat_request

TOKEN = "a-secret-of-enough-characters"


async def test_a_beat_is_played_over_tls_and_plaintext_is_refused(store: SessionStore, tmp_path: Path) -> None:
    authority = trustme.CA()
    pair = authority.issue_cert("localhost", "127.0.0.1")
    files = TlsFiles(tmp_path / "cert.pem", tmp_path / "key.pem")
    pair.cert_chain_pems[0].write_to_path(str(files.certificate))
    pair.private_key_pem.write_to_path(str(files.key))
    settings = ServerSettings(host="0.0.0.0", port=0, token=TOKEN, tls=files, grace_s=0.5)
    server = await start_server(settings, ScriptedEngines(), store)
    try:
        credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
        async with (
            grpc.aio.secure_channel(f"localhost:{server.port}", credentials) as channel,
            MockGameClient(channel, token=TOKEN) as client,
        ):
            assert (await client.play(beat_request())).finished
        async with MockGameClient(f"127.0.0.1:{server.port}", token=TOKEN) as plain:
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await plain.play(beat_request(), timeout_s=5)
            assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    finally:
        await server.stop()


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_unusable_certificates_are_named(store: SessionStore, tmp_path: Path, content: str | None) -> None:
    files = TlsFiles(tmp_path / "cert.pem", tmp_path / "key.pem")
    if content is not None:
        files.certificate.write_text(content, encoding="utf-8")
        files.key.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidConfig) as error:
        await start_server(ServerSettings(port=0, tls=files), ScriptedEngines(), store)
    assert error.value.key in ("tls", "port")
