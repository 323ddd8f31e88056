"""The beats that dialogue engines are timed on: held-out ones of the dialogue set, else a few that are kept here.

Each comes twice: as it opens a scene, and then with the next event of the same scene, as a game that goes on asks for
it: same cast and world, some more lines said. The second shows what an engine's prefix cache saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from narrative_server.data_paths import find_data
from narrative_server.dialogue.finetune.augment import plain_request
from narrative_server.dialogue.finetune.beats import Beat, read_beats
from narrative_server.dialogue.types import Character, DialogueRequest, HistoryLine, SpokenLine
from narrative_server.errors import DataMissing

MAX_SOUNDS: Final = 1

HISTORY_LINES: Final = (0, 4, 8, 16, 24)
"""Lines said before, by turns, so that prompts of many lengths are read."""

_BUILT_IN: Final = (
    Beat(
        event="The player enters the burning village.",
        cast=(Character("Rex", "old soldier, tired and loyal"), Character("Mira", "young scout, quick and blunt")),
        lines=(
            SpokenLine("Rex", "fear", "Stay low. The smoke hides whoever lit this."),
            SpokenLine("Mira", "anger", "The mill is gone, and the bell tower will be next."),
        ),
        emotion="fear",
        intensity=0.8,
        place="burning village at night",
    ),
    Beat(
        event="The player asks for the price of the red flask.",
        cast=(Character("Mirabel", "grumpy herb seller who hates wasting time"),),
        lines=(SpokenLine("Mirabel", "neutral", "Nine coins, and I don't bargain before noon."),),
        place="small herb shop, morning",
        facts=("A fire flask costs nine coins.", "The shop closes at sundown."),
        player_line="How much for the red one?",
    ),
    Beat(
        event="The reactor alarm starts on the bridge.",
        cast=(
            Character("Lt. Sato", "ship's officer, calm and loyal"),
            Character("Pip", "repair robot, cheerful"),
        ),
        lines=(
            SpokenLine("Lt. Sato", "fear", "That is core two. We have nine minutes."),
            SpokenLine("Pip", "surprise", "Nine is my favourite number, but not today!"),
        ),
        emotion="surprise",
        intensity=0.6,
        place="bridge of a damaged starship",
    ),
)


@dataclass(frozen=True)
class Scene:
    """opening: the first request of a scene. following: the next one of the same session."""

    opening: DialogueRequest
    following: DialogueRequest


def bench_scenes(count: int) -> list[Scene]:
    """`count` scenes (1 or more); the same at each call."""
    beats = _held_out() or _BUILT_IN
    said = [HistoryLine(line.speaker, line.text) for beat in beats for line in beat.lines]
    return [_scene(beats, said, number) for number in range(count)]


def _scene(beats: Sequence[Beat], said: Sequence[HistoryLine], number: int) -> Scene:
    # Steps that share no factor with likely counts, so that neighbours in a file do not end up in one scene.
    beat, later = beats[(number * 37) % len(beats)], beats[(number * 37 + 11) % len(beats)]
    wanted = HISTORY_LINES[number % len(HISTORY_LINES)]
    history = tuple(said[(number * 53 + place) % len(said)] for place in range(wanted))
    opening = replace(plain_request(beat), seed=number, history=(*history, *beat.history), max_sounds=MAX_SOUNDS)
    spoken = tuple(HistoryLine(line.speaker, line.text) for line in beat.lines)
    following = replace(opening, event=later.event, history=(*opening.history, *spoken), player_line="")
    return Scene(opening, following)


def _held_out() -> list[Beat]:
    try:
        return [beat for beat in read_beats(find_data("dialogue")) if beat.held_out]
    except DataMissing:
        return []
