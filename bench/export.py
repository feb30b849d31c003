"""The export over HTTP beside the database alone and beside REST framework: `python -m bench.export --records 1000000`.

Filled from bench.generate and released by bench.released; with `--fill` no more than that, and `--keep` measures what
was filled then. The servers are gunicorn, one process for lists, two for eight clients; tokens are checked and every
answer is put on record. What is compared takes turns, round by round; a ratio is the median of the rounds'. A part
begins no round after its share of `--seconds`, and has one round at the least.
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
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import psycopg

from bench.databases import SERVERS, use_settings
from bench.released import CEILING, release

DATABASE = "harmtracker_export"
BLOCK = 1 << 18
PAGES, WARM, START = 30, 3, 20.0
OF_PEER = 5_000  # rows asked of the peer's stream, which is slow
OF_TABLES = 100_000  # rows asked of the working tables at the most: a rate needs no more
LISTS, CLIENTS_SHARE = 0.7, 0.3  # of the seconds
CLIENTS, SECONDS = 8, 4.0
# Without what only the tests bring: REST framework takes these along where it finds them, 8 MB.
AS_INSTALLED = """
import sys
sys.modules.update(dict.fromkeys(("requests", "pygments", "jinja2")))
from gunicorn.app.wsgiapp import run
run()
"""
NDJSON, CSV, JSON = "application/x-ndjson", "text/csv", "application/json"

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
    options.add_argument("--records", type=int, default=0, help="released records to send; 0: as many as there are")
    options.add_argument("--keep", action="store_true", help="measure the database as it is")
    options.add_argument("--fill", action="store_true", help="fill the database and measure nothing")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=420, help="to measure, at most; a round begun is ended")
    given = options.parse_args()
    SERVERS.start()
    try:
        use_settings(DATABASE)
        if given.keep:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
        else:
            from bench.loading import fill

            print(fill(DATABASE, given.statements, 1))
            print(f"{release(DATABASE, given.records):,} released records to send", flush=True)
        if not given.fill:
            measure(given.rounds, given.seconds)
    finally:
        SERVERS.stop()


def measure(rounds: int, seconds: float) -> None:
    """Serve what is filled, and print what it takes. Raises RuntimeError where nothing is ready for today's program."""
    token = _token()
    print(f"{_records():,} records")
    with serving("harmtracker.settings", 8765) as web, serving("bench.drf_settings", 8766) as peer:
        print(f"\nload {os.getloadavg()[0]:.1f}")
        lists(Side(web, token), Side(peer, ""), _rounds(rounds, seconds * LISTS))
        pages(Side(web, token), Side(peer, ""))
        counts(Side(web, token))
    with serving("harmtracker.settings", 8767, 2) as web, serving("bench.drf_settings", 8768, 2) as peer:
        clients(Side(web, token), Side(peer, ""), _rounds(rounds, seconds * CLIENTS_SHARE))


def _rounds(count: int, seconds: float) -> Iterator[int]:
    """Numbers from 1, until there were so many or the time is up."""
    until = time.monotonic() + seconds
    for number in range(1, count + 1):
        yield number
        if time.monotonic() > until:
            return


def _records() -> int:
    """How many statements are ready. Whoever changes the form of documents makes what was filled before worthless."""
    from claims.api.ready import eyes
    from claims.api.tokens import Caller
    from claims.models import PartnerToken, ReadyDocument

    look = eyes(Caller(PartnerToken(scopes=[]), CEILING, ()))
    count = ReadyDocument.objects.filter(eyes=look, record_type="statement").count()
    if not count:
        raise RuntimeError(f"Nothing in {DATABASE} is ready for this program: fill it anew.")
    return count


def _token() -> str:
    from claims.actions.partner import create_partner, issue_token
    from harmtracker.models import User

    admin = User.objects.get(username="admin1")
    partner = create_partner(name=f"Bench {uuid.uuid4()}", by=admin, ceiling=CEILING)
    scopes = ["incidents:read", "statements:read", "bulk:read", "changes:read"]
    return issue_token(partner=partner, scopes=scopes, ceiling=CEILING, by=admin)[1]


@dataclass(frozen=True)
class Server:
    """A web server on loopback: its port, and the number of the process that was started."""

    port: int
    pid: int

    def peak(self) -> int:
        """Megabytes at the most, of the process that answers: a child of the one that was started."""
        child = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0]
        status = Path(f"/proc/{child}/status").read_text()
        kibibytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        return int(kibibytes) * 1024 // 1_000_000


