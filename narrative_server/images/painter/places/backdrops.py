"""What several outdoor places share: far backdrops, seasonal trees, lamplight after dark."""

from __future__ import annotations

from narrative_server.images.painter import foliage, terrain
from narrative_server.images.painter.canvas import WIDTH_PX
from narrative_server.images.painter.stage import Stage


def leafy_tree(stage: Stage, x: int, base_px: int, height: int, depth: float = 0.0) -> None:
    """Plant a broadleaf tree as the season has it: bare in winter."""
    bark = stage.mat("bark", depth)
    if stage.scene.season == "winter":
        foliage.bare_tree(stage, x, base_px, height, bark)
    else:
        foliage.tree(stage, x, base_px, height, stage.greenery(depth), bark)


def backdrop(stage: Stage, base_px: int = 60) -> None:
    """Put something far behind: peaks, hills or a wood."""
    style = stage.pick("peaks", "hills", "hills", "wood", "both")
    if style in ("peaks", "both"):
        snow = stage.mat("snow", 0.4) if stage.chance(0.5) else None
        terrain.mountains(stage, stage.mat("stone", 0.55), base_px, stage.between(24, 42), snow)
    if style in ("hills", "both"):
        terrain.hills(stage, stage.turf(0.45), base_px, stage.between(10, 20))
    if style == "wood":
        terrain.treeline(stage, stage.mat("pine", 0.45), base_px, 22, True)


def lamplight(stage: Stage, count: int = 3) -> None:
    """After dark, let pools of lamplight lie on what is painted next."""
    if stage.day.lamps:
        for k in range(count):
            stage.canvas.add_light((k + 0.5) * WIDTH_PX / count + stage.between(-10, 10), 62, 34, 0.22)
