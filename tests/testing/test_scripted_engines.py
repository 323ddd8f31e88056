from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
import soundfile
from PIL import Image

from narrative_server.dialogue.types import (
    Character,
    DialogueEvent,
    DialogueRequest,
    GenerationStats,
    LineDelta,
    LineFinished,
    LineStarted,
)
from narrative_server.errors import EngineFailed, EngineUnavailable
from narrative_server.semantics.mood import EMOTIONS, Mood
from narrative_server.sounds.types import SoundFile
from narrative_server.story.engines import Engines, PictureOrder, SoundOrder
from narrative_server.testing import ScriptedEngines, ScriptedLine
from narrative_server.testing.scripted_reading import embed_text

CAST = (Character("Ada"), Character("Bo"))


def ask(event: str = "A bell rings.", seed: int = 1, **more: int) -> DialogueRequest:
    return DialogueRequest(cast=CAST, event=event, mood=Mood("fear"), seed=seed, **more)


async def collect(engines: ScriptedEngines, request: DialogueRequest) -> list[DialogueEvent]:
    return [event async for event in engines.lines(request)]


def finished(events: list[DialogueEvent]) -> list[LineFinished]:
    return [event for event in events if isinstance(event, LineFinished)]


def order(medium: str = "sprite", seed: int = 1, mood: Mood | None = None, **more: object) -> PictureOrder:
    factor = more.get("factor", 1)
    width_px, height_px = (32, 32) if medium == "sprite" else (160, 96)
    return PictureOrder(
        medium,  # type: ignore[arg-type]
        embed_text("a knight"),
        mood or Mood(),
        seed,
        width_px * factor,  # type: ignore[operator]
        height_px * factor,  # type: ignore[operator]
        str(more.get("encoding", "png")),
        int(more.get("colours", 0)),  # type: ignore[call-overload]
    )


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_the_facade_of_the_story_layer_is_implemented() -> None:
    engines: Engines = ScriptedEngines()
    assert [status.name for status in engines.status()] == ["dialogue", "semantics", "images", "sounds"]


async def test_lines_stream_word_by_word_and_join_to_the_whole() -> None:
    events = await collect(ScriptedEngines(), ask())
    assert isinstance(events[-1], GenerationStats)
    text = ""
    for event in events:
        match event:
            case LineStarted():
                text = ""
            case LineDelta(text=words):
                text += words
            case LineFinished(text=whole):
                assert text == whole
    assert len(finished(events)) == 3


async def test_equal_seeds_give_equal_lines_and_others_differ() -> None:
    engines = ScriptedEngines()
    assert await collect(engines, ask(seed=1)) == await collect(engines, ask(seed=1))
    openings = {finished(await collect(engines, ask(seed=seed)))[0].text for seed in range(8)}
    assert len(openings) > 1


async def test_authored_lines_are_said_word_for_word_by_those_present() -> None:
    script = {
        "a bell  rings.": [ScriptedLine("Cy", "fear", "Not here."), ScriptedLine("Bo", "surprise", "Do  you hear?")]
    }
    lines = finished(await collect(ScriptedEngines(script), ask()))
    assert [(line.index, line.speaker, line.text, line.emotion) for line in lines] == [
        (0, "Bo", "Do you hear?", "surprise")
    ]


async def test_lines_keep_to_the_limits() -> None:
    lines = finished(await collect(ScriptedEngines(), ask(max_lines=2, max_words=3)))
    assert [len(line.text.split()) <= 3 for line in lines] == [True, True]


async def test_a_dialogue_fault_comes_after_so_many_lines() -> None:
    engines = ScriptedEngines(fail={"dialogue": EngineFailed("dialogue", "on purpose")}, fail_after_lines=1)
    events: list[DialogueEvent] = []

    async def listen() -> None:
        async for event in engines.lines(ask()):
            events.append(event)

    with pytest.raises(EngineFailed, match="on purpose"):
        await listen()
    assert len(finished(events)) == 1
    assert engines.calls["dialogue"].failed == 1


