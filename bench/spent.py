"""Where the time of one answer went: at work, waiting for a core, or waiting for something else.

The kernel keeps of every process how long it ran and how long it was ready to run and had no core. What is left of a
query's time is neither: pages of tables brought by another process, a parallel worker being started, a lock.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

LONGEST = 3


@dataclass
class Part:
    """Milliseconds in all, at work and waiting for a core."""

    took: float = 0
    worked: float = 0
    waited: float = 0
    sql: str = ""

    @property
    def elsewhere(self) -> float:
        return max(0.0, self.took - self.worked - self.waited)

    def __str__(self) -> str:
        where = f"{self.worked:.0f} at work, {self.waited:.0f} for a core, {self.elsewhere:.0f} else"
        return f"{self.took:.0f} ms = {where}"


@dataclass
class Spent:
    """One answer: the web process by itself, and each query in PostgreSQL."""

    web: Part = field(default_factory=Part)
    queries: list[Part] = field(default_factory=list)

    @property
    def undisturbed(self) -> float:
        """Milliseconds without the time in which other programs had the cores."""
        return self.web.took - self.web.waited - sum(query.waited for query in self.queries)

    def __str__(self) -> str:
        sums = [sum(getattr(query, name) for query in self.queries) for name in ("took", "worked", "waited")]
        web = f"web process {self.web.worked:.0f} at work, {self.web.waited:.0f} for a core"
        longest = sorted(enumerate(self.queries, start=1), key=lambda each: -each[1].took)[:LONGEST]
        lines = [f"  {self.web.took:.0f} ms; {web}; PostgreSQL {Part(*sums)}"]
        return "\n".join([*lines, *(f"    query {number}: {query}; {query.sql}" for number, query in longest)])


@contextmanager
def watched() -> Iterator[Spent]:
    """Watch one answer: this process, and the one in which PostgreSQL serves it."""
    spent = Spent()

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        with _part("self" if connection.connection is None else str(connection.connection.info.backend_pid)) as part:
            result = execute(sql, params, many, context)
        part.sql = re.sub(r"\s+", " ", sql)[:100]
        spent.queries.append(part)
        return result

    with connection.execute_wrapper(watch), _part("self") as spent.web:
        yield spent


@contextmanager
def _part(process: str) -> Iterator[Part]:
    part = Part()
    began, (worked, waited) = time.perf_counter(), _scheduled(process)
    yield part
    part.took = (time.perf_counter() - began) * 1000
    now_worked, now_waited = _scheduled(process)
    part.worked, part.waited = now_worked - worked, now_waited - waited


def _scheduled(process: str) -> tuple[float, float]:
    """Milliseconds a process has been at work, and ready without a core; Linux keeps them in nanoseconds."""
    worked, waited, _slices = Path(f"/proc/{process}/schedstat").read_text().split()
    return int(worked) / 1e6, int(waited) / 1e6
