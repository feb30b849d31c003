"""Check files of a dump without a network: `python check_dump.py exports.json FOLDER`.

`exports.json` is what `exports/` answered; FOLDER holds the files as they were fetched, each named `<id>.ndjson.zst`.
Says which file is missing, changed or cut short, and ends with 1 if any is. Needs Python 3.14, or `backports.zstd`.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

try:
    from compression import zstd
except ImportError:
    from backports import zstd


def problem(segment: dict[str, Any], path: Path) -> str:
    """What is wrong with one file, in words; "" for nothing."""
    if not path.is_file():
        return "missing"
    packed = path.read_bytes()
    if hashlib.sha256(packed).hexdigest() != segment["sha256"]:
        return "not the bytes that were published"
    head, *records = map(json.loads, zstd.decompress(packed).splitlines())
    if (head["type"], head["records"], len(records)) != (segment["type"], segment["records"], segment["records"]):
        return "not the records it says"
    return ""


def main(listing: str, folder: str) -> int:
    """Check every file of the newest dump; how many are wrong."""
    dumps = json.loads(Path(listing).read_text(encoding="utf-8"))["dumps"]
    wrong = 0
    for segment in dumps[0]["segments"] if dumps else []:
        said = problem(segment, Path(folder) / f"{segment['id']}.ndjson.zst")
        sys.stdout.write(f"{segment['id']}  {said or 'good'}\n")
        wrong += bool(said)
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:3]) else 0)
