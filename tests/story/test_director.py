from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from narrative_server.dialogue.types import Character
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.story import lexicon
from narrative_server.story.director import lemmas, make_plan, noun_phrase, plan_background, proposed_sound
from narrative_server.story.plan import MAX_SOUNDS, Plan, SoundPlan
from narrative_server.story.request import WantedMedia
from narrative_server.story.timeline import Anchor

MARA = Character("Mara", "innkeeper, warm", "stout woman with a red apron")
FEAR = Mood("fear", 0.8)


def plan(event: str, kind: str = "enter_area", place: str = "village square, noon", **more: object) -> Plan:
    arguments = {"cast": [MARA], "mood": FEAR} | more
    return make_plan(trigger_kind=kind, event=event, place=place, **arguments)  # type: ignore[arg-type]


def objects(made: Plan) -> list[str]:
    return [sprite.text for sprite in made.sprites if sprite.role == "object"]


def sounds(made: Plan) -> list[str]:
    return [sound.text for sound in (*made.spare_sounds, *made.sounds)]


def test_every_cast_member_gets_one_sprite_from_the_best_description() -> None:
    cast = [MARA, Character("Old Tom", "grumpy ferryman"), Character("Ix")]
    made = plan("Nothing happens.", cast=cast)
    assert [(s.character, s.text) for s in made.sprites] == [
        ("Mara", "stout woman with a red apron"),
        ("Old Tom", "grumpy ferryman"),
        ("Ix", "Ix"),
    ]
    assert made.speakers_present == ("Mara", "Old Tom", "Ix")


def test_a_character_keeps_its_key_in_every_beat() -> None:
    spaced = Character(" mara ", "another persona", "Stout  woman with a red apron")
    keys = [
        plan("A dragon lands.").sprites[0].key,
        plan("The door opens.", "door_opened", "cellar", mood=Mood("joy", 0.1)).sprites[0].key,
        plan("It rains.", cast=[spaced]).sprites[0].key,
    ]
    assert len(set(keys)) == 1
    assert plan("It rains.", cast=[Character("Mara", look="tall elf")]).sprites[0].key not in keys


def test_the_background_is_the_place_whatever_happens_there() -> None:
    first = plan("A storm begins.", "weather_change", "Old mill, night")
    second = plan("The player finds a key.", "item_found", "old  mill, night", mood=Mood("joy", 1.0))
    assert first.background is not None
    assert second.background is not None
    assert first.background.key == second.background.key
    assert first.background.text == "Old mill, night"


def test_without_a_place_the_background_comes_from_the_event_then_from_keywords() -> None:
    found = plan("The player enters the burning village.", place=" ").background
    assert found is not None
    assert found.text == "burning village"
    keyed = plan("The player hears it.", place="", keywords=("low hum", "static")).background
    assert keyed is not None
    assert keyed.text == "low hum static"
    assert plan_background("", "", ()) is None


@pytest.mark.parametrize(
    ("kind", "event", "thing"),
    [
        ("item_found", "The player opens an iron chest and finds a glowing blue sword.", "glowing blue sword"),
        ("item_given", "The player gives the hungry guest a bowl of green algae soup.", "bowl of green algae soup"),
        ("item_given", "Mara hands the player the old key to the chest.", "old key"),
        ("item_broken", "The player's sword breaks in half on the training post.", "sword"),
        ("item_found", "You found the drowned man's flibbet under a rock.", "drowned man's flibbet"),
        ("boss_appears", "A huge red dragon lands on the tower.", "huge red dragon"),
        ("vehicle_arrives", "A rescue helicopter lands on the roof.", "rescue helicopter"),
        ("door_locked", "The player finds a heavy iron gate.", "heavy iron gate"),
        ("item_found", "picked_up rusty_lantern", "rusty lantern"),
    ],
)
def test_the_object_is_the_thing_that_the_event_is_about(kind: str, event: str, thing: str) -> None:
    assert objects(plan(event, kind)) == [thing]


def test_parameters_name_the_object_outright() -> None:
    assert objects(plan("Loot!", "item_found", parameters={"item": "silver  harp"})) == ["silver harp"]


def test_people_places_and_nothing_make_no_object() -> None:
    assert objects(plan("The player gives in to the boy.", "item_given")) == []
    assert objects(plan("The player helps the captain.", "item_given")) == []
    assert objects(plan("Nothing happens here.")) == []


def test_a_creature_that_speaks_is_not_drawn_twice() -> None:
    goblin = Character("Snik", "goblin trader", "small green goblin with a big bag")
    assert objects(plan("A goblin blocks the road.", "combat_start")) == ["goblin"]
    assert objects(plan("A goblin blocks the road.", "combat_start", cast=[goblin])) == []


