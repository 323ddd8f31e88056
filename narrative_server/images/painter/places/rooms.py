"""The painter of rooms: lights first, then shell, then furniture in a row along the back wall."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter import interiors
from narrative_server.images.painter.canvas import GROUND_Y_PX, WIDTH_PX, X, Y
from narrative_server.images.painter.features_modern import planet
from narrative_server.images.painter.noise import crop
from narrative_server.images.painter.places.fittings import FITTINGS
from narrative_server.images.painter.places.room_specs import ROOMS, Room
from narrative_server.images.painter.stage import Stage

Flags = NDArray[np.bool_]

_SHINING = {
    "torches": 0.34,
    "candles": 0.30,
    "fireplace": 0.38,
    "oil lamps": 0.30,
    "office lamp": 0.30,
    "forge fire": 0.40,
    "furnace": 0.40,
    "stove": 0.18,
    "glass tanks": 0.30,
    "screens": 0.22,
    "altar": 0.22,
    "desk": 0.16,
    "lab bench": 0.14,
    "spotlights": 0.40,
}
_LOW: Final = frozenset(
    [
        *("tables", "barrels", "crates", "chest", "bench", "desk", "pews", "bed", "sofa", "coffins", "bones", "anvil"),
        *("globe", "school desks", "hospital beds", "captain's chair", "plants", "radio"),
    ]
)
"""What leaves the wall above it free."""
_HUNG: Final = frozenset(
    [
        *("banners", "torches", "stained glass", "picture", "clock", "station clock", "map on the wall", "blackboard"),
        *("pans", "tools", "chains", "gauges", "oil lamps", "office lamp", "mirror", "warning lights", "spotlights"),
    ]
)
"""What hangs on the wall above low things."""
_BACKMOST = ("curtains", "columns", "ribs", "pipes", "channel", "strip lights", "train", "pans", "tools")


def paint_room(stage: Stage) -> None:
    """Paint the stage's indoor scene."""
    room = ROOMS[stage.scene.kind]
    stage.glow = room.glow
    night = {"night": -0.06, "dusk": -0.03, "dawn": -0.03}.get(stage.scene.time, 0.0)
    interiors.dim(stage, room.ambient + night)
    placed, windows = _arrange(stage, room)
    lamplit = stage.scene.time in ("dusk", "night", "dawn") or room.windows == ""
    for name, x in placed:
        if name in _SHINING and stage.scene.kind != "hospital":
            width = FITTINGS[name][0]
            stage.canvas.add_light(x + width / 2, 40, 58, _SHINING[name] * (1.0 if lamplit else 0.4))
            stage.canvas.add_light(x + width / 2, 82, 44, _SHINING[name] * 0.6, squash=1.5)
    if not any(name in _SHINING for name, _ in placed):
        stage.canvas.add_light(stage.between(50, 110), 24, 90, 0.22 if lamplit else 0.08)
    for x in windows:
        interiors.daylight_from(stage, x + 8, 30)
    glow_field = stage.canvas.light - (room.ambient + night)
    _shell(stage, room)
    _openings(stage, room, windows)
    for name, x in sorted(placed, key=_layer):
        FITTINGS[name][1](stage, x, GROUND_Y_PX + 1)
    stage.lamp_field = glow_field if lamplit else glow_field * 0.3


def _layer(item: tuple[str, int]) -> int:
    name = item[0]
    return 0 if name in _BACKMOST else 2 if name in _LOW else 1


def _arrange(stage: Stage, room: Room) -> tuple[list[tuple[str, int]], list[int]]:
    """Give every piece a free stretch of wall: what the scene names first, then a window, then what fits.

    Low furniture and things hung on the wall above it share a stretch; tall furniture takes both.
    """
    free = {"low": np.ones(WIDTH_PX, np.bool_), "high": np.ones(WIDTH_PX, np.bool_)}
    named = list(dict.fromkeys([*room.always, *stage.scene.landmarks]))
    named.sort(key=lambda name: -FITTINGS[name][0])
    placed = [(name, _place(stage, free, name, True)) for name in named]
    windows = []
    if room.windows in ("square", "arched", "blinds"):
        for _ in range(stage.between(1, 3)):
            spot = _free_spot(stage, free["high"], 24, centred=False)
            if spot is not None:
                free["high"][spot : spot + 24] = False
                windows.append(spot + 4)
    for name in room.extras:
        if stage.chance(0.85):
            placed.append((name, _place(stage, free, name, False)))
    return [(name, x) for name, x in placed if x is not None], windows


def _place(stage: Stage, free: dict[str, Flags], name: str, must: bool) -> int | None:
    width = FITTINGS[name][0]
    if width == 0:
        return 0
    levels = ["low"] if name in _LOW else ["high"] if name in _HUNG else ["low", "high"]
    both = np.logical_and.reduce([free[level] for level in levels])
    spot = _free_spot(stage, both, width, centred=name in ("throne", "altar"))
    if spot is None and must:
        spot = stage.between(0, WIDTH_PX - width)
    if spot is not None:
        for level in levels:
            free[level][spot : spot + width] = False
    return spot


