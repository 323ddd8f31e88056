"""Who may call from where: the Host and Origin headers, and CORS (https://fetch.spec.whatwg.org/#http-cors-protocol).

A page of any site can make its visitor's browser send requests to this machine. Its own origin is always told, so
only listed origins are served. By DNS rebinding it can also make its host name point here, so only names of this
machine are served. Programs that are no browser send no origin and need none listed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final

import grpc

from narrative_server.rpc.web.asgi import RawHeaders
from narrative_server.rpc.web.refusal import Refusal, shown
from narrative_server.settings import is_loopback

PREFLIGHT_MAX_AGE_S: Final = 7200
REQUEST_HEADERS: Final = (
    b"authorization, connect-protocol-version, connect-timeout-ms, content-type, grpc-accept-encoding, grpc-timeout, "
    b"x-grpc-web, x-request-id, x-user-agent"
)
RESPONSE_HEADERS: Final = (
    b"grpc-message, grpc-retry-pushback-ms, grpc-status, grpc-status-details-bin, trailer-grpc-retry-pushback-ms"
)


class AccessRules:
    """Host names and origins that are served.

    bound_host: where the server listens, which is a name of its own unless it is a wildcard. hosts: further names.
    origins: such as "http://localhost:8080", as browsers send them.
    """

    def __init__(self, bound_host: str, hosts: Sequence[str], origins: Sequence[str]) -> None:
        self._hosts = frozenset(host.lower().strip("[]") for host in (bound_host, *hosts) if not _is_wildcard(host))
        self._origins = frozenset(origin.lower() for origin in origins)

    def check_host(self, hosts: Sequence[str]) -> None:
        """Raise Refusal unless there is one Host header, and it names this machine."""
        if len(hosts) != 1:
            told = f"{len(hosts)} Host headers; legal: one"
            raise Refusal(HTTPStatus.BAD_REQUEST, grpc.StatusCode.INVALID_ARGUMENT, told)
        name = _without_port(hosts[0]).lower()
        if not is_loopback(name) and name.strip("[]") not in self._hosts:
            told = f"Host is {shown(hosts[0])}; legal: localhost, 127.0.0.1, [::1] and names set as web hosts"
            raise Refusal(HTTPStatus.FORBIDDEN, grpc.StatusCode.PERMISSION_DENIED, told)

    def check_origin(self, origin: str | None) -> None:
        """Raise Refusal for a page whose origin is not listed."""
        if origin is not None and origin.lower() not in self._origins:
            told = f"Origin is {shown(origin)}; legal: none, or one that is set as a web origin"
            raise Refusal(HTTPStatus.FORBIDDEN, grpc.StatusCode.PERMISSION_DENIED, told)


def cors_headers(origin: str | None) -> RawHeaders:
    """What lets a page of this origin, which has been checked, read the answer."""
    if origin is None:
        return [(b"vary", b"Origin")]
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-expose-headers", RESPONSE_HEADERS),
        (b"vary", b"Origin"),
    ]


def preflight_headers() -> RawHeaders:
    """What a page may send, beside `cors_headers`."""
    return [
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", REQUEST_HEADERS),
        (b"access-control-max-age", str(PREFLIGHT_MAX_AGE_S).encode()),
    ]


def header_values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """Every value of a header, in order. Raises Refusal when one is not UTF-8."""
    try:
        return [value.decode() for key, value in headers if key == name]
    except UnicodeDecodeError as error:
        told = f"header {name.decode()} is not UTF-8; legal: text in UTF-8"
        raise Refusal(HTTPStatus.BAD_REQUEST, grpc.StatusCode.INVALID_ARGUMENT, told) from error


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False
