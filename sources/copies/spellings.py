"""Names of two texts: one thing spelt in two ways, or one name that a translation turned into another."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from sources.alike import ratio
from sources.copies.traits import Anchor, Traits, common_keys, comparable
from sources.names import fold, transliterate

SPELT_ALIKE: Final = 80.0  # of 100, between folded spellings of one name
LONG_NAME: Final = 5  # letters; shorter names resemble each other by chance
RESEMBLES: Final = 55.0  # of 100: enough, where the context agrees, to ask whether one name became another
BEGINNING: Final = 2  # sentences after the first


def respelt(first: Traits, second: Traits) -> dict[str, str]:
    """Names of the second text that resemble one of the first closely enough to be the same: its key to that one's."""
    ours, theirs = _spellings(first), _spellings(second)
    free = [key for key in ours if key not in theirs]
    found: dict[str, str] = {}
    for key in (key for key in theirs if key not in ours):
        alike = max(free, key=lambda other: _spelling_likeness(ours[other], theirs[key]), default=None)
        if alike and _spelling_likeness(ours[alike], theirs[key]) >= SPELT_ALIKE:
            found[key] = alike
            free.remove(alike)
    return found


def damaged_names(first: Traits, second: Traits, same: dict[str, str]) -> list[tuple[Anchor, Anchor]]:
    """Names that may have become other names: what the first text writes, and what stands in the second instead.

    A name counts that only one of the texts has, begins with the same letter and resembles a name of the other which
    stands among the same things there, or is what that text is about. Spellings of one name are no damage.
    """
    surroundings = _Surroundings(first), _Surroundings(second)
    found: dict[str, tuple[Anchor, Anchor]] = {}
    for anchor in _only_in(second, first, set(same)):
        if right := _resembled(anchor, surroundings[1], surroundings[0]):
            found.setdefault(anchor.key, (right, anchor))
    told = {right.key for right, _wrong in found.values()}
    for anchor in _only_in(first, second, set(same.values()) | told):
        if (right := _resembled(anchor, surroundings[0], surroundings[1])) and right.key not in found:
            found.setdefault(anchor.key, (anchor, right))
    return list(found.values())


class _Surroundings:
    """What stands in the same sentences as each name of a text, and what the text is about."""

    def __init__(self, traits: Traits) -> None:
        self.names = _spellings(traits)
        in_sentence: dict[int, set[str]] = {}
        sentences: dict[str, list[int]] = {}
        for anchor in traits.anchors:
            in_sentence.setdefault(anchor.sentence, set()).add(comparable(anchor.key))
            sentences.setdefault(anchor.key, []).append(anchor.sentence)
        common = common_keys()
        self.around = {
            key: set().union(*(in_sentence[sentence] for sentence in sentences[key])) - common - {key}
            for key in self.names
        }
        self.central = {key for key in self.names if len(sentences[key]) > 1 and min(sentences[key]) <= BEGINNING}


def _resembled(anchor: Anchor, wrong: _Surroundings, right: _Surroundings) -> Anchor | None:
    around = wrong.around[anchor.key]
    best: tuple[float, Anchor] | None = None
    for other in _candidates(anchor, right.names.values()):
        if other.key in around:
            continue
        resembles = ratio(_folded(other.written), _folded(anchor.written))
        context = len(around & right.around[other.key])
        if resembles >= RESEMBLES and (context or other.key in right.central):
            value = resembles + 10 * context
            best = max(best or (0.0, other), (value, other), key=lambda each: each[0])
    return best[1] if best else None


def _candidates(anchor: Anchor, names: Iterable[Anchor]) -> Iterable[Anchor]:
    """Names that begin with the same letter, are not in everybody's mouth and as long as a name is."""
    written = _latin(anchor.written)
    for other in names:
        theirs = _latin(other.written)
        if (
            theirs[:1] == written[:1]
            and min(len(theirs), len(written)) > len("Red")
            and other.written.isupper() == anchor.written.isupper()
            and other.key not in common_keys()
        ):
            yield other


def _only_in(one: Traits, other: Traits, known: set[str]) -> list[Anchor]:
    """Names of one text that the other lacks, each once."""
    missing = set(_spellings(one)) - set(_spellings(other)) - known
    return [anchor for key, anchor in _spellings(one).items() if key in missing]


def _spellings(traits: Traits) -> dict[str, Anchor]:
    return {anchor.key: anchor for anchor in reversed(traits.anchors) if anchor.sort == "name"}


def _spelling_likeness(one: Anchor, other: Anchor) -> float:
    if one.key[0] != other.key[0]:
        return 0.0
    spelt = _folded(one.written), _folded(other.written)
    by_letter = ratio(*spelt) if min(map(len, spelt)) >= LONG_NAME else 0.0
    by_sound = ratio(one.key, other.key) if min(len(one.key), len(other.key)) >= LONG_NAME else 0.0
    return max(by_letter, by_sound)


@lru_cache(maxsize=10_000)
def _folded(name: str) -> str:
    return fold(name)


@lru_cache(maxsize=10_000)
def _latin(name: str) -> str:
    return transliterate(name)
