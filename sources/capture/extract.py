"""Reading sealed bytes into canonical text, in a child process that is killed on its limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sources.capture import child
from sources.capture.judge import Kind
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText

BOUNDS: Final = child.Bounds(seconds=20, cpu_seconds=15, memory_bytes=1024 * 1024 * 1024)
# Of its time the whole reading may take this share; what is left is for the words alone, should it fail.
FIRST_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Extracted:
    """What reading came to: OK with the text, or another outcome. `detail` is for the log.

    `reading` is the article as plain paragraphs, one a line, never markup; "" if none could be made out.
    `agreement` (0 to 1) is how much our reader and a second one have in common, None if that was not measured.
    With PARSE_DISAGREE the text is that of our reader; with every other failure it is None.
    """

    outcome: Outcome
    text: CanonicalText | None = None
    detail: str = ""
    reading: str = ""
    agreement: float | None = None


def extract(body: bytes, kind: Kind, *, charset: str = "", base: str = "", bounds: child.Bounds = BOUNDS) -> Extracted:
    """The canonical text of a body, with its reading view. `base`: the address it came from. Nothing is raised.

    The reading view, the second reader and the detection of the language may fail or be killed: the words alone are
    then read again, within what is left of the same bounds.
    """
    head = {"kind": kind.value, "charset": charset, "base": base}
    if kind in (Kind.HTML, Kind.TEXT):
        whole = _ask(head | {"whole": True}, body, _share(bounds, FIRST_SHARE))
        if isinstance(whole, dict):
            return _extracted(whole)
        bounds = _share(bounds, 1 - FIRST_SHARE)
    told = _ask(head | {"whole": False}, body, bounds)
    return _extracted(told) if isinstance(told, dict) else told


def _share(bounds: child.Bounds, share: float) -> child.Bounds:
    return child.Bounds(bounds.seconds * share, max(1, round(bounds.cpu_seconds * share)), bounds.memory_bytes)


def _ask(head: dict[str, Any], body: bytes, bounds: child.Bounds) -> dict[str, Any] | Extracted:
    """What the child answers, or what became of it."""
    try:
        answer = child.run("sources.capture.text_child", json.dumps(head).encode() + b"\n" + body, bounds)
    except child.ChildTimedOut as failed:
        return Extracted(Outcome.PARSE_TIMEOUT, detail=failed.detail)
    except child.ChildOutOfMemory as failed:
        return Extracted(Outcome.PARSE_MEMORY, detail=failed.detail)
    except child.ChildCrashed as failed:
        return Extracted(Outcome.PARSE_CRASH, detail=failed.detail)
    told: dict[str, Any] = json.loads(answer)
    return told


def _extracted(told: dict[str, Any]) -> Extracted:
    if told["code"] != Outcome.OK and "read" not in told:
        return Extracted(Outcome(told["code"]), detail=told["detail"])
    return Extracted(
        Outcome(told["code"]),
        CanonicalText(**told["read"]),
        detail=told["detail"],
        reading=told["reading"],
        agreement=told["agreement"],
    )
