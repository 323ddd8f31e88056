"""`python -m narrative_server.testing`: a scripted server until Ctrl+C, for games in any language and their CI."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from narrative_server.dialogue.scripted import read_script
from narrative_server.errors import InvalidConfig
from narrative_server.settings import DEFAULT_PORT
from narrative_server.testing.scripted_engines import ScriptedEngines
from narrative_server.testing.server import scripted_server, scripted_web_server


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; stdout is told the address, then the web's if asked for, once calls are answered."""
    arguments = _parser().parse_args(argv)
    with suppress(KeyboardInterrupt):
        try:
            script = read_script(arguments.script) if arguments.script else {}
            asyncio.run(_serve(ScriptedEngines(script, delta_delay_ms=arguments.delta_delay), arguments))
        except (InvalidConfig, ValueError) as error:
            sys.stderr.write(f"narrative_server.testing: {error}\n")
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m narrative_server.testing",
        description="Run a server without models: scripted lines, drawn shapes, plain tones. For tests.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free one (default: %(default)s)")
    parser.add_argument("--web-port", type=int, metavar="N", help="serve gRPC-Web and Connect too; 0: any free port")
    parser.add_argument("--web-origin", action="append", default=[], metavar="ORIGIN", help="pages that may call")
    parser.add_argument("--script", type=Path, metavar="JSON", help="lines by event, as for serve --script")
    parser.add_argument("--delta-delay", type=float, default=0.0, metavar="MS", help="pause before each word")
    return parser


async def _serve(engines: ScriptedEngines, arguments: argparse.Namespace) -> None:
    if arguments.web_port is None:
        async with scripted_server(engines, arguments.port) as address:
            await _tell([address])
    else:
        server = scripted_web_server(engines, arguments.port, arguments.web_port, arguments.web_origin)
        async with server as addresses:
            await _tell(addresses)


async def _tell(addresses: Iterable[str]) -> None:
    """Print one line an address, then wait to be cancelled."""
    sys.stdout.write("".join(f"{address}\n" for address in addresses))
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
