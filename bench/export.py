"""The export over HTTP beside the database alone: `python -m bench.export --statements 1000000`.

Filled from bench.generate (or `--keep`: the database as it is). A few hundred statements are rendered and redacted as
a release does it; their documents, with the ids of the others, stand for all. The server is gunicorn with one process,
tokens are checked and every answer is put on record. Rounds are interleaved; a ratio is the median of the rounds'.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.databases import SERVERS, superuser, use_settings

DATABASE = "harmtracker_export"
SAMPLE = 400
CEILING = "AMBER"
PORT = 8765
BLOCK = 1 << 18
PAGES = 30
WARM, START = 3, 20.0

# The floor: the same nested JSON built by PostgreSQL from the working tables, nothing withheld, nobody asked.
NESTED = """
SELECT json_build_object('object', 'statement', 'id', s.id, 'ref', s.ref, 'version', s.version, 'kind', s.kind,
  'party', json_build_object('object', 'party', 'id', p.id, 'ref', p.ref, 'name', p.name, 'kind', p.kind),
  'said', json_build_object('reported', s.said, 'start', s.said_start, 'end', s.said_end, 'precision', s.said_precision,
                            'zone', s.said_zone),
  'responsibility_position', s.responsibility_position, 'checkability', s.checkability, 'lifecycle', s.lifecycle,
  'finding', s.finding, 'tlp', s.tlp,
  'accuses', (SELECT json_agg(json_build_object('wording', a.wording, 'party', json_build_object('id', q.id, 'ref',
     q.ref, 'name', q.name, 'kind', q.kind))) FROM claims_accusation a JOIN sources_party q ON q.id = a.party_id
     WHERE a.statement_id = s.id),
  'incidents', (SELECT json_agg(json_build_object('id', i.id, 'ref', i.ref)) FROM claims_statementincident b
     JOIN claims_incident i ON i.id = b.incident_id WHERE b.statement_id = s.id),
  'renderings', (SELECT json_agg(json_build_object('id', r.id, 'lang', r.lang, 'text', r.text, 'fidelity', r.fidelity,
     'source', json_build_object('id', o.id, 'ref', o.ref, 'title', o.title, 'address', o.submitted_address)))
     FROM claims_rendering r LEFT JOIN sources_source o ON o.id = r.source_id WHERE r.statement_id = s.id),
  'links', (SELECT json_agg(json_build_object('id', l.id, 'type', l.type, 'to', l.to_statement_id)) FROM claims_link l
     WHERE l.from_statement_id = s.id)
) FROM claims_statement s JOIN sources_party p ON p.id = s.party_id
"""
TABLE = """
SELECT s.id, s.ref, s.version, s.kind, p.id, p.name, s.spoken_as, s.said_in, s.how_known, s.said, s.said_start,
  s.said_end, s.said_precision, s.responsibility_position, s.checkability, s.lifecycle, s.finding, s.tlp,
  (SELECT string_agg(i.incident_id::text, ' | ') FROM claims_statementincident i WHERE i.statement_id = s.id),
  r.text, r.lang, r.fidelity, o.submitted_address
FROM claims_statement s JOIN sources_party p ON p.id = s.party_id
LEFT JOIN LATERAL (SELECT * FROM claims_rendering r WHERE r.statement_id = s.id ORDER BY r.id LIMIT 1) r ON true
LEFT JOIN sources_source o ON o.id = r.source_id
"""


def main() -> None:
    """Fill, release, serve, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--statements", type=int, default=100_000)
    options.add_argument("--keep", action="store_true", help="measure the database as it is")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    SERVERS.start()
    try:
        use_settings(DATABASE)
        if not given.keep:
            from bench.loading import fill

            print(fill(DATABASE, given.statements, 1))
            release_all()
        token = _token()
        with serving() as server:
            measure(token, server, given.rounds)
    finally:
        SERVERS.stop()


