"""Released statements for bench.export: a few hundred are read and redacted as a release does it and stand for all."""

import time

import psycopg

from bench.databases import superuser

SAMPLE = 400
TOGETHER = 30  # statements ticked for one release
SHORT = 1_000  # of the same lines under the name of incidents: a short list
CEILING = "AMBER"
MARKED = "tlp IN ('CLEAR', 'GREEN', 'AMBER') AND team_id IS NULL AND lifecycle = 'current'"


def release(database: str, records: int) -> int:
    """Publish every statement a partner with this ceiling could read, and print what reading one for it takes.

    With more ``records`` than statements each stands for several, under keys of their own; how many in all is returned.
    So the export has as much to send as if there were so many statements; the working tables have not.
    """
    made = _sample()
    with superuser(database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("TRUNCATE claims_publishedrecord, claims_readydocument, claims_change")
        connection.execute("CREATE TEMP TABLE sample (n int, id text, ref text, line text, cells text, tally text[])")
        for number, row in enumerate(made):
            connection.execute("INSERT INTO sample VALUES (%s, %s, %s, %s, %s, %s)", [number, *row])
        count = _multiply(connection, records, len(made))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")
    return count


def _sample() -> list[tuple[str, str, str, str, list[str]]]:
    """Key, reference, line, cells, tally; half are read one by one, half as many at a time as are ticked."""
    from django.utils import timezone

    from claims.api import tables
    from claims.api.ready import written
    from claims.api.tallies import tally
    from claims.models import Statement
    from claims.release.render import cut, read, read_statements

    rows = Statement.objects.filter(tlp__in=["CLEAR", "GREEN", CEILING], team=None, lifecycle="current").order_by("-id")
    alone, together = list(rows[: SAMPLE // 2]), list(rows[SAMPLE // 2 : SAMPLE])
    began, now = time.perf_counter(), timezone.now()
    read_ones = [read(statement, now) for statement in alone]
    middle = time.perf_counter()
    starts = range(0, len(together), TOGETHER)
    read_all = [each for start in starts for each in read_statements(together[start : start + TOGETHER], now)]
    ended = time.perf_counter()
    print(
        f"reading a statement for its release: {(middle - began) / len(alone) * 1000:.1f} ms alone, "
        f"{(ended - middle) / len(together) * 1000:.1f} ms of {TOGETHER} at a time"
    )
    documents = [cut(each.for_ceiling(CEILING))["base"] for each in read_ones + read_all]
    return [
        (each["id"], each["ref"], written(each).decode(), tables.row(each).decode().removesuffix("\n"), tally(each))
        for each in documents
    ]


def _multiply(connection: psycopg.Connection, records: int, sample: int) -> int:
    from claims.api.ready import eyes
    from claims.api.tokens import Caller
    from claims.models import PartnerToken

    look = eyes(Caller(PartnerToken(scopes=[]), CEILING, ()))
    connection.execute(
        f"CREATE TEMP TABLE marked AS SELECT id, ref, tlp FROM claims_statement WHERE {MARKED}",
    )
    # Keys of copies begin as that of their statement: in the order of time, as keys are given out.
    connection.execute(
        "CREATE TEMP TABLE target AS SELECT 'statement' AS kind, CASE WHEN copy = 0 THEN id ELSE"
        " overlay(md5(id::text || copy) PLACING left(id::text, 8) FROM 1)::uuid END AS id, ref, tlp,"
        " row_number() OVER (ORDER BY id, copy) %% %s AS n"
        " FROM marked, generate_series(0, (%s - 1) / (SELECT count(*) FROM marked)) AS copy",
        [sample, max(records, 1)],
    )
    connection.execute(
        f"INSERT INTO target SELECT 'incident', md5(id::text || 'short')::uuid, ref, tlp, n FROM target LIMIT {SHORT}"
    )
    connection.execute(
        "INSERT INTO claims_publishedrecord"
        " (record_id, record_type, release_id, tlp, released_tlp, is_held, updated_at)"
        " SELECT id, kind, gen_random_uuid(), tlp, tlp, false, now() FROM target ORDER BY id"
    )
    connection.execute(
        "INSERT INTO claims_readydocument (eyes, record_type, record_id, seq, line, cells, feature, tally)"
        " SELECT %s, kind, t.id, 1, replace(replace(s.line, s.id, t.id::text), s.ref, t.ref),"
        " replace(replace(s.cells, s.id, t.id::text), s.ref, t.ref), '', s.tally"
        " FROM target t JOIN sample s USING (n) ORDER BY t.id",
        [look],
    )
    connection.execute(
        "INSERT INTO claims_change (seq, record_id, record_type, at) SELECT 1, id, kind, now() FROM target ORDER BY id"
    )
    return connection.execute("SELECT count(*) FROM target").fetchone()[0] - SHORT
