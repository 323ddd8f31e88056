"""From a request to prompt tokens: chat template, order, token budget, and no way for user text to be a control token.

Order (stable parts first, so that an engine's prefix cache serves them): instructions and examples, cast, world,
earlier lines, facts, place, mood, limits, event, the player's words, and the lines that stand already. Training
builds its examples with the same code. Knows a tokenizer only by the small protocol below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from narrative_server.dialogue.types import Character, DialogueRequest, SoundProposed, SpokenLine
from narrative_server.errors import FieldViolation, InvalidRequest, ModelCorrupt

PromptStyle = Literal["tuned", "instructed", "few_shot"]
"""tuned: for a model that learnt the format; instructed: told the format; few_shot: told, with examples."""

PROMPT_FORMAT: Final = 1
"""Counts up when the tuned form of prompt or answer changes, so that an adapter is never asked in another form."""

TUNED_INSTRUCTIONS: Final = "Speak as the cast of the game."

INSTRUCTIONS: Final = (
    "Write what the characters of a game say to the player right now, about the event. Each line is spoken aloud by "
    "one character of the cast, in first person, short, and fits the mood. Format: Name (emotion): words"
)

# Few and short: they are read once, then served from the prefix cache, but they take their share of the context.
EXAMPLES: Final = (
    (
        "Cast:\n- Tilda: innkeeper, warm and talkative\nPlace: village inn, rainy evening\nMood: joy 0.5\n"
        "Event: The player steps into the inn, soaked by the rain.",
        "Tilda (joy): Come in out of that rain, dear!\nTilda (joy): I have hot soup and a dry bed for you.",
    ),
    (
        "Cast:\n- Odda: miller, loud and practical\n- Grub: young river troll, shy and always hungry\n"
        "Place: dark space under a stone bridge\nMood: fear 0.7\n"
        "Event: The player finds Grub the troll hiding under the bridge with the iron pin.\n"
        "Player: Come out of there.",
        "Grub (fear): You found me! Please don't tell the miller about the pin!\n"
        "Odda (anger): So it was you who stopped my wheel!",
    ),
    (
        "Cast:\n- Mirabel: grumpy herb seller who hates wasting time\n"
        "Known:\n- A fire flask costs nine coins.\n- The shop closes at sundown.\n"
        "Place: small herb shop, morning\nMood: neutral 0.3\nEvent: The player points at a red flask.\n"
        "Player: How much for the fire flask?",
        "Mirabel (neutral): The fire flask? Nine coins, and I don't bargain.",
    ),
    (
        "Cast:\n- Lt. Sato: ship's officer, calm and loyal\nBefore:\nLt. Sato: The reactor will hold, captain.\n"
        "Place: bridge of a damaged starship\nMood: sadness 0.8\n"
        "Event: The player sees the reactor explode on the screen.",
        "Lt. Sato (sadness): Forty people were in there. I knew all their names.\n"
        "Lt. Sato (sadness): I told you it would hold. I was wrong.",
    ),
)

HISTORY_BLOCK_LINES: Final = 8
"""Old history is given up in blocks, so that the prompt's beginning stays the same for several beats."""

DEFAULT_MAX_LINES: Final = DialogueRequest.max_lines
DEFAULT_MAX_WORDS: Final = DialogueRequest.max_words

_MARK: Final = "\ue000"  # a private-use character that no template contains


class PromptTokenizer(Protocol):
    """What a prompt needs of a model's tokenizer."""

    def encode(self, text: str, *, control: bool) -> list[int]:
        """Token ids of `text`; only with `control` may text become control tokens such as <|im_end|>."""
        ...

    def render_chat(self, messages: Sequence[dict[str, str]]) -> str:
        """The model's chat template over `messages` (role, content), with the opening of an answer; errors if none."""
        ...


@dataclass(frozen=True)
class Prompt:
    """Token ids, and how many tokens the answer may take; together they fit the context.

    trimmed: whether history, facts or world were shortened to fit.
    """

    tokens: tuple[int, ...]
    max_output_tokens: int
    trimmed: bool = False


