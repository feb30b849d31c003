"""Check files of a dump without a network: `python check_dump.py exports.json FOLDER`.

`exports.json` is what `exports/` answered; FOLDER holds the files of its newest dump, each under its `name`. Says which
file is missing, changed or cut short, and ends with 1 if any is. Needs Python 3.14, or `backports.zstd`; the rows of
Parquet files are counted where `pyarrow` is installed, their hashes anyway.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

try:
    from compression import zstd
except ImportError:
    from backports import zstd
try:
    from pyarrow import parquet
except ImportError:
    parquet = None

Json = dict[str, Any]
RECORDS = ("incidents", "statements", "changes")  # looked at before what scopes add to them


def problem(file: Json, path: Path, ids: dict[str, set[str]]) -> str:
    """What is wrong with one file, in words; "" for nothing. Notes the ids of records for the files that follow."""
    if not path.is_file():
        return "missing"
    with path.open("rb") as body:
        if hashlib.file_digest(body, "sha256").hexdigest() != file["sha256"]:
            return "not the bytes that were published"
    return {"ndjson": of_lines, "parquet": of_table, "package": of_package}[file["format"]](file, path, ids)


def of_lines(file: Json, path: Path, ids: dict[str, set[str]]) -> str:
    """The first line counts the others; what a scope adds belongs to a record that is here."""
    head, *lines = map(json.loads, zstd.decompress(path.read_bytes()).splitlines())
    if (head["content"], head["records"], len(lines)) != (file["content"], file["records"], file["records"]):
        return "not the records it says"
    here = {line["id"] for line in lines}
    if head["part_of"]:
        return "" if here <= ids.get(head["part_of"], set()) else "parts of records that are not here"
    ids.setdefault(file["content"], set()).update(here)
    return ""


def of_table(file: Json, path: Path, _ids: dict[str, set[str]]) -> str:
    """The metadata says what the table is, and every row is there."""
    if parquet is None:
        return ""
    read = parquet.ParquetFile(path)
    head = json.loads(read.metadata.metadata[b"harmtracker"])
    if (head["content"], read.metadata.num_rows) != (file["content"], file["records"]):
        return "not the table it says"
    return ""


def of_package(file: Json, path: Path, _ids: dict[str, set[str]]) -> str:
    """Every file of the archive is in its manifest, with these very bytes."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        if set(archive.namelist()) != {"manifest.json", *manifest["files"]}:
            return "not the files of its manifest"
        for name, told in manifest["files"].items():
            with archive.open(name) as body:
                if hashlib.file_digest(body, "sha256").hexdigest() != told["sha256"]:
                    return f"{name} is not as its manifest says"
    return "" if manifest["change_seq"] == file["change_seq"] else "of another number of the changes"


def main(listing: str, folder: str) -> int:
    """Check every file of the newest dump; how many are wrong."""
    dumps = json.loads(Path(listing).read_text(encoding="utf-8"))["dumps"]
    files = dumps[0]["segments"] if dumps else []
    ids: dict[str, set[str]] = {}
    wrong = 0
    for file in sorted(files, key=lambda each: not each["content"].endswith(RECORDS)):
        said = problem(file, Path(folder) / file["name"], ids)
        sys.stdout.write(f"{file['name']}  {said or 'good'}\n")
        wrong += bool(said)
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:3]) else 0)
