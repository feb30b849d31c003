"""How probable it is that one of two texts was made from the other, and what shows it. Pure functions.

A reprint keeps wording: the share of the smaller text's shingles that stand in the other. A translation keeps names,
numbers and dates and the order in which they come, even where it damages some of them; two reporters at one event
share a few of them, in another order, and each has some of their own. The weights were fitted on the labelled pairs of
bench/pairs (`python -m bench.copies`), which also says how often they err.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

from sources.alike import shared
from sources.copies.quotations import QuotationPair, paired
from sources.copies.spellings import damaged_names, respelt
from sources.copies.traits import Anchor, Traits, common_keys, comparable

REPRINT: Final = "reprint"
TRANSLATION: Final = "translation"
RELAY: Final = "relay"
NONE: Final = "none"

LIKELY: Final = 0.39  # a score from which on a person is asked: half-way between the labelled copies and look-alikes
SAME_WORDING: Final = 0.35  # of the smaller text's shingles: a reprint, if only of a part
NEARLY_ALL: Final = 0.75
OTHER_FACTS: Final = 0.3  # below it two texts in the same words tell of two days: the round-ups of an agency
FEWEST_SHINGLES: Final = 12
FEWEST_SHARED: Final = 3.5  # weight of what is shared; less is chance
LIGHTEST: Final = 3.0  # what the names of a text weigh at least, or one shared name would be a third of a short note
MUCH_SHORTER: Final = 0.45  # of the other's words: it passes something on, it does not translate
COMMON_WEIGHT: Final = 0.15
CREDIT: Final = 1.0  # added (log-odds) when one text names the other's outlet: a hint, no proof
MOST_COMPARED: Final = 600
ENOUGH_RETOLD: Final = 2.0
UNTOLD: Final = 0.5  # where a text has no numbers, that it shares none says neither yes nor no

Weights = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Shared:
    """A name, number or date that stands in both, as each of them writes it."""

    sort: str
    key: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Features:
    """What the score is made of, each from 0 to 1."""

    wording: float = 0.0
    names: float = 0.0
    all_names: float = 0.0
    facts: float = 0.0
    order: float = 0.0
    retold: float = 0.0

    def values(self) -> list[float]:
        return [getattr(self, each.name) for each in fields(self)]


# One weight for each feature but wording, and what they are added to; see the head of this file.
WEIGHTS: Final = Features(wording=0.0, names=2.03, all_names=1.22, facts=3.18, order=2.97, retold=2.37)
BIAS: Final = -6.19


@dataclass(frozen=True)
class Likeness:
    """``score`` from 0 to 1; ``kind`` is a guess. "first" and "second" are the texts in the order they were given."""

    score: float
    kind: str
    features: Features
    shared: Sequence[Shared] = ()
    damaged: Sequence[tuple[str, str]] = ()
    quotations: Sequence[QuotationPair] = field(default_factory=list)
    credited: bool = False

    @property
    def is_likely(self) -> bool:
        """Whether a person should be asked."""
        return self.kind != NONE


def prior_weight(sort: str, key: str) -> float:
    """How much it says that two texts share this, without knowing what else is held: 0 to 1.

    Every report of the war has Kyiv and Moscow, many have "two"; few have 452 or a village.
    """
    if sort == "name":
        return COMMON_WEIGHT if key in common_keys() else 1.0
    if sort == "number":
        value = float(key)
        return 0.25 if value < 10 else 0.5 if value % 10 == 0 and value <= 100 else 1.0
    if key.startswith("--") and len(key) > len("--04"):
        return 0.8
    return 0.8 if len(key) == len("2022-04-03") else COMMON_WEIGHT


def likeness(first: Traits, second: Traits, weight: Weights = prior_weight) -> Likeness:
    """Compare two texts. Which of them came first is not asked here; see ``sources.copies.suggest``."""
    credited = _credits(first, second) or _credits(second, first)
    first, second = _settled(first, second), _settled(second, first)
    same = respelt(first, second)
    wording = _containment(first, second)
    damaged = damaged_names(first, second, same)
    # For the score a damaged name stands for the one it may have been: that it was damaged speaks for a translation.
    became = {wrong.key: right.key for right, wrong in damaged}
    quotations = paired(first, second, same | became)
    features = _features(first, second, same | became, quotations, wording, weight)
    shared_weight = _shared_weight(first, second, same, weight) + len(quotations)
    kind, score = _judged(first, second, features, shared_weight, CREDIT if credited else 0.0)
    if kind == NONE:
        return Likeness(score, kind, features)
    return Likeness(
        score,
        kind,
        features,
        shared=_shared(first, second, same),
        damaged=[(one.written, other.written) for one, other in damaged],
        quotations=quotations,
        credited=credited,
    )


def _settled(traits: Traits, other: Traits) -> Traits:
    """Words that only open sentences are names where the other text, or a list, has them as names; else they fall."""
    known = set(other.keys("name")) | common_keys()
    outlets = traits.outlet | other.outlet
    anchors = [
        replace(each, sort="name") if each.sort == "opener" and each.key in known else each
        for each in traits.anchors
        if each.sort in ("number", "date") or each.key not in outlets
    ]
    return replace(traits, anchors=[each for each in anchors if each.sort != "opener"])


def _credits(text: Traits, other: Traits) -> bool:
    """Whether a text names the outlet of the other, which is not its own."""
    outlet = other.outlet - common_keys() - text.outlet
    return bool(outlet) and outlet <= {anchor.key for anchor in text.anchors}


def score_of(features: Features, weights: Sequence[float] | None = None, bias: float = BIAS) -> float:
    """The probability the fitted weights give."""
    used = WEIGHTS.values() if weights is None else weights
    return 1 / (1 + math.exp(-(bias + sum(a * b for a, b in zip(used, features.values(), strict=True)))))


def _judged(
    first: Traits, second: Traits, features: Features, shared_weight: float, credit: float
) -> tuple[str, float]:
    fills_the_same_form = features.facts < OTHER_FACTS and features.wording < NEARLY_ALL
    if features.wording >= SAME_WORDING and not fills_the_same_form:
        return REPRINT, round(min(1.0, max(features.wording, score_of(features))), 3)
    score = round(score_of(features, bias=BIAS + credit), 3)
    if score < LIKELY or shared_weight < FEWEST_SHARED:
        return NONE, min(score, LIKELY)
    shorter, longer = sorted((first.words, second.words))
    return (RELAY if shorter < MUCH_SHORTER * longer else TRANSLATION), score


def _containment(first: Traits, second: Traits) -> float:
    """The share of the smaller text's shingles that stand in the other: a part taken over counts in full."""
    smaller = min(len(first.shingles), len(second.shingles))
    return len(first.shingles & second.shingles) / smaller if smaller >= FEWEST_SHINGLES else 0.0


