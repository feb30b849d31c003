"""Which quotation of one text is which of the other, and how their words differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sources.alike import ratio
from sources.copies.known_names import SAYS_NOTHING
from sources.copies.numbers import numbers_and_dates
from sources.copies.traits import Traits, common_keys
from sources.names import fold
from sources.quote_edits import Operation, operations

ALIKE: Final = 0.43  # a lower likeness makes no pair
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
    ours_told, theirs_told = _told(first, {}), _told(second, same)
    pairs = [
        (_likeness(one, other, is_same_language=first.lang == second.lang), number, with_number)
        for number, one in enumerate(ours_told)
        for with_number, other in enumerate(theirs_told)
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


@dataclass(frozen=True)
class _Told:
    """A quotation with all that it is compared by. ``place`` is from 0, the beginning of its text, to 1."""

    words: str
    plain: str
    stems: frozenset[str]
    numbers: frozenset[str]
    around: frozenset[str]
    place: float


def _told(traits: Traits, same: dict[str, str]) -> list[_Told]:
    names: dict[int, set[str]] = {}
    for anchor in traits.anchors:
        if anchor.sort == "name" and anchor.key not in common_keys():
            names.setdefault(anchor.sentence, set()).add(same.get(anchor.key, anchor.key))
    last = max((anchor.sentence for anchor in traits.anchors), default=0)
    return [
        _Told(
            words=quotation.words,
            plain=fold(quotation.words),
            stems=_stems(quotation.words),
            numbers=_numbers(quotation.words, traits.lang),
            around=frozenset().union(*(names.get(quotation.sentence + step, ()) for step in range(-NEAR, NEAR + 1))),
            place=quotation.sentence / max(last, quotation.sentence, 1),
        )
        for quotation in traits.quotations
    ]


def _likeness(one: _Told, other: _Told, *, is_same_language: bool) -> float:
    context = CONTEXT * min(len(one.around & other.around), 2) / 2
    place = 1 - abs(one.place - other.place)
    shorter, longer = sorted((len(one.words), len(other.words)))
    if not is_same_language:
        numbers = 0.25 if one.numbers & other.numbers else 0.0
        return 0.35 * shorter / max(longer, 1) * place + context + numbers + 0.1 * place
    if one.plain == other.plain and len(one.words.split()) >= TELLING:
        return 1.0
    fewest = min(len(one.stems), len(other.stems))
    stems = len(one.stems & other.stems) / max(fewest, TELLING) if fewest else 0.0
    wording = max(ratio(one.words.casefold(), other.words.casefold()) / 100, stems)
    if wording < SOME_WORDS and longer > SHORT:
        return 0.0
    return wording * 0.8 + context * 0.8 + 0.1 * place - 0.05


def _stems(words: str) -> frozenset[str]:
    """How the words begin that say something."""
    return frozenset(word[:STEM] for word in fold(words).split() if len(word) >= TELLING and word not in SAYS_NOTHING)


def _numbers(words: str, lang: str) -> frozenset[str]:
    numbers, dates = numbers_and_dates(words, lang)
    return frozenset(found.key for found in [*numbers, *dates])
