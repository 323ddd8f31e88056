from __future__ import annotations

import pytest
from breaking import Break, Breaks, Events, assert_broken, stage
from legal_beats import find

from narrative_server.testing.rules.staging import STAGING_RULES
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2 as common

BREAKS = Breaks()


@BREAKS.add("staging_revisions_count_from_one")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).revision = 2


@BREAKS.add("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).width_px = 320


@BREAKS.add("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).ground_y_px = 50


@BREAKS.add("stage_is_the_background")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).ground_y_px = 96


@BREAKS.add("placements_are_of_planned_sprites")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].sprite_key = "cy"


@BREAKS.add("placements_are_of_planned_sprites")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].sprite_key = "bo"


@BREAKS.add("pivots_are_on_the_stage")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].x_px = -1


@BREAKS.add("pivots_are_on_the_stage")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].scale = 0


@BREAKS.add("placements_are_in_drawing_order")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[0].z = 2


@BREAKS.add("only_sprites_that_look_somewhere_are_mirrored")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    find(events, "sprite").sprite.picture.facing = common.FACING_UNSPECIFIED
    stage(events).placements[0].mirrored = True


@BREAKS.add("boxes_hardly_overlap")
def _(events: Events, _: pb.PlayBeatRequest) -> None:
    stage(events).placements[1].x_px = 40


@pytest.mark.parametrize(("rule", "how"), BREAKS.cases, ids=BREAKS.ids)
def test_a_broken_rule_is_named(rule: str, how: Break) -> None:
    assert_broken(rule, how)


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule.__name__ for rule in STAGING_RULES} == BREAKS.rules
