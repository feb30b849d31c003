"""How long the server takes for a page, with how many queries, beside what those queries take alone.

In the process, through Django's test client: middleware, sign-in, permissions, templates, all but the socket.
"""

import gzip
import math
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from django.test import Client

from bench.databases import DATABASE, SERVERS
from bench.spent import Spent, watched

ROUNDS = 7
# A page is asked for several times in a round, so that a round is not one stroke of luck; a slow one once, and one
# that takes far too long once in all.
TIMES = 4
SLOW_MILLISECONDS = 500
TOO_LONG_MILLISECONDS = 5000


WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b")


@dataclass
class Asked:
    """One address, and what was seen: milliseconds of each answer and of its SQL alone, round by round."""

    label: str
    path: str
    client: Client
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    kilobytes: float = 0
    queries: list[tuple[str, Any, float]] = field(default_factory=list)
    answers: list[list[float]] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    times: int = TIMES
    alone: list[list[float]] = field(default_factory=list)
    zipped: float = 0
    spent: list[Spent] = field(default_factory=list)

    def watch(self) -> float:
        """Ask, and keep where the time went."""
        with watched() as spent:
            took = self.ask()
        self.spent.append(spent)
        return took

    def ask(self) -> float:
        """Milliseconds from the request to the whole answer."""
        began, worked = time.perf_counter(), time.process_time()
        response = self.client.get(self.path, headers=self.headers, SERVER_NAME="127.0.0.1")
        took = (time.perf_counter() - began) * 1000
        self.busy.append((time.process_time() - worked) * 1000)
        self.status, self.kilobytes = response.status_code, len(response.content) / 1000
        self.zipped = len(gzip.compress(response.content, 6)) / 1000
        return took

    def look(self) -> None:
        """Ask once to warm up and once more to note the queries; the clock of the rounds does not run."""
        self.ask()
        with noted() as queries:
            took = self.ask()
        self.queries, self.times = queries, 1 if took > SLOW_MILLISECONDS else TIMES
        if took > TOO_LONG_MILLISECONDS:
            self.answers, self.alone = [[took]], [[sum(query[2] for query in queries)]]
            del self.busy[:-1]
        else:
            self.busy.clear()

    @property
    def p50(self) -> float:
        return statistics.median(time for each in self.answers for time in each)

    @property
    def p95(self) -> float:
        """By nearest rank: of twenty answers the second slowest."""
        times = sorted(time for each in self.answers for time in each)
        return times[math.ceil(len(times) * 0.95) - 1]

    @property
    def best(self) -> float:
        """The least disturbed answer."""
        return min(time for each in self.answers for time in each)

    @property
    def processor(self) -> float:
        """Milliseconds the web process itself works on an answer; other programs on the machine do not lengthen it."""
        return statistics.median(self.busy)

    @property
    def sql(self) -> float:
        return statistics.median(time for each in self.alone for time in each)

    @property
    def slowest(self) -> tuple[str, Any, float]:
        return max(self.queries, key=lambda query: query[2], default=("", None, 0.0))


@contextmanager
def noted() -> Iterator[list[tuple[str, Any, float]]]:
    """The queries sent meanwhile: text, parameters, milliseconds."""
    queries: list[tuple[str, Any, float]] = []

    def note(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        result = execute(sql, params, many, context)
        queries.append((sql, params, (time.perf_counter() - began) * 1000))
        return result

    with connection.execute_wrapper(note):
        yield queries


def measure(
    asked: list[Asked],
    database: str = DATABASE,
    rounds: int = ROUNDS,
    seconds: float = float("inf"),
    *,
    watches: bool = False,
) -> list[Asked]:
    """Fill in the figures. Pages take turns, so that a busy moment of the machine spoils no single one of them.

    Those that do not answer 200 are left with their status and no figures. No round is begun after ``seconds``, but
    the first. ``watches``: keep of each answer where its time went.
    """
    began = time.perf_counter()
    for each in asked:
        each.look()
    good = [each for each in asked if each.status == 200 and not each.answers]
    # As the product connects: the same role, the same settings of the session, and each query planned for its own
    # values. Bound on the server, it would be prepared after five times, and planned for any value from then on.
    session = connection.settings_dict["OPTIONS"]["options"]
    options = {"user": "app", "dbname": database, "options": session, "autocommit": True,
               "cursor_factory": psycopg.ClientCursor}  # fmt: skip
    with psycopg.connect(host=str(SERVERS.place.run), **options) as raw:
        for done in range(rounds):
            if done and time.perf_counter() - began > seconds:
                break
            for each in good:
                ask = each.watch if watches else each.ask
                each.answers.append([ask() for _time in range(each.times)])
                each.alone.append([_alone(raw, each.queries) for _time in range(each.times)])
    return asked


def _alone(raw: psycopg.Connection, queries: list[tuple[str, Any, float]]) -> float:
    """Milliseconds for the page's reading queries without Django: the floor under this page as it is now."""
    began = time.perf_counter()
    for sql, params, _took in queries:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")) and not WRITES.search(sql):
            raw.execute(sql, params).fetchall()
    return (time.perf_counter() - began) * 1000


def explain(query: tuple[str, Any, float]) -> str:
    """What PostgreSQL does for a query, with times and pages read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query[0]}", query[1])
        return "\n".join(row[0] for row in cursor.fetchall())
