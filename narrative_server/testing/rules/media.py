"""Rules about pictures and sounds: planned, wanted so, and really what their fields say."""

from __future__ import annotations

import io
import math
from typing import Final

import numpy as np
import soundfile
from PIL import Image

from narrative_server.testing.played_beat import PlayedBeat
from narrative_server.testing.rules.violation import Rule
from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2

_FILE_TYPES: Final[dict[int, tuple[str, str]]] = {
    common_pb2.SOUND_ENCODING_WAV_PCM16: ("WAV", "PCM_16"),
    common_pb2.SOUND_ENCODING_WAV_FLOAT32: ("WAV", "FLOAT"),
    common_pb2.SOUND_ENCODING_OGG_VORBIS: ("OGG", "VORBIS"),
}
_NATIVE_SIZES: Final = {"background": (160, 96), "sprite": (32, 32)}
_MADE_AT_HZ: Final = 22050
_QUIETEST: Final = -70.0
_PEAK_TOLERANCE_DB: Final = 0.5


def picture_of(event: pb.BeatEvent) -> tuple[str, common_pb2.Picture] | None:
    """Medium and picture of an event that brings one."""
    match event.WhichOneof("event"):
        case "background":
            return "background", event.background.picture
        case "sprite":
            return "sprite", event.sprite.picture
        case _:
            return None


def decode_picture(picture: common_pb2.Picture) -> Image.Image:
    """The RGBA image of `picture`. Raises ValueError when its bytes are not what its fields say."""
    size = (picture.width_px, picture.height_px)
    if picture.encoding == common_pb2.PICTURE_ENCODING_RGBA32:
        if len(picture.data) != size[0] * size[1] * 4:
            raise ValueError(f"{len(picture.data)} bytes for {size[0]}x{size[1]} RGBA32")
        return Image.frombytes("RGBA", size, picture.data)
    if picture.encoding != common_pb2.PICTURE_ENCODING_PNG:
        raise ValueError(f"encoding is {picture.encoding}")
    try:
        image = Image.open(io.BytesIO(picture.data), formats=["PNG"])
        image.load()
    except (OSError, SyntaxError) as error:
        raise ValueError(f"not a PNG file: {error}") from error
    if image.size != size or image.mode != "RGBA":
        raise ValueError(f"PNG is {image.size} {image.mode}, told {size} RGBA")
    return image


