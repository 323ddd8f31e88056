"""From a trigger to a plan, at once and by rules: which pictures and sounds a beat gets, in which words.

Pure functions of their arguments; no model runs here, mood and keywords come in. The tables are in `lexicon`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from narrative_server.dialogue.types import Character
from narrative_server.semantics.mood import Mood
from narrative_server.story import lexicon
from narrative_server.story.lexicon import SoundCue
from narrative_server.story.plan import MAX_SOUNDS, BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.request import WantedMedia
from narrative_server.story.timeline import Anchor

_ITEM_TRIGGERS: Final = frozenset({"item_found", "item_given", "item_broken", "secret_found", "lore_discovered"})
_ENEMY_TRIGGERS: Final = frozenset({"combat_start", "combat_won", "combat_lost", "boss_appears", "boss_defeated"})
_DOOR_TRIGGERS: Final = frozenset({"door_locked", "door_opened"})
_OBJECT_PARAMETERS: Final = ("item", "object", "enemy", "boss", "creature", "vehicle")
_MAX_MODIFIERS: Final = 3
_USUAL_LINES: Final = 3
SECOND_SOUND_MS: Final = 600
"""How much later a second sound starts that belongs to the same moment."""

_AMBIENT_SHARE: Final = 0.45


def make_plan(
    *,
    trigger_kind: str,
    event: str,
    place: str,
    cast: Sequence[Character],
    mood: Mood,
    player_line: str = "",
    keywords: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
    media: WantedMedia | None = None,
    max_lines: int | None = None,
) -> Plan:
    """Plan a beat.

    trigger_kind, event, parameters: what happened; the parameters item, object, enemy, boss, creature or vehicle
    name the object to show. place: where; when empty, the event's words are searched for one. cast: who is present.
    mood: already chosen. keywords: of event and player_line, best first; used where rules find nothing.
    media: which kinds are wanted; all unless given. max_lines: how many lines to expect; unset: 3.
    """
    wanted = media or WantedMedia()
    told = event if event.strip() else player_line
    words = _words(told)
    thing = find_object(trigger_kind, parameters or {}, words, cast)
    sounds, spare = (
        plan_sounds(trigger_kind, words, place, mood, max_lines or _USUAL_LINES) if wanted.sounds else ((), ())
    )
    return Plan(
        mood=mood,
        background=plan_background(place, told, keywords) if wanted.background else None,
        sprites=plan_sprites(cast, thing) if wanted.sprites else (),
        sounds=sounds,
        speakers_present=tuple(character.name for character in cast),
        spare_sounds=spare,
    )


def plan_background(place: str, told: str, keywords: Sequence[str]) -> BackgroundPlan | None:
    """The place itself; without one, a place among the words told, else the keywords, else what was told."""
    text = " ".join(place.split())
    if not text:
        text = _first(_words(told), lexicon.PLACES) or " ".join(keywords[:3]) or " ".join(told.split())
    return BackgroundPlan(f"place|{_key(text)}", text) if text else None


def plan_sprites(cast: Iterable[Character], object_text: str) -> tuple[SpritePlan, ...]:
    """One sprite for each of the cast, from the look, else the persona, else the name; then the object, if any."""
    sprites = []
    for character in cast:
        text = " ".join((character.look or character.persona or character.name).split())
        sprites.append(SpritePlan(f"character|{_key(character.name)}|{_key(text)}", text, character.name, "character"))
    if object_text:
        sprites.append(SpritePlan(f"object|{_key(object_text)}", object_text, "", "object"))
    return tuple(sprites)


def find_object(
    trigger_kind: str, parameters: Mapping[str, str], words: Sequence[str], cast: Sequence[Character]
) -> str:
    """The thing or creature that the event is about, as a phrase; empty when there is none to show.

    A creature that a cast member's name, look or persona mentions is taken to be that character.
    """
    for name in _OBJECT_PARAMETERS:
        if value := " ".join(parameters.get(name, "").split()):
            return value
    told = {lemma for c in cast for word in _words(f"{c.name} {c.look} {c.persona}") for lemma in noun_forms(word)}
    creatures = lexicon.CREATURES - told
    if trigger_kind in _ITEM_TRIGGERS:
        return _item(words) or _first(words, creatures)
    if trigger_kind in _ENEMY_TRIGGERS:
        return _first(words, creatures)
    if trigger_kind in _DOOR_TRIGGERS:
        return _first(words, lexicon.DOORS)
    if trigger_kind == "vehicle_arrives":
        return _first(words, lexicon.VEHICLES)
    return _first(words, creatures) or _first(words, lexicon.OBJECTS)


def _first(words: Sequence[str], nouns: frozenset[str]) -> str:
    spot = next((i for i, word in enumerate(words) if noun_forms(word) & nouns), None)
    return " ".join(noun_phrase(words, spot)) if spot is not None else ""


def _item(words: Sequence[str]) -> str:
    """The thing found, given or broken: a known noun after the verb, else anywhere, else what follows the verb."""
    verb = next((i for i, word in enumerate(words) if lemmas(word) & lexicon.ITEM_VERBS), None)
    if verb is None:
        return _first(words, lexicon.OBJECTS)
    after = list(words[verb + 1 :])
    return _first(after, lexicon.OBJECTS) or _first(words, lexicon.OBJECTS) or _unknown_item(after)


def _unknown_item(after: Sequence[str]) -> str:
    """The last noun phrase with a determiner before the first other stop word, people left out."""
    found = ""
    for start, word in enumerate(after):
        if word in lexicon.STOP_WORDS and word not in lexicon.DETERMINERS and found:
            break
        if word in lexicon.DETERMINERS:
            phrase = list(_until_stop(after[start + 1 :]))
            if phrase and not noun_forms(phrase[-1]) & (lexicon.PEOPLE | lexicon.PLACES):
                found = " ".join(phrase)
    return found


def _until_stop(words: Sequence[str]) -> Iterator[str]:
    for word in words[: _MAX_MODIFIERS + 1]:
        if word in lexicon.STOP_WORDS or not word[0].isalnum():
            return
        yield word


def noun_phrase(words: Sequence[str], noun: int) -> list[str]:
    """The noun at index `noun` with up to three words before it that describe it, and what a container holds."""
    first = noun
    while first > 0 and noun - first < _MAX_MODIFIERS and _describes(words[first - 1]):
        first -= 1
    phrase = list(words[first : noun + 1])
    if noun_forms(words[noun]) & lexicon.CONTAINERS and list(words[noun + 1 : noun + 2]) == ["of"]:
        held = list(_until_stop(words[noun + 2 : noun + 6]))
        phrase += ["of", *held] if held else []
    return phrase


def _describes(word: str) -> bool:
    """Whether a word before a noun may belong to it: no stop word, no verb in -s, no possessive, no mark."""
    inflected = word.endswith("s") and not word.endswith(("ss", "ous"))
    return word[0].isalnum() and word not in lexicon.STOP_WORDS and not inflected


def plan_sounds(
    kind: str, words: Sequence[str], place: str, mood: Mood, max_lines: int
) -> tuple[tuple[SoundPlan, ...], tuple[SoundPlan, ...]]:
    """Up to three sounds of different families, from the event's words, the trigger and the place, and spare ones.

    A sound that rests on the trigger alone is spare unless it fits every scene.
    """
    known = kind in lexicon.TRIGGER_SOUNDS
    heard = set().union(*map(lemmas, words)) if words else set()
    heard |= set() if known else {lemma for word in _words(kind.replace("_", " ")) for lemma in lemmas(word)}
    setting = {form for word in _words(place) for form in noun_forms(word)}
    chosen: dict[str, tuple[SoundCue, bool]] = {}
    own = lexicon.TRIGGER_SOUNDS.get(kind)
    spare = False
    if own and kind in lexicon.ALWAYS_HEARD:
        chosen[own.family] = (own, False)
    for cue in _matching(lexicon.EVENT_SOUNDS, heard):
        if len(chosen) < MAX_SOUNDS - 1:
            chosen.setdefault(cue.family, (cue, False))
    if own and not chosen:
        chosen[own.family] = (own, False)
        spare = own.family not in lexicon.CERTAIN_FAMILIES
    for cue in _matching(lexicon.AMBIENCES, setting)[:1]:
        chosen.setdefault(cue.family, (cue, True))
    count = max(1, max_lines)
    sounds = tuple(_sound(cue, quiet, n, setting, mood, count) for n, (cue, quiet) in enumerate(chosen.values()))
    return (sounds[1:], sounds[:1]) if spare else (sounds, ())


def proposed_sound(phrase: str, anchor: Anchor, offset_ms: int, mood: Mood) -> SoundPlan:
    """A sound in the words of the language model; how long and loud it is comes from the cue that it resembles."""
    heard = {lemma for word in _words(phrase) for lemma in lemmas(word)}
    like = next(iter(_matching(lexicon.EVENT_SOUNDS, heard)), None)
    return SoundPlan(
        key=f"sound|{_key(phrase)}",
        text=phrase,
        anchor=anchor,
        offset_ms=offset_ms,
        intensity=_loudness(like.intensity if like else SoundCue.intensity, mood),
        duration_ms=like.duration_ms if like else 0,
    )


def _matching(cues: Sequence[SoundCue], heard: set[str]) -> list[SoundCue]:
    """Cues whose words were heard: two different words where a cue asks for two."""
    found = []
    for cue in cues:
        first, second = cue.any_of & heard, cue.and_any & heard
        if first and (not cue.and_any or (second and len(first | second) > 1)):
            found.append(cue)
    return found


def _sound(cue: SoundCue, ambient: bool, index: int, setting: set[str], mood: Mood, max_lines: int) -> SoundPlan:
    text = cue.text
    if cue.family == "steps":
        text = f"{text} {_first_match(lexicon.GROUNDS, setting) or 'on stone'}"
    elif not ambient and (echo := _first_match(lexicon.ECHOES, setting)):
        text = f"{text} {echo}"
    points = {"after": Anchor(0, "END"), "last": Anchor(max_lines - 1, "END")}
    anchor = points.get(cue.when, Anchor(0, "START"))
    second = index > 0 and cue.when == "before" and not ambient
    return SoundPlan(
        key=f"sound|{_key(text)}",
        text=text,
        anchor=anchor,
        offset_ms=SECOND_SOUND_MS if second else 0,
        intensity=_loudness(cue.intensity * (_AMBIENT_SHARE if ambient else 1.0), mood),
        duration_ms=cue.duration_ms,
    )


def _loudness(intensity: float, mood: Mood) -> float:
    return round(intensity * (0.6 + 0.4 * mood.intensity), 3)


def _first_match(table: Sequence[tuple[str, frozenset[str]]], heard: set[str]) -> str:
    return next((text for text, nouns in table if nouns & heard), "")


def noun_forms(word: str) -> set[str]:
    """The word and what may be its singular: without 's and plural endings."""
    bare = word.removesuffix("'s").removesuffix("'")
    found = {bare, bare.removesuffix("s"), bare.removesuffix("es")}
    return found | {bare[:-3] + "y"} if bare.endswith("ies") else found


def lemmas(word: str) -> set[str]:
    """The word and what may be its plain form: as a noun, and as a verb without -s, -ed and -ing."""
    found = noun_forms(word)
    for ending in ("d", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            bare = word[: -len(ending)]
            found |= {bare, bare + "e"} if ending == "ing" else {bare}
            if len(bare) > 3 and bare[-1] == bare[-2]:
                found.add(bare[:-1])
    return found


def _words(text: str) -> list[str]:
    """Lower-case words and marks, in order; underscores split words, as in ids."""
    plain = text.casefold().replace("’", "'").replace("_", " ")
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*'?|[.,;:!?]", plain)


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