def _free_spot(stage: Stage, free: Flags, width: int, centred: bool) -> int | None:
    starts = np.flatnonzero(np.convolve(free, np.ones(width, int), mode="valid") == width)
    starts = starts[(starts >= 2) & (starts <= WIDTH_PX - width - 2)]
    if len(starts) == 0:
        return None
    if centred:
        return int(starts[np.argmin(np.abs(starts + width / 2 - WIDTH_PX / 2))])
    return int(starts[stage.between(0, len(starts) - 1)])


def _shell(stage: Stage, room: Room) -> None:
    """Paint wall, panelling, beams and floor."""
    material, grain = room.walls[stage.between(0, len(room.walls) - 1)]
    striped = grain == "stripes"
    wall = stage.mat(material, steps=6)
    interiors.back_wall(
        stage, wall, "bark" if striped else grain, contrast=0.15 if grain in ("soft", "stripes") else 0.62
    )
    if striped:
        _stripes(stage)
    if room.wainscot:
        interiors.wainscot(stage, stage.mat(room.wainscot), stage.between(44, 52))
    elif grain in ("soft", "wallpaper", "board"):
        interiors.skirting(stage, stage.mat("wood"))
    if room.beams:
        interiors.beams(stage, stage.mat(room.beams), stage.between(28, 44))
    elif not striped:
        ceiling = stage.mat(material, steps=6)
        stage.canvas.rect(0, 0, WIDTH_PX, 4, ceiling, 0.12)
        stage.canvas.rect(0, 4, WIDTH_PX, 1, ceiling, 0.85)
    floor_material, style = room.floors[stage.between(0, len(room.floors) - 1)]
    interiors.floor(stage, stage.mat(floor_material, steps=6), style)
    if "carpet" in room.extras:
        interiors.carpet(stage, stage.mat("red cloth"), 80, stage.between(16, 26))
    elif "rug" in room.extras and stage.chance(0.6):
        cloth = stage.mat(stage.pick("red cloth", "blue cloth", "green cloth", "purple cloth"))
        x, half = stage.between(50, 110), stage.between(26, 44)
        for inset, tone in ((0, 0.85), (2, 0.4), (4, 0.6)):
            stage.canvas.ellipse(x, 83, half - inset, 8 - inset * 0.6, cloth, tone)


def _stripes(stage: Stage) -> None:
    cloth = stage.mat("white cloth")
    for x in range(-40, 200, 22):
        top = 80 + (x - 80) * 0.3
        middle = top + (x - top) * Y / GROUND_Y_PX
        stage.canvas.fill(
            (np.abs(X - middle) < 2 + Y / 14) & (Y < GROUND_Y_PX),
            cloth,
            np.asarray(0.6 - 0.2 * (1 - Y / 67) + 0 * X, np.float32),
            dither=0.3,
        )
    stage.canvas.rect(78, 0, 4, GROUND_Y_PX, stage.mat("wood"), 0.6)


def _openings(stage: Stage, room: Room, windows: list[int]) -> None:
    """Open the windows: on the hour's sky, a row of panes, a ship's stern, or space."""
    frame = stage.mat("dark wood")
    for x in windows:
        tall = room.windows == "arched"
        interiors.view_window(
            stage, x, 14 if tall else 18, 15, 34 if tall else 22, stage.mat("stone") if tall else frame, tall
        )
        if room.windows == "blinds":
            for y in range(18, 40, 2):
                stage.canvas.rect(x, y, 15, 1, stage.mat("bone"), 0.75)
    if room.windows == "row":
        for x in range(6, WIDTH_PX, 40):
            interiors.view_window(stage, x + 4, 16, 26, 22, frame)
    elif room.windows == "stern":
        for x in range(24, 130, 24):
            interiors.view_window(stage, x, 16, 20, 24, frame)
    elif room.windows == "space":
        _space_window(stage)


def _space_window(stage: Stage) -> None:
    canvas, x, width, height = stage.canvas, stage.between(14, 24), stage.between(112, 126), stage.between(34, 40)
    hull = stage.mat("dark metal")
    canvas.rect(x - 3, 9, width + 6, height + 6, hull, 0.55)
    canvas.rect(x - 3, 9, width + 6, 1, hull, 0.95)
    space = stage.stops(((0.02, 0.02, 0.06), (0.07, 0.05, 0.16), (0.16, 0.10, 0.30)), 4)
    canvas.rect(
        x, 12, width, height, space, np.asarray(crop("cloud", stage.rng, height, width) - 0.15, np.float32), dither=0.8
    )
    stars = stage.own_light("white cloth", 4)
    count = stage.between(40, 70)
    canvas.dots(
        stage.rng.integers(x, x + width, count),
        stage.rng.integers(12, 12 + height, count),
        stars,
        stage.rng.random(count).astype(np.float32),
    )
    if stage.has("planet in the window"):
        planet(stage, stage.between(x + 34, x + width - 34), clip=(x, 12, x + width, 12 + height))
    for k in range(x + width // 4, x + width - 4, width // 4):
        canvas.rect(k, 12, 2, height, hull, 0.6)