def release_all() -> None:
    """Publish every statement a partner with this ceiling could read; documents of a sample stand for all."""
    from claims.api import tables
    from claims.api.ready import eyes, written
    from claims.api.tokens import Caller
    from claims.models import PartnerToken, Statement
    from claims.release.redaction import Document
    from claims.release.render import cut, read

    rows = Statement.objects.filter(tlp__in=["CLEAR", "GREEN", CEILING], team=None, lifecycle="current").order_by("-id")
    began = time.perf_counter()
    made: list[tuple[str, str, Document]] = []
    for statement in rows[:SAMPLE]:
        made.append((str(statement.pk), statement.ref, cut(read(statement).for_ceiling(CEILING))["base"]))
    each = (time.perf_counter() - began) / len(made) * 1000
    print(f"rendering one statement for its release: {each:.1f} ms")
    look = eyes(Caller(PartnerToken(scopes=[]), CEILING, ()))
    with superuser(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("CREATE TEMP TABLE sample (n int, id text, ref text, document text, line text, cells text)")
        for number, (key, ref, document) in enumerate(made):
            cells = tables.row(document).decode().removesuffix("\n")
            connection.execute(
                "INSERT INTO sample VALUES (%s, %s, %s, %s, %s, %s)",
                [number, key, ref, written(document), written(document), cells],
            )
        _multiply(connection, look, len(made))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE)")


def _multiply(connection: psycopg.Connection, look: str, sample: int) -> None:
    connection.execute(
        "CREATE TEMP TABLE target AS SELECT id, ref, version, tlp, gen_random_uuid() AS release,"
        " row_number() OVER (ORDER BY id) %% %s AS n FROM claims_statement"
        " WHERE tlp IN ('CLEAR', 'GREEN', 'AMBER') AND team_id IS NULL AND lifecycle = 'current'",
        [sample],
    )
    connection.execute(
        "INSERT INTO claims_release (id, statement_id, version, digest, confirmed_unassessed, reason, released_at,"
        " released_by_id) SELECT release, id, version, '', true, '', now(), (SELECT id FROM harmtracker_user LIMIT 1)"
        " FROM target"
    )
    connection.execute(
        "INSERT INTO claims_releaseddocument (id, release_id, record_type, record_id, ceiling, scope, document)"
        " SELECT gen_random_uuid(), t.release, 'statement', t.id, %s, 'base',"
        " replace(replace(s.document, s.id, t.id::text), s.ref, t.ref)::jsonb FROM target t JOIN sample s USING (n)",
        [CEILING],
    )
    connection.execute(
        "INSERT INTO claims_publishedrecord"
        " (record_id, record_type, release_id, tlp, released_tlp, is_held, updated_at)"
        " SELECT id, 'statement', release, tlp, tlp, false, now() FROM target"
    )
    connection.execute(
        "INSERT INTO claims_readydocument (eyes, record_type, record_id, seq, line, cells, feature)"
        " SELECT %s, 'statement', t.id, 1, replace(replace(s.line, s.id, t.id::text), s.ref, t.ref),"
        " replace(replace(s.cells, s.id, t.id::text), s.ref, t.ref), '' FROM target t JOIN sample s USING (n)",
        [look],
    )


def _token() -> str:
    from claims.actions.partner import create_partner, issue_token
    from harmtracker.models import User

    admin = User.objects.get(username="admin1")
    partner = create_partner(name=f"Bench {uuid.uuid4()}", by=admin, ceiling=CEILING)
    scopes = ["incidents:read", "statements:read", "bulk:read", "changes:read"]
    return issue_token(partner=partner, scopes=scopes, ceiling=CEILING, by=admin)[1]


@contextmanager
def serving() -> Iterator[subprocess.Popen]:
    """The product's own web server, one process, on loopback."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:harmtracker.gunicorn_settings", "-b",
               f"127.0.0.1:{PORT}", "harmtracker.wsgi"]  # fmt: skip
    environment = os.environ | {"ALLOWED_HOSTS": "127.0.0.1", "EXPORT_REQUESTS_PER_MINUTE": "100000"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START
        while time.monotonic() < until:
            try:
                _get("/api/v1/docs/", "")
                break
            except OSError:
                time.sleep(0.2)
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _get(path: str, token: str, accept: str = "application/json") -> tuple[int, int, float, bytes]:
    """Bytes, line ends, seconds to the first byte of the body, and the body's beginning (8 kB)."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=600)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}", "Accept": accept})
    response = connection.getresponse()
    block = response.read(8192)
    first = time.perf_counter() - began
    beginning, size, lines = block, len(block), block.count(b"\n")
    while block := response.read(BLOCK):
        size, lines = size + len(block), lines + block.count(b"\n")
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {beginning[:300]!r}")
    return size, lines, first, beginning


