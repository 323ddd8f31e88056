from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from narrative_server.dialogue.parser import AnswerParser
from narrative_server.dialogue.types import DialogueEvent, LineDelta, LineFinished, LineStarted, SoundProposed
from narrative_server.semantics.mood import EMOTIONS

CAST = ("Mira", "Mira the Old", "Zoë (twin)")

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=6)
line_texts = st.lists(words, min_size=1, max_size=5).map(" ".join)
answers = st.lists(st.tuples(st.sampled_from(CAST), st.sampled_from(EMOTIONS), line_texts), max_size=4)


def parse(chunks: list[bytes], first_index: int = 0) -> list[DialogueEvent]:
    parser = AnswerParser(CAST, first_index)
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return [*events, *parser.finish()]


def finished(events: list[DialogueEvent]) -> list[tuple[str, str, str]]:
    return [(event.speaker, event.emotion, event.text) for event in events if isinstance(event, LineFinished)]


@given(answers, st.data())
def test_any_answer_cut_anywhere_comes_back_whole(answer, data):
    raw = "".join(f"{speaker} ({emotion}): {text}\n" for speaker, emotion, text in answer).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    chunks = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    events = parse(chunks)
    assert finished(events) == answer
    for index, (_, _, text) in enumerate(answer):
        deltas = [event.text for event in events if isinstance(event, LineDelta) and event.index == index]
        assert "".join(deltas) == text
        assert all(deltas)


def test_deltas_stream_before_the_line_ends():
    parser = AnswerParser(CAST)
    assert list(parser.feed(b"Mira (fear): ")) == []
    assert list(parser.feed(b"Run")) == [LineStarted(0, "Mira", "fear"), LineDelta(0, "Run")]
    assert list(parser.feed(b" ")) == []
    assert list(parser.feed(b"now!")) == [LineDelta(0, " now!")]
    assert list(parser.feed(b"\n")) == [LineFinished(0, "Mira", "fear", "Run now!")]


def test_what_may_still_become_a_banned_word_waits_and_is_dropped_where_the_answer_is_cut():
    parser = AnswerParser(CAST, banned=("the", "i'm", "fire*"))
    assert list(parser.feed(b"Mira (fear): In the")) == [LineStarted(0, "Mira", "fear"), LineDelta(0, "In")]
    assert list(parser.feed(b"ox, The")) == [LineDelta(0, " theox,")]
    assert list(parser.feed(b"se lathe")) == [LineDelta(0, " These lathe")]
    assert list(parser.feed("! I\u2019m".encode())) == [LineDelta(0, "!")]
    assert list(parser.finish()) == [LineFinished(0, "Mira", "fear", "In theox, These lathe!")]


def test_a_line_of_nothing_but_half_a_word_that_is_banned_is_none():
    parser = AnswerParser(CAST, banned=("the",))
    assert [*parser.feed(b"Mira (fear): The"), *parser.finish()] == []


def test_half_a_character_waits_for_its_other_half():
    parser = AnswerParser(CAST)
    first, second = "é".encode()[:1], "é".encode()[1:]
    assert list(parser.feed(b"Mira (joy): Caf" + first)) == [LineStarted(0, "Mira", "joy"), LineDelta(0, "Caf")]
    assert list(parser.feed(second)) == [LineDelta(0, "é")]


def test_the_longer_of_two_names_wins():
    assert finished(parse([b"Mira the Old (joy): Yes!\n"])) == [("Mira the Old", "joy", "Yes!")]


def test_a_line_that_is_cut_off_ends_where_it_stands():
    assert finished(parse([b"Mira (joy): I was about to "])) == [("Mira", "joy", "I was about to")]


def test_a_line_without_words_never_was():
    assert parse([b"Mira (joy): "]) == []
    assert parse([b"Mira (jo"]) == []


def test_lines_in_another_form_are_passed_over():
    assert finished(parse([b"Sure! Here you go\n\nMira (joy): Yes!\n"])) == [("Mira", "joy", "Yes!")]


def test_indices_count_on_after_the_lines_that_stand():
    events = parse([b"Mira (joy): Yes!\nMira (joy): No!\n"], first_index=2)
    assert [event.index for event in events if isinstance(event, LineFinished)] == [2, 3]


@given(st.data())
def test_sounds_come_after_the_lines_however_the_output_is_cut(data):
    raw = "Mira (joy): Yes!\nMira (fear): Là-bas!\nSound (after 2): heavy rain\nSound (during 1): a door\n".encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    events = parse([raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)])
    assert finished(events) == [("Mira", "joy", "Yes!"), ("Mira", "fear", "Là-bas!")]
    assert events[-2:] == [SoundProposed("heavy rain", 1, "after"), SoundProposed("a door", 0, "during")]


def test_a_sound_may_name_a_line_that_stood_already():
    events = parse([b"Sound (before 2): rain\nSound (before 3): wind\n"], first_index=2)
    assert events == [SoundProposed("rain", 1, "before")]


def test_a_sound_that_is_cut_off_or_names_no_spoken_line_is_dropped():
    events = parse([b"Mira (joy): Yes!\nSound (before 2): rain\nSound (before 0): hail\nSound (before 1): win"])
    assert not [event for event in events if isinstance(event, SoundProposed)]
    assert len(finished(events)) == 1


def test_a_line_cut_off_within_a_character_ends_before_it():
    raw = "Mira (joy): 走れ！\u0301🐉".encode()
    assert finished(parse([raw[:-2]])) == [("Mira", "joy", "走れ！\u0301")]
    assert finished(parse([raw[: len("Mira (joy): 走".encode()) - 1]])) == []
