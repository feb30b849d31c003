"""Which of the sources held might be copies of a text: a short list from the database, to be compared word by word.

Rare names and numbers are looked up one by one in the GIN indexes of SourceTraits and their weights added up; sketches
find reprints. How rare a name is comes from PostgreSQL's own statistics on the column, which it keeps without our help.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction

from sources.copies.likeness import prior_weight
from sources.copies.traits import Traits

MOST_CANDIDATES: Final = 30
MOST_NAMES: Final = 40
MOST_NUMBERS: Final = 15
MOST_HASHES: Final = 200
FEWEST_HASHES: Final = 2
FEWEST_ROWS: Final = 500  # with fewer sources, shares say little of what is rare
MOST_ROWS: Final = 1_500  # a name in more sources than this finds too many to be worth the reading
MOST_ROWS_READ: Final = 5_000  # for all names together, and for all numbers
RARE: Final = 1 / 200  # the share of sources below which a name counts in full
# What is asked of a source: more than one rare thing in common with the text.
LEAST_WEIGHT: Final = 1.5

# The column's most common elements with the share of rows that hold each; behind them stand two or three summaries.
SHARES: Final = """
SELECT statistics.attname, statistics.most_common_elems::text::text[], statistics.most_common_elem_freqs,
       table_of.reltuples
FROM pg_stats statistics JOIN pg_class table_of ON table_of.oid = 'sources_sourcetraits'::regclass
WHERE statistics.schemaname = 'public' AND statistics.tablename = 'sources_sourcetraits'
  AND statistics.attname IN ('names', 'numbers')
"""
BY_FACTS: Final = """
WITH shared AS (
  SELECT traits.source_id, asked.weight
  FROM unnest(%(names)s::varchar[], %(name_weights)s::float[]) AS asked(name, weight)
  JOIN sources_sourcetraits traits ON traits.names @> ARRAY[asked.name]
  UNION ALL
  SELECT traits.source_id, asked.weight
  FROM unnest(%(numbers)s::varchar[], %(number_weights)s::float[]) AS asked(number, weight)
  JOIN sources_sourcetraits traits ON traits.numbers @> ARRAY[asked.number]
)
SELECT source_id, sum(weight) FROM shared WHERE source_id <> %(source)s
GROUP BY source_id HAVING sum(weight) >= %(least)s ORDER BY 2 DESC, 1 LIMIT %(most)s
"""
BY_SKETCH: Final = """
SELECT traits.source_id, count(*)
FROM unnest(%(hashes)s::bigint[]) AS asked(hash)
JOIN sources_sourcetraits traits ON traits.sketch @> ARRAY[asked.hash]
WHERE traits.source_id <> %(source)s
GROUP BY traits.source_id HAVING count(*) >= %(least)s ORDER BY 2 DESC, 1 LIMIT %(most)s
"""


@dataclass(frozen=True)
class Shares:
    """How many sources there are, and in which share of them common names and numbers stand; others are rare."""

    rows: float = 0.0
    of: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def rows_with(self, column: str, key: str) -> float:
        """About how many sources have it; 0 for what is rare."""
        return self.of.get(column, {}).get(key, 0.0) * self.rows

    def weight(self, column: str, key: str) -> float:
        """What sharing it says, from 0 to 1: less where every report has it, less where many sources held have it."""
        prior = prior_weight(column.removesuffix("s"), key)
        share = self.of.get(column, {}).get(key, 0.0)
        if self.rows < FEWEST_ROWS or share <= RARE:
            return prior
        return prior * math.log(share) / math.log(RARE)


def candidates(traits: Traits, source: uuid.UUID) -> list[uuid.UUID]:
    """Sources that share wording, or rare names and numbers: at most MOST_CANDIDATES of each sort, likeliest first."""
    shares = read_shares()
    names = _asked(shares, "names", traits.keys("name") + traits.keys("opener"), MOST_NAMES)
    numbers = _asked(shares, "numbers", traits.keys("number"), MOST_NUMBERS)
    hashes = traits.sketch[:MOST_HASHES]
    found: dict[uuid.UUID, None] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        # Starting parallel workers takes longer than the whole search.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        if hashes:
            cursor.execute(
                BY_SKETCH, {"hashes": hashes, "source": source, "least": FEWEST_HASHES, "most": MOST_CANDIDATES}
            )
            found |= dict.fromkeys(row[0] for row in cursor.fetchall())
        if names or numbers:
            given: dict[str, Any] = {
                "names": list(names),
                "name_weights": list(names.values()),
                "numbers": list(numbers),
                "number_weights": list(numbers.values()),
                "source": source,
                "least": LEAST_WEIGHT,
                "most": MOST_CANDIDATES,
            }
            cursor.execute(BY_FACTS, given)
            found |= dict.fromkeys(row[0] for row in cursor.fetchall())
    return list(found)


def read_shares() -> Shares:
    """What PostgreSQL knows of the columns; nothing before it has looked at the table for the first time."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES)
        rows = cursor.fetchall()
    if not rows:
        return Shares()
    shares = {
        column: dict(zip(elements or (), frequencies or (), strict=False))
        for column, elements, frequencies, _rows in rows
    }
    return Shares(max(rows[0][3], 0.0), shares)


def _asked(shares: Shares, column: str, keys: list[str], most: int) -> dict[str, float]:
    """The keys worth asking for, each with its weight: those that say most, none that too many sources have."""
    weights = {key: shares.weight(column, key) for key in keys if shares.rows_with(column, key) <= MOST_ROWS}
    asked: dict[str, float] = {}
    left = float(MOST_ROWS_READ)
    for key, weight in sorted(weights.items(), key=lambda each: (-each[1], each[0]))[:most]:
        left -= shares.rows_with(column, key)
        if left >= 0:
            asked[key] = weight
    return asked