def _copied(query: str, options: str) -> tuple[int, int]:
    lines = size = 0
    sent = f"COPY ({query}) TO STDOUT ({options})"
    with _plain() as connection, connection.cursor() as cursor, cursor.copy(sent) as copy:
        for piece in copy:
            size, lines = size + len(piece), lines + 1
    return size, lines


def _plain(**options: bool) -> psycopg.Connection:
    """As the product connects, without the product."""
    return psycopg.connect(host=str(SERVERS.place.run), user="app", dbname=DATABASE, options="-c jit=off", **options)


def measure(token: str, server: subprocess.Popen, rounds: int) -> None:
    """Print rows a second, ratios, first bytes, pages and memory."""
    control = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"
    ways: dict[str, Callable[[], int]] = {
        "raw COPY, nested JSON": lambda: _copied(NESTED, control)[1],
        "NDJSON over HTTP": lambda: _get("/api/v1/statements/", token, "application/x-ndjson")[1],
        "raw COPY, table with joins": lambda: _copied(TABLE, "FORMAT csv")[1],
        "CSV over HTTP": lambda: _get("/api/v1/statements/", token, "text/csv")[1],
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    before = _memory(server)
    for _round in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            lines = way()
            rates[name].append(lines / (time.perf_counter() - began))
    print(f"\nload {os.getloadavg()[0]:.1f}\n")
    print("| export | rows/s, median | ratio to raw COPY | rounds |\n|---|---|---|---|")
    for name, floor in (("NDJSON over HTTP", "raw COPY, nested JSON"), ("CSV over HTTP", "raw COPY, table with joins")):
        ratio = statistics.median(a / b for a, b in zip(rates[name], rates[floor], strict=True))
        print(f"| {floor} | {statistics.median(rates[floor]):,.0f} | 1 | {rounds} |")
        print(f"| {name} | {statistics.median(rates[name]):,.0f} | {ratio:.2f} | {rounds} |")
    first = statistics.median(_first(token) for _each in range(5))
    print(f"\nfirst byte of NDJSON: {first * 1000:.0f} ms")
    print(f"memory of the web process, most: {before} MB before, {_memory(server)} MB after whole lists")
    _pages(token)


def _first(token: str) -> float:
    """Seconds to the first byte; the rest is not read."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/x-ndjson"}
    connection.request("GET", "/api/v1/statements/", headers=headers)
    connection.getresponse().read(1)
    took = time.perf_counter() - began
    connection.close()
    return took


def _memory(server: subprocess.Popen) -> int:
    """Megabytes at the most, of the process that answers: a child of the one that was started."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1000


def _pages(token: str) -> None:
    """A page of 50 at the beginning and near the end, beside the SQL of its rows alone."""
    from django.core import signing

    from claims.api.pages import SALT, bound_to
    from claims.models import PublishedRecord

    count = PublishedRecord.objects.filter(record_type="statement").count()
    bound = bound_to(["statement", CEILING, {}, ""])
    print("\n| page of 50 statements | p50 ms | p95 ms | raw SQL p50 ms | ratio |\n|---|---|---|---|---|")
    for label, number in (("page 1", 0), (f"row {count * 95 // 100:,}", count * 95 // 100)):
        key = PublishedRecord.objects.filter(record_type="statement").order_by("record_id")[number].record_id
        cursor = f"?cursor={signing.dumps({'after': str(key)} | bound, salt=SALT)}" if number else ""
        page, raw = [], []
        for turn in range(PAGES + WARM):
            began = time.perf_counter()
            _get(f"/api/v1/statements/{cursor}", token)
            middle = time.perf_counter()
            _raw_page(str(key))
            if turn >= WARM:
                page.append((middle - began) * 1000)
                raw.append((time.perf_counter() - middle) * 1000)
        ratio = statistics.median(a / b for a, b in zip(page, raw, strict=True))
        p95 = sorted(page)[int(len(page) * 0.95)]
        print(f"| {label} | {statistics.median(page):.1f} | {p95:.1f} | {statistics.median(raw):.2f} | {ratio:.1f} |")


_kept: list[psycopg.Connection] = []


def _raw_page(key: str) -> None:
    if not _kept:
        _kept.append(_plain(autocommit=True))
    _kept[0].execute(f"{NESTED} WHERE s.id > '{key}' ORDER BY s.id LIMIT 50").fetchall()


if __name__ == "__main__":
    main()
