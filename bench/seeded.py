"""Chance that comes from the seed alone: the same seed gives the same keys, references, parties and days."""

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from harmtracker.dates import ReportedDate, parse_date
from harmtracker.identity import ALPHABET, REF_LENGTH

BEGAN = datetime(2022, 2, 24, tzinfo=UTC)
ENDED = datetime(2026, 6, 1, tzinfo=UTC)
_REFS = len(ALPHABET) ** REF_LENGTH
# Shares no factor with 27, so that counting by it meets every reference once before any comes twice.
_STRIDE = 7_368_787_391


class Chance(random.Random):
    """A seeded generator that also makes keys and references."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._counts: dict[str, int] = {}

    def key(self, at: datetime) -> str:
        """A UUIDv7 as if made at that moment."""
        stamp = int(at.timestamp() * 1000)
        rest = self.getrandbits(74)
        number = stamp << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & (1 << 62) - 1
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def ref(self, prefix: str) -> str:
        """A reference like those of the product, without its chance of meeting one that is taken."""
        count = self._counts[prefix] = self._counts.get(prefix, 0) + 1
        left = count * _STRIDE % _REFS
        letters = []
        for _letter in range(REF_LENGTH):
            left, digit = divmod(left, len(ALPHABET))
            letters.append(ALPHABET[digit])
        return f"{prefix}-{''.join(letters)}"

    def happens(self, probability: float) -> bool:
        return self.random() < probability

    def later(self, at: datetime, days: float) -> datetime:
        """Some time after ``at``: on average ``days`` later, most often much sooner."""
        return at + timedelta(seconds=1 + int(self.expovariate(1 / (days * 86_400))))

    def beginning(self) -> datetime:
        """When an event happened: most in the first year, ever fewer later, in bursts."""
        days = self.expovariate(1 / 300) % (ENDED - BEGAN).days
        return BEGAN + timedelta(days=days if self.happens(0.7) else int(days / 30) * 30 + self.random())


class Skewed[Item]:
    """Picks items so that the first comes most often: the k-th with a weight of 1 / k to the power ``steepness``."""

    def __init__(self, items: Sequence[Item], steepness: float = 1.0) -> None:
        self._items = items
        self._weights = list(itertools.accumulate(rank**-steepness for rank in range(1, len(items) + 1)))

    def pick(self, chance: Chance) -> Item:
        return chance.choices(self._items, cum_weights=self._weights)[0]


@lru_cache(maxsize=8192)
def day(text: str, zone: str) -> ReportedDate:
    """The bounds of a day, as the product derives them."""
    return parse_date(text, zone)


def shares(total: int, among: int, steepness: float) -> list[int]:
    """``total`` divided so that the k-th part weighs 1 / k to the power ``steepness``; none is empty."""
    weights = [rank**-steepness for rank in range(1, among + 1)]
    whole = sum(weights)
    parts = [max(1, int(total * weight / whole)) for weight in weights]
    parts[0] = max(1, parts[0] + total - sum(parts))
    return parts
