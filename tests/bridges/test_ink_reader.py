"""Scripts as people write them in ink."""

from __future__ import annotations

from narrative_server.bridges.ink_reader import read_ink
from narrative_server.bridges.reading import ReadScript


def read(*rows: str) -> ReadScript:
    return read_ink("\n".join(rows), "v.ink")


def said(script: ReadScript) -> list[list[tuple[str, str]]]:
    return [[(line.speaker, line.text) for line in passage.lines] for passage in script.passages]


def skips(script: ReadScript) -> list[str]:
    return [str(skipped) for skipped in script.skipped]


def test_knots_and_stitches_are_scenes() -> None:
    script = read("-> burning_village", "=== burning_village ===", "# place: hill", "Mara: Smoke. # fear", "= gate",
                  "Mara: Shut.")  # fmt: skip
    assert [(p.event, p.place) for p in script.passages] == [
        ("Burning village.", "hill"),
        ("Burning village gate.", "hill"),
    ]
    assert script.passages[0].lines[0].emotion == "fear"


def test_a_tag_below_the_knot_tells_the_event() -> None:
    script = read("== a ==", "# event: The player sees smoke.", "// and runs", "Mara: Smoke.", "# event: not this")
    assert script.passages[0].event == "The player sees smoke."


def test_diverts_glue_and_comments_are_cut_off() -> None:
    script = read("Mara: Run! -> hill // now", "Mara: Wait <>", "/* Mara: no", "no */ Mara: Yes. /* x */", "Mara: \\->")
    assert said(script) == [[("Mara", "Run!"), ("Mara", "Wait"), ("Mara", "Yes."), ("Mara", "->")]]


def test_logic_is_skipped_with_its_row() -> None:
    script = read(
        "VAR gold = 3",
        "~ gold = 4",
        "Mara: You have {gold} coins.",
        "{ gold > 3:",
        "Mara: Rich!",
        "- else:",
        "Mara: Poor!",
        "}",
        "It rains.",
        "TODO: more",
        "Mara: Fine.",
        "=== function add(x) ===",
        "~ return x",
        "Mara: never said",
    )
    assert said(script) == [[("Mara", "Fine.")]]
    assert skips(script) == [
        "v.ink:1: logic: VAR gold = 3",
        "v.ink:2: logic: ~ gold = 4",
        "v.ink:3: a line with logic",
        "v.ink:4: a block in { }",
        "v.ink:9: a line without a speaker",
        "v.ink:12: function add",
    ]


def test_choices_are_said_by_the_player_and_branches_do_not_follow_one_another() -> None:
    script = read(
        "Mara: Well?",
        "* I saw it[.], all of it. # joy",
        "  Mara: Good.",
        "+ {fire} [Ask about the key] -> key",
        "* (no) I saw nothing.",
        "  Mara: A pity.",
        "  * * Really!",
        "      Mara: Hm.",
        "- Mara: Let us go.",
        "* -> END",
    )
    assert said(script)[1:] == [
        [("Player", "I saw it, all of it."), ("Mara", "Good.")],
        [("Player", "Ask about the key")],
        [("Player", "I saw nothing."), ("Mara", "A pity.")],
        [("Player", "Really!"), ("Mara", "Hm.")],
        [("Mara", "Let us go.")],
    ]
    before = [[line.text for line in passage.before] for passage in script.passages]
    assert before == [[], ["Well?"], ["Well?"], ["Well?"], ["Well?", "I saw nothing.", "A pity."], ["Well?"]]


def test_a_block_that_never_ends_is_reported() -> None:
    script = read("Mara: Yes.", "{ x:", "Mara: no")
    assert said(script) == [[("Mara", "Yes.")]]
    assert skips(script) == ["v.ink:2: a block in { }", "v.ink:3: a block { is never closed"]
