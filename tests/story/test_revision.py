from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from narrative_server.dialogue.types import SpokenLine
from narrative_server.errors import InvalidRequest
from narrative_server.story.events import SoundReady
from narrative_server.story.plan import SoundPlan
from narrative_server.story.request import LineEdit, Revision
from narrative_server.story.revision import check_parts, revised_plan, standing_lines
from narrative_server.story.session import StoredBeat
from narrative_server.story.timeline import Anchor, Cue, Target

CLINK = "sound|a clink"
LINE = "Line 0: 火 🔥"


@pytest.fixture
def beat(story: SimpleNamespace) -> StoredBeat:
    """One line, a background, a sprite, a sound, and a sprite that a warning calls missing."""
    return story.beat()


def with_proposal(beat: StoredBeat) -> StoredBeat:
    """The beat with a sound that its plan does not have."""
    events = []
    for event in beat.events:
        if event.kind == "timeline" and not event.final:
            clink = Cue(Target("sound", CLINK), Anchor(0, "END"), 40)
            event = replace(event, cues=(*event.cues, clink))
        events.append(event)
        if isinstance(event, SoundReady):
            events.append(SoundReady(CLINK, replace(event.asset, id="clink-id", key=CLINK, text="a clink")))
    return replace(beat, events=tuple(events))


def test_locked_and_edited_lines_stand(beat: StoredBeat) -> None:
    assert standing_lines(beat, Revision("b")) == {}
    assert standing_lines(beat, Revision("b", locked_lines=(0,))) == {0: SpokenLine("Zoë 🦊", "fear", LINE)}
    edit = Revision("b", edits=(LineEdit(0, "Oh."),))
    assert standing_lines(beat, edit) == {0: SpokenLine("Zoë 🦊", "fear", "Oh.")}
    happy = Revision("b", edits=(LineEdit(0, "Oh.", "joy"),))
    assert standing_lines(beat, happy) == {0: SpokenLine("Zoë 🦊", "joy", "Oh.")}


def test_every_part_that_is_not_there_is_named(beat: StoredBeat) -> None:
    check_parts(beat, Revision("b", (0,), ("zoe", "village", "door"), ()))
    wrong = Revision("b", (1,), ("key",), (LineEdit(7, "Oh."),))
    with pytest.raises(InvalidRequest) as caught:
        check_parts(beat, wrong)
    assert [violation.field for violation in caught.value.violations] == ["locked.line", "edits[0].line", "locked.key"]
    assert "zoe, village, door" in str(caught.value)


def test_the_plan_stays_as_it_was(beat: StoredBeat) -> None:
    assert revised_plan(beat, Revision("b", locked_lines=(0,))) == beat.plan


def test_a_proposed_sound_is_planned_once_something_stands(beat: StoredBeat) -> None:
    played = with_proposal(beat)
    for revision in (Revision("b", locked_lines=(0,)), Revision("b", locked_keys=("door",))):
        *planned, clink = revised_plan(played, revision).sounds
        assert tuple(planned) == beat.plan.sounds
        assert (clink.key, clink.text, clink.anchor, clink.offset_ms) == (CLINK, "a clink", Anchor(0, "END"), 40)


def test_a_spare_sound_that_came_is_planned_as_it_was(beat: StoredBeat) -> None:
    spare = SoundPlan(CLINK, "a clink", Anchor(0, "END"), 40, 0.75, 300)
    events = tuple(
        replace(event, plan=replace(event.plan, spare_sounds=(spare,))) if event.kind == "accepted" else event
        for event in with_proposal(beat).events
    )
    plan = revised_plan(replace(beat, events=events), Revision("b", locked_lines=(0,)))
    assert plan.sounds == (*beat.plan.sounds, spare)
    assert plan.spare_sounds == ()


def test_a_beat_made_anew_gets_new_proposals(beat: StoredBeat) -> None:
    assert revised_plan(with_proposal(beat), Revision("b", locked_keys=("zoe",))) == beat.plan
