"""How long it takes to find what a text may be a copy of among 100,000 sources: `python -m bench.copy_search`.

Traits are invented: names as uneven as real ones (the k-th with a weight of 1/k), numbers, dates and hashes of wording.
Among them stand those of the labelled texts, so that it is also counted how many copies reach the short list at all.
"""

import argparse
import statistics
import time
import uuid
from typing import TYPE_CHECKING

from bench.databases import SERVERS, fresh_database, superuser, use_settings
from bench.seeded import Chance
from bench.tables import without_indexes
from sources.copies.traits import Anchor, Traits, common_keys

if TYPE_CHECKING:
    from sources.models import SourceTraits

DATABASE = "harmtracker_copies"
SOURCES = 100_000
NAMES = 40_000  # different ones, those that everybody writes included
NAMES_EACH, NUMBERS_EACH, HASHES_EACH = 24, 8, 75
INVENTED_WORDS = 601
TABLE = "sources_sourcetraits"
COLUMNS = "source_id, capture_id, method, lang, words, names, numbers, dates, sketch"


def main() -> None:
    """Fill a database of its own, or use the one that is there, search it and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sources", type=int, default=SOURCES)
    options.add_argument("--keep", action="store_true", help="search the database as it is")
    given = options.parse_args()
    SERVERS.start()
    try:
        use_settings(DATABASE)
        if not given.keep:
            began = time.perf_counter()
            fresh_database(DATABASE)
            _fill(given.sources)
            print(f"filled in {time.perf_counter() - began:.0f} s\n")
        print("| search for copies | median ms | p95 ms | longest ms | copies on the short list |")
        print("|---|---|---|---|---|")
        print(report())
    finally:
        SERVERS.stop()


def report() -> str:
    """Milliseconds of a search for the labelled texts, and for texts like those that are held."""
    # Only now: these modules need the models, and the models the settings.
    from bench.copies import pairs
    from sources.copies import search
    from sources.models import SourceTraits

    sources = f"{SourceTraits.objects.count():,}"
    true = [pair for pair in pairs() if pair.copy]
    took, reached = [], 0
    for pair in true:
        started = time.perf_counter()
        found = search.candidates(pair.traits[1], _key(pair.second))
        took.append((time.perf_counter() - started) * 1000)
        reached += _key(pair.first) in found
    usual = []
    for row in SourceTraits.objects.filter(words=INVENTED_WORDS).order_by("source_id")[:40]:
        traits = Traits(row.lang, row.words, _anchors(row), shingles=frozenset(row.sketch))
        started = time.perf_counter()
        search.candidates(traits, row.source_id)
        usual.append((time.perf_counter() - started) * 1000)
    labelled = _line(f"labelled copies, among {sources} sources", took, f"{reached} of {len(true)}")
    return labelled + "\n" + _line(f"texts that share their names with many of {sources}", usual, "")


def _line(name: str, took: list[float], found: str) -> str:
    took.sort()
    return f"| {name} | {statistics.median(took):.0f} | {took[int(len(took) * 0.95)]:.0f} | {took[-1]:.0f} | {found} |"


def _anchors(row: "SourceTraits") -> list[Anchor]:
    facts = [("name", row.names), ("number", row.numbers), ("date", row.dates)]
    return [Anchor(sort, key, key, 0, 0) for sort, keys in facts for key in keys]


def _key(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def _fill(sources: int) -> None:
    from bench.copies import pairs

    chance = Chance(1)
    texts = {
        name: traits
        for pair in pairs()
        for name, traits in zip((pair.first, pair.second), pair.traits, strict=True)
    }  # fmt: skip
    with superuser(DATABASE) as server:
        server.execute("SET session_replication_role = replica")  # no sources and captures behind the traits
        with without_indexes(server), server.cursor().copy(f"COPY {TABLE} ({COLUMNS}) FROM STDIN") as copy:
            for name, traits in texts.items():
                names = [*traits.keys("name"), *traits.keys("opener")]
                facts = traits.keys("number"), traits.keys("date"), traits.sketch
                copy.write_row((_key(name), _key(name), 1, traits.lang, traits.words, names, *facts))
            for _each in range(sources):
                copy.write_row(_invented(chance))
        server.commit()
        server.autocommit = True
        server.execute(f"VACUUM (ANALYZE) {TABLE}")


def _invented(chance: Chance) -> tuple:
    common = sorted(common_keys())
    names = {chance.choice(common) for _each in range(6)}
    names |= {f"n{int(NAMES ** chance.random())}" for _each in range(NAMES_EACH - 6)}
    numbers = {str(int(10_000 ** chance.random())) for _each in range(NUMBERS_EACH)}
    dates = {f"--{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" for _each in range(4)}
    sketch = [chance.getrandbits(60) * 8 for _each in range(HASHES_EACH)]
    key = uuid.UUID(int=chance.getrandbits(128))
    return key, key, 1, "en", INVENTED_WORDS, list(names), list(numbers), list(dates), sketch


if __name__ == "__main__":
    main()