def _features(
    first: Traits,
    second: Traits,
    same: dict[str, str],
    quotations: Sequence[QuotationPair],
    wording: float,
    weight: Weights,
) -> Features:
    names = _overlap(first.keys("name"), [same.get(key, key) for key in second.keys("name")], "name", weight)
    facts = _facts(first, second, weight)
    # Two reporters quote the same speaker in the same words; a translator in others.
    retold = sum((1 + pair.likeness) / 2 for pair in quotations if pair.differs or first.lang != second.lang)
    return Features(
        wording=round(wording, 4),
        names=round(names[0], 4),
        all_names=round(names[1], 4),
        facts=round(facts, 4),
        order=round(_order(first, second, same), 4),
        retold=round(retold / (retold + ENOUGH_RETOLD), 4),
    )


def _overlap(first: Iterable[str], second: Iterable[str], sort: str, weight: Weights) -> tuple[float, float]:
    """Weight of what both have, as a share of the lighter one's, and of all."""
    here, there = set(first), set(second)
    both, ours, theirs = (
        sum(weight(sort, key) for key in keys) for keys in (here & there, here, there)
    )  # fmt: skip
    return both / max(min(ours, theirs), LIGHTEST), both / max(ours + theirs - both, LIGHTEST)


def _facts(first: Traits, second: Traits, weight: Weights) -> float:
    """Numbers and dates in common; a day with its year and without are the same day."""
    ours, theirs = (
        [(sort, key) for sort in ("number", "date") for key in _facts_of(each, sort)] for each in (first, second)
    )
    both = sum(weight(*each) for each in set(ours) & set(theirs))
    every = [sum(weight(*each) for each in set(side)) for side in (ours, theirs)]
    return (both + UNTOLD) / (min(every) + 1)


def _facts_of(traits: Traits, sort: str) -> set[str]:
    return {comparable(key) for key in traits.keys(sort)}


def _order(first: Traits, second: Traits, same: dict[str, str]) -> float:
    """The longest run of anchors that both have in the same order, as a share of the shorter text's anchors."""
    ours = [comparable(anchor.key) for anchor in first.anchors][:MOST_COMPARED]
    theirs = [comparable(same.get(anchor.key, anchor.key)) for anchor in second.anchors][:MOST_COMPARED]
    fewest = min(len(ours), len(theirs))
    return shared(ours, theirs) / max(fewest, 6) if fewest else 0.0


def _shared_weight(first: Traits, second: Traits, same: dict[str, str], weight: Weights) -> float:
    names = set(first.keys("name")) & {same.get(key, key) for key in second.keys("name")}
    facts = [(sort, key) for sort in ("number", "date") for key in _facts_of(first, sort) & _facts_of(second, sort)]
    return sum(weight("name", key) for key in names) + sum(weight(*each) for each in facts)


def _shared(first: Traits, second: Traits, same: dict[str, str]) -> list[Shared]:
    """What both have, in the order of the first text, names before numbers before dates."""
    theirs: dict[tuple[str, str], Anchor] = {}
    for anchor in second.anchors:
        theirs.setdefault((anchor.sort, comparable(same.get(anchor.key, anchor.key))), anchor)
    found: dict[tuple[str, str], Shared] = {}
    for anchor in first.anchors:
        key = (anchor.sort, comparable(anchor.key))
        if key in theirs and key not in found:
            found[key] = Shared(anchor.sort, key[1], anchor.written, theirs[key].written)
    return sorted(found.values(), key=lambda shared: ("name", "number", "date").index(shared.sort))
