"""What games and this project test with: engines without models, and a client that checks the contracts.

`ScriptedEngines` stand in for every model, in the same process, in milliseconds, with faults on request.
`scripted_server` is a whole server on them, `scripted_web_server` one with the web port too;
`python -m narrative_server.testing` runs either for games in any language.
`MockGameClient` plays beats over gRPC and raises `ContractViolation` as soon as an event breaks a rule.
"""

from __future__ import annotations

from narrative_server.dialogue.scripted import ScriptedLine, read_script
from narrative_server.testing.client import MockGameClient
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, ContractViolation
from narrative_server.testing.scripted_engines import CallCounter, ScriptedEngines
from narrative_server.testing.server import Addresses, scripted_server, scripted_web_server

__all__ = [
    "RULES",
    "Addresses",
    "CallCounter",
    "ContractViolation",
    "MockGameClient",
    "PlayedBeat",
    "ScriptedEngines",
    "ScriptedLine",
    "read_script",
    "scripted_server",
    "scripted_web_server",
]
