"""Paint a scene: the one door to the painter.

Scenes are in no mood: `images.grade` gives one to finished pictures, painted or generated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from narrative_server.images.painter.canvas import BAYER, GLOW
from narrative_server.images.painter.kinds import KINDS
from narrative_server.images.painter.places import beyond, fortified, rooms, settled, urban, wild
from narrative_server.images.painter.scene import Scene
from narrative_server.images.painter.stage import Stage
from narrative_server.images.painter.weather import lightning

PALETTE_LIMIT: Final = 48
"""The most colours a picture has."""

_OUTDOORS: Final[dict[str, Callable[[Stage], None]]] = {
    "forest": wild.forest,
    "pine forest": wild.pine_forest,
    "jungle": wild.jungle,
    "desert": wild.desert,
    "canyon": wild.canyon,
    "mountains": wild.mountains,
    "snowfield": wild.snowfield,
    "swamp": wild.swamp,
    "beach": wild.beach,
    "cliffs": wild.cliffs,
    "lake": wild.lake,
    "river bridge": wild.river_bridge,
    "meadow": wild.meadow,
    "farm": settled.farm,
    "country road": settled.country_road,
    "village": settled.village,
    "burning village": settled.burning_village,
    "market": settled.market,
    "harbour": settled.harbour,
    "ship deck": settled.ship_deck,
    "castle": fortified.castle,
    "castle yard": fortified.castle_yard,
    "ruins": fortified.ruins,
    "graveyard": fortified.graveyard,
    "camp": fortified.camp,
    "battlefield": fortified.battlefield,
    "garden": fortified.garden,
    "western town": urban.western_town,
    "city street": urban.city_street,
    "neon street": urban.neon_street,
    "rooftop": urban.rooftop,
    "train station": urban.train_station,
    "wasteland": urban.wasteland,
    "alien planet": beyond.alien_planet,
    "moon base": beyond.moon_base,
    "cave": beyond.cave,
    "lava cave": beyond.lava_cave,
    "mine": beyond.mine,
}


def paint(scene: Scene) -> NDArray[np.uint8]:
    """Paint a scene: uint8 (96, 160, 3), sRGB, at most PALETTE_LIMIT colours."""
    picture, palette = _compose(scene)
    colours = np.round(np.clip(palette, 0.0, 1.0) * 255.0).astype(np.uint8)
    return np.asarray(colours[picture], np.uint8)  # (H, W, 3)


def _compose(scene: Scene) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Indices (96, 160) and the palette (n, 3), sRGB 0..1."""
    indoor = KINDS[scene.kind].indoor or scene.kind in ("cave", "lava cave", "mine")
    stage = Stage(scene, indoor)
    if KINDS[scene.kind].indoor:
        rooms.paint_room(stage)
    else:
        stage.canvas.light[:] = stage.day.bias
        _OUTDOORS[scene.kind](stage)
        if scene.weather == "storm" and stage.chance(0.6):
            lightning(stage, stage.between(34, 56))
    if stage.lamp_field is not None:
        stage.canvas.tint((stage.lamp_field + (BAYER - 0.5) * 0.30 > 0.24) & (stage.canvas.variant == 0), GLOW)
    elif stage.day.lamps and not indoor:
        stage.canvas.tint(
            (stage.canvas.light - stage.day.bias + (BAYER - 0.5) * 0.22 > 0.17) & (stage.canvas.variant == 0), GLOW
        )
    return stage.canvas.finish(stage.tints(), PALETTE_LIMIT)