@pytest.mark.parametrize(
    ("kind", "event", "place", "expected"),
    [
        ("enter_area", "The player steps in.", "snowy mountain pass", "footsteps on snow"),
        ("door_opened", "The player opens the vault.", "bank", "heavy iron gate creaking open"),
        ("door_locked", "It will not move.", "house", "door handle rattling"),
        ("combat_start", "The bandit draws a sword.", "road", "sword drawn from its sheath"),
        ("talk_to_npc", "Mara speaks.", "harbour, heavy rain", "rain falling"),
        ("item_found", "The player opens an old chest.", "deep cave", "wooden chest creaking open in a cave"),
        ("level_up", "The player hits three cans.", "range", "level up jingle"),
        ("boss_appears", "It is here.", "pit", "huge monster roaring"),
        ("dragon_attack", "Everyone hides.", "town", "dragon roaring"),
        ("item_broken", "The window breaks.", "street", "glass breaking"),
    ],
)
def test_sounds_fit_the_event_the_trigger_and_the_place(kind: str, event: str, place: str, expected: str) -> None:
    assert expected in sounds(plan(event, kind, place))


def test_a_noun_alone_does_not_go_off() -> None:
    assert "pistol shot" not in sounds(plan("The player lays a shotgun on the counter.", "shop_visit"))
    assert "glass breaking" not in sounds(plan("The player looks through the window.", "player_idle"))


def test_leaving_is_heard_after_the_last_line() -> None:
    steps = plan("The player says goodbye.", "leave_area", max_lines=4).spare_sounds[0]
    assert steps.anchor == Anchor(3, "END")


def test_a_sound_that_rests_on_the_trigger_alone_is_spare() -> None:
    made = plan("The player looks around.", "secret_found", "library, rain")
    assert [sound.text for sound in made.spare_sounds] == ["heavy stone door sliding open"]
    assert [sound.text for sound in made.sounds] == ["rain falling"]


@pytest.mark.parametrize(
    ("kind", "event"),
    [("secret_found", "The player opens the vault."), ("quest_completed", "It is done."), ("low_health", "It hurts.")],
)
def test_sounds_of_the_events_words_and_of_the_game_itself_are_sure(kind: str, event: str) -> None:
    made = plan(event, kind)
    assert made.sounds
    assert not made.spare_sounds


def test_a_proposed_sound_lasts_as_long_as_the_cue_that_it_resembles() -> None:
    bomb = proposed_sound("huge explosion far away", Anchor(1, "END"), 0, FEAR)
    assert (bomb.key, bomb.duration_ms, bomb.anchor) == ("sound|huge explosion far away", 1800, Anchor(1, "END"))
    assert proposed_sound("people sneezing", Anchor(), 0, FEAR).duration_ms == 0


def test_a_stronger_mood_is_louder() -> None:
    soft, loud = (plan("A bomb explodes.", mood=Mood("fear", level)).sounds[0].intensity for level in (0.1, 1.0))
    assert soft < loud


def test_unwanted_media_are_left_out() -> None:
    made = plan("A dragon lands.", media=WantedMedia(background=False, sprites=False, sounds=False))
    assert (made.background, made.sprites, made.sounds, made.spare_sounds) == (None, (), (), ())


def test_without_an_event_the_players_words_count() -> None:
    assert objects(plan("", "talk_to_npc", player_line="Where is the golden crown?")) == ["golden crown"]


def test_every_trigger_of_the_data_gives_a_plan_that_survives_json() -> None:
    adapter = TypeAdapter(Plan)
    for kind in (*lexicon.TRIGGER_SOUNDS, "player_idle", "talk_to_npc", "", "never heard of"):
        made = plan("The player takes the ring from the old altar.", kind, "crypt")
        assert adapter.validate_json(adapter.dump_json(made)) == made


@given(
    event=st.text(max_size=120),
    kind=st.one_of(st.sampled_from(sorted(lexicon.TRIGGER_SOUNDS)), st.text(max_size=12)),
    place=st.text(max_size=40),
    emotion=st.sampled_from(EMOTIONS),
    max_lines=st.integers(1, 8),
)
@settings(max_examples=80, deadline=None)
def test_any_words_give_a_legal_and_repeatable_plan(
    event: str, kind: str, place: str, emotion: str, max_lines: int
) -> None:
    made, again = (plan(event, kind, place, mood=Mood(emotion), max_lines=max_lines) for _ in range(2))
    assert made == again
    heard = (*made.sounds, *made.spare_sounds)
    assert len(heard) <= MAX_SOUNDS
    assert len({sound.key for sound in heard}) == len(heard)
    assert all(sound.anchor.line < max_lines for sound in heard)
    assert len(objects(made)) <= 1
    assert all(sprite.text and sprite.key for sprite in made.sprites)


def test_noun_phrases_stop_at_verbs_and_determiners() -> None:
    assert noun_phrase(["he", "finds", "rusty", "sword"], 3) == ["rusty", "sword"]
    assert noun_phrase(["a", "dangerous", "glass", "vial"], 3) == ["dangerous", "glass", "vial"]
    assert noun_phrase(["jar", "of"], 0) == ["jar"]


def test_lemmas_hold_the_plain_form() -> None:
    for word, plain in [("stories", "story"), ("opens", "open"), ("boxes", "box"), ("stopped", "stop")]:
        assert plain in lemmas(word)
    for word, plain in [("breaking", "break"), ("closing", "close"), ("exploded", "explode"), ("king's", "king")]:
        assert plain in lemmas(word)


def test_planned_sounds_are_checked() -> None:
    with pytest.raises(ValueError, match="intensity"):
        SoundPlan("a", "a", Anchor(), intensity=float("nan"))
    with pytest.raises(ValueError, match="duration_ms"):
        SoundPlan("a", "a", Anchor(), duration_ms=20)
