"""What a picture says of itself: its size, and when and with what it was taken (EXIF).

Only headers are read, byte by byte; no pixel is ever decoded, so a picture that unpacks to gigabytes is harmless.
Pillow reads the EXIF block alone. Of AVIF and HEIC only the size is read, and it is said that the rest was not.
Imports no Django (reading child process).
"""

from __future__ import annotations

import struct
from typing import Any, Final

from sources.capture.boxes import boxes
from sources.capture.text import CanonicalText, Unreadable

LARGEST_EXIF: Final = 200_000
LONGEST: Final = 200
MOST_PARTS: Final = 2_000

# Brands of ISO files that are pictures (ISO/IEC 23008-12, AV1 Image File Format), and where their sizes stand.
STILL_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
)
WITHIN: Final = {b"meta": 4, b"iprp": 0, b"ipco": 0}

# JPEG markers without a length: restarts, start and end, and the one for arithmetic coding's sake.
BARE_MARKERS: Final = frozenset({*range(0xD0, 0xDA), 0x01})
# Start of frame: the size stands here. C4, C8 and CC lie in the range and are tables.
FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

IFD_EXIF: Final = 0x8769
IFD_GPS: Final = 0x8825
# EXIF 3.0: tag -> name of ours, in the main block and in the one about the moment of taking
MAIN: Final = {0x010F: "camera_make", 0x0110: "camera_model", 0x0131: "software", 0x013B: "byline", 0x8298: "copyright"}
TAKEN: Final = ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010))  # time and zone, best first


def read_picture(body: bytes) -> CanonicalText:
    """A picture: no words, its metadata. Raises Unreadable (type.mismatch) if it is not what its first bytes say."""
    try:
        name, size, exif = _headers(body)
    except (struct.error, IndexError, ValueError) as error:
        raise Unreadable("type.mismatch", f"picture without a header: {error}"[:LONGEST]) from error
    text = CanonicalText("", signs=["picture"])
    _tell(text, "media_kind", "image", "bytes")
    _tell(text, "format", name, "bytes")
    _tell(text, "pixels", f"{size[0]} x {size[1]}", "bytes")
    if exif:
        _describe(text, exif)
    if name in ("AVIF", "HEIC"):
        _tell(text, "not_read", "EXIF", "bytes")
    text.published = ""  # the moment of taking is not the moment of publishing
    return text


