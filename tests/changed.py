"""Prints the test files that belong to what changed since the last commit, for `make quick`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Checks of the whole project that are quick enough to run every time.
ALWAYS = ("tests/test_project.py", "tests/test_settings.py")


def main() -> None:
    listed = subprocess.run(
        ["git", "-c", "core.quotepath=off", "status", "--porcelain", "--no-renames"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    nouns = {Path(line[3:]).stem.removeprefix("test_") for line in listed}
    tests = {
        str(test.relative_to(ROOT))
        for test in (ROOT / "tests").rglob("test_*.py")
        if test.stem.removeprefix("test_") in nouns and "e2e" not in test.parts
    }
    tests.update(name for name in ALWAYS if (ROOT / name).exists())
    sys.stdout.write("\n".join(sorted(tests)) + "\n")


if __name__ == "__main__":
    main()
