"""Runs pytest; what failed, if it is little, runs once more by itself, and both outcomes are told.

``make test`` keeps both cores busy with a worker, browsers and servers for minutes, and some tests must be done in a
given time. A fault fails twice; what passes the second time is named at the end, to be looked into.
Exit code: pytest's own, of the run that counted.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# More than a handful is no chance.
FEW = 5


def main(name: str, arguments: list[str]) -> int:
    """Run pytest with these arguments; ``name`` tells apart what two of these, side by side, remember."""
    kept = ROOT / ".local" / "pytest" / name
    remembering = ["-o", f"cache_dir={kept}"]
    last_failed = kept / "v" / "cache" / "lastfailed"
    last_failed.unlink(missing_ok=True)
    ended = _pytest(*arguments, *remembering)
    failed = sorted(json.loads(last_failed.read_text())) if ended == 1 and last_failed.exists() else []
    if not 0 < len(failed) <= FEW:
        return ended
    _say("Once more, by themselves:", failed)
    ended = _pytest("-n", "0", *remembering, *failed)
    if ended == 0:
        _say("FAILED AT FIRST, PASSED BY THEMSELVES; find out why:", failed)
    return ended


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def _say(what: str, tests: list[str]) -> None:
    sys.stdout.write("\n".join(["", what, *(f"  {test}" for test in tests), ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
