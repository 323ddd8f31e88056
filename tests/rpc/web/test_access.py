from __future__ import annotations

import pytest

from narrative_server.rpc.web.access import AccessRules
from narrative_server.rpc.web.refusal import Refusal


def rules(bound: str = "127.0.0.1", hosts: tuple[str, ...] = (), origins: tuple[str, ...] = ()) -> AccessRules:
    return AccessRules(bound, hosts, origins)


@pytest.mark.parametrize("host", ["game.example", "GAME.example:443", "192.168.1.7:50152", "[2001:db8::1]:50152"])
def test_listed_hosts_are_served_whatever_their_port(host: str) -> None:
    rules(hosts=("Game.example", "192.168.1.7", "2001:db8::1")).check_host([host])


def test_the_address_that_the_server_listens_on_is_served() -> None:
    rules("192.168.1.7").check_host(["192.168.1.7:50152"])


@pytest.mark.parametrize("bound", ["0.0.0.0", "::", "[::]"])
def test_a_wildcard_is_no_name(bound: str) -> None:
    with pytest.raises(Refusal):
        rules(bound).check_host([bound])


@pytest.mark.parametrize("host", ["game.example.evil", "evil.game.example", "game.example@evil", "game.example.", ""])
def test_names_that_only_resemble_a_listed_one_are_refused(host: str) -> None:
    with pytest.raises(Refusal):
        rules(hosts=("game.example",)).check_host([host])


def test_origins_are_compared_whole_and_without_case() -> None:
    listed = rules(origins=("https://Game.example",))
    listed.check_origin("https://game.example")
    listed.check_origin(None)
    for origin in ("http://game.example", "https://game.example:444", "https://game.example/", "https://game.exampl"):
        with pytest.raises(Refusal):
            listed.check_origin(origin)


def test_a_refusal_shows_no_more_than_the_beginning_of_a_value() -> None:
    with pytest.raises(Refusal) as refusal:
        rules().check_host(["x" * 10_000])
    assert len(refusal.value.message) < 300
