"""`narrative-server serve`: run the server for Unity and scripts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from narrative_server.cli.commands import add_command
from narrative_server.errors import InvalidConfig

if TYPE_CHECKING:
    from narrative_server.cli.commands import Commands
    from narrative_server.settings import ServerSettings, WebSettings

TOKEN_VARIABLE = "NARRATIVE_SERVER_TOKEN"


def register(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = add_command(
        commands,
        "serve",
        "run the server for Unity and scripts",
        _serve,
        detail=(
            "Listens on this machine only, unless you give another --host; then it insists on a token and a TLS\n"
            "certificate. Ctrl+C or SIGTERM lets running beats end, then stops. Each model runs in a process of its\n"
            f"own, which is replaced when it dies. The token may also be given as {TOKEN_VARIABLE}."
        ),
        examples=(
            "narrative-server serve\n"
            "narrative-server serve --port 6000 --engine transformers --model ./my-model\n"
            "narrative-server serve --web-origin http://localhost:8080\n"
            "narrative-server serve --host 0.0.0.0 --token SECRET... --tls-certificate cert.pem --tls-key key.pem\n"
            "narrative-server serve --database postgresql://game@localhost/stories\n"
            "grpcurl -plaintext localhost:50151 narrative_server.v1.InfoService/GetServerInfo"
        ),
    )
    _add_listening(parser)
    _add_story(parser)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads of each model (default: half the cores)")
    parser.add_argument(
        "--candidates",
        type=int,
        default=0,
        metavar="N",
        help="1 to 64 drawn for each picture and sound, the best is taken (default: 2 pictures, 1 sound)",
    )
    parser.add_argument("--log-format", default="text", choices=("text", "json"), help="log lines for people or tools")
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))


def _add_listening(parser: argparse.ArgumentParser) -> None:
    listen = parser.add_argument_group("listening")
    listen.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    listen.add_argument("--port", type=int, default=50151, help="port, 0 for any free one (default: %(default)s)")
    listen.add_argument("--token", default="", help="secret of 16 characters or more that every call must carry")
    listen.add_argument("--tls-certificate", type=Path, metavar="PEM", help="certificate chain")
    listen.add_argument("--tls-key", type=Path, metavar="PEM", help="private key of the certificate")
    listen.add_argument(
        "--web-port", type=int, metavar="N", help="port for browsers and WebGL, 0 for any free one (default: port + 1)"
    )
    listen.add_argument("--no-web", action="store_true", help="no port for browsers and WebGL")
    listen.add_argument("--web-origin", action="append", default=[], metavar="ORIGIN", help="pages that may call")
    listen.add_argument("--web-host", action="append", default=[], metavar="NAME", help="names that callers use")
    listen.add_argument("--grace", type=float, default=10.0, metavar="S", help="time for running beats at the end")


def _add_story(parser: argparse.ArgumentParser) -> None:
    story = parser.add_argument_group("story")
    story.add_argument("--database", default="", metavar="URL", help="SQLite or PostgreSQL (default: SQLite at home)")
    story.add_argument("--engine", default="llama.cpp", help="llama.cpp, transformers or scripted (default: llama.cpp)")
    story.add_argument("--model", default="", help="language model: a catalogue name, a .gguf file or a folder")
    story.add_argument("--adapter", default="auto", help="auto, none, or a trained adapter's folder (default: auto)")
    story.add_argument("--prompt", default="auto", help="auto, tuned, instructed or few_shot (default: auto)")
    story.add_argument(
        "--precision", default="auto", help="transformers: auto, bfloat16, or int8, the faster on a CPU (default: auto)"
    )
    story.add_argument("--slots", type=int, default=4, help="beats whose lines are written at once (default: 4)")
    story.add_argument("--context-tokens", type=int, default=2048, help="tokens of one prompt and answer")
    story.add_argument("--script", default="", metavar="JSON", help="lines of the scripted engine")
    story.add_argument(
        "--weights", type=Path, metavar="FOLDER", help="your own sprites/, backgrounds/, sounds/, embedding/"
    )


def _serve(arguments: argparse.Namespace) -> int:
    import asyncio

    from narrative_server.logs import set_up_logging
    from narrative_server.rpc.lifecycle import serve

    settings = settings_from(arguments)
    set_up_logging(arguments.log_format, arguments.log_level)
    asyncio.run(serve(settings))
    return 0


def settings_from(arguments: argparse.Namespace) -> ServerSettings:
    """Build the settings from the command line; raises InvalidConfig."""
    import os

    from narrative_server.dialogue.config import DEFAULT_MODEL, DialogueConfig
    from narrative_server.settings import ServerSettings, TlsFiles

    certificate, key = arguments.tls_certificate, arguments.tls_key
    if (certificate is None) != (key is None):
        raise InvalidConfig("tls", certificate or key, "both --tls-certificate and --tls-key, or neither")
    dialogue = DialogueConfig(
        engine=arguments.engine,
        model=arguments.model or DEFAULT_MODEL,
        adapter=arguments.adapter,
        prompt=arguments.prompt,
        precision=arguments.precision,
        slots=arguments.slots,
        context_tokens=arguments.context_tokens,
        threads=arguments.threads,
        device="cpu" if arguments.device == "mps" else arguments.device,
        script=arguments.script,
    )
    return ServerSettings(
        host=arguments.host,
        port=arguments.port,
        token=arguments.token or os.environ.get(TOKEN_VARIABLE, ""),
        tls=TlsFiles(certificate, key) if certificate is not None else None,
        database=arguments.database,
        grace_s=arguments.grace,
        device=arguments.device,
        media_threads=arguments.threads,
        candidates=arguments.candidates,
        weights=arguments.weights,
        log_format=arguments.log_format,
        dialogue=dialogue,
        web=None if arguments.no_web else _web_settings(arguments),
    )


def _web_settings(arguments: argparse.Namespace) -> WebSettings:
    from narrative_server.settings import WebSettings

    port = arguments.web_port
    if port is None:
        port = arguments.port and arguments.port + 1
    return WebSettings(port, tuple(arguments.web_origin), tuple(arguments.web_host))