class NotYet(Exception):
    """The server is still at it and wants to be asked again."""


_open: dict[int, http.client.HTTPConnection] = {}


@dataclass(frozen=True)
class Side:
    """Whom to ask, and with which token."""

    server: Server
    token: str

    def get(self, path: str, accept: str = JSON) -> tuple[int, float]:
        """Line ends of the answer, and seconds to the first byte of its body. The connection is kept, as with SQL."""
        connection = _open.setdefault(
            self.server.port, http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        )
        began = time.perf_counter()
        try:
            response = self._asked(connection, path, accept)
        except (http.client.RemoteDisconnected, ConnectionError):  # it lay idle for too long
            connection.close()
            response = self._asked(connection, path, accept)
        beginning = block = response.read(8192)
        first, lines = time.perf_counter() - began, block.count(b"\n")
        while block := response.read(BLOCK):
            lines += block.count(b"\n")
        if response.status == 503:
            raise NotYet(path)
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {beginning[:300]!r}")
        return lines, first

    def _asked(self, connection: http.client.HTTPConnection, path: str, accept: str) -> http.client.HTTPResponse:
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}", "Accept": accept})
        return connection.getresponse()


@contextmanager
def serving(settings: str, port: int, processes: int = 1) -> Iterator[Server]:
    """The product's own web server, or with other settings the peer in the same."""
    command = [sys.executable, "-c", AS_INSTALLED, "-c", "python:harmtracker.gunicorn_settings", "-b",
               f"127.0.0.1:{port}", "harmtracker.wsgi"]  # fmt: skip
    environment = os.environ | {
        "ALLOWED_HOSTS": "127.0.0.1", "EXPORT_REQUESTS_PER_MINUTE": "1000000", "WEB_PROCESSES": str(processes),
        "DJANGO_SETTINGS_MODULE": settings,
    }  # fmt: skip
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START
        while time.monotonic() < until:
            try:
                started = http.client.HTTPConnection("127.0.0.1", port, timeout=START)
                started.request("GET", "/api/v1/docs/")
                started.getresponse().read()
                break
            except OSError:
                time.sleep(0.2)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(10)


def lists(web: Side, peer: Side, rounds: Iterator[int]) -> None:
    """Print rows a second of whole lists with their ratios, first bytes and memory."""
    web.get("/api/v1/statements/?limit=1")
    idle = web.server.peak()
    web.get("/api/v1/incidents/", NDJSON)
    short = web.server.peak()
    control = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'"
    ways: dict[str, Callable[[], int]] = {
        "raw COPY, nested JSON": lambda: _copied(NESTED, control),
        "NDJSON over HTTP": lambda: web.get("/api/v1/statements/", NDJSON)[0],
        "raw COPY, table with joins": lambda: _copied(TABLE, "FORMAT csv"),
        "CSV over HTTP": lambda: web.get("/api/v1/statements/", CSV)[0],
        "DRF serializer stream": lambda: peer.get(f"/stream/?rows={OF_PEER}")[0],
    }
    web.get("/api/v1/statements/", NDJSON)  # what lay on the disk lies in memory from now on
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _round in rounds:
        for name, way in ways.items():
            began = time.perf_counter()
            lines = way()
            rates[name].append(lines / (time.perf_counter() - began))
    print(f"\n| export, {len(rates[name])} rounds | rows/s, median | ratio | to |\n|---|---|---|---|")
    for name, floor in (
        ("NDJSON over HTTP", "raw COPY, nested JSON"),
        ("CSV over HTTP", "raw COPY, table with joins"),
        ("NDJSON over HTTP", "DRF serializer stream"),
    ):
        ratio = statistics.median(a / b for a, b in zip(rates[name], rates[floor], strict=True))
        print(f"| {floor} | {statistics.median(rates[floor]):,.0f} | 1 | |")
        print(f"| {name} | {statistics.median(rates[name]):,.0f} | {ratio:.2f} | {floor} |")
    first = statistics.median(web.get("/api/v1/incidents/", NDJSON)[1] for _each in range(5))
    print(f"\nfirst byte of NDJSON: {first * 1000:.0f} ms")
    print(f"memory, most: {idle} MB ready, {short} MB after 1,000 rows, {web.server.peak()} MB after all")


