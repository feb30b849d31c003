"""`manage.py verify`: is everything that was kept still what it was?"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sources.evidence.blobs import StoreUnavailable
from sources.evidence.manifests import write_missing
from sources.evidence.verifying import run_check, strays
from sources.models import IntegrityRun


class Command(BaseCommand):
    """Hashes all evidence again, checks manifests, chains, captures and time-stamps, and puts the result on record."""

    help = "Check all evidence. Ends with 1, and a list, when something is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the result as JSON")
        parser.add_argument(
            "--write-missing",
            action="store_true",
            help="first write the manifests of captures from before there were manifests",
        )
        parser.add_argument("--strays", action="store_true", help="also list stored bytes that are on no record")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, tell, and end with 1 if anything is wrong."""
        written = _written() if options["write_missing"] else 0
        run = run_check()
        on_no_record = _strays() if options["strays"] else []
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(run, written, on_no_record), indent=2, ensure_ascii=False))
        else:
            self._tell(run, written, on_no_record)
        if run.problem_count:
            sys.exit(1)

    def _tell(self, run: IntegrityRun, written: int, on_no_record: list[str]) -> None:
        if written:
            self.stdout.write(f"{written} missing manifests were written.")
        for problem in run.problems:
            self.stdout.write(f"{problem['what']}  {problem['which']}  {problem['why']}")
        if run.problem_count > len(run.problems):
            self.stdout.write(f"and {run.problem_count - len(run.problems)} more")
        for name in on_no_record:
            self.stdout.write(f"on no record  {name}")
        result = f"{run.problem_count} problems" if run.problem_count else "nothing is wrong"
        self.stdout.write(f"{run.blobs} files, {run.manifests} manifests, {run.stamps} time-stamps checked: {result}.")


def _written() -> int:
    total = 0
    while some := write_missing():
        total += some
    return total


def _strays() -> list[str]:
    try:
        return list(strays())
    except StoreUnavailable:
        return []  # the check has said so already


def _as_json(run: IntegrityRun, written: int, on_no_record: list[str]) -> dict[str, Any]:
    return {
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "blobs": run.blobs,
        "manifests": run.manifests,
        "time_stamps": run.stamps,
        "manifests_written": written,
        "problem_count": run.problem_count,
        "problems": run.problems,
        "on_no_record": on_no_record,
    }
