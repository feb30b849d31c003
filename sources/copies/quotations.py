"""Which quotation of one text is which of the other, and how their words differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz

from sources.copies.known_names import SAYS_NOTHING
from sources.copies.numbers import numbers_and_dates
from sources.copies.traits import Quotation, Traits, common_keys
from sources.names import fold
from sources.quote_edits import Operation, operations

ALIKE: Final = 0.45  # a lower likeness makes no pair
CONTEXT: Final = 0.3  # what names around both add
STEM: Final = 5  # letters; enough to find "violence" in "violent" without a dictionary
NEAR: Final = 1  # sentences
SOME_WORDS: Final = 0.47  # a likeness in wording that longer quotations in one language must have
SHORT: Final = 20  # characters: "a brutality" and "barbaric" need no letter in common
TELLING: Final = 3  # words; one or two may be quoted by anybody


@dataclass(frozen=True)
class QuotationPair:
    """One quotation as each text has it. ``operations``: empty for the same words, and across languages."""

    first: str
    second: str
    likeness: float
    operations: Sequence[Operation] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.operations)


def paired(first: Traits, second: Traits, same: dict[str, str]) -> list[QuotationPair]:
    """Quotations of both texts that seem to be the same words, most alike first, each used once.

    In one language their words are compared; across languages and for a few damaged words, the numbers in them, the
    names around them and their place in the text.
    """
    if not first.quotations or not second.quotations:
        return []
    pairs = [
        (_likeness(one, other, first, second, same), number, with_number)
        for number, one in enumerate(first.quotations)
        for with_number, other in enumerate(second.quotations)
    ]
    found: list[tuple[int, QuotationPair]] = []
    ours: set[int] = set()
    theirs: set[int] = set()
    for alike, number, with_number in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if alike < ALIKE or number in ours or with_number in theirs:
            continue
        ours.add(number)
        theirs.add(with_number)
        one, other = first.quotations[number].words, second.quotations[with_number].words
        differences = operations(one, other) if first.lang == second.lang else []
        found.append((number, QuotationPair(one, other, round(min(alike, 1.0), 3), differences)))
    return [pair for _number, pair in sorted(found, key=lambda each: each[0])]


def _likeness(one: Quotation, other: Quotation, first: Traits, second: Traits, same: dict[str, str]) -> float:
    around = len(_around(one, first, {}) & _around(other, second, same))
    context = CONTEXT * min(around, 2) / 2
    place = 1 - abs(_place(one, first) - _place(other, second))
    lengths = sorted((len(one.words), len(other.words)))
    if first.lang == second.lang:
        if fold(one.words) == fold(other.words) and len(one.words.split()) >= TELLING:
            return 1.0
        wording = max(fuzz.ratio(one.words.casefold(), other.words.casefold()) / 100, _stems(one.words, other.words))
        if wording < SOME_WORDS and lengths[1] > SHORT:
            return 0.0
        return wording * 0.8 + context * 0.8 + 0.1 * place - 0.05
    numbers = _numbers(one.words, first.lang) & _numbers(other.words, second.lang)
    size = lengths[0] / max(lengths[1], 1)
    return 0.35 * size * place + context + 0.25 * min(len(numbers), 1) + 0.1 * place


def _place(quotation: Quotation, traits: Traits) -> float:
    last = max((anchor.sentence for anchor in traits.anchors), default=0)
    return quotation.sentence / max(last, quotation.sentence, 1)


def _around(quotation: Quotation, traits: Traits, same: dict[str, str]) -> set[str]:
    return {
        same.get(anchor.key, anchor.key)
        for anchor in traits.anchors
        if anchor.sort == "name"
        and anchor.key not in common_keys()
        and abs(anchor.sentence - quotation.sentence) <= NEAR
    }


def _stems(one: str, other: str) -> float:
    """The share of the shorter quotation's words that begin like a word of the other."""
    ours, theirs = (
        {word[:STEM] for word in fold(words).split() if len(word) >= TELLING and word not in SAYS_NOTHING}
        for words in (one, other)
    )
    fewest = min(len(ours), len(theirs))
    return len(ours & theirs) / max(fewest, 3) if fewest else 0.0


def _numbers(words: str, lang: str) -> set[str]:
    numbers, dates = numbers_and_dates(words, lang)
    return {found.key for found in [*numbers, *dates]}
