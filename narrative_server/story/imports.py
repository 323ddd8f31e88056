"""Beats that were written or revised elsewhere: what they must keep to, and how they join a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from narrative_server.dialogue.types import Character
from narrative_server.errors import FieldViolation, InvalidRequest
from narrative_server.story.assets import PictureAsset, SoundAsset
from narrative_server.story.checks import Checks
from narrative_server.story.events import (
    BackgroundReady,
    BeatAccepted,
    BeatEvent,
    BeatFinished,
    BeatTimings,
    BeatWarning,
    LineDelta,
    LineFinished,
    LineStarted,
    Narration,
    SoundReady,
    SpriteReady,
    StagingUpdate,
)
from narrative_server.story.limits import Limits
from narrative_server.story.media import new_id
from narrative_server.story.plan import BackgroundPlan, Plan, SoundPlan, SpritePlan
from narrative_server.story.player import fingerprint
from narrative_server.story.request import BeatRequest, MoodWish, Trigger
from narrative_server.story.session import StoredBeat
from narrative_server.story.store import SessionStore
from narrative_server.story.turns import Turns
from narrative_server.story.validation import SAMPLE_RATES_HZ, validate_beat

MAX_EVENTS: Final = 4096
MAX_WARNING_CHARS: Final = 1024
LONGEST_LINE_MS: Final = 10 * 60 * 1000
MAX_PLACEMENTS: Final = 16
MAX_SCALE: Final = 64.0

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_BYTES: Final = 24


@dataclass(frozen=True)
class ImportedBeat:
    """A beat from elsewhere. events: as a player streams them; ids, revisions and timings in them count for nothing."""

    session_id: str
    trigger: Trigger
    events: tuple[BeatEvent, ...]
    place: str = ""
    player_line: str = ""

    @property
    def accepted(self) -> BeatAccepted:
        """Its first event, which `validate_import` has seen."""
        first = self.events[0]
        assert isinstance(first, BeatAccepted), "validated: a beat begins with what was accepted"
        return first

    @property
    def request(self) -> BeatRequest:
        """What it would have been asked with."""
        plan = self.accepted.plan
        return BeatRequest(
            trigger=self.trigger,
            session_id=self.session_id,
            place=self.place,
            cast=tuple(map(Character, plan.speakers_present)),
            player_line=self.player_line,
            mood=MoodWish(plan.mood.emotion, plan.mood.intensity),
            seed=self.accepted.seed,
        )


def validate_import(beat: ImportedBeat, limits: Limits) -> None:
    """Check every text, number and size of a beat; the order and the sense of its events are the contracts' rules.

    Media are held to their sizes before anybody decodes them. Raises InvalidRequest with every fault.
    """
    if problem := _frame_problem(beat.events):
        legal = f"1 to {MAX_EVENTS} events, accepted first and finished last"
        raise InvalidRequest([FieldViolation("events", problem, legal)])
    plain = BeatRequest(beat.trigger, beat.session_id, place=beat.place, player_line=beat.player_line)
    validate_beat(plain, limits)
    checks = Checks()
    for index, event in enumerate(beat.events):
        _event(checks, f"events[{index}].{event.kind}", event, limits)
    checks.close()


async def store_import(beat: ImportedBeat, store: SessionStore, turns: Turns) -> StoredBeat:
    """Append a validated beat to its session, in its turn among the beats that are played there.

    Raises NotFound, Busy, StorageFailed.
    """
    await store.get_session(beat.session_id)  # an unknown session must not wait for a turn
    async with turns.turn(beat.session_id):
        session = await store.get_session(beat.session_id)
        beat_id = new_id("beat")
        stored = StoredBeat(
            id=beat_id,
            session_id=session.id,
            index=session.revision,
            request=beat.request,
            fingerprint=fingerprint(beat.request),
            place=beat.place or session.place,
            mood=beat.accepted.plan.mood,
            events=events_for_session(beat, session.id, beat_id, session.revision, session.seed),
            created_at=datetime.now(UTC),
        )
        await store.commit_beat(stored)
    return stored


def events_for_session(
    beat: ImportedBeat, session_id: str, beat_id: str, revision: int, story_seed: int
) -> tuple[BeatEvent, ...]:
    """The beat's events as those of a session of `revision` beats before it; its timings become 0.

    beat: begins with what was accepted and ends with what finished it.
    """
    last = beat.events[-1]
    assert isinstance(last, BeatFinished), "validated: a beat ends with what finished it"
    accepted = replace(
        beat.accepted,
        session_id=session_id,
        beat_id=beat_id,
        session_revision=revision,
        story_seed=story_seed,
        revised_beat_id="",
    )
    finished = replace(last, timings=_no_time(beat.events), replayed=False, session_revision=revision + 1)
    return (accepted, *beat.events[1:-1], finished)


def _no_time(events: Sequence[BeatEvent]) -> BeatTimings:
    """Timings of 0 for what is there: nothing of it was made here."""
    kinds = {event.kind for event in events}
    return BeatTimings(
        first_delta_ms=0 if "line_delta" in kinds else None,
        first_picture_ms=0 if kinds & {"background", "sprite"} else None,
        first_sound_ms=0 if "sound" in kinds else None,
        dialogue_ms=0 if "line_finished" in kinds else None,
    )


def _frame_problem(events: Sequence[BeatEvent]) -> str:
    if not 1 <= len(events) <= MAX_EVENTS:
        return f"has {len(events)} entries"
    if not isinstance(events[0], BeatAccepted):
        return f"begins with {events[0].kind}"
    return "" if isinstance(events[-1], BeatFinished) else f"ends with {events[-1].kind}"


def _event(checks: Checks, field: str, event: BeatEvent, limits: Limits) -> None:
    if isinstance(event, BeatAccepted):
        checks.seed(f"{field}.seed", event.seed)
        _plan(checks, f"{field}.plan", event.plan, limits)
    elif isinstance(event, LineStarted | LineDelta | LineFinished):
        _line(checks, field, event, limits)
    elif isinstance(event, Narration):
        checks.text(f"{field}.text", event.text, limits.max_line_chars, required=True)
    elif isinstance(event, BackgroundReady | SpriteReady):
        checks.text(f"{field}.key", event.key, limits.max_key_chars, required=True)
        _picture(checks, f"{field}.picture", event.asset, limits)
    elif isinstance(event, SoundReady):
        checks.text(f"{field}.key", event.key, limits.max_key_chars, required=True)
        _sound(checks, f"{field}.sound", event.asset, limits)
    elif isinstance(event, StagingUpdate):
        checks.whole(f"{field}.width_px", event.width_px, 1, limits.max_background_width_px)
        checks.whole(f"{field}.height_px", event.height_px, 1, limits.max_background_height_px)
        for index, placement in enumerate(event.staging.placements[:MAX_PLACEMENTS]):
            checks.number(f"{field}.placements[{index}].scale", placement.scale, 0.0, MAX_SCALE)
        checks.count(f"{field}.placements", len(event.staging.placements), 0, MAX_PLACEMENTS)
    elif isinstance(event, BeatWarning):
        checks.text(f"{field}.message", event.message, MAX_WARNING_CHARS, required=True)


def _plan(checks: Checks, field: str, plan: Plan, limits: Limits) -> None:
    checks.count(f"{field}.present", len(plan.speakers_present), 1, limits.max_cast)
    for index, name in enumerate(plan.speakers_present[: limits.max_cast]):
        checks.name(f"{field}.present[{index}]", name, limits.max_name_chars)
    planned: list[tuple[str, BackgroundPlan | SpritePlan | SoundPlan]] = [("sprites", one) for one in plan.sprites]
    planned += [("sounds", one) for one in plan.sounds]
    planned += [("background", plan.background)] if plan.background else []
    for part, one in planned:
        checks.text(f"{field}.{part}.key", one.key, limits.max_key_chars, required=True)
        checks.text(f"{field}.{part}.text", one.text, limits.max_persona_chars, required=True)


def _line(checks: Checks, field: str, event: LineStarted | LineDelta | LineFinished, limits: Limits) -> None:
    checks.whole(f"{field}.index", event.index, 0, limits.max_lines - 1)
    if not isinstance(event, LineStarted):
        checks.text(f"{field}.text", event.text, limits.max_line_chars)
    if isinstance(event, LineFinished):
        checks.whole(f"{field}.duration_ms", event.duration_ms, 1, LONGEST_LINE_MS)


def _picture(checks: Checks, field: str, asset: PictureAsset, limits: Limits) -> None:
    checks.text(f"{field}.text", asset.text, limits.max_persona_chars)
    checks.seed(f"{field}.seed", asset.seed)
    sprite = asset.medium == "sprite"
    most = (
        (limits.max_sprite_side_px,) * 2
        if sprite
        else (limits.max_background_width_px, limits.max_background_height_px)
    )
    legal = checks.whole(f"{field}.width_px", asset.width_px, 1, most[0])
    legal &= checks.whole(f"{field}.height_px", asset.height_px, 1, most[1])
    if legal and asset.encoding == "png" and png_size(asset.data) != (asset.width_px, asset.height_px):
        size = png_size(asset.data)
        problem = f"is a PNG of {size[0]}x{size[1]}" if size else f"({len(asset.data)} bytes) is not a PNG file"
        checks.add(f"{field}.data", problem, f"a PNG file of {asset.width_px}x{asset.height_px}, RGBA")


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels that the header of a PNG file tells; None for anything else.

    A small file may unpack to a huge picture, so this looks before anybody unpacks it (PNG specification, 11.2.1).
    """
    if len(data) < _PNG_HEADER_BYTES or not data.startswith(_PNG_SIGNATURE) or data[12:16] != b"IHDR":
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _sound(checks: Checks, field: str, asset: SoundAsset, limits: Limits) -> None:
    checks.text(f"{field}.text", asset.text, limits.max_sound_text_chars)
    checks.seed(f"{field}.seed", asset.seed)
    checks.whole(f"{field}.duration_ms", asset.duration_ms, 1, limits.max_sound_ms)
    checks.choice(f"{field}.sample_rate_hz", asset.sample_rate_hz, SAMPLE_RATES_HZ)
    checks.whole(f"{field}.channels", asset.channels, 1, 2)
    checks.whole(f"{field}.loop_end_sample", asset.loop_end, 0, asset.sample_count)
    checks.whole(f"{field}.loop_start_sample", asset.loop_start, 0, asset.loop_end)
    wanted, found = (
        ("an OGG", asset.data[:4] == b"OggS") if asset.encoding == "ogg_vorbis" else ("a WAV", _is_wav(asset))
    )
    if not found:
        checks.add(
            f"{field}.data", f"({len(asset.data)} bytes) is not {wanted} file", f"{wanted} file, as encoding says"
        )


def _is_wav(asset: SoundAsset) -> bool:
    return asset.data[:4] == b"RIFF" and asset.data[8:12] == b"WAVE"
