"""What a video file says of itself: when it was made, how long it is and how large (MP4). No frame is decoded.

Of WebM and Matroska only the kind is told, and that the rest was not read. Imports no Django (reading child process).
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Final

from sources.capture.boxes import boxes
from sources.capture.text import CanonicalText

EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)  # ISO/IEC 14496-12: seconds since then, UTC
WITHIN: Final = {b"moov": 0, b"trak": 0}
DOCTYPE_WITHIN: Final = 64  # bytes from the start of an EBML file


def read_video(body: bytes) -> CanonicalText:
    """A video: no words, its metadata as far as the container tells it plainly."""
    text = CanonicalText("", signs=["video"])
    told = {"media_kind": "video"}
    if body[4:8] != b"ftyp":
        told |= {"format": "WebM" if b"webm" in body[:DOCTYPE_WITHIN] else "Matroska", "not_read": "duration, pixels"}
    else:
        told["format"] = "MP4"
        for name, start, end in boxes(body, WITHIN):
            try:
                told |= _from_box(name, body[start:end])
            except (struct.error, OverflowError):
                continue
    text.metadata = {name: [{"value": value, "from": "bytes"}] for name, value in told.items()}
    return text


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