async def test_a_fault_of_sprites_leaves_backgrounds_alone_and_can_be_repaired() -> None:
    engines = ScriptedEngines(fail={"sprite": EngineUnavailable("images", "died", 100)})
    await engines.picture(order("background"))
    with pytest.raises(EngineUnavailable):
        await engines.picture(order("sprite"))
    engines.fail.clear()
    await engines.picture(order("sprite"))
    assert (engines.calls["images"].finished, engines.calls["images"].failed) == (2, 1)


@pytest.mark.parametrize("name", ["image", "", "Dialogue"])
def test_an_unknown_engine_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="legal: background, dialogue"):
        ScriptedEngines(fail={name: RuntimeError()})
    with pytest.raises(ValueError, match="legal: background, dialogue"):
        ScriptedEngines(gates={name: asyncio.Event()})


async def test_a_gate_holds_an_engine_until_it_opens() -> None:
    gate = asyncio.Event()
    engines = ScriptedEngines(gates={"images": gate})
    drawing = asyncio.create_task(engines.picture(order()))
    await asyncio.sleep(0)
    assert engines.status()[2].active == engines.active == 1
    gate.set()
    await drawing
    assert engines.active == 0


async def test_a_cancelled_call_is_counted_and_leaves_nothing_active() -> None:
    engines = ScriptedEngines(gates={"sounds": asyncio.Event()}, delta_delay_ms=60_000)
    making = asyncio.create_task(engines.sound(SoundOrder(embed_text("bell"), 1, 100, 0.5, "wav_pcm16", 22050)))
    lines = engines.lines(ask())
    assert isinstance(await anext(lines), LineStarted)
    await asyncio.sleep(0)
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    await lines.aclose()
    assert engines.calls["sounds"].cancelled == engines.calls["dialogue"].cancelled == 1
    assert engines.active == 0


async def test_embeddings_have_unit_norm_and_shared_words_bring_texts_near() -> None:
    knight, armoured, empty = await ScriptedEngines().embed(["a brave knight", "an old knight", ""])
    assert knight.shape == (384,)
    assert knight.dtype == np.float32
    for vector in (knight, armoured, empty):
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert knight @ armoured > knight @ embed_text("wet cellar") + 0.2


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("They laugh and dance at the feast!", "joy"),
        ("A scream in the dark.", "fear"),
        ("The captain is furious.", "anger"),
        ("He weeps at the grave.", "sadness"),
        ("The cart arrives.", "neutral"),
    ],
)
async def test_moods_are_read_by_their_words(text: str, emotion: str) -> None:
    reading = await ScriptedEngines().read(text)
    assert reading.mood.emotion == emotion
    assert set(reading.scores) == set(EMOTIONS)
    assert sum(reading.scores.values()) == pytest.approx(1.0)
    assert reading.keywords


@pytest.mark.parametrize("medium", ["sprite", "background"])
@pytest.mark.parametrize("factor", [1, 3])
async def test_pictures_have_the_size_that_was_ordered(medium: str, factor: int) -> None:
    made = await ScriptedEngines().picture(order(medium, factor=factor))
    assert pixels(made.data).shape == (made.height_px, made.width_px, 4)
    assert made.width_px == (32 if medium == "sprite" else 160) * factor
    assert (made.ground_y is None) == (medium == "sprite")


async def test_raw_pictures_have_the_same_pixels_as_files() -> None:
    engines = ScriptedEngines()
    raw, file = await engines.picture(order(encoding="rgba32")), await engines.picture(order())
    assert raw.data == pixels(file.data).tobytes()


async def test_sprites_stand_on_their_feet_in_transparent_surroundings() -> None:
    for seed in range(20):
        alpha = pixels((await ScriptedEngines().picture(order(seed=seed))).data)[..., 3]
        assert set(np.unique(alpha)) == {0, 255}
        assert alpha[-1].any()
        assert not alpha[0, 0]
        assert 0.1 < (alpha > 0).mean() < 0.7


