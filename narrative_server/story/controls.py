"""What a game may forbid or steer in its lines: are the wishes legal, and what do they mean for an engine?"""

from __future__ import annotations

from typing import Final, get_args

from narrative_server.dialogue.banned import banned_faults
from narrative_server.dialogue.content import ContentLevel, banned_at
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.story.checks import Checks
from narrative_server.story.limits import Limits
from narrative_server.story.request import DialogueControls

DEFAULT_TEMPERATURE: Final = 0.5
MAX_TEMPERATURE: Final = 2.0
CONTENT_LEVELS: Final[tuple[str, ...]] = get_args(ContentLevel)


def check_controls(checks: Checks, prefix: str, controls: DialogueControls, limits: Limits) -> None:
    """Note what is wrong with `controls`, which stand at `prefix` of their request."""
    field = f"{prefix}.banned_words"
    checks.count(field, len(controls.banned_words), 0, limits.max_banned_words)
    checks.violations.extend(banned_faults(controls.banned_words[: limits.max_banned_words], field))
    if controls.content_level is not None:
        checks.choice(f"{prefix}.content_level", controls.content_level, CONTENT_LEVELS)
    checks.number(f"{prefix}.temperature", controls.temperature, 0.0, MAX_TEMPERATURE)


def settle_controls(story: DialogueControls, beat: DialogueControls, limits: Limits) -> DialogueControls:
    """What holds for a beat: its own controls on those of its story.

    Raises InvalidRequest when both ban more words together than one request may.
    """
    settled = beat.over(story)
    if len(settled.banned_words) > limits.max_banned_words:
        problem = f"and those of the story are {len(settled.banned_words)} together"
        raise InvalidRequest([FieldViolation("controls.banned_words", problem, f"0 to {limits.max_banned_words}")])
    return settled


def words_banned_by(controls: DialogueControls) -> tuple[str, ...]:
    """Every word that no line may hold: those given, and those that the content level leaves out."""
    if controls.content_level is None:
        return controls.banned_words
    return tuple(dict.fromkeys((*controls.banned_words, *banned_at(controls.content_level))))


def temperature_of(controls: DialogueControls) -> float:
    """How freely words are drawn, 0 to 2."""
    return DEFAULT_TEMPERATURE if controls.temperature is None else controls.temperature
