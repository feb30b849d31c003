"""How long one person's link waits behind another's thousands: `python -m bench.turns` (a part of `make bench`).

A real worker and a real relay on servers of the benchmark's own. One person hands in many links to a local site, all
at once; while they are worked off, others hand in single links, one at a time. Told: how long each of these took from
the hand-in to its stored outcome, and what one claim costs while the many still wait.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench.databases import fresh_database, use_settings
from harmtracker.embedded import Servers, place

DATABASE = "harmtracker_bench_turns"
PAGE = ("<html lang='en'><title>Report</title><article><h1>Report</h1><p>" + "Nobody answered. " * 40).encode()
PATIENCE = 60.0
SERVERS = Servers(place("bench"))


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def working(folder: str) -> Iterator[None]:
    """The worker of a demonstration, and the relay."""
    commands = {
        "worker": ["-m", "celery", "-A", "harmtracker", "worker", "-c", "4", "-l", "warning", "--without-gossip",
                   "--without-mingle", "-Q", "fetch,recheck,parse,claims,upkeep,webhooks"],
        "relay": ["manage.py", "relay"],
    }  # fmt: skip
    started = []
    for name, command in commands.items():
        with (Path(folder) / f"{name}.log").open("wb") as log:
            started.append(
                subprocess.Popen(
                    [sys.executable, *command],
                    env=os.environ | {"HARMTRACKER_PROCESS": name},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(capture: Any) -> float:
    """Seconds until the capture has an outcome."""
    from sources.models import Capture

    began = time.perf_counter()
    while Capture.objects.filter(pk=capture.pk, outcome="").exists() and time.perf_counter() - began < PATIENCE:
        time.sleep(0.02)
    return time.perf_counter() - began


def queue(person: Any, addresses: list[str]) -> None:
    """The sources, captures and jobs of many links, as the bulk hand-in makes them, but all at once."""
    from django.utils import timezone

    from harmtracker.models import Job
    from sources.models import Capture, Source

    made = Source.objects.bulk_create(
        Source(submitted_address=each, address_key=each, host="127.0.0.1", created_by=person, tlp="GREEN")
        for each in addresses
    )
    tried = Capture.objects.bulk_create(
        Capture(source=each, number=1, obtained="fetched", cause="bulk", requested_by=person) for each in made
    )
    now = timezone.now()
    Job.objects.bulk_create(
        Job(kind="capture.fetch", key=str(each.pk), lane="fetch", priority=20, requested_by=person, due_at=now)
        for each in tried
    )


def measure(pair: str, links: int, singles: int) -> None:
    from harmtracker.models import Job, User
    from sources import bulk, intake
    from sources.models import Capture

    many, single = (User.objects.create_user(name, role="analyst") for name in ("many", "single"))
    quiet = wait_for(intake.hand_in_link(address=f"http://{pair}/warm", by=single).capture)
    quiet = wait_for(intake.hand_in_link(address=f"http://{pair}/quiet", by=single).capture)
    began = time.perf_counter()
    asked_for = bulk.hand_in_links(lines="\n".join(f"http://{pair}/many/{n}" for n in range(links)), by=many)
    asked = time.perf_counter() - began
    Job.objects.filter(pk=asked_for.pk).update(state="done")  # below they stand in the queue all at once
    queue(many, [f"http://{pair}/many/{n}" for n in range(links)])
    waits = []
    for number in range(singles):
        waits.append(wait_for(intake.hand_in_link(address=f"http://{pair}/single/{number}", by=single).capture))
        time.sleep(0.5)
    left = Capture.objects.filter(cause="bulk", outcome="").count()
    print("| what | seconds |\n|---|---|")
    print(f"| handing in {links} links: the request | {asked:.2f} |")
    print(f"| a single link, nothing else waiting | {quiet:.2f} |")
    print(f"| a single link of another person behind them, median of {singles} | {statistics.median(waits):.2f} |")
    print(f"| the longest of these | {max(waits):.2f} |")
    print(f"\n{left} of the many were still waiting at the end. Load: {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--links", type=int, default=5000)
    options.add_argument("--singles", type=int, default=20)
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    SERVERS.start()
    try:
        with serving() as pair, tempfile.TemporaryDirectory() as folder:
            os.environ["FETCH_ALLOWED_LOOPBACK"] = pair
            os.environ["EVIDENCE_ROOT"] = f"{folder}/evidence"
            os.environ["REDIS_URL"] = SERVERS.place.broker_url
            use_settings(DATABASE)
            fresh_database(DATABASE)
            with working(folder):
                measure(pair, given.links, given.singles)
    finally:
        SERVERS.stop()


if __name__ == "__main__":
    main()
