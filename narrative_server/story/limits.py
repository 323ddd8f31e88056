"""Every limit that the contracts name, in one place. Characters are Unicode code points."""

from __future__ import annotations

from dataclasses import dataclass, fields

from narrative_server.errors import InvalidConfig


@dataclass(frozen=True)
class Limits:
    """What requests must keep to; names follow the contracts' fields. All are whole numbers, 1 or more."""

    max_request_bytes: int = 1 << 20

    # How much may go on at once
    max_active_beats: int = 4
    max_queued_beats: int = 16
    max_queued_beats_per_session: int = 4

    # Counts
    max_cast: int = 6  # present in a beat
    max_story_cast: int = 16
    max_facts: int = 16  # of a beat
    max_story_facts: int = 512
    max_lines_facts: int = 64  # of lines alone
    max_history: int = 64
    max_lines: int = 8
    max_words: int = 60
    min_words: int = 3
    max_variants: int = 16
    max_parameters: int = 16
    max_tags: int = 16
    max_locked: int = 32
    max_banned_words: int = 200
    max_page_size: int = 200
    default_page_size: int = 50

    # Characters of a text
    max_event_chars: int = 500
    max_kind_chars: int = 60
    max_parameter_key_chars: int = 40
    max_parameter_value_chars: int = 200
    max_world_chars: int = 2000
    max_place_chars: int = 200
    max_player_line_chars: int = 500
    max_fact_chars: int = 300
    max_name_chars: int = 60
    max_persona_chars: int = 600
    max_look_chars: int = 300
    max_voice_chars: int = 300
    max_line_chars: int = 600
    max_style_words_chars: int = 200
    max_title_chars: int = 120
    max_id_chars: int = 64
    max_idempotency_key_chars: int = 128
    max_page_token_chars: int = 256
    max_picture_text_chars: int = 300
    max_sound_text_chars: int = 200
    max_analysis_chars: int = 4000
    max_tag_chars: int = 40
    max_key_chars: int = 200  # of a picture or sound in a beat

    # Pictures and sounds
    sprite_side_px: int = 32  # sizes are whole multiples of these
    max_sprite_side_px: int = 512
    background_width_px: int = 160
    background_height_px: int = 96
    max_background_width_px: int = 1280
    max_background_height_px: int = 768
    min_colours: int = 2
    max_colours: int = 64
    min_sound_ms: int = 50
    max_sound_ms: int = 2000

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InvalidConfig(f"limits.{field.name}", value, "a whole number, 1 or more")
