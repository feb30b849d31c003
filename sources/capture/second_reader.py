"""A second reading of a page by another parser (lxml), to notice what the first one lost or made up.

The words are only compared and then dropped: quotations stand in the canonical text. Imports no Django.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LOW: Final = 0.6  # below this a person is warned that the two readers differ
NOTHING_IN_COMMON: Final = 0.1
TRIVIAL: Final = 50  # words; of fewer nothing is concluded
MOST_WORDS: Final = 300_000
SHINGLE: Final = 3

WORD: Final = re.compile(r"\w+")
UNSEEN: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
DROPPED: Final = frozenset({
    "script", "style", "template", "noscript", "head", "iframe", "object", "embed", "canvas", "audio", "video", "svg",
    "datalist", "frameset",
})  # fmt: skip
INLINE: Final = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    "tg-emoji", "nobr",
})  # fmt: skip


def words_of(tree: HtmlElement) -> list[str]:
    """Every word of a page in order, as this parser sees it, lower case."""
    from lxml import etree  # type: ignore[import-untyped]

    pieces: list[str] = []
    dropped = 0

    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag
        is_element = isinstance(tag, str)
        if event == "start":
            dropped += tag in DROPPED
            if not dropped:
                pieces += ["" if tag in INLINE else " ", element.text or ""]
            continue
        if event == "end":
            dropped -= tag in DROPPED
        if not dropped:
            pieces += ["" if tag in INLINE or not is_element else " ", element.tail or ""]
    return words_in("".join(pieces))


def words_in(text: str) -> list[str]:
    """The words of a text, lower case, without characters nobody sees."""
    return WORD.findall(UNSEEN.sub("", text).lower())[:MOST_WORDS]


def agreement_of(first: list[str], second: list[str]) -> float:
    """How much two readings have in common: shared runs of three words over those of the longer one, 0 to 1."""
    return _share(first, second, longest=True)


def share_nothing(first: list[str], second: list[str]) -> bool:
    """Whether the second reading found a text and the first a different one, or none.

    Measured against the shorter one: a reader that merely lost a part disagrees little about the rest.
    """
    if len(second) < TRIVIAL or 0 < len(first) < TRIVIAL:
        return False
    return _share(first, second, longest=False) < NOTHING_IN_COMMON


def _share(first: list[str], second: list[str], *, longest: bool) -> float:
    one, other = _shingles(first), _shingles(second)
    if not one and not other:
        return 1.0
    whole = (max if longest else min)(len(one), len(other))
    return len(one & other) / whole if whole else 0.0  # one found nothing at all


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    if len(words) < SHINGLE:
        return {tuple(words)} if words else set()
    return set(zip(*(words[start:] for start in range(SHINGLE)), strict=False))