async def test_mood_changes_brightness_and_never_the_shapes() -> None:
    engines = ScriptedEngines()
    happy, sad = [pixels((await engines.picture(order(mood=Mood(m, 1.0)))).data) for m in ("joy", "sadness")]
    assert np.array_equal(happy[..., 3], sad[..., 3])
    assert happy[..., :3].mean() > sad[..., :3].mean()
    another = pixels((await engines.picture(order(seed=2))).data)
    assert not np.array_equal(another[..., 3], happy[..., 3])


async def test_few_colours_are_kept() -> None:
    drawn = pixels((await ScriptedEngines().picture(order("background", colours=4))).data)
    assert len(np.unique(drawn.reshape(-1, 4), axis=0)) <= 4


@pytest.mark.parametrize(("encoding", "subtype"), [("wav_pcm16", "PCM_16"), ("wav_float32", "FLOAT")])
@pytest.mark.parametrize("sample_rate_hz", [22050, 44100, 48000])
async def test_sounds_are_wav_files_of_the_ordered_length(encoding: str, subtype: str, sample_rate_hz: int) -> None:
    made = await ScriptedEngines().sound(SoundOrder(embed_text("x"), 5, 333, 0.5, encoding, sample_rate_hz))
    info = soundfile.info(io.BytesIO(made.data))
    assert (info.format, info.subtype, info.samplerate, info.channels) == ("WAV", subtype, sample_rate_hz, 1)
    assert info.frames == pytest.approx(sample_rate_hz * 0.333, abs=1)
    samples, _ = soundfile.read(io.BytesIO(made.data))
    assert made.peak_dbfs == pytest.approx(20 * np.log10(np.abs(samples).max()), abs=0.01)


async def test_a_made_sound_that_is_examined_tells_what_was_told_of_it() -> None:
    engines = ScriptedEngines()
    made = await engines.sound(SoundOrder(embed_text("x"), 5, 333, 0.5, "wav_pcm16", 44_100, channels=2, looped=True))
    file = SoundFile(made.data, "data")
    examined, places = await engines.examine_sound(file), await engines.place_sounds([file])
    for name in ("encoding", "duration_ms", "sample_rate_hz", "channels", "sample_count", "loop_start", "loop_end"):
        assert getattr(examined.details, name) == getattr(made, name), name
    assert examined.details.peak_dbfs == pytest.approx(made.peak_dbfs, abs=0.01)
    assert (examined.space, examined.text_space) == (places.space, places.text_space)
    np.testing.assert_array_equal(examined.place, places.rows[0])


async def test_a_sound_of_free_length_is_made_from_the_seed_alone() -> None:
    engines = ScriptedEngines()
    free = SoundOrder(embed_text("x"), 5, 0, 1.0, "wav_float32", 22050)
    first, again = await engines.sound(free), await engines.sound(free)
    assert first == again
    assert 200 <= first.duration_ms <= 900
    quiet = await engines.sound(SoundOrder(embed_text("x"), 5, 0, 0.0, "wav_float32", 22050))
    assert quiet.peak_dbfs < first.peak_dbfs


async def test_anybody_is_whoever_has_the_turn() -> None:
    script = {"A bell rings.": [ScriptedLine("*", "joy", "One."), ScriptedLine("*", "joy", "Two.")]}
    lines = finished(await collect(ScriptedEngines(script), ask()))
    assert [(line.speaker, line.text) for line in lines] == [("Ada", "One."), ("Bo", "Two.")]


def test_a_script_needs_words_and_known_emotions() -> None:
    with pytest.raises(ValueError, match="has no words"):
        ScriptedEngines({"It rains.": [ScriptedLine("Ada", "joy", " ")]})
    with pytest.raises(ValueError, match="'bored'; legal: neutral"):
        ScriptedEngines({"It rains.": [ScriptedLine("Ada", "bored", "Hello.")]})