class Prompter:
    """Builds prompts for one model."""

    def __init__(self, tokenizer: PromptTokenizer, context_tokens: int, style: PromptStyle = "few_shot") -> None:
        """Renders the model's chat template once. Raises ModelCorrupt when it has none that carries its messages."""
        self._tokenizer = tokenizer
        self._context_tokens = context_tokens
        before, after = self._frame(style)
        self._before = tokenizer.encode(before, control=True)
        self._after = tokenizer.encode(after, control=True)

    @property
    def fixed_tokens(self) -> tuple[int, ...]:
        """What every prompt begins with; engines read it once at loading."""
        return tuple(self._before)

    def build(self, request: DialogueRequest) -> Prompt:
        """Prompt for `request`, shortened to fit: oldest history first, then the last facts, then the world's end.

        Raises InvalidRequest when what may not be shortened does not fit.
        """
        output_tokens = output_budget(request)
        opening = self._tokenizer.encode(render_answer(request.opening), control=False) if request.opening else []
        budget = self._context_tokens - output_tokens - len(self._before) - len(self._after) - len(opening)
        body = self._encode(request)
        trimmed = len(body) > budget
        if trimmed:
            steps = _history_blocks(request) + len(request.facts) + len(request.world.split())
            fitting = self._fewest_steps(request, steps, budget)
            body = self._encode(_shortened(request, fitting))
        if len(body) > budget:
            problem = f"need {len(body)} tokens without history, facts and world"
            legal = f"at most {max(budget, 0)} tokens (dialogue.context_tokens is {self._context_tokens})"
            raise InvalidRequest([FieldViolation("cast, place, event and player_line", problem, legal)])
        return Prompt((*self._before, *body, *self._after, *opening), output_tokens, trimmed)

    def _encode(self, request: DialogueRequest) -> list[int]:
        return self._tokenizer.encode(render_request(request), control=False)

    def _fewest_steps(self, request: DialogueRequest, steps: int, budget: int) -> int:
        low, high = 1, steps
        while low < high:
            middle = (low + high) // 2
            if len(self._encode(_shortened(request, middle))) <= budget:
                high = middle
            else:
                low = middle + 1
        return high

    def _frame(self, style: PromptStyle) -> tuple[str, str]:
        """The rendered chat around the last message: everything before it, and the opening of the answer."""
        instructions = TUNED_INSTRUCTIONS if style == "tuned" else INSTRUCTIONS
        chat = [{"role": "system", "content": instructions}]
        for question, answer in EXAMPLES if style == "few_shot" else ():
            chat += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        parts = self._tokenizer.render_chat([*chat, {"role": "user", "content": _MARK}]).split(_MARK)
        if len(parts) != 2 or instructions not in parts[0]:
            raise ModelCorrupt("dialogue", "its chat template drops or repeats messages", "narrative-server models")
        return parts[0], parts[1]


def output_budget(request: DialogueRequest) -> int:
    """Tokens that an answer of full length may take; a longer one is cut."""
    new_lines = request.max_lines - len(request.opening)
    return new_lines * (12 + 2 * request.max_words) + request.max_sounds * 32


def render_request(request: DialogueRequest) -> str:
    """The last message of the chat, in the prompt's order; every value on one row of its own."""
    rows = ["Cast:", *map(_cast_row, request.cast)]
    if request.world:
        rows.append(_row("World: ", request.world))
    if request.history:
        rows.append("Before:")
        rows += [_row("", f"{line.speaker}: {line.text}") for line in request.history]
    if request.facts:
        rows.append("Known:")
        rows += [_row("- ", fact) for fact in request.facts]
    if request.place:
        rows.append(_row("Place: ", request.place))
    rows.append(f"Mood: {request.mood.emotion} {request.mood.intensity:.1f}")
    if request.max_lines < DEFAULT_MAX_LINES or request.max_words < DEFAULT_MAX_WORDS:
        rows.append(f"Limit: {request.max_lines} lines, {request.max_words} words")
    # Last, because a small model answers what it has just read.
    rows.append(_row("Event: ", request.event))
    if request.player_line:
        rows.append(_row("Player: ", request.player_line))
    return "\n".join(rows)


def render_answer(lines: Iterable[SpokenLine], sounds: Iterable[SoundProposed] = ()) -> str:
    """The answer's form, which the grammar enforces and the parser reads; lines count from 1."""
    rows = [_row(f"{line.speaker} ({line.emotion}): ", line.text) for line in lines]
    rows += [_row(f"Sound ({sound.when} {sound.line + 1}): ", sound.text) for sound in sounds]
    return "".join(f"{row}\n" for row in rows)


def _cast_row(who: Character) -> str:
    # The look is for pictures; it helps the words only where nothing else is known of a character.
    manner = f"voice: {who.voice}" if who.voice else ""
    return _row("- ", ": ".join(filter(None, (who.name, ", ".join(filter(None, (who.persona or who.look, manner)))))))


def _row(label: str, value: str) -> str:
    # One row a value: text from outside must not be able to open a row such as `Event:` of its own.
    return label + " ".join(value.split())


def _history_blocks(request: DialogueRequest) -> int:
    return -(-len(request.history) // HISTORY_BLOCK_LINES)


def _shortened(request: DialogueRequest, steps: int) -> DialogueRequest:
    """`request` without its first `steps` removable parts, in the order in which they are given up."""
    blocks = _history_blocks(request)
    history = request.history[steps * HISTORY_BLOCK_LINES :]
    steps = max(0, steps - blocks)
    facts = request.facts[: max(0, len(request.facts) - steps)]
    steps = max(0, steps - len(request.facts))
    words = request.world.split()
    return replace(request, history=history, facts=facts, world=" ".join(words[: max(0, len(words) - steps)]))