def _headers(body: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Format, width and height in pixels, and the EXIF block (b"" if there is none)."""
    if body.startswith(b"\xff\xd8"):
        return ("JPEG", *_jpeg(body))
    if body.startswith(b"\x89PNG"):
        return ("PNG", *_png(body))
    if body.startswith(b"GIF8"):
        return "GIF", struct.unpack_from("<HH", body, 6), b""
    if body[4:8] == b"ftyp":
        return _iso(body)
    return ("WebP", *_webp(body))


def _iso(body: bytes) -> tuple[str, tuple[int, int], bytes]:
    """AVIF or HEIC. Its parts (tiles, thumbnails) have sizes of their own, none larger than the picture's."""
    brands, sizes = b"", []
    for name, start, end in boxes(body, WITHIN):
        if name == b"ftyp":
            brands = body[start:end]
        elif name == b"ispe":
            sizes.append(struct.unpack_from(">II", body, start + 4))
    if not sizes:
        raise ValueError("no size")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return "AVIF" if b"avif" in brands or b"avis" in brands else "HEIC", (width, height), b""


def _jpeg(body: bytes) -> tuple[tuple[int, int], bytes]:
    at, size, exif = 2, None, b""
    for _ in range(MOST_PARTS):
        while body[at] == 0xFF and body[at + 1] == 0xFF:
            at += 1
        if body[at] != 0xFF:
            raise ValueError("no marker")
        marker = body[at + 1]
        at += 2
        if marker in BARE_MARKERS:
            continue
        (length,) = struct.unpack_from(">H", body, at)
        if marker in FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", body, at + 3)
            size = (width, height)
        elif marker == 0xE1 and body[at + 2 : at + 8] == b"Exif\0\0" and not exif:
            exif = body[at + 8 : at + length]
        if size or marker == 0xDA:
            break
        at += length
    if size is None:
        raise ValueError("no frame")
    return size, exif


def _png(body: bytes) -> tuple[tuple[int, int], bytes]:
    if body[12:16] != b"IHDR":
        raise ValueError("no IHDR")
    width, height = struct.unpack_from(">II", body, 16)
    at, exif = 8, b""
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            break
        (length,) = struct.unpack_from(">I", body, at)
        if body[at + 4 : at + 8] == b"eXIf":
            exif = body[at + 8 : at + 8 + min(length, LARGEST_EXIF)]
            break
        at += 12 + length
    return (width, height), exif


def _webp(body: bytes) -> tuple[tuple[int, int], bytes]:
    at, size, exif = 12, None, b""
    for _ in range(MOST_PARTS):
        if at + 8 > len(body):
            break
        name, (length,) = body[at : at + 4], struct.unpack_from("<I", body, at + 4)
        start = at + 8
        if name == b"VP8X":
            width, height = (int.from_bytes(body[start + at_ : start + at_ + 3], "little") + 1 for at_ in (4, 7))
            size = (width, height)
        elif name == b"VP8 " and size is None:
            width, height = struct.unpack_from("<HH", body, start + 6)
            size = (width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L" and size is None:
            (bits,) = struct.unpack_from("<I", body, start + 1)
            size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        elif name == b"EXIF":
            exif = body[start : start + min(length, LARGEST_EXIF)].removeprefix(b"Exif\0\0")
        at = start + length + (length & 1)
    if size is None:
        raise ValueError("no size")
    return size, exif


def _describe(text: CanonicalText, block: bytes) -> None:
    """Put the EXIF block on record as far as it can be read; it is the taker's word, and easily changed."""
    from PIL.Image import Exif

    exif = Exif()
    try:
        exif.load(b"Exif\0\0" + block[:LARGEST_EXIF])
        main, taken, where = dict(exif), exif.get_ifd(IFD_EXIF), exif.get_ifd(IFD_GPS)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error, OSError, AttributeError):
        return
    for tag, name in MAIN.items():
        _tell(text, name, main.get(tag), "exif")
    for at, zone in TAKEN:
        moment = taken.get(at) or main.get(at)
        if isinstance(moment, str):
            _tell(text, "taken", _moment(moment, taken.get(zone)), "exif")
            break
    _tell(text, "gps", _place(where), "exif")


def _moment(stated: str, zone: object) -> str:
    """2022:04:03 18:05:00 and +03:00 as 2022-04-03T18:05:00+03:00; without a zone where none is stated."""
    day, _, time = stated.strip("\0 ").partition(" ")
    suffix = zone.strip("\0 ") if isinstance(zone, str) else ""
    return f"{day.replace(':', '-')}T{time}{suffix}" if time else day.replace(":", "-")


def _place(where: dict[int, Any]) -> str:
    """Latitude and longitude in degrees as stated, "" if they are not. Sensitive: it may be where a witness lives."""
    try:
        latitude = _degrees(where[2]) * (-1 if str(where[1]).strip("\0 ").upper() == "S" else 1)
        longitude = _degrees(where[4]) * (-1 if str(where[3]).strip("\0 ").upper() == "W" else 1)
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return ""
    return f"{latitude:.6f}, {longitude:.6f}"


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts[:3])
    return degrees + minutes / 60 + seconds / 3600


def _tell(text: CanonicalText, name: str, value: object, origin: str) -> None:
    if isinstance(value, str):
        clean = " ".join(value.replace("\0", " ").encode("utf-8", "ignore").decode().split())[:LONGEST]
        if clean:
            text.metadata[name] = [{"value": clean, "from": origin}]
