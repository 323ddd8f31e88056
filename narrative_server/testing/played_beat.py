"""A beat as a client has seen it so far: its events sorted into what they are about. Checks nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from narrative_server.v1 import beat_pb2 as pb
from narrative_server.v1 import common_pb2, story_pb2

Target: TypeAlias = tuple[str, str]
"""What a cue starts: its kind (line, background, sprite, sound) and the line's index or the medium's key."""


@dataclass
class PlayedBeat:
    """Everything that has arrived, in the messages of the contracts.

    request: what was asked of PlayBeat, revision: of ReviseBeat; both None for a replay by id.
    """

    request: pb.PlayBeatRequest | None = None
    revision: story_pb2.ReviseBeatRequest | None = None
    events: list[pb.BeatEvent] = field(default_factory=list)
    accepted: pb.BeatAccepted | None = None
    open_line: pb.LineStarted | None = None
    open_text: str = ""
    lines: list[pb.LineFinished] = field(default_factory=list)
    narrations: list[str] = field(default_factory=list)
    background: pb.BackgroundReady | None = None
    sprites: dict[str, pb.SpriteReady] = field(default_factory=dict)
    sounds: dict[str, pb.SoundReady] = field(default_factory=dict)
    cues: list[pb.Cue] = field(default_factory=list)
    timelines: list[pb.Timeline] = field(default_factory=list)
    stagings: list[pb.Staging] = field(default_factory=list)
    warnings: list[pb.BeatWarning] = field(default_factory=list)
    finished: pb.BeatFinished | None = None

    def add(self, event: pb.BeatEvent) -> None:
        """Take in the next event; kinds that this client does not know are kept in `events` alone."""
        self.events.append(event)
        match event.WhichOneof("event"):
            case "accepted":
                self.accepted = event.accepted
            case "line_started":
                self.open_line, self.open_text = event.line_started, ""
            case "line_delta":
                self.open_text += event.line_delta.text
            case "line_finished":
                self.open_line = None
                self.lines.append(event.line_finished)
            case "timeline":
                self.timelines.append(event.timeline)
                self.cues.extend(event.timeline.cues)
            case "finished":
                self.finished = event.finished
            case kind:
                self._add_medium(kind, event)

    def _add_medium(self, kind: str | None, event: pb.BeatEvent) -> None:
        match kind:
            case "narration":
                self.narrations.append(event.narration.text)
            case "background":
                self.background = event.background
            case "sprite":
                self.sprites[event.sprite.key] = event.sprite
            case "sound":
                self.sounds[event.sound.key] = event.sound
            case "staging":
                self.stagings.append(event.staging)
            case "warning":
                self.warnings.append(event.warning)

    @property
    def banned_words(self) -> tuple[str, ...]:
        """Words that the request bans, those of its inline story included; a session's own are not known here."""
        if self.revision is not None:
            return tuple(self.revision.controls.banned_words)
        if self.request is None:
            return ()
        controls: tuple[common_pb2.DialogueControls, ...]
        controls = (self.request.controls, self.request.inline.context.controls)
        return tuple(word for one in controls for word in one.banned_words)

    @property
    def plan(self) -> pb.BeatPlan:
        """The plan of `accepted`; an empty one before that."""
        return self.accepted.plan if self.accepted else pb.BeatPlan()

    @property
    def staging(self) -> pb.Staging | None:
        """The newest staging, which holds."""
        return self.stagings[-1] if self.stagings else None

    @property
    def timeline(self) -> pb.Timeline | None:
        """The final timeline, or None while it has not come."""
        return self.timelines[-1] if self.timelines and self.timelines[-1].final else None

    @property
    def complete(self) -> bool:
        """Whether the beat has ended with everything there."""
        return self.finished is not None and self.finished.state == pb.BEAT_STATE_COMPLETE

    @property
    def planned_keys(self) -> dict[str, str]:
        """Medium (background, sprite, sound) of each key of the plan."""
        keys = {sprite.key: "sprite" for sprite in self.plan.sprites}
        keys |= {sound.key: "sound" for sound in self.plan.sounds}
        return keys | ({self.plan.background.key: "background"} if self.plan.HasField("background") else {})

    @property
    def warned_keys(self) -> set[str]:
        """Keys of media that will not come."""
        return {warning.key for warning in self.warnings if warning.key}

    @property
    def arrived(self) -> set[Target]:
        """Everything that is there: finished lines and media."""
        targets = {("line", str(line.index)) for line in self.lines}
        targets |= {("sprite", key) for key in self.sprites} | {("sound", key) for key in self.sounds}
        return targets | ({("background", self.background.key)} if self.background else set())


def cue_target(cue: pb.Cue) -> Target:
    """What `cue` starts; kind and key are empty when it has no target that this client knows."""
    match cue.WhichOneof("target"):
        case "line":
            return "line", str(cue.line)
        case "background_key":
            return "background", cue.background_key
        case "sprite_key":
            return "sprite", cue.sprite_key
        case "sound_key":
            return "sound", cue.sound_key
        case _:
            return "", ""
