"""Invented records, told incident by incident and copied into a database."""

import time

import psycopg

from bench.batch import Batch
from bench.databases import fresh_database, superuser
from bench.filing import file
from bench.judgement import judge
from bench.later import go_on
from bench.links import tie
from bench.seeded import Chance, shares
from bench.story import tell
from bench.tables import without_indexes
from bench.world import build_world

STATEMENTS_PER_INCIDENT = 50
ROWS_IN_HAND = 50_000


def load(connection: psycopg.Connection, statements: int, seed: int, *, checked: bool = False) -> int:
    """Copy the world and its statements into a migrated, empty database; returns the number of rows.

    The caller commits. See ``Batch`` for what ``checked`` means; without it the connection must be a superuser's.
    """
    chance, batch = Chance(seed), Batch(checked=checked)
    world = build_world(chance, batch, statements)
    counts = shares(statements, max(2, statements // STATEMENTS_PER_INCIDENT), 0.4)
    chance.shuffle(counts)
    before = None
    for count in counts:
        story = tell(chance, world, batch, count)
        tie(chance, world, batch, story)
        judge(chance, world, batch, story)
        file(chance, batch, story, before)
        before = story.incident["id"]
        if len(batch) > ROWS_IN_HAND:
            batch.flush(connection)
    batch.flush(connection)
    return batch.copied


def fill(database: str, statements: int, seed: int) -> str:
    """Make ``database`` anew, migrate and fill it; returns what was done, in words. Hold the servers."""
    fresh_database(database)
    with superuser(database) as connection:
        began = time.perf_counter()
        with without_indexes(connection):
            rows = load(connection, statements, seed)
            connection.commit()
            copied = time.perf_counter() - began
        built = time.perf_counter() - began - copied
        later = go_on(connection)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    size = row[0] // 1_000_000 if row else 0
    return (
        f"{statements:,} statements, {rows:,} rows in {copied:.0f} s ({rows / copied:,.0f} rows/s), "
        f"indexes built in {built:.0f} s, {size:,} MB on disk; {later}"
    )
