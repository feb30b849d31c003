"""A source as WACZ: its WARC, an index and a list of pages in one zip file that players open in a browser.

Written as it is read (WACZ 1.1.1). Like the WARC in it, the file of the same captures is the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any, Final, cast
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sources.evidence.manifests import product_version
from sources.evidence.warc import PROVES, Entry, Outlet, Warc
from sources.models import Capture, Source

VERSION: Final = "1.1.1"
ARCHIVE: Final = "data.warc.gz"


def wacz_pieces(source: Source, captures: Iterable[Capture]) -> Iterator[bytes]:
    """The file, piece by piece. Raises Damaged, StoreUnavailable."""
    outlet, warc = Outlet(), Warc(source)
    listed: list[dict[str, Any]] = []
    with ZipFile(cast("IO[bytes]", outlet), "w") as file:
        digest, size = hashlib.sha256(), 0
        with file.open(_named(f"archive/{ARCHIVE}", ZIP_STORED), "w", force_zip64=True) as archive:
            for piece in warc.pieces(captures):
                digest.update(piece)
                size += archive.write(piece)
                yield outlet.take()
        listed.append(_resource(f"archive/{ARCHIVE}", digest.hexdigest(), size))
        for name, content in (
            ("indexes/index.cdx", index(warc.entries)),
            ("pages/pages.jsonl", _pages(source, warc.entries)),
        ):
            file.writestr(_named(name), content)
            listed.append(_resource(name, hashlib.sha256(content).hexdigest(), len(content)))
        package = _package(source, warc.entries, listed)
        file.writestr(_named("datapackage.json"), package)
        told = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
        file.writestr(_named("datapackage-digest.json"), json.dumps(told).encode())
    yield outlet.take()


def index(entries: list[Entry]) -> bytes:
    """CDXJ: one sorted line for each answer, by which a player finds it in the WARC."""
    lines = []
    for entry in entries:
        told = {
            "url": entry.url,
            "mime": entry.media_type or "unk",
            "status": str(entry.status) if entry.status else "",
            "digest": entry.digest,
            "length": str(entry.length),
            "offset": str(entry.offset),
            "filename": ARCHIVE,
        }
        lines.append(f"{sort_key(entry.url)} {entry.at.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(told)}\n")
    return "".join(sorted(lines)).encode()


def sort_key(url: str) -> str:
    """An address turned round (``com,example)/path?a=1``), as indexes of web archives sort and look up by."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").rstrip("."))
    port = f":{parts.port}" if parts.port and parts.port != {"http": 80, "https": 443}[parts.scheme] else ""
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    turned = ",".join(reversed(host.split(".")))
    return f"{turned}{port}){path}{'?' + query if query else ''}".lower()


def _pages(source: Source, entries: list[Entry]) -> bytes:
    """The last answer of each capture, or its upload: what a person would open."""
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": str(source)}]
    last = {entry.capture.number: entry for entry in entries if not entry.is_rendered}
    for number, entry in last.items():
        lines.append(
            {
                "id": f"{source.ref}-{number}",
                "url": entry.url,
                "ts": _iso(entry.at),
                "title": entry.capture.title or str(source),
            }
        )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _package(source: Source, entries: list[Entry], listed: list[dict[str, Any]]) -> bytes:
    told: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": f"{source.ref} {source}",
        "description": PROVES,
        "software": f"harmtracker {product_version()}",
        "resources": listed,
    }
    received = [entry for entry in entries if not entry.is_rendered]
    if received:
        newest = received[-1]
        told |= {"created": _iso(newest.at), "mainPageUrl": newest.url, "mainPageDate": _iso(newest.at)}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _resource(path: str, sha256: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{sha256}", "bytes": size}


def _named(path: str, compression: int = ZIP_DEFLATED) -> ZipInfo:
    """An entry without a date of its own: 1980, where the counting of zip files begins."""
    named = ZipInfo(path)
    named.compress_type = compression
    return named


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
