from __future__ import annotations

import pytest
from breaking import end
from legal_beats import find, legal_events, picture, play

from narrative_server.testing.rules import ContractViolation, check_replay, check_same_media


def test_a_replay_is_the_same_bytes() -> None:
    first, again = play(legal_events()), play(legal_events())
    with pytest.raises(ContractViolation, match="replay_says_so"):
        check_replay(first, again)
    again.events[-1].finished.replayed = True
    check_replay(first, again)
    find(again.events, "sound").sound.sound.text = "a drum"
    with pytest.raises(ContractViolation, match="replay_is_the_same_bytes"):
        check_replay(first, again)


def test_a_shorter_replay_is_noticed() -> None:
    first, again = play(legal_events()), play(legal_events())
    del again.events[-1]
    with pytest.raises(ContractViolation, match="replay_is_the_same_bytes"):
        check_replay(first, again)


def test_equal_media_may_have_other_ids_and_times() -> None:
    events = legal_events()
    events[0].accepted.beat_id = "b2"
    find(events, "sprite").sprite.picture.asset_id = "other"
    end(events).timings.total_ms = 500
    check_same_media(play(legal_events()), play(events))


def test_another_picture_is_not_the_same_media() -> None:
    events = legal_events()
    find(events, "sprite").sprite.picture.CopyFrom(picture("sprite", 77))
    with pytest.raises(ContractViolation, match="pictures differ"):
        check_same_media(play(legal_events()), play(events))
