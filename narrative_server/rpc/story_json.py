"""Sessions and beats as JSON, for exports: the contracts' messages in protobuf's JSON form, under their own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from narrative_server.rpc import to_proto
from narrative_server.rpc.beat_events import event_writer
from narrative_server.story.scripts import summarise
from narrative_server.story.session import Session, StoredBeat
from narrative_server.v1 import beat_pb2, common_pb2


class StoryJson:
    """A `JsonWriter` of `story.export`. A beat's fields are those of BeatSummary and of ImportBeatRequest."""

    def session(self, session: Session) -> dict[str, Any]:
        """A Session."""
        return _as_dict(to_proto.session(session))

    def beat(self, beat: StoredBeat, files: Mapping[str, str]) -> dict[str, Any]:
        """A BeatSummary with `player_line` and `events`; `data` of media is the name of the file in the archive."""
        write = event_writer(stored=True)
        events = [_event(write(event), files) for event in beat.events]
        told = _as_dict(to_proto.beat_summary(summarise(beat)))
        return {**told, "player_line": beat.request.player_line, "events": events}


def _event(event: beat_pb2.BeatEvent, files: Mapping[str, str]) -> dict[str, Any]:
    kind = event.WhichOneof("event")
    if kind not in ("background", "sprite", "sound"):
        return _as_dict(event)
    ready = getattr(event, kind)
    medium = "sound" if kind == "sound" else "picture"
    content = getattr(ready, medium)
    content.ClearField("data")
    if kind != "sound":
        content.encoding = common_pb2.PICTURE_ENCODING_PNG  # raw pictures are PNG files in the archive
    told = _as_dict(event)
    told[kind][medium]["data"] = files[ready.key]
    return told


def _as_dict(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = MessageToDict(message, preserving_proto_field_name=True)
    return told
