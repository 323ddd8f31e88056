"""Everything that a beat can tell survives its JSON document exactly."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrative_server.errors import StorageFailed
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.story.events import BeatEvent
from narrative_server.story.plan import SoundPlan
from narrative_server.story.request import BeatRequest, StoryContext
from narrative_server.story.store import codec
from narrative_server.story.timeline import Anchor

SHARES = st.floats(0.0, 1.0)
OWN_RULES: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    Mood: {"emotion": st.sampled_from(EMOTIONS), "intensity": SHARES},
    Anchor: {"line": st.integers(0, 9), "word": st.integers(0, 99)},
    SoundPlan: {"intensity": SHARES, "duration_ms": st.just(0) | st.integers(50, 2000)},
}
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(),
    type(None): st.none(),
}


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any legal value of a type that events and requests are made of, every field filled."""
    if kind in PLAIN:
        return PLAIN[kind]
    if is_dataclass(kind) and isinstance(kind, type):
        hints, own = get_type_hints(kind), OWN_RULES.get(kind, {})
        return st.builds(
            kind, **{f.name: own[f.name] if f.name in own else anything(hints[f.name]) for f in fields(kind)}
        )
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(anything(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(anything(arguments[0]), anything(arguments[1]), max_size=2)
    assert origin in (types.UnionType, Union), f"no strategy for {kind}"
    return st.one_of(*map(anything, arguments))


@pytest.mark.parametrize("kind", get_args(BeatEvent), ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_event_of_any_content_returns_exactly(kind: type, data: st.DataObject) -> None:
    event = data.draw(anything(kind))
    assets = codec.assets_of([event])
    loaded = {id: codec.load_asset(codec.dump_asset(asset), asset.data) for id, asset in assets.items()}
    assert codec.load_events(codec.dump_events([event]), loaded) == (event,)


@pytest.mark.parametrize("kind", [BeatRequest, StoryContext, Mood])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_request_context_or_mood_of_any_content_returns_exactly(kind: type, data: st.DataObject) -> None:
    value = data.draw(anything(kind))
    assert codec.load(codec.dump(value, kind), kind) == value


def test_the_example_beat_has_every_kind_of_event(story: SimpleNamespace) -> None:
    assert {type(event) for event in story.events("s", "b", 0)} == set(get_args(BeatEvent))


def test_bytes_stay_out_of_the_documents(story: SimpleNamespace) -> None:
    picture = story.picture("p", data=b"PIXELS" * 9)
    assert "PIXELS" not in codec.dump_asset(picture)
    assert "bg" * 50 not in codec.dump_events(story.events("s", "b", 0))


@pytest.mark.parametrize("document", ["", "[", '[{"kind":"dream"}]', '[{"kind":"sprite","asset_id":"x"}]', "{}x"])
def test_a_damaged_document_is_a_storage_error(document: str) -> None:
    with pytest.raises(StorageFailed):
        codec.load_events(document, {})
    with pytest.raises(StorageFailed):
        codec.load(document, BeatRequest)
