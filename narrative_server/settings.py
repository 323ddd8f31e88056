"""What a server is told at its start: from the command line, else from NARRATIVE_SERVER_* variables, else defaults."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.errors import InvalidConfig

DEFAULT_PORT: Final = 50151
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
_HOST_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[?[0-9a-f:.]+\]?")
DEVICES: Final = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class TlsFiles:
    """PEM files of a certificate (chain) and its private key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class WebSettings:
    """The port for browsers, WebGL and HTTP/1.1, on the server's host with its token and certificate.

    port: 0: any free one. cors_origins: of pages that may call, such as "http://localhost:8080"; none by default.
    hosts: names, beside this machine's loopback ones and the server's host, that callers may reach it by.
    """

    port: int
    cors_origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_range("web.port", self.port, 0, 65_535)
        for origin in self.cors_origins:
            if not _ORIGIN.fullmatch(origin.lower()):
                raise InvalidConfig("web.cors_origins", origin, "SCHEME://HOST or SCHEME://HOST:PORT, without a path")
        for host in self.hosts:
            if not _HOST_NAME.fullmatch(host.lower()):
                raise InvalidConfig("web.hosts", host, "a host name or an address, without a port")


@dataclass(frozen=True)
class ServerSettings:
    """host: where to listen; other than loopback it needs `token` and `tls`. port 0: any free one.

    database: SQLAlchemy URL; empty: SQLite in the home folder. grace_s: how long a stopping server lets beats end.
    media_threads: CPU threads of pictures and of sounds, 0..256; 0: half the cores each.
    candidates: how many pictures and sounds are drawn for each that is asked for, of which the one that fits its words
    best is taken, 1..64; 0: two pictures, one sound.
    weights: folder with any of sprites/, backgrounds/ and sounds/ in it; the packaged ones serve the rest.
    web: the same services as gRPC-Web and Connect on a second port; None: not served.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    token: str = ""
    tls: TlsFiles | None = None
    database: str = ""
    grace_s: float = 10.0
    device: str = "auto"
    media_threads: int = 0
    candidates: int = 0
    weights: Path | None = None
    log_format: str = "text"
    dialogue: DialogueConfig = field(default_factory=DialogueConfig)
    web: WebSettings | None = None

    def __post_init__(self) -> None:
        _check_range("port", self.port, 0, 65_535)
        _check_range("media_threads", self.media_threads, 0, 256)
        _check_range("candidates", self.candidates, 0, 64)
        if not (math.isfinite(self.grace_s) and 0.0 <= self.grace_s <= 3600.0):
            raise InvalidConfig("grace_s", self.grace_s, "0 to 3600")
        if self.device not in DEVICES:
            raise InvalidConfig("device", self.device, ", ".join(DEVICES))
        if self.log_format not in ("text", "json"):
            raise InvalidConfig("log_format", self.log_format, "text or json")
        if not self.host:
            raise InvalidConfig("host", self.host, "an address or a host name")
        if self.token and len(self.token) < 16:
            raise InvalidConfig("token", "(hidden)", "16 characters or more")
        if not is_loopback(self.host):
            if not self.token:
                raise InvalidConfig("host", self.host, "a loopback address such as 127.0.0.1, unless a token is set")
            if self.tls is None:
                raise InvalidConfig("host", self.host, "a loopback address, unless a TLS certificate and key are set")


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_range(key: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InvalidConfig(key, value, f"{low} to {high}")