def pages(web: Side, peer: Side) -> None:
    """A page of 50 at the beginning and near the end, beside the SQL of its rows alone and the peer's page."""
    from claims.models import PublishedRecord

    rows = PublishedRecord.objects.filter(record_type="statement").order_by("record_id")
    count = rows.count()
    print(
        "\n| page of 50 statements | p50 ms | p95 ms | raw SQL p50 ms | ratio | DRF p50 ms |\n|---|---|---|---|---|---|"
    )
    for label, number in (("page 1", 0), (f"row {count * 95 // 100:,}", count * 95 // 100)):
        key = str(rows[number].record_id)
        ours, theirs = _address(key if number else ""), f"/page/?after={key}"
        ways = [partial(web.get, ours), partial(_raw_page, key), partial(peer.get, theirs)]
        taken = [[_milliseconds(way) for way in ways] for _turn in range(PAGES + WARM)][WARM:]
        own, raw, drf = zip(*taken, strict=True)
        ratio = statistics.median(a / b for a, b in zip(own, raw, strict=True))
        print(
            f"| {label} | {statistics.median(own):.1f} | {sorted(own)[int(len(own) * 0.95)]:.1f} "
            f"| {statistics.median(raw):.2f} | {ratio:.1f} | {statistics.median(drf):.1f} |"
        )


def _address(after: str) -> str:
    from django.core import signing

    from claims.api.pages import SALT, bound_to

    bound = bound_to(["statement", CEILING, {}, ""])
    cursor = f"?cursor={signing.dumps({'after': after} | bound, salt=SALT)}" if after else ""
    return f"/api/v1/statements/{cursor}"


def _milliseconds(way: Callable[[], object]) -> float:
    began = time.perf_counter()
    way()
    return (time.perf_counter() - began) * 1000


def counts(web: Side) -> None:
    """Print how long counting by month takes when nobody has counted yet, and again."""
    from django.core.cache import cache

    cache.clear()
    print("\n| counts by month | first, ms | again, median of 5, ms |\n|---|---|---|")
    for by in ("statements.kind", "statements.finding"):
        address = f"/api/v1/aggregates/monthly/?by={by}"
        first = _milliseconds(partial(_counted, web, address))
        again = [_milliseconds(partial(web.get, address)) for _turn in range(5)]
        print(f"| {by} | {first:,.0f} | {statistics.median(again):,.1f} |")


def _counted(web: Side, address: str) -> None:
    """Ask until all is counted."""
    while True:
        with suppress(NotYet):
            web.get(address)
            return


def clients(web: Side, peer: Side, rounds: Iterator[int]) -> None:
    """Print pages of 50 a second with eight clients at once, each a process of its own; two web processes."""
    ways = {"raw SQL": None, "page over HTTP": (web, _address("")), "DRF page": (peer, "/page/")}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    with ProcessPoolExecutor(CLIENTS, get_context("spawn")) as pool:
        for way in ways.values():  # until all have started
            list(pool.map(_busy, [way] * CLIENTS, [1.0] * CLIENTS))
        for _round in rounds:
            for name, way in ways.items():
                count = sum(pool.map(_busy, [way] * CLIENTS, [SECONDS] * CLIENTS))
                rates[name].append(count / SECONDS)
    print(f"\n| {CLIENTS} clients, page of 50 | pages/s, median | page over HTTP to it |\n|---|---|---|")
    for name in ways:
        ratio = statistics.median(a / b for a, b in zip(rates["page over HTTP"], rates[name], strict=True))
        print(f"| {name} | {statistics.median(rates[name]):,.0f} | {ratio:.2f} |")


def _busy(way: tuple[Side, str] | None, seconds: float) -> int:
    """Ask one after the other for so long; how many answers. None asks the database itself for the first page."""
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        if way is None:
            _raw_page(str(uuid.UUID(int=0)))
        else:
            way[0].get(way[1])
        count += 1
    return count


def _copied(query: str, options: str) -> int:
    """Rows that COPY sends."""
    with (
        _plain() as connection,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query} LIMIT {OF_TABLES}) TO STDOUT ({options})") as copy,
    ):
        return sum(1 for _row in copy)


def _plain(**options: bool) -> psycopg.Connection:
    """As the product connects, without the product."""
    return psycopg.connect(host=str(SERVERS.place.run), user="app", dbname=DATABASE, options="-c jit=off", **options)


_kept: list[psycopg.Connection] = []


def _raw_page(key: str) -> None:
    if not _kept:
        _kept.append(_plain(autocommit=True))
    _kept[0].execute(f"{NESTED} WHERE s.id > '{key}' ORDER BY s.id LIMIT 50").fetchall()


if __name__ == "__main__":
    main()
