"""How fast pages are captured, and how hostile ones end: `python -m bench.captures` (a part of `make bench`).

Speed is a ratio taken in one run: our visits and readings, each in its child process, against a plain client and the
very same parsers inside one process, on the same pages of a local site, in turns. Hostile pages are those of the
tests, against the clock and the memory of the children.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.databases import DATABASE, use_settings

PAGES = 40
MEGABYTE = 1024 * 1024
DEADLINE = 3.0


def expect(held: bool) -> None:
    """Stop where a figure would be of something else than it says."""
    if not held:
        raise SystemExit("What was measured did not work.")


class Row:
    """What one hostile page did."""

    def __init__(self, name: str, *, is_named: bool, seconds: float, deadline: float) -> None:
        self.name, self.is_named = name, is_named
        self.overrun = max(0.0, seconds - deadline)


def page(number: int) -> bytes:
    """A small article with the furniture of a news site round it, another for each number."""
    from bench.words import BETWEEN

    chance = random.Random(number)
    words = [chance.choice(BETWEEN[number % 3]) for _ in range(25)]
    paragraphs = "".join(f"<p>{number} {each} {chance.random()}</p>" for each in words)
    links = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(40))
    told = json.dumps({"@type": "NewsArticle", "headline": f"Story {number}", "datePublished": "2022-04-04T09:30:00Z"})
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Story {number}</title>'
        f'<script type="application/ld+json">{told}</script><style>{"p { margin: 0 } " * 50}</style></head>'
        f"<body><header><ul>{links}</ul></header><article><h1>Story {number}</h1>{paragraphs}</article>"
        f"<footer><ul>{links}</ul></footer><script>{'var a = 1; ' * 200}</script></body></html>"
    ).encode()


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # headers and body leave together, or a kept connection would wait for its acknowledgement

    def do_GET(self) -> None:
        number = self.path.strip("/")
        body = PAGE_BODIES[int(number)] if number.isdecimal() else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


PAGE_BODIES: list[bytes] = []


def serve() -> None:
    """The local site, in a process of its own: it must not take turns with what is measured."""
    PAGE_BODIES.extend(page(number) for number in range(PAGES))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    print(server.server_port, flush=True)
    server.serve_forever()


@contextmanager
def site() -> Iterator[int]:
    """The port of the local site while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.captures", "--serve"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def speed(rounds: int) -> str:
    """Captures a second of one worker, ours and bare, and the median of the rounds' ratios."""
    import urllib3

    from sources.addresses import Doors
    from sources.capture import text_child
    from sources.capture.extract import extract
    from sources.capture.fetch import fetch
    from sources.capture.judge import Kind, kind_of
    from sources.capture.visit import Limits

    text_child.load()
    pool = urllib3.PoolManager()

    def ours(port: int, number: int) -> None:
        doors = Doors(loopback=frozenset({f"127.0.0.1:{port}"}))
        fetched = fetch(f"http://127.0.0.1:{port}/{number}", Limits(), doors)
        kind = kind_of(fetched.media_type, fetched.body)
        expect(extract(fetched.body, kind, charset=fetched.charset, base=fetched.href).outcome == "ok")

    def bare(port: int, number: int) -> None:
        url = f"http://127.0.0.1:{port}/{number}"
        body = pool.request("GET", url).data
        head = json.dumps({"kind": Kind.HTML.value, "charset": "utf-8", "base": url}).encode()
        expect(json.loads(text_child.work(head + b"\n" + body))["code"] == "ok")

    with site() as port:
        ours(port, 0)
        bare(port, 0)
        rates = [_rates(ours, bare, port) for _ in range(rounds)]
    pool.clear()
    ratios = [mine / theirs for mine, theirs in rates]
    mine, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
    return (
        "| captures a second, one worker | bare fetch and the same parsers | ratio, median of rounds | rounds |\n"
        "|---|---|---|---|\n"
        f"| {mine:.0f} | {theirs:.0f} | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) "
        f"| {rounds} x {PAGES} pages of {len(page(0)) // 1024} kB |"
    )


