"""Status line and headers of an answer as an archive keeps them: as they came, as far as the bytes below are those."""

from __future__ import annotations

import re
from typing import Final

from sources.capture.visit import Hop

LINE: Final = re.compile(rb"(\r\n|\n)")
CHUNKS_JOINED: Final = frozenset({b"transfer-encoding"})
NOT_WHOLE: Final = CHUNKS_JOINED | {b"content-length"}  # a player would wait for the rest
UNPACKED: Final = NOT_WHOLE | {b"content-encoding"}


def head_of(hop: Hop, untrue: frozenset[bytes]) -> bytes:
    """Head of an answered hop, ending with its empty line. Headers in ``untrue`` get the prefix ``X-Crawler-``."""
    lines = LINE.split(_last_block(hop.raw_head) if hop.head else _made_up(hop))
    for number in range(2, len(lines), 2):  # the odd ones are line ends, the first one is the status line
        if lines[number].partition(b":")[0].strip().lower() in untrue:
            lines[number] = b"X-Crawler-" + lines[number]
    return b"".join(lines).rstrip(b"\r\n") + b"\r\n\r\n"


def _last_block(head: bytes) -> bytes:
    """The answer proper, without a "100 Continue" before it."""
    blocks = re.split(rb"\r?\n\r?\n", head.strip(b"\r\n"))
    return blocks[-1]


def _made_up(hop: Hop) -> bytes:
    """For captures from before heads were kept as they came: written anew from what was."""
    lines = [hop.status_line or f"HTTP/1.1 {hop.status}", *(f"{name}: {value}" for name, value in hop.headers)]
    return "\r\n".join(re.sub(r"[\r\n]+", " ", line) for line in lines).encode("latin-1", "replace")
