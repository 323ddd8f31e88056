"""A scripted server for the C# tests: prints its addresses (gRPC, web), serves until its standard input ends.

Unlike `python -m narrative_server.testing` it can keep its sessions in a file (to be killed and started again), ask for
a token, and tell another version of the contracts.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from tempfile import TemporaryDirectory

from narrative_server.rpc import info_service
from narrative_server.rpc.server import start_server
from narrative_server.settings import ServerSettings, WebSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import ScriptedEngines


async def serve(arguments: argparse.Namespace, database: str) -> None:
    store = await SessionStore.open(f"sqlite:///{database}")
    settings = ServerSettings(port=arguments.port, grace_s=0.5, token=arguments.token, web=WebSettings(0))
    engines = ScriptedEngines(delta_delay_ms=arguments.delta_delay)
    server = await start_server(settings, engines, store)
    sys.stdout.write(f"127.0.0.1:{server.port} 127.0.0.1:{server.web_port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop()
    await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="")
    parser.add_argument("--database", default="")
    parser.add_argument("--delta-delay", type=float, default=0.0)
    parser.add_argument("--contract-version", default=info_service.CONTRACT_VERSION)
    arguments = parser.parse_args()
    vars(info_service)["CONTRACT_VERSION"] = arguments.contract_version
    with TemporaryDirectory(prefix="narrative-unity-", ignore_cleanup_errors=True) as folder:
        asyncio.run(serve(arguments, arguments.database or f"{folder}/sessions.sqlite3"))


if __name__ == "__main__":
    main()
