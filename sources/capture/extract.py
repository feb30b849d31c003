"""Reading sealed bytes into canonical text, in a child process that is killed on its limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sources.capture import child
from sources.capture.judge import Kind
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText

BOUNDS: Final = child.Bounds(seconds=20, cpu_seconds=15, memory_bytes=1024 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What reading came to: OK with the text, or another outcome and None. `detail` is for the log."""

    outcome: Outcome
    text: CanonicalText | None = None
    detail: str = ""


def extract(body: bytes, kind: Kind, *, charset: str = "", base: str = "", bounds: child.Bounds = BOUNDS) -> Extracted:
    """The canonical text of a body. `base`: the address it came from, for its links. Nothing is raised."""
    head = json.dumps({"kind": kind.value, "charset": charset, "base": base}).encode()
    try:
        answer = child.run("sources.capture.text_child", head + b"\n" + body, bounds)
    except child.ChildTimedOut as failed:
        return Extracted(Outcome.PARSE_TIMEOUT, detail=failed.detail)
    except child.ChildOutOfMemory as failed:
        return Extracted(Outcome.PARSE_MEMORY, detail=failed.detail)
    except child.ChildCrashed as failed:
        return Extracted(Outcome.PARSE_CRASH, detail=failed.detail)
    told = json.loads(answer)
    if told["code"] != Outcome.OK:
        return Extracted(Outcome(told["code"]), detail=told["detail"])
    return Extracted(Outcome.OK, CanonicalText(**told["read"]))
