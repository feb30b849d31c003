"""Names of two texts: one thing spelt in two ways, or one name that a translation turned into another."""

from __future__ import annotations

from typing import Final

from rapidfuzz import fuzz

from sources.copies.traits import Anchor, Traits, common_keys, comparable
from sources.names import fold, transliterate

SPELT_ALIKE: Final = 80.0  # of 100, between folded spellings of one name
LONG_NAME: Final = 5  # letters; shorter names resemble each other by chance
RESEMBLES: Final = 50.0  # of 100: enough, where the context agrees, to ask whether one name became another


def respelt(first: Traits, second: Traits) -> dict[str, str]:
    """Names of the second text that resemble one of the first closely enough to be the same: its key to that one's."""
    ours, theirs = _spellings(first), _spellings(second)
    missing = [key for key in theirs if key not in ours]
    free = [key for key in ours if key not in theirs]
    found: dict[str, str] = {}
    for key in missing:
        alike = max(free, key=lambda other: _spelling_likeness(ours[other], theirs[key]), default=None)
        if alike and _spelling_likeness(ours[alike], theirs[key]) >= SPELT_ALIKE:
            found[key] = alike
            free.remove(alike)
    return found


def _spellings(traits: Traits) -> dict[str, Anchor]:
    return {anchor.key: anchor for anchor in reversed(traits.anchors) if anchor.sort == "name"}


def _spelling_likeness(one: Anchor, other: Anchor) -> float:
    if one.key[0] != other.key[0]:
        return 0.0
    spelt = fold(one.written), fold(other.written)
    by_letter = fuzz.ratio(*spelt) if min(map(len, spelt)) >= LONG_NAME else 0.0
    by_sound = fuzz.ratio(one.key, other.key) if min(len(one.key), len(other.key)) >= LONG_NAME else 0.0
    return max(by_letter, by_sound)


def damaged_names(first: Traits, second: Traits, same: dict[str, str]) -> list[tuple[Anchor, Anchor]]:
    """Names that may have become other names: what the first text writes, and what stands in the second instead.

    A name counts that only one of the texts has, begins with the same letter and resembles a name of the other which
    stands among the same things there, or is what that text is about. Spellings of one name are no damage.
    """
    found: dict[str, tuple[Anchor, Anchor]] = {}
    for anchor in _only_in(second, first, set(same)):
        if right := _resembled(anchor, second, first):
            found.setdefault(anchor.key, (right, anchor))
    told = {right.key for right, _wrong in found.values()}
    for anchor in _only_in(first, second, set(same.values()) | told):
        if (right := _resembled(anchor, first, second)) and right.key not in found:
            found.setdefault(anchor.key, (anchor, right))
    return list(found.values())


def _only_in(one: Traits, other: Traits, known: set[str]) -> list[Anchor]:
    """Names of one text that the other lacks, each once."""
    missing = set(_spellings(one)) - set(_spellings(other)) - known
    return [anchor for key, anchor in _spellings(one).items() if key in missing]


def _resembled(anchor: Anchor, wrong: Traits, right: Traits) -> Anchor | None:
    around = _around(anchor, wrong)
    best: tuple[float, Anchor] | None = None
    for other in right.anchors:
        if other.sort != "name" or other.key in common_keys() or not _resembles_at_all(other, anchor):
            continue
        if other.written.isupper() != anchor.written.isupper() or other.key in around:
            continue
        resembles = fuzz.ratio(fold(other.written), fold(anchor.written))
        context = len(around & _around(other, right))
        if resembles >= RESEMBLES and (context or _is_central(other, right)):
            value = resembles + 10 * context
            best = max(best or (0.0, other), (value, other), key=lambda each: each[0])
    return best[1] if best else None


def _resembles_at_all(one: Anchor, other: Anchor) -> bool:
    written = transliterate(one.written), transliterate(other.written)
    return written[0][:1] == written[1][:1] and min(map(len, written)) > len("Red")


def _around(anchor: Anchor, traits: Traits) -> set[str]:
    return {
        comparable(other.key)
        for other in traits.anchors
        if other.sentence == anchor.sentence and other.key != anchor.key and other.key not in common_keys()
    }


def _is_central(anchor: Anchor, traits: Traits) -> bool:
    """Whether a text is about it: named at its beginning and again."""
    places = [other.sentence for other in traits.anchors if other.key == anchor.key]
    return len(places) > 1 and min(places) <= 2