def _rates(ours: Callable[[int, int], None], bare: Callable[[int, int], None], port: int) -> tuple[float, float]:
    """Pages a second of both, taking turns page by page, so that whatever else the machine does meets both."""
    spent = [0.0, 0.0]
    for number in range(PAGES):
        for which, capture in enumerate((ours, bare)):
            begun = time.perf_counter()
            capture(port, number)
            spent[which] += time.perf_counter() - begun
    return PAGES / spent[0], PAGES / spent[1]


def hostile() -> str:
    """Every attack of the tests under our usual limits but a shorter deadline: outcome, overrun, memory."""
    from sources.capture import child
    from sources.capture.fetch import MODULE
    from tests.hostile import hostile_site

    with hostile_site() as running:
        visits = list(_visits(running))
        readings = list(_readings())
        expect(running.canary.touched == [])
    lines = ["| what | how many | ended as named | longest over its deadline, s | most memory of the child, MB |"]
    lines.append("|---|---|---|---|---|")
    for name, rows, module in (
        ("attacks on the visit", visits, MODULE),
        ("attacks on the reading", readings, "sources.capture.text_child"),
    ):
        worst = max(rows, key=lambda row: row.overrun)
        named = sum(row.is_named for row in rows)
        lines.append(
            f"| {name} | {len(rows)} | {named} | {worst.overrun:.2f} ({worst.name}) "
            f"| {child.peak_bytes(module) // MEGABYTE} |"
        )
    return "\n".join(lines)


def _visits(running: object) -> Iterator[Row]:
    from sources.addresses import Doors
    from sources.capture.fetch import fetch
    from sources.capture.visit import Limits
    from tests.hostile_wire import bomb
    from tests.sources.test_hostile_wire import ATTACKS, BOMBS

    for encoding in BOMBS:
        bomb(encoding)
    expected = {path: {outcome} for path, outcome, _kept in ATTACKS}
    expected |= {f"bomb?as={name.replace(' ', '+')}": {"ratio", "size.decoded"} for name in BOMBS}
    doors = Doors(loopback=frozenset({running.pair}))
    for path, outcomes in expected.items():
        begun = time.monotonic()
        fetched = fetch(running.url(path), Limits(total_seconds=DEADLINE), doors)
        seconds = time.monotonic() - begun
        yield Row(path, is_named=fetched.outcome in outcomes, seconds=seconds, deadline=DEADLINE)


def _readings() -> Iterator[Row]:
    from sources.capture.child import Bounds
    from sources.capture.extract import extract
    from sources.capture.judge import Kind
    from sources.capture.outcomes import Outcome
    from tests.hostile_pages import PAGES as ATTACKING
    from tests.hostile_pages import pdf_bombs

    bodies = [(name, make(), Kind.HTML) for name, make in ATTACKING.items()]
    bodies += [(f"PDF {name}", body, Kind.PDF) for name, body in pdf_bombs().items()]
    bounds = Bounds(seconds=8, cpu_seconds=6, memory_bytes=1024 * MEGABYTE)
    for name, body, kind in bodies:
        extract(b"<p>words", Kind.HTML)  # the child is loaded
        begun = time.monotonic()
        read = extract(body, kind, bounds=bounds)
        seconds = time.monotonic() - begun
        yield Row(name, is_named=read.outcome in Outcome.values, seconds=seconds, deadline=bounds.seconds)


def report(rounds: int = 9) -> str:
    """Both tables."""
    return f"{speed(rounds)}\n\n{hostile()}"


def main() -> None:
    """Serve the local site, or measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--serve", action="store_true", help="be the local site")
    options.add_argument("--rounds", type=int, default=9)
    given = options.parse_args()
    if given.serve:
        serve()
        return
    use_settings(DATABASE)
    print(f"load {os.getloadavg()[0]:.1f}\n\n{report(given.rounds)}\n\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
