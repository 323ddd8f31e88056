"""A procedural painter of pixel-art backgrounds, 160x96, for training: scenes, pictures, captions."""

from narrative_server.images.painter.canvas import GROUND_Y_PX, HEIGHT_PX, WIDTH_PX
from narrative_server.images.painter.captions import SUNLESS, captions
from narrative_server.images.painter.kinds import KINDS
from narrative_server.images.painter.paint import PALETTE_LIMIT, paint
from narrative_server.images.painter.scene import SEASONS, TIMES, WEATHERS, Scene, random_scene, scene_of

__all__ = [
    "GROUND_Y_PX",
    "HEIGHT_PX",
    "KINDS",
    "PALETTE_LIMIT",
    "SEASONS",
    "SUNLESS",
    "TIMES",
    "WEATHERS",
    "WIDTH_PX",
    "Scene",
    "captions",
    "paint",
    "random_scene",
    "scene_of",
]