def pictures_are_planned(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A picture has a key of the plan, in its medium, and comes once."""
    match event.WhichOneof("event"):
        case "background":
            key, medium, again = event.background.key, "background", beat.background is not None
        case "sprite":
            key, medium, again = event.sprite.key, "sprite", event.sprite.key in beat.sprites
        case _:
            return None
    if beat.planned_keys.get(key) != medium:
        return f"{medium} {key!r} is not in the plan"
    return f"{medium} {key!r} came again" if again else None


def sprites_show_their_character(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A sprite names the character that the plan gives to its key."""
    if not event.HasField("sprite"):
        return None
    planned = {sprite.key: sprite.character for sprite in beat.plan.sprites}.get(event.sprite.key, "")
    shown = event.sprite.character
    return None if shown == planned else f"sprite {event.sprite.key!r} shows {shown!r}, planned was {planned!r}"


def pictures_decode_to_their_size(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The bytes are a picture of the told encoding and size."""
    found = picture_of(event)
    if found is None:
        return None
    try:
        decode_picture(found[1])
    except ValueError as error:
        return str(error)
    return None


def pictures_are_as_asked(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Encoding and size are the request's, else PNG at native size."""
    found = picture_of(event)
    if found is None or beat.request is None:
        return None
    medium, picture = found
    media = beat.request.media
    asked = media.background_format if medium == "background" else media.sprite_format
    encoding = asked.encoding or common_pb2.PICTURE_ENCODING_PNG
    if picture.encoding != encoding:
        return f"encoding is {picture.encoding}, asked for {encoding}"
    size, wanted = (picture.width_px, picture.height_px), wanted_size(medium, asked)
    return None if size == wanted else f"size is {size}, asked for {wanted}"


def wanted_size(medium: str, asked: common_pb2.PictureFormat) -> tuple[int, int]:
    """Width and height in pixels that `asked` means: one side fixes the other, none is native."""
    width_px, height_px = _NATIVE_SIZES[medium]
    factor = asked.width_px // width_px or asked.height_px // height_px or 1
    return width_px * factor, height_px * factor


def pictures_have_few_enough_colours(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """At most as many colours as asked for; all invisible pixels count as one."""
    found = picture_of(event)
    if found is None or beat.request is None:
        return None
    media = beat.request.media
    limit = (media.background_format if found[0] == "background" else media.sprite_format).colours
    if not limit:
        return None
    pixels = np.asarray(decode_picture(found[1])).reshape(-1, 4)
    visible = pixels[pixels[:, 3] > 0]
    colours = len(np.unique(visible[:, :3], axis=0))
    return None if colours <= limit else f"{colours} colours, asked for at most {limit}"


def pictures_say_how_they_stand(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Backgrounds tell their ground, sprites their pivot; shares are 0 to 1."""
    found = picture_of(event)
    if found is None:
        return None
    medium, picture = found
    if picture.HasField("ground_y") != (medium == "background"):
        return f"{medium} has {'a' if picture.HasField('ground_y') else 'no'} ground_y"
    shares = (picture.ground_y, picture.pivot_x, picture.pivot_y)
    fine = all(0 <= share <= 1 for share in shares)
    return None if fine else f"ground_y, pivot_x, pivot_y are {shares}; legal: 0 to 1"


def sounds_come_once_under_their_key(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A sound's key is of the plan, or new (it followed from the lines), never another medium's; it comes once."""
    if not event.HasField("sound"):
        return None
    key = event.sound.key
    if not key or beat.planned_keys.get(key, "sound") != "sound":
        return f"sound has the key {key!r}"
    return f"sound {key!r} came again" if key in beat.sounds else None


def sounds_say_whether_they_were_planned(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """A sound is `proposed` when its key is not of the plan."""
    if not event.HasField("sound"):
        return None
    key, proposed = event.sound.key, event.sound.key not in beat.planned_keys
    return None if event.sound.proposed == proposed else f"sound {key!r} says proposed {event.sound.proposed}"


def sounds_decode_to_their_length(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The bytes are a WAV file of the told encoding, rate, channels and duration."""
    if not event.HasField("sound"):
        return None
    sound = event.sound.sound
    try:
        info = soundfile.info(io.BytesIO(sound.data))
    except soundfile.LibsndfileError as error:
        return f"not a {_FILE_TYPES.get(sound.encoding, ('sound',))[0]} file: {error}"
    told = (*_FILE_TYPES.get(sound.encoding, ("", "")), sound.sample_rate_hz, sound.channels)
    found = (info.format.removesuffix("EX"), info.subtype, info.samplerate, info.channels)
    if found != told:
        return f"file is {found}, told {told}"
    duration_ms = info.frames * 1000 / info.samplerate
    close = info.frames > 0 and abs(duration_ms - sound.duration_ms) <= 1
    return None if close else f"file lasts {duration_ms:.1f} ms, told {sound.duration_ms} ms"


def sounds_are_as_asked(beat: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """Encoding, rate, channels and whether it loops are the request's, else 16-bit mono at 22,050 Hz, played once."""
    if not event.HasField("sound") or beat.request is None:
        return None
    asked, sound = beat.request.media.sound_format, event.sound.sound
    encoding = asked.encoding or common_pb2.SOUND_ENCODING_WAV_PCM16
    wanted = (encoding, asked.sample_rate_hz or _MADE_AT_HZ, asked.channels or 1, asked.looped)
    found = (sound.encoding, sound.sample_rate_hz, sound.channels, sound.loop_end_sample > 0)
    return None if found == wanted else f"encoding, rate, channels and loop are {found}, asked for {wanted}"


def sounds_tell_their_level(_: PlayedBeat, event: pb.BeatEvent) -> str | None:
    """The peak is that of the samples, not above full scale; loudness is a number from -70 on."""
    if not event.HasField("sound"):
        return None
    sound = event.sound.sound
    samples, _ = soundfile.read(io.BytesIO(sound.data), dtype="float32")
    peak = float(np.abs(samples).max(initial=0.0))
    peak_dbfs = max(20 * math.log10(peak), _QUIETEST) if peak > 0 else _QUIETEST
    told_dbfs = max(sound.peak_dbfs, _QUIETEST)
    if not sound.peak_dbfs <= 0 or abs(told_dbfs - peak_dbfs) > _PEAK_TOLERANCE_DB:
        return f"peak is {peak_dbfs:.1f} dBFS, told {sound.peak_dbfs:.1f}"
    loud = math.isfinite(sound.loudness_lufs) and sound.loudness_lufs >= _QUIETEST
    return None if loud else f"loudness_lufs is {sound.loudness_lufs}"


MEDIA_RULES: Final[tuple[Rule, ...]] = (
    pictures_are_planned,
    sprites_show_their_character,
    pictures_decode_to_their_size,
    pictures_are_as_asked,
    pictures_have_few_enough_colours,
    pictures_say_how_they_stand,
    sounds_come_once_under_their_key,
    sounds_say_whether_they_were_planned,
    sounds_decode_to_their_length,
    sounds_are_as_asked,
    sounds_tell_their_level,
)
