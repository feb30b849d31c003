"""Measure the pages over invented records and print the tables of bench/README.md: `make bench`."""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from bench.databases import DATABASE, SERVERS, use_settings

SLOW_MILLISECONDS = 100.0
MOST_QUERIES = 12
SLOWEST = 3
# Measured without records, each in a process of its own.
PARTS = ("bench.captures", "bench.turns", "bench.copies", "bench.copy_search")


def main() -> None:
    """Fill a database of the size asked for (or use the one that is there), ask for every page, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--statements", type=int, default=20_000)
    options.add_argument("--database", default=DATABASE)
    options.add_argument("--only", default="", help="pages whose name begins so")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--keep", action="store_true", help="measure the database as it is")
    options.add_argument("--explain", action="store_true", help="show what PostgreSQL does in slow pages")
    options.add_argument("--slow", action="store_true", help="show where the time of the slowest answers went")
    options.add_argument("--no-api", action="store_true", help="release nothing and leave the export out")
    options.add_argument("--pages", action="store_true", help="the pages and nothing else")
    options.add_argument("--seconds", type=float, default=float("inf"), help="begin no further round after so many")
    given = options.parse_args()
    SERVERS.start()
    try:
        use_settings(given.database)
        _run(given)
    finally:
        SERVERS.stop()
    for part in () if given.only or given.pages else PARTS:
        print(f"\n{part}:", flush=True)
        subprocess.run([sys.executable, "-m", part], check=True)


def _run(given: argparse.Namespace) -> None:
    # Only now: these modules need the models, and the models the settings.
    from bench.addresses import addresses
    from bench.loading import fill
    from bench.pages import explain, measure
    from harmtracker.collecting import spare_what_is_loaded

    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}\n")
    if not given.keep:
        print(fill(given.database, given.statements, 1) + "\n")
    spare_what_is_loaded()  # as gunicorn does
    asked = [each for each in addresses(api=not given.no_api) if each.label.startswith(given.only)]
    measure(asked, given.database, given.rounds, given.seconds, watches=given.slow)
    print("| page | p50 ms | p95 ms | best ms | web process ms | its SQL alone, ms | queries | kB, gzip |")
    print("|---|---|---|---|---|---|---|---|")
    for each in asked:
        if each.status != 200:
            print(f"| {each.label} | answers {each.status} | | | | | | |")
            continue
        print(
            f"| {each.label} | {each.p50:.0f} | {each.p95:.0f} | {each.best:.0f} | {each.processor:.0f} "
            f"| {each.sql:.0f} | {len(each.queries)}{' (!)' if len(each.queries) > MOST_QUERIES else ''} "
            f"| {each.kilobytes:.0f}, {each.zipped:.0f} |"
        )
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}")
    for each in asked if given.slow else ():
        print(f"\n{each.label}:")
        for spent in sorted(each.spent, key=lambda spent: -spent.undisturbed)[:SLOWEST]:
            print(spent)
    for each in asked:
        if given.explain and each.status == 200 and each.p95 > SLOW_MILLISECONDS:
            slow = each.slowest
            sys.stderr.write(f"\n== {each.label}: {each.p95:.0f} ms; its slowest query, {slow[2]:.0f} ms:\n{slow[0]}\n")
            sys.stderr.write(f"parameters: {slow[1]}\n{explain(slow)}\n")


if __name__ == "__main__":
    main()
