from __future__ import annotations

from narrative_server.semantics.split import held_out, held_out_events

HELD_DOORS = [2, 6, 9, 16, 39, 55, 56]


def test_about_a_tenth_is_held_out() -> None:
    share = sum(held_out({"event": f"The player opens door {n}."}) for n in range(5000)) / 5000
    assert 0.08 < share < 0.12


def test_beats_of_one_session_stay_together() -> None:
    for session in range(50):
        beats = [{"session": f"story-{session}", "event": f"event {n}"} for n in range(6)]
        assert len({held_out(beat) for beat in beats}) == 1


def test_beats_of_one_event_stay_together_whatever_their_mood() -> None:
    for n in range(50):
        beats = [{"event": f"Event {n}.", "mood": mood, "cast": []} for mood in ("joy", "fear")]
        assert len({held_out(beat) for beat in beats}) == 1


def test_the_split_never_changes() -> None:
    held = [n for n in range(60) if held_out({"event": f"The player opens door {n}."})]
    assert held == HELD_DOORS
    assert not held_out({"session": "fantasy-mill-01", "event": "The player opens door 3."})


def test_held_out_events_are_those_of_held_out_beats() -> None:
    beats = [{"event": f"The player opens door {n}."} for n in range(60)]
    assert held_out_events(beats) == {f"The player opens door {n}." for n in HELD_DOORS}
