from __future__ import annotations

import argparse

import pytest

from narrative_server.cli import serve
from narrative_server.errors import InvalidConfig
from narrative_server.settings import ServerSettings, WebSettings


def settings(*words: str) -> ServerSettings:
    parser = argparse.ArgumentParser()
    serve.register(parser.add_subparsers())
    return serve.settings_from(parser.parse_args(["serve", *words]))


@pytest.mark.parametrize(
    ("words", "port"),
    [
        ((), 50152),
        (("--port", "6000"), 6001),
        (("--port", "0"), 0),
        (("--port", "6000", "--web-port", "7000"), 7000),
        (("--port", "65535", "--web-port", "0"), 0),
    ],
)
def test_the_web_port_is_the_one_after_the_port_unless_it_is_told(words: tuple[str, ...], port: int) -> None:
    assert settings(*words).web == WebSettings(port)


def test_the_web_can_be_left_out() -> None:
    assert settings("--no-web").web is None


def test_there_is_no_port_after_the_last() -> None:
    with pytest.raises(InvalidConfig, match=r"web\.port is 65536"):
        settings("--port", "65535")


def test_pages_and_names_are_listed_one_by_one() -> None:
    words = ("--web-origin", "http://localhost:8080", "--web-origin", "https://game.example", "--web-host", "pi.local")
    assert settings(*words).web == WebSettings(50152, ("http://localhost:8080", "https://game.example"), ("pi.local",))


def test_the_weights_precision_reaches_the_engine_and_an_unknown_one_is_named() -> None:
    assert settings("--engine", "transformers", "--precision", "int8").dialogue.precision == "int8"
    with pytest.raises(InvalidConfig, match=r"dialogue\.precision.*float4.*int8"):
        settings("--precision", "float4")


def test_how_many_are_drawn_to_choose_from_can_be_told() -> None:
    assert settings().candidates == 0
    assert settings("--candidates", "3").candidates == 3
