"""Keywords of a text by TextRank: words that stand near important words are important.

Mihalcea and Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004: a graph of candidate words joined where they
occur within a window, ranked like web pages, then neighbouring winners joined into phrases. English stop words; no
tagger, so that verbs may count. Knows nothing of models.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

_WINDOW: Final = 3
_DAMPING: Final = 0.85
_ITERATIONS: Final = 40
_LONGEST_PHRASE: Final = 3
_MAX_WORDS: Final = 2000

_STOP_TEXT: Final = (
    "a about above across after again against all almost along already also although always am among an and another "
    "any anyone anything are around as ask asks at away back be became because become becomes been before begin "
    "begins behind being below beneath beside between both but by came can cannot come comes could did do does doing "
    "done down during each either else enough even ever every everyone everything except few find finds first for "
    "from gave get gets getting give gives go goes going gone got had has have having he hello her here hers herself "
    "hey hi him himself his how however i if in inside into is it its itself just keep keeps last least leave leaves "
    "less let like little look looks made make makes many may maybe me might mine more most much must my myself near "
    "need needs never no nobody nor not nothing now of off oh ok okay on once one only onto or other others our ours "
    "out outside over own past perhaps player please put puts quite rather really said same say says see sees seem "
    "seems shall she should since so some someone something sometimes soon still such take takes than that the their "
    "theirs them themselves then there these they thing things this those though through till to together too took "
    "toward towards turn turns two under until up upon us very want wants was way we well went were what when where "
    "which while who whole whom whose why will with within without would yes yet you your yours yourself"
)
STOP_WORDS: Final = frozenset(_STOP_TEXT.split())


def keywords(text: str, limit: int = 8) -> tuple[str, ...]:
    """The most telling words and phrases of `text`, best first, in lower case.

    text: its first 2,000 words count. limit: most phrases to return, 0 or more. The same text always gives the same.
    """
    tokens = re.findall(r"[^\W_]+(?:['-][^\W_]+)*|[.,;:!?]", text.replace("’", "'").replace("_", " ").casefold())
    tokens = tokens[:_MAX_WORDS]
    scores = rank(_neighbours(tokens))
    phrases = _phrases(tokens, scores)
    best = sorted(phrases, key=lambda phrase: (-phrases[phrase], tokens.index(phrase[0]), phrase))
    return tuple(" ".join(phrase) for phrase in best[: max(limit, 0)])


def rank(neighbours: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """PageRank of an undirected weighted graph given as node -> neighbour -> weight; the scores average 1."""
    scores = dict.fromkeys(neighbours, 1.0)
    totals = {node: sum(edges.values()) for node, edges in neighbours.items()}
    for _ in range(_ITERATIONS):
        scores = {
            node: 1.0 - _DAMPING + _DAMPING * sum(scores[near] * w / totals[near] for near, w in edges.items())
            for node, edges in neighbours.items()
        }
    return scores


def _is_candidate(token: str) -> bool:
    bare = token.removesuffix("'s")
    return token[0].isalpha() and len(bare) > 2 and "'" not in bare and bare not in STOP_WORDS


def _neighbours(tokens: Sequence[str]) -> dict[str, dict[str, float]]:
    """Candidate words joined to those up to _WINDOW tokens on, nearer ones more."""
    graph: dict[str, dict[str, float]] = {token: defaultdict(float) for token in tokens if _is_candidate(token)}
    for start, word in enumerate(tokens):
        for step, near in enumerate(tokens[start + 1 : start + 1 + _WINDOW], start=1):
            if word in graph and near in graph and word != near:
                graph[word][near] += 1.0 / step
                graph[near][word] += 1.0 / step
    return graph


def _phrases(tokens: Sequence[str], scores: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    """Runs of candidates, each with the mean score of its words, a little more for a longer run."""
    found: dict[tuple[str, ...], float] = {}
    run: list[str] = []
    for token in (*tokens, "."):
        if token in scores and len(run) < _LONGEST_PHRASE:
            run.append(token)
            continue
        if run:
            found[tuple(run)] = sum(scores[word] for word in run) / len(run) + 0.1 * (len(run) - 1)
        run = [token] if token in scores else []
    return found
