"""Domain values as JSON documents and back, exactly: what was stored equals what is read.

Bytes of pictures and sounds stay out of the documents: an event refers to its asset by id. Knows nothing of tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import Discriminator, TypeAdapter

from narrative_server.dialogue.types import HistoryLine
from narrative_server.errors import StorageFailed
from narrative_server.story.assets import Asset
from narrative_server.story.checks import PLAYER
from narrative_server.story.events import BackgroundReady, BeatEvent, LineFinished, SoundReady, SpriteReady
from narrative_server.story.request import BeatRequest

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    # Built on first use: it reads every type below `kind`, which an import should not pay for.
    return TypeAdapter(kind)


@cache
def _events_adapter() -> TypeAdapter[BeatEvent]:
    return TypeAdapter(Annotated[BeatEvent, Discriminator("kind")])


@cache
def _assets_adapter() -> TypeAdapter[Asset]:
    return TypeAdapter(Annotated[Asset, Discriminator("medium")])


def dump(value: object, kind: Any) -> str:
    """The JSON document of `value`, a `kind`; infinities and NaN are kept."""
    return json.dumps(_adapter(kind).dump_python(value, mode="json"), ensure_ascii=False)


def load(document: str, kind: type[T]) -> T:
    """The `kind` that `dump` wrote. Raises StorageFailed when the document is damaged."""
    try:
        adapter: TypeAdapter[T] = _adapter(cast(Any, kind))
        return adapter.validate_python(json.loads(document))
    except ValueError as error:
        raise StorageFailed(f"a stored {kind.__name__} cannot be read") from error


def load_lines(document: str) -> tuple[HistoryLine, ...]:
    """The lines of a beat. Raises StorageFailed when the document is damaged."""
    return load(document, tuple[HistoryLine, ...])


def said_lines(request: BeatRequest, events: Iterable[BeatEvent]) -> tuple[HistoryLine, ...]:
    """What was said in a beat: the player's line if there is one, then the characters' in order."""
    player = (HistoryLine(PLAYER, request.player_line),) if request.player_line.strip() else ()
    spoken = (HistoryLine(event.speaker, event.text) for event in events if isinstance(event, LineFinished))
    return (*player, *spoken)


def assets_of(events: Iterable[BeatEvent]) -> dict[str, Asset]:
    """The pictures and sounds that `events` bring, by id."""
    media = (event for event in events if isinstance(event, BackgroundReady | SpriteReady | SoundReady))
    return {event.asset.id: event.asset for event in media}


def dump_events(events: Iterable[BeatEvent]) -> str:
    """The JSON document of a beat's events, with `asset_id` in place of each asset."""
    return json.dumps([_dump_event(event) for event in events], ensure_ascii=False)


def _dump_event(event: BeatEvent) -> dict[str, Any]:
    document: dict[str, Any] = _events_adapter().dump_python(event, mode="json", exclude={"asset"})
    if isinstance(event, BackgroundReady | SpriteReady | SoundReady):
        document["asset_id"] = event.asset.id
    return document


def load_events(document: str, assets: Mapping[str, Asset]) -> tuple[BeatEvent, ...]:
    """The events that `dump_events` wrote, with each asset from `assets`. Raises StorageFailed when damaged."""
    try:
        return tuple(_load_event(event, assets) for event in json.loads(document))
    except (ValueError, KeyError) as error:
        raise StorageFailed("a stored beat's events cannot be read") from error


def _load_event(document: dict[str, Any], assets: Mapping[str, Asset]) -> BeatEvent:
    asset_id = document.pop("asset_id", None)
    if asset_id is not None:
        document["asset"] = assets[asset_id]
    return _events_adapter().validate_python(document)


def index_of(document: str) -> int:
    """The index that a beat was made for, told by its first event. Raises StorageFailed when damaged."""
    try:
        return int(json.loads(document)[0]["session_revision"])
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise StorageFailed("a stored beat's events cannot be read") from error


def move_events(document: str, session_id: str, beat_id: str) -> str:
    """The same events as those of another beat: only the ids that `accepted` tells change."""
    events = json.loads(document)
    for event in events:
        if event["kind"] == "accepted":
            event.update(session_id=session_id, beat_id=beat_id)
    return json.dumps(events, ensure_ascii=False)


def move_request(document: str, session_id: str) -> str:
    """The same request, made in another session."""
    return json.dumps({**json.loads(document), "session_id": session_id}, ensure_ascii=False)


def dump_asset(asset: Asset) -> str:
    """The JSON document of an asset without its bytes."""
    return json.dumps(_assets_adapter().dump_python(asset, mode="json", exclude={"data"}), ensure_ascii=False)


def load_asset(document: str, data: bytes) -> Asset:
    """The asset that `dump_asset` wrote, with its bytes. Raises StorageFailed when damaged."""
    try:
        return _assets_adapter().validate_python({**json.loads(document), "data": data})
    except ValueError as error:
        raise StorageFailed("a stored asset cannot be read") from error
