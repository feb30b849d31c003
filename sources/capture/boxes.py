"""The boxes that MP4, AVIF and HEIC files are made of (ISO/IEC 14496-12). Imports no Django (reading child process)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final

MOST_BOXES: Final = 5_000


def boxes(body: bytes, within: Mapping[bytes, int]) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of every box, in the order of the file.

    Boxes named in `within` hold further boxes, after so many bytes of their own; those are given in their stead.
    """
    waiting, count = [(0, len(body))], 0
    while waiting and count < MOST_BOXES:
        at, end = waiting.pop()
        if at + 8 > end:
            continue
        count += 1
        size, name = struct.unpack_from(">I4s", body, at)
        start = at + 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", body, at + 8)
            start = at + 16
        finish = min(at + size, end) if size >= start - at else end
        waiting.append((finish, end))
        if name in within:
            waiting.append((start + within[name], finish))
        else:
            yield name, start, finish
