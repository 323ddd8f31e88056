"""Scripts as people write them in Yarn."""

from __future__ import annotations

from narrative_server.bridges.reading import ReadScript
from narrative_server.bridges.yarn_reader import read_yarn


def node(*rows: str, headers: str = "title: Enter_BurningVillage") -> ReadScript:
    return read_yarn("\n".join([headers, "---", *rows, "==="]), "v.yarn")


def said(script: ReadScript) -> list[list[tuple[str, str]]]:
    return [[(line.speaker, line.text) for line in passage.lines] for passage in script.passages]


def skips(script: ReadScript) -> list[str]:
    return [str(skipped) for skipped in script.skipped]


def test_a_title_becomes_the_event() -> None:
    assert node("Mara: Smoke.").passages[0].event == "Enter burning village."


def test_the_first_comment_comes_before_the_title() -> None:
    script = node("// The player sees smoke.", "Mara: Smoke.", "// not this")
    assert script.passages[0].event == "The player sees smoke."


def test_headers_come_before_all() -> None:
    script = node("// no", "Mara: Smoke.", headers="title: A\nevent: A: b\nplace: hill\nmood: angry 0.9")
    passage = script.passages[0]
    assert (passage.event, passage.place, passage.emotion, passage.intensity) == ("A: b", "hill", "anger", 0.9)


def test_tags_conditions_and_comments_are_cut_off() -> None:
    script = node("Mara: Run! <<if $fire>> #happy #line:0a1 // shout", "Mara: Now. #emotion:fear")
    assert said(script) == [[("Mara", "Run!"), ("Mara", "Now.")]]
    assert [line.emotion for line in script.passages[0].lines] == ["joy", "fear"]


def test_an_emotion_may_stand_in_parentheses() -> None:
    lines = node("Mara (angry): Out!", "Tobin (off screen): Me?").passages[0].lines
    assert [(line.speaker, line.emotion) for line in lines] == [("Mara", "anger"), ("Tobin", "")]


def test_markup_is_taken_out_and_may_name_the_speaker() -> None:
    script = node('[character name="Old Tom"/]Such a [b]fire[/b].', "Mara: [wave]Oh[/wave] \\[no\\].")
    assert said(script) == [[("Old Tom", "Such a fire."), ("Mara", "Oh [no].")]]


def test_expressions_commands_and_nameless_lines_are_skipped_with_their_row() -> None:
    script = node("Mara: You have {$gold} coins.", "<<give_gold 3>>", "It rains.", "Mara: Fine.", "<<jump Next>>")
    assert said(script) == [[("Mara", "Fine.")]]
    assert skips(script) == [
        "v.yarn:3: a line with an expression",
        "v.yarn:4: command <<give_gold>>",
        "v.yarn:5: a line without a speaker",
    ]


def test_options_are_said_by_the_player_and_branches_do_not_follow_one_another() -> None:
    script = node(
        "Mara: Well?",
        "-> I saw it.",
        "    Mara: Good. #joy",
        "-> I saw nothing.",
        "    Mara: A pity.",
        "    -> Really!",
        "        Mara: Hm.",
        "Mara: Let us go.",
    )
    assert said(script)[1:] == [
        [("Player", "I saw it."), ("Mara", "Good.")],
        [("Player", "I saw nothing."), ("Mara", "A pity.")],
        [("Player", "Really!"), ("Mara", "Hm.")],
        [("Mara", "Let us go.")],
    ]
    before = [[line.text for line in passage.before] for passage in script.passages]
    assert before == [[], ["Well?"], ["Well?"], ["Well?", "I saw nothing.", "A pity."], ["Well?"]]


def test_the_branches_of_an_if_do_not_follow_one_another_without_indents_either() -> None:
    script = node("Mara: Hm.", "<<if $a>>", "Mara: One.", "<<else>>", "Mara: Two.", "<<endif>>", "Mara: Three.")
    assert [[line.text for line in passage.before] for passage in script.passages] == [[], ["Hm."], ["Hm."], ["Hm."]]
    assert script.skipped == ()


def test_further_names_of_the_player_are_known() -> None:
    script = read_yarn("title: A\n---\nYou: Hello?\nMara: Hello.\n===\n", "v.yarn", ["you"])
    assert said(script) == [[("Player", "Hello?"), ("Mara", "Hello.")]]


def test_a_node_without_an_end_is_read_and_reported() -> None:
    script = read_yarn("title: A\n---\nMara: Hello.", "v.yarn")
    assert said(script) == [[("Mara", "Hello.")]]
    assert skips(script) == ["v.yarn:3: the last node has no ==="]


def test_rows_end_where_editors_end_them() -> None:
    script = read_yarn("\ufefftitle: A\r\n---\r\nMara: One\u2028two.\r\n===\r\n", "v.yarn")
    assert said(script) == [[("Mara", "One\u2028two.")]]
