"""What serving needs to know of a sound model besides its network: band scales, and durations and attacks from text."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrative_server.errors import InvalidConfig, ModelCorrupt, ModelMissing
from narrative_server.gan.checkpoint import write_whole
from narrative_server.sounds.conditions import AttackGuess, DurationGuess
from narrative_server.sounds.melspec import MelScale

FILE: Final = "sound.json"


@dataclass(frozen=True)
class SoundFacts:
    """Scales of the mel bands and the guesses of a duration and an attack."""

    scale: MelScale
    duration: DurationGuess
    attack: AttackGuess


def save_facts(folder: Path, facts: SoundFacts) -> None:
    """Write sound.json."""
    write_whole(folder / FILE, (json.dumps(dataclasses.asdict(facts)) + "\n").encode())


def facts_from_json(scale: Any, duration: Any, attack: Any) -> SoundFacts:
    """Of the parts as plain numbers. Raises KeyError, TypeError, ValueError or InvalidConfig for anything else."""
    return SoundFacts(
        MelScale(tuple(scale["mean_db"]), tuple(scale["spread_db"])),
        DurationGuess(tuple(duration["weights"]), float(duration["bias"])),
        AttackGuess(tuple(attack["weights"]), float(attack["bias"])),
    )


def load_facts(folder: Path, name: str, command: str) -> SoundFacts:
    """Read sound.json; name and command are for the errors ModelMissing and ModelCorrupt."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return facts_from_json(found["scale"], found["duration"], found["attack"])
    except FileNotFoundError:
        raise ModelMissing(name, command) from None
    except (OSError, ValueError, KeyError, TypeError, InvalidConfig) as error:
        raise ModelCorrupt(name, f"{FILE}: {error}", command) from error
