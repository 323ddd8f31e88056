"""Scripted servers for the C# tests: prints the addresses of each (gRPC, web) in a line, serves until stdin ends.

Unlike `python -m narrative_server.testing` it can keep its sessions in a file (to be killed and started again), ask for
a token, tell another version of the contracts, and serve several times in one process, which starts once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from tempfile import TemporaryDirectory

from narrative_server.rpc import info_service
from narrative_server.rpc.server import start_server
from narrative_server.settings import ServerSettings, WebSettings
from narrative_server.story.store import SessionStore
from narrative_server.testing import ScriptedEngines


@asynccontextmanager
async def served(port: int, delta_delay_ms: float, token: str, database: str) -> AsyncIterator[str]:
    """One server; gives its two addresses."""
    store = await SessionStore.open(f"sqlite:///{database}")
    settings = ServerSettings(port=port, grace_s=0.5, token=token, web=WebSettings(0))
    server = await start_server(settings, ScriptedEngines(delta_delay_ms=delta_delay_ms), store)
    yield f"127.0.0.1:{server.port} 127.0.0.1:{server.web_port}"
    await server.stop()
    await store.close()


async def serve(arguments: argparse.Namespace, folder: str) -> None:
    tokens = [*arguments.token, *[""] * len(arguments.delta_delay)]
    async with AsyncExitStack() as stack:
        addresses = [
            await stack.enter_async_context(
                served(arguments.port, delay, tokens[index], arguments.database or f"{folder}/sessions{index}.sqlite3")
            )
            for index, delay in enumerate(arguments.delta_delay)
        ]
        sys.stdout.write(" ".join(addresses) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", nargs="+", default=[], help="of each server; fewer: none for the others")
    parser.add_argument("--database", default="")
    parser.add_argument("--delta-delay", type=float, nargs="+", default=[0.0], help="a server each")
    parser.add_argument("--contract-version", default=info_service.CONTRACT_VERSION)
    arguments = parser.parse_args()
    vars(info_service)["CONTRACT_VERSION"] = arguments.contract_version
    with TemporaryDirectory(prefix="narrative-unity-", ignore_cleanup_errors=True) as folder:
        asyncio.run(serve(arguments, folder))


if __name__ == "__main__":
    main()
