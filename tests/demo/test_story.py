from __future__ import annotations

from narrative_server.demo.files import slug
from narrative_server.demo.story import BEATS, beat_request, session_request
from narrative_server.rpc import from_proto
from narrative_server.story.limits import Limits
from narrative_server.story.validation import validate_beat, validate_new_session


def test_the_story_has_three_beats_of_different_places_moods_and_casts_around_one_character() -> None:
    assert len(BEATS) == len({beat.place for beat in BEATS}) == len({beat.emotion for beat in BEATS}) == 3
    assert len({beat.cast for beat in BEATS}) == 3
    assert set.intersection(*(set(beat.cast) for beat in BEATS)) == {"Mira"}


def test_everybody_of_a_beat_is_in_the_story_with_persona_and_look() -> None:
    known = {who.name: who for who in session_request().context.cast}
    for beat in BEATS:
        assert all(known[name].persona and known[name].look for name in beat.cast)


def test_every_request_is_legal() -> None:
    start = session_request(seed=3)
    validate_new_session(start.session_id, start.title, from_proto.story_context(start.context, "context"), Limits())
    for beat in BEATS:
        validate_beat(from_proto.beat_request(beat_request("s1", beat)), Limits())


def test_names_of_folders_are_legal_on_every_system() -> None:
    assert all(beat.slug == slug(beat.slug) for beat in BEATS)
