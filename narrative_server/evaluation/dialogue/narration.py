"""Whether a line narrates instead of being spoken: a published rule, told in docs/evaluation.md too.

It sees one line at a time and reads no meaning: narration in other forms passes, and characters who say their own name
for "I" are its known false positives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from narrative_server.dialogue.types import Character
from narrative_server.evaluation.dialogue.answers import Answered
from narrative_server.evaluation.dialogue.estimates import Estimate, ratio

_SAYS_TEXT: Final = (
    "says said asks asked replies replied whispers whispered shouts shouted mutters muttered answers answered cries "
    "cried exclaims exclaimed responds responded growls growled yells yelled adds added declares declared"
)
_DOES_TEXT: Final = (
    "smiles smiled nods nodded sighs sighed grins grinned laughs laughed frowns frowned shrugs shrugged looks looked "
    "turns turned steps stepped walks walked stares stared glances glanced points pointed gasps gasped chuckles "
    "chuckled winks winked bows bowed kneels knelt raises raised reaches reached leans leaned pauses paused smirks "
    "smirked stands stood sits sat enters entered approaches approached watches watched begins began continues "
    "continued holds held draws drew runs ran"
)
_TITLES_TEXT: Final = "the a an of old young mr mrs ms lady lord captain sir ser doctor dr king queen"
_TITLES: Final = frozenset(_TITLES_TEXT.split())

_SAYS: Final = _SAYS_TEXT.replace(" ", "|")
_DOES: Final = _DOES_TEXT.replace(" ", "|")
_ACTS: Final = rf"(?:(?:then|now|just|\w+ly) )?(?:{_SAYS}|{_DOES})\b"
# Any verb in the third person; "was" and "is" end in s already.
_OWN_ACTS: Final = r"(?:(?:then|now|just|\w+ly) )?(?:[a-z]+(?:s|ed)|said|had|did|felt|knelt|stood|sat|held|drew|ran)\b"

_PLAYER: Final = re.compile(r"\b(?:the|this|our|a) players?\b|\bplayer's\b", re.IGNORECASE)
# Only at the end: "She said she'd come" is speech.
_TAIL: Final = re.compile(
    rf"[,!?…][\"'’]* (?:he|she|they|it|the \w+|[A-Z]\w+) (?:{_SAYS})(?: (?:\w+ly|in \w+ \w+))?[.!…]*$"
)
# Deeds told of he or she, in the present as a script tells them, and words put in quotation marks.
_DEEDS: Final = "|".join(word for word in _DOES.split("|") if word.endswith("s"))
_DIRECTION: Final = re.compile(
    rf"(?:^|[.!?…] )(?:He|She|They) (?:\w+ly )?(?:{_DEEDS})"
    r"(?:,| (?:at|down|up|towards?|to|into|back|his|her|their|and)\b)"
    rf"|\b(?:{_SAYS})[,:] ['\"]"
    r"|\b(?:smile|grin|frown|smirk|blush|tear)s? (?:spread|cross|form|appear|roll|run|play)\w* "
    r"(?:across|on|over|down)\b"
    r"|\b(?:his|her|their|\w+'s) (?:eyes|voice|face|hands?|lips|expression) "
    r"(?:widen|narrow|trembl|shak|grow|dart|soften|harden)\w*\b"
    r"|\bwith a (?:\w+ )?(?:smile|sigh|nod|grin|frown|laugh|smirk|shrug)\b"
)
_STORY: Final = re.compile(
    r"\bonce upon a time\b|^in a (?:world|land|time|distant|faraway)\b"
    r"|\b(?:in|of|about) (?:this|our|the) (?:game|chapter|cutscene|quest line)\b|\bin (?:this|our) (?:story|tale)\b"
    r"|\b(?:the|this) (?:event|cast|scene|dialogue|format)\b"
    r"|\bthe (?:game|chapter|cutscene) (?:begins|starts|ends|opens|continues|unfolds|is (?:over|about|set|a)\b)"
    r"|\b(?:the|our|this) story (?:begins|starts|unfolds|opens|continues|is (?:about|set))\b"
    r"|\bthe (?:narrator|protagonist|antagonist|main character|game world|characters)\b",
    re.IGNORECASE,
)
_YOU: Final = re.compile(
    r"^(?:as |when |and |then )?you (?:slowly |suddenly |now |then )?"
    r"(?:find yourself|are now (?:in|at|on|a|the|standing)"
    r"|enter (?:the|a)|arrive (?:at|in)|wake up (?:in|to)|walk (?:into|through|over to|up to)|step (?:into|through|out)"
    r"|stand (?:in|at|on|before) (?:the|a)|reach (?:the|a)|approach (?:the|a)|notice (?:the|a|that)|hear (?:a|the)"
    r"|see (?:a|the) \w+ \w+ing|decide to|continue (?:to|on|down|your)|must (?:now )?(?:decide|choose)"
    r"|feel (?:a|the) \w+ (?:of|on|in))\b",
    re.IGNORECASE,
)
_ANYWHERE: Final = (_PLAYER, _TAIL, _DIRECTION, _STORY, _YOU)


def narration(answered: Sequence[Answered]) -> Estimate | None:
    """Share of lines that narrate."""
    return ratio(
        (sum(narrates(line.text, line.speaker, one.beat.cast) for line in one.lines), len(one.lines))
        for one in answered
    )


def narrates(text: str, speaker: str, cast: Sequence[Character]) -> bool:
    """Whether the line `text` by `speaker`, one of `cast`, narrates: any of these.

    The player is "the player"; the line ends with "she says"; it tells the speaker's own deeds by name or by the noun
    of their persona ("The innkeeper smiles"), another's of the cast as a stage direction would, or a face and a voice,
    or puts what is said in quotation marks;
    it tells the player what they see and do ("You enter the"); or it speaks of the story, the scene or the event.
    """
    plain = text.replace("’", "'")
    if any(rule.search(plain) for rule in _ANYWHERE):
        return True
    own = _names(speaker)
    if own and re.search(rf"\b(?:{own}) {_OWN_ACTS}", plain):
        return True
    role = next((_role(who.persona) for who in cast if who.name == speaker), "")
    if role and re.search(rf"\b[Tt]he (?:\w+ )?{role} (?:{_ACTS}|(?:is|was|has|had)\b)", plain):
        return True
    others = "|".join(filter(None, (_names(who.name) for who in cast if who.name != speaker)))
    return bool(others) and re.search(rf"(?:^|[.!?…,;] |\band )(?:{others}) {_ACTS}", plain) is not None


def _names(name: str) -> str:
    """A pattern for the whole name or one of its words; titles and very short words stand for nobody."""
    parts = [word for word in name.split() if len(word) > 2 and word.casefold().rstrip(".") not in _TITLES]
    return "|".join(map(re.escape, dict.fromkeys((name, *parts)))) if name else ""


def _role(persona: str) -> str:
    """The noun of a persona such as `town guard, strict but fair`, as a pattern; empty when it is too short."""
    nouns = re.split(r",| who | with | of | at | from ", persona)[0].split()
    return re.escape(nouns[-1]) if nouns and len(nouns[-1]) > 3 else ""
