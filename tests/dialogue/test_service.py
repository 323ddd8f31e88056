from __future__ import annotations

from dataclasses import replace

import pytest

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.service import DialogueService
from narrative_server.dialogue.types import Character, DialogueRequest, LineFinished, SpokenLine
from narrative_server.errors import InvalidConfig, InvalidRequest
from narrative_server.semantics.mood import Mood
from narrative_server.workers.cancel import Cancelled, CancelToken

REQUEST = DialogueRequest((Character("Mira"),), "A door opens.", Mood(), seed=1)


@pytest.fixture
def service() -> DialogueService:
    return DialogueService(DialogueConfig(engine="scripted"))


def test_a_sound_request_gives_lines(service):
    events = list(service.generate(REQUEST, CancelToken()))
    assert sum(isinstance(event, LineFinished) for event in events) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cast": ()}, "cast"),
        ({"cast": (Character(""),)}, "cast[0].name"),
        ({"cast": (Character("A\nB"),)}, "cast[0].name"),
        ({"cast": (Character("A"), Character("A"))}, "cast[1].name"),
        ({"event": "  "}, "event"),
        ({"max_lines": 0}, "max_lines"),
        ({"max_lines": 9}, "max_lines"),
        ({"max_words": 61}, "max_words"),
        ({"temperature": float("nan")}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"max_sounds": 4}, "max_sounds"),
        ({"opening": (SpokenLine("Tom", "joy", "Hi."),)}, "opening[0].speaker"),
        ({"opening": (SpokenLine("Mira", "glee", "Hi."),)}, "opening[0].emotion"),
        ({"opening": (SpokenLine("Mira", "joy", " "),)}, "opening[0].text"),
        ({"opening": (SpokenLine("Mira", "joy", "Hi."),) * 3}, "opening"),
        ({"opening": (SpokenLine("Mira", "joy", "Hi."),) * 4, "max_sounds": 1}, "opening"),
        ({"banned": ("damn", "*")}, "banned[1]"),
        ({"banned": tuple(f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(401))}, "banned"),
    ],
)
def test_a_request_that_nothing_could_serve_is_refused_by_field(service, change, field):
    with pytest.raises(InvalidRequest) as caught:
        service.generate(replace(REQUEST, **change), CancelToken())
    assert [violation.field for violation in caught.value.violations] == [field]


def test_every_fault_is_told_at_once(service):
    with pytest.raises(InvalidRequest) as caught:
        service.generate(replace(REQUEST, max_lines=0, max_words=0), CancelToken())
    assert len(caught.value.violations) == 2


def test_a_cancelled_request_never_reaches_the_engine(service):
    cancel = CancelToken()
    cancel.set()
    with pytest.raises(Cancelled):
        service.generate(REQUEST, cancel)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("engine", "gpt"),
        ("device", "tpu"),
        ("model", ""),
        ("slots", 0),
        ("context_tokens", 100),
        ("threads", -1),
        ("batch_tokens", 1),
        ("delta_delay_ms", float("nan")),
    ],
)
def test_a_setting_out_of_range_names_its_key(key, value):
    with pytest.raises(InvalidConfig, match=rf"dialogue\.{key}"):
        DialogueConfig(**{key: value})
