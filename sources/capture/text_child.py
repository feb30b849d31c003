"""The reading child: bytes to canonical text. Reads one line of JSON and a body, writes JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from sources.capture import child
from sources.capture.text import CanonicalText, Unreadable, read_html, read_pdf, read_text


def work(request: bytes) -> bytes:
    """Read the body as the kind that was asked for; what cannot be read is answered with its outcome code."""
    head, _, body = request.partition(b"\n")
    asked = json.loads(head)
    try:
        read = _read(asked["kind"], body, asked["charset"], asked["base"])
    except Unreadable as unreadable:
        return json.dumps({"code": unreadable.code, "detail": unreadable.detail}).encode()
    return json.dumps({"code": "ok", "read": asdict(read)}).encode()


def _read(kind: str, body: bytes, charset: str, base: str) -> CanonicalText:
    if kind == "pdf":
        return read_pdf(body)
    if kind == "html":
        return read_html(body, charset, base)
    return read_text(body, charset)


if __name__ == "__main__":
    child.main(work)
