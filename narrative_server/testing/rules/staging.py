"""Rules about where sprites stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.media import wanted_size
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2

MAX_OVERLAP: Final = 0.15


@dataclass(frozen=True)
class _Box:
    left_px: int
    top_px: int
    right_px: int
    bottom_px: int

    @property
    def area(self) -> int:
        return max(self.right_px - self.left_px, 0) * max(self.bottom_px - self.top_px, 0)

    def overlap(self, other: _Box) -> float:
        """The shared area as a share of the smaller box."""
        shared = _Box(
            max(self.left_px, other.left_px),
            max(self.top_px, other.top_px),
            min(self.right_px, other.right_px),
            min(self.bottom_px, other.bottom_px),
        )
        return shared.area / min(self.area, other.area)


def _box(picture: common_pb2.Picture, placement: pb.Placement) -> _Box:
    width_px = max(1, round(picture.width_px * placement.scale))
    height_px = max(1, round(picture.height_px * placement.scale))
    pivot_x = 1 - picture.pivot_x if placement.mirrored else picture.pivot_x
    left_px = placement.x_px - round(pivot_x * width_px)
    top_px = placement.y_px - round(picture.pivot_y * height_px)
    return _Box(left_px, top_px, left_px + width_px, top_px + height_px)


def staging_revisions_count_from_one(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Revisions count the staging events."""
    if not event.HasField("staging"):
        return None
    expected, revision = len(beat.stagings) + 1, event.staging.revision
    return None if revision == expected else f"revision is {revision}, not {expected}"


def stage_is_the_background(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The stage has the background's size and ground; without one, the size that it would have had."""
    if not event.HasField("staging"):
        return None
    staging, size = event.staging, (event.staging.width_px, event.staging.height_px)
    if not staging.ground_y_px < staging.height_px:
        return f"ground_y_px is {staging.ground_y_px} on a stage of {size}"
    if beat.background is None:
        wanted = wanted_size("background", beat.request.media.background_format) if beat.request else size
        return None if size == wanted else f"the stage is {size}, not {wanted}"
    picture = beat.background.picture
    if size != (picture.width_px, picture.height_px):
        return f"the stage is {size}, the background {picture.width_px}x{picture.height_px}"
    ground_px = picture.ground_y * picture.height_px
    close = abs(staging.ground_y_px - ground_px) <= 1
    return None if close else f"ground_y_px is {staging.ground_y_px}, the background's {ground_px:.1f}"


def placements_are_of_planned_sprites(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A placement is of a planned sprite that no warning calls missing, once each."""
    if not event.HasField("staging"):
        return None
    keys = [placement.sprite_key for placement in event.staging.placements]
    legal = {sprite.key for sprite in beat.plan.sprites} - beat.warned_keys
    if len(set(keys)) < len(keys):
        return f"a sprite is placed twice: {keys}"
    strange = sorted(set(keys) - legal)
    return f"placed are {strange}, which are not there" if strange else None


def pivots_are_on_the_stage(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A pivot lies on the stage or its edge; a scale is a number above 0."""
    for placement in event.staging.placements if event.HasField("staging") else ():
        on_stage = 0 <= placement.x_px <= event.staging.width_px and 0 <= placement.y_px <= event.staging.height_px
        if not on_stage or not (math.isfinite(placement.scale) and placement.scale > 0):
            at = f"{placement.x_px}, {placement.y_px}, scale {placement.scale:g}"
            return f"{placement.sprite_key!r} is at {at} on {event.staging.width_px}x{event.staging.height_px}"
    return None


def placements_are_in_drawing_order(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Placements come farthest first: z rises."""
    if not event.HasField("staging"):
        return None
    order = [placement.z for placement in event.staging.placements]
    return None if order == sorted(set(order)) else f"z are {order}"


def only_sprites_that_look_somewhere_are_mirrored(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A sprite of unknown facing is never mirrored."""
    for placement in event.staging.placements if event.HasField("staging") else ():
        sprite = beat.sprites.get(placement.sprite_key)
        if placement.mirrored and sprite and not sprite.picture.facing:
            return f"{placement.sprite_key!r} is mirrored, its facing is not known"
    return None


def boxes_hardly_overlap(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """No two sprites that are there overlap by more than 15% of the smaller."""
    staging = event.staging if event.HasField("staging") else None
    here = [p for p in staging.placements if p.sprite_key in beat.sprites] if staging else []
    boxes = [(p.sprite_key, _box(beat.sprites[p.sprite_key].picture, p)) for p in here]
    for (first, a), (second, b) in combinations(boxes, 2):
        if a.overlap(b) > MAX_OVERLAP:
            return f"{first!r} and {second!r} overlap by {a.overlap(b):.0%} of the smaller"
    return None


STAGING_RULES: Final[tuple[Rule, ...]] = (
    staging_revisions_count_from_one,
    stage_is_the_background,
    placements_are_of_planned_sprites,
    pivots_are_on_the_stage,
    placements_are_in_drawing_order,
    only_sprites_that_look_somewhere_are_mirrored,
    boxes_hardly_overlap,
)
