"""What a video file says of itself: when it was made, how long it is and how large (MP4). No frame is decoded.

Imports no Django (reading child process).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sources.capture.text import CanonicalText

MOST_BOXES: Final = 5_000
EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)  # ISO/IEC 14496-12: seconds since then, UTC
WITHIN: Final = frozenset({b"moov", b"trak"})


def read_video(body: bytes) -> CanonicalText:
    """A video: no words, its metadata as far as the container tells it plainly."""
    text = CanonicalText("", signs=["video"])
    is_mp4 = body[4:8] == b"ftyp"
    told = {"media_kind": "video", "format": "MP4" if is_mp4 else "WebM"}
    if is_mp4:
        for name, start, end in _boxes(body):
            try:
                told |= _from_box(name, body[start:end])
            except (struct.error, OverflowError):
                continue
    text.metadata = {name: [{"value": value, "from": "bytes"}] for name, value in told.items()}
    return text


def _boxes(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of the content of every box, those within `moov` and `trak` too."""
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
        if name in WITHIN:
            waiting.append((start, finish))
        else:
            yield name, start, finish


def _from_box(name: bytes, content: bytes) -> dict[str, str]:
    """What `mvhd` (the whole film) and `tkhd` (one track) tell."""
    if name == b"mvhd":
        is_wide = content[0] == 1 if content else False
        made, _, scale, length = struct.unpack_from(">QQIQ" if is_wide else ">IIII", content, 4)
        told = {}
        if made:
            told["taken"] = (EPOCH + timedelta(seconds=made)).isoformat()
        if scale and length:
            told["duration"] = f"{length / scale:.1f} s"
        return told
    if name == b"tkhd":
        width, height = (side >> 16 for side in struct.unpack(">II", content[-8:]))
        return {"pixels": f"{width} x {height}"} if width and height else {}
    return {}
