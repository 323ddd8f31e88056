"""Rules about `accepted` and its plan, most of them against what was asked."""

from __future__ import annotations

import math
from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb

_LARGEST_SEED: Final = 2**63 - 1
_GIVEN_INTENSITY: Final = 0.65
MAX_CAST: Final = 6


def accepted_names_the_story(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """`session_id` is the one asked for, empty for an inline beat; `beat_id` is set."""
    if not event.HasField("accepted"):
        return None
    if not event.accepted.beat_id:
        return "beat_id is empty"
    call = beat.request or beat.revision
    asked = call.session_id if call else event.accepted.session_id
    return None if event.accepted.session_id == asked else f"session_id is {event.accepted.session_id!r}, not {asked!r}"


def seeds_are_as_asked(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Seeds are 0 to 2^63 - 1, the beat's is the request's where given, and an inline story's too."""
    if not event.HasField("accepted"):
        return None
    seed, story_seed, request = event.accepted.seed, event.accepted.story_seed, beat.request
    if max(seed, story_seed) > _LARGEST_SEED:
        return f"seed {seed}, story_seed {story_seed}; legal: 0 to {_LARGEST_SEED}"
    call = request or beat.revision
    if call and call.HasField("seed") and seed != call.seed:
        return f"seed is {seed}, asked for {call.seed}"
    context = request.inline.context if request else None
    if context and context.HasField("seed") and story_seed != context.seed:
        return f"story_seed is {story_seed}, asked for {context.seed}"
    return None


def mood_is_complete(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The plan's mood has an emotion and an intensity of 0 to 1."""
    if not event.HasField("accepted"):
        return None
    mood = event.accepted.plan.mood
    if not mood.emotion:
        return "the plan's mood has no emotion"
    fine = mood.HasField("intensity") and 0 <= mood.intensity <= 1
    return None if fine else f"the plan's intensity is {mood.intensity if mood.HasField('intensity') else None}"


def mood_is_as_asked(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A given emotion and intensity are kept; an emotion given alone has the intensity 0.65."""
    if not event.HasField("accepted") or beat.request is None:
        return None
    asked, mood = beat.request.mood, event.accepted.plan.mood
    if asked.emotion and mood.emotion != asked.emotion:
        return f"emotion is {mood.emotion}, asked for {asked.emotion}"
    if not asked.HasField("intensity") and not asked.emotion:
        return None
    wanted = asked.intensity if asked.HasField("intensity") else _GIVEN_INTENSITY
    close = math.isclose(mood.intensity, wanted, abs_tol=1e-6)
    return None if close else f"intensity is {mood.intensity:g}, not {wanted:g}"


def present_are_the_cast_asked_for(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """One to six different characters are present: those of the request, where it names any."""
    if not event.HasField("accepted"):
        return None
    present = list(event.accepted.plan.present)
    if not 1 <= len(present) <= MAX_CAST or len(set(present)) < len(present):
        return f"present are {present}; legal: 1 to {MAX_CAST} different names"
    # Upper and lower case are not told apart: the story's spelling may differ from the request's.
    asked = {character.name.casefold() for character in beat.request.cast} if beat.request else set()
    same = not asked or {name.casefold() for name in present} == asked
    return None if same else f"present are {present}, asked for {sorted(asked)}"


def plan_keys_differ(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Every planned picture and sound has words and a key of its own."""
    if not event.HasField("accepted"):
        return None
    plan = event.accepted.plan
    media = [(sprite.key, sprite.text) for sprite in plan.sprites]
    media += [(sound.key, sound.text) for sound in plan.sounds]
    media += [(plan.background.key, plan.background.text)] if plan.HasField("background") else []
    keys = [key for key, _ in media]
    if not all(key and text.strip() for key, text in media):
        return "a planned picture or sound lacks its key or words"
    return None if len(set(keys)) == len(keys) else f"keys repeat: {sorted(keys)}"


def plan_has_wanted_media_only(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A medium that was switched off is not planned; a wanted background is."""
    if not event.HasField("accepted") or beat.request is None:
        return None
    plan, wanted = event.accepted.plan, beat.request.media
    off = {
        "background": wanted.HasField("background") and not wanted.background,
        "sprites": wanted.HasField("sprites") and not wanted.sprites,
        "sounds": wanted.HasField("sounds") and not wanted.sounds,
    }
    planned = {
        "background": plan.HasField("background"),
        "sprites": bool(plan.sprites),
        "sounds": bool(plan.sounds),
    }
    for name in planned:
        if planned[name] and off[name]:
            return f"{name} planned though switched off"
    return None if planned["background"] or off["background"] else "no background is planned"


def sprites_show_who_is_present(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """One sprite for each character present, and at most one object."""
    if not event.HasField("accepted") or not event.accepted.plan.sprites:
        return None
    plan = event.accepted.plan
    shown = [sprite.character for sprite in plan.sprites if sprite.character]
    objects = len(plan.sprites) - len(shown)
    if objects > 1:
        return f"{objects} objects are planned; legal: at most 1"
    return None if sorted(shown) == sorted(plan.present) else f"sprites show {shown}, present are {list(plan.present)}"


PLAN_RULES: Final[tuple[Rule, ...]] = (
    accepted_names_the_story,
    seeds_are_as_asked,
    mood_is_complete,
    mood_is_as_asked,
    present_are_the_cast_asked_for,
    plan_keys_differ,
    plan_has_wanted_media_only,
    sprites_show_who_is_present,
)
