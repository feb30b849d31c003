"""Reading sealed bytes into canonical text, in a child process that is killed on its limits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sources.capture import child
from sources.capture.judge import Kind
from sources.capture.outcomes import Outcome
from sources.capture.text import READ, CanonicalText

BOUNDS: Final = child.Bounds(seconds=20, cpu_seconds=15, memory_bytes=1024 * 1024 * 1024)


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

    The child hands the text over before it begins with what a capture can do without (reading view, second reader,
    language): should it fail or be killed over that, the text stands.
    """
    head = json.dumps({"kind": kind.value, "charset": charset, "base": base}).encode()
    pieces: dict[bytes, bytes] = {}
    try:
        answer = child.run("sources.capture.text_child", head + b"\n" + body, bounds, on_piece=pieces.__setitem__)
    except child.ChildFailed as failed:
        if READ in pieces:
            return Extracted(Outcome.OK, CanonicalText(**json.loads(pieces[READ])), detail=_detail(failed))
        return Extracted(_outcome_of(failed), detail=failed.detail)
    told: dict[str, Any] = json.loads(answer)
    if READ not in pieces:
        return Extracted(Outcome(told["code"]), detail=told["detail"])
    read = json.loads(pieces[READ]) | told["more"]
    return Extracted(
        Outcome(told["code"]),
        CanonicalText(**read),
        detail=told["detail"],
        reading=told["reading"],
        agreement=told["agreement"],
    )


def _outcome_of(failed: child.ChildFailed) -> Outcome:
    if isinstance(failed, child.ChildTimedOut):
        return Outcome.PARSE_TIMEOUT
    return Outcome.PARSE_MEMORY if isinstance(failed, child.ChildOutOfMemory) else Outcome.PARSE_CRASH


def _detail(failed: child.ChildFailed) -> str:
    return f"no reading view: {_outcome_of(failed)}"
