"""Content levels: which words lines leave out for which audience, as entries of a banned-word list.

Word lists are a coarse filter: they keep words out, not subjects. Each level bans what the next one bans, and more.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from narrative_server.errors import FieldViolation, InvalidRequest

ContentLevel = Literal["everyone", "teen", "mature"]
"""everyone: no profanity, no gore, nothing sexual. teen: mild oaths and violence may stand. mature: slurs alone not."""

# Slurs against people for what they are. Short on purpose: unambiguous in English, one entry a stem.
_SLURS: Final = (
    "chink", "chinks", "coon", "coons", "dyke", "dykes", "fag", "fags", "faggot*", "gook", "gooks", "kike", "kikes",
    "nigga*", "nigger*", "paki", "pakis", "retard", "retarded", "retards", "shemale*", "spic", "spics", "towelhead*",
    "tranny", "trannies", "wetback*", "wop", "wops",
)  # fmt: skip

_STRONG_PROFANITY: Final = (
    "arsehole*", "asshole*", "bollocks", "bullshit*", "cock", "cocks", "cocksucker*", "cunt*", "dickhead*", "fuck*",
    "goddamn*", "horseshit", "motherfuck*", "prick", "pricks", "shit", "shits", "shitty", "shithead*", "shithole*",
    "shitting", "slut*", "twat", "twats", "wank*", "whore*",
)  # fmt: skip

_SEXUAL: Final = (
    "blowjob*", "boner", "boners", "boob", "boobs", "clitoris", "cum", "dildo*", "ejaculat*", "erection", "erections",
    "erotic*", "genital*", "horny", "incest*", "masturbat*", "naked", "nude", "nudes", "nudity", "orgasm*", "orgy",
    "orgies", "penis*", "porn*", "pussy", "rape", "raped", "rapes", "raping", "rapist*", "sex", "sexual*", "sexy",
    "tits", "vagina*",
)  # fmt: skip
_SEXUAL_FOR_TEENS: Final = frozenset(("naked", "nude", "sexy"))

_MILD_PROFANITY: Final = (
    "arse", "arses", "ass", "asses", "bastard*", "bitch*", "crap", "crappy", "damn", "damned", "damnit", "dammit",
    "dick", "dicks", "hell", "hellish", "piss*", "tit", "bloody",
)  # fmt: skip

_GORE: Final = (
    "beheaded", "beheading*", "behead", "bloodbath*", "bloodied", "bowels", "butchered", "carnage", "corpse*",
    "decapitat*", "disembowel*", "dismember*", "entrails", "eviscerat*", "flayed", "flaying", "gore", "gory",
    "gruesome*", "guts", "impale*", "intestine*", "mangled", "massacre*", "maggot*", "mutilat*", "slaughter*",
    "strangle*", "suicid*", "torture*",
)  # fmt: skip


def banned_at(level: str) -> tuple[str, ...]:
    """Entries for `DialogueRequest.banned` at a content level. Raises InvalidRequest for an unknown level."""
    if level not in get_args(ContentLevel):
        legal = ", ".join(get_args(ContentLevel))
        raise InvalidRequest([FieldViolation("content_level", f"is {level!r}", legal)])
    if level == "mature":
        return _SLURS
    if level == "teen":
        return (*_SLURS, *_STRONG_PROFANITY, *(word for word in _SEXUAL if word not in _SEXUAL_FOR_TEENS))
    return (*_SLURS, *_STRONG_PROFANITY, *_SEXUAL, *_MILD_PROFANITY, *_GORE)
