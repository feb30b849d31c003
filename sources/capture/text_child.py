"""The reading child: bytes to canonical text. Reads one line of JSON and a body, writes JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sources.capture import child
from sources.capture.charset import decode
from sources.capture.language import add_language, load_detector
from sources.capture.reading_view import read_again
from sources.capture.text import READ, CanonicalText, Unreadable, read_html, read_pdf, read_text


def work(request: bytes) -> bytes:
    """Read the body as the kind that was asked for; what cannot be read is answered with its outcome code.

    The text goes to the parent at once, the answer holds what was found out after that: `more` are its fields that
    changed.
    """
    head, _, body = request.partition(b"\n")
    asked = json.loads(head)
    try:
        read = _read(asked["kind"], body, asked["charset"], asked["base"])
    except Unreadable as unreadable:
        return json.dumps({"code": unreadable.code, "detail": unreadable.detail}).encode()
    child.piece(READ, json.dumps(asdict(read)).encode())
    answer: dict[str, Any] = {"code": "ok", "detail": _detail(read), "reading": "", "agreement": None}
    answer |= _more(asked["kind"], read, body)
    return json.dumps(answer | {"more": {"lang": read.lang, "metadata": read.metadata}}).encode()


def _read(kind: str, body: bytes, charset: str, base: str) -> CanonicalText:
    if kind == "pdf":
        return read_pdf(body)
    if kind == "picture":
        from sources.capture.pictures import read_picture

        return read_picture(body)
    if kind == "video":
        from sources.capture.videos import read_video

        return read_video(body)
    if kind == "html":
        return read_html(body, charset, base)
    return read_text(body, charset)


def _more(kind: str, read: CanonicalText, body: bytes) -> dict[str, Any]:
    """Language, reading view and second reading: what a capture can do without."""
    if not read.text and kind != "html":
        return {}
    add_language(read)
    if kind != "html":
        return {}
    again = read_again(decode(body, read.charset)[0], read.text, guess_date="published" not in read.metadata)
    if again.date:
        read.metadata["published"] = [{"value": again.date, "from": "guess"}]
    told: dict[str, Any] = {"reading": again.reading, "agreement": again.agreement}
    if again.shares_nothing:
        told |= {"code": "parse.disagree", "detail": f"agreement {again.agreement}"}
    return told


def _detail(read: CanonicalText) -> str:
    """Why a capture holds no words although it is one, for the page's small print."""
    return next((kind for kind in ("picture", "video") if kind in read.signs), "")


def load() -> None:
    """Load what every page needs before the first job: it takes a second or two, and the model a file to unpack in,
    which the limits of a job do not grant."""
    import htmldate  # noqa: F401
    import trafilatura  # noqa: F401

    load_detector()


if __name__ == "__main__":
    load()
    child.main(work)
