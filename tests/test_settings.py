from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.settings import ServerSettings, TlsFiles, WebSettings, is_loopback

TOKEN = "a-token-of-enough-characters"


def test_the_defaults_listen_on_this_machine_only() -> None:
    assert is_loopback(ServerSettings().host)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"port": -1}, "port"),
        ({"port": 65_536}, "port"),
        ({"grace_s": float("nan")}, "grace_s"),
        ({"grace_s": -1.0}, "grace_s"),
        ({"device": "tpu"}, "device"),
        ({"log_format": "xml"}, "log_format"),
        ({"host": ""}, "host"),
        ({"token": "short"}, "token"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidConfig) as error:
        ServerSettings(**changes)  # type: ignore[arg-type]
    assert error.value.key == key
    assert "legal:" in str(error.value)


def test_a_wrong_token_is_never_shown() -> None:
    with pytest.raises(InvalidConfig) as error:
        ServerSettings(token="hunter2")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_another_address_needs_token_and_certificate(host: str) -> None:
    tls = TlsFiles(Path("cert.pem"), Path("key.pem"))
    for incomplete in ({}, {"token": TOKEN}, {"tls": tls}):
        with pytest.raises(InvalidConfig) as error:
            ServerSettings(host=host, **incomplete)  # type: ignore[arg-type]
        assert error.value.key == "host"
    assert ServerSettings(host=host, token=TOKEN, tls=tls).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_loopback_addresses_need_neither(host: str) -> None:
    assert ServerSettings(host=host).host == host


@pytest.mark.parametrize("origin", ["http://localhost:8080", "https://Game.example", "app://game", "http://[::1]:80"])
def test_origins_of_pages_are_taken_as_browsers_send_them(origin: str) -> None:
    assert WebSettings(0, cors_origins=(origin,)).cors_origins == (origin,)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"port": 65_536}, "web.port"),
        ({"port": -1}, "web.port"),
        *(
            ({"cors_origins": (origin,)}, "web.cors_origins")
            for origin in ("*", "null", "", "localhost:8080", "http://a/", "http://a:b", "http://a b", "http://u@a")
        ),
        *(({"hosts": (host,)}, "web.hosts") for host in ("*", "", "game.example:80", "http://game", "a/b", "-a")),
    ],
)
def test_a_wrong_web_setting_is_named(changes: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidConfig) as error:
        WebSettings(**{"port": 0, **changes})  # type: ignore[arg-type]
    assert error.value.key == key
