"""What games and this project test with: engines without models, and a client that checks the contracts.

`ScriptedEngines` stand in for every model, in the same process, in milliseconds, with faults on request.
`MockGameClient` plays beats over gRPC and raises `ContractViolation` as soon as an event breaks a rule.
"""

from __future__ import annotations

from narrative_server.testing.client import MockGameClient
from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules import RULES, ContractViolation
from narrative_server.testing.scripted_engines import CallCounter, ScriptedEngines
from narrative_server.testing.scripted_lines import ScriptedLine

__all__ = [
    "RULES",
    "CallCounter",
    "ContractViolation",
    "MockGameClient",
    "PlayedBeat",
    "ScriptedEngines",
    "ScriptedLine",
]
