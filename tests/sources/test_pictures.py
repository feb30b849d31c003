"""Picture and video files: the bytes are the evidence; their size and what they say of themselves is put on record."""

import io
import struct
from datetime import UTC, datetime

import pytest
from PIL import Image

from sources.capture.child import Bounds
from sources.capture.extract import Extracted, extract
from sources.capture.judge import Kind, WrongType, judge, kind_of
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText

MAKE, MODEL, EXIF, GPS = 0x010F, 0x0110, 0x8769, 0x8825
TAKEN, OFFSET = 0x9003, 0x9011


def exif() -> Image.Exif:
    held = Image.Exif()
    held[MAKE], held[MODEL] = "Maker", "Model 5"
    held.get_ifd(EXIF).update({TAKEN: "2022:04:03 18:05:00", OFFSET: "+03:00"})
    held.get_ifd(GPS).update({1: "N", 2: (50.0, 32.0, 36.0), 3: "E", 4: (30.0, 12.0, 0.0)})
    return held


def picture(name: str, size: tuple[int, int] = (64, 48), **more: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "gray").save(written, name, **more)
    return written.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def read(body: bytes) -> Extracted:
    return extract(body, kind_of("image/jpeg", body))


def told(text: CanonicalText, name: str) -> str:
    return next((entry["value"] for entry in text.metadata.get(name, [])), "")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP", "GIF"])
def test_a_picture_is_captured_in_part_without_words(name):
    extracted = read(picture(name))
    assert (extracted.outcome, extracted.detail, extracted.reading) == (Outcome.OK, "picture", "")
    assert (extracted.text.text, told(extracted.text, "pixels")) == ("", "64 x 48")
    assert told(extracted.text, "format") == name
    assert judge(None, extracted.text) == Outcome.OK_PARTIAL


def heic(*sizes: tuple[int, int]) -> bytes:
    """A picture of a phone, its frame alone: parts with sizes, and no pixels."""
    parts = b"".join(box(b"ispe", struct.pack(">III", 0, *size)) for size in sizes)
    meta = box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", parts)))
    return box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + meta + box(b"mdat", b"x" * 40)


@pytest.mark.parametrize(
    ("body", "name", "pixels"),
    [(picture("AVIF"), "AVIF", "64 x 48"), (heic((512, 512), (4032, 3024), (320, 240)), "HEIC", "4032 x 3024")],
    ids=["avif", "heic"],
)
def test_pictures_of_phones_tell_their_size_and_what_was_not_read(body, name, pixels):
    extracted = read(body)
    assert (extracted.outcome, judge(None, extracted.text)) == (Outcome.OK, Outcome.OK_PARTIAL)
    assert [told(extracted.text, key) for key in ("format", "pixels", "not_read")] == [name, pixels, "EXIF"]


@pytest.mark.parametrize("more", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0"}], ids=str)
def test_each_sort_of_webp_tells_its_size(more):
    assert told(read(picture("WebP", (300, 7), **more)).text, "pixels") == "300 x 7"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP"])
def test_when_and_with_what_it_was_taken_is_put_on_record(name):
    text = read(picture(name, exif=exif())).text
    assert told(text, "taken") == "2022-04-03T18:05:00+03:00"
    assert (told(text, "camera_make"), told(text, "camera_model")) == ("Maker", "Model 5")
    assert told(text, "gps") == "50.543333, 30.200000"
    assert all(entry["from"] in ("exif", "bytes") for entries in text.metadata.values() for entry in entries)
    assert text.published == ""


def test_a_moment_without_a_zone_has_none():
    held = Image.Exif()
    held.get_ifd(EXIF)[TAKEN] = "2022:04:03 18:05:00"
    assert told(read(picture("JPEG", exif=held)).text, "taken") == "2022-04-03T18:05:00"


def test_a_southern_and_western_place_is_negative():
    held = Image.Exif()
    held.get_ifd(GPS).update({1: "S", 2: (1.0, 30.0, 0.0), 3: "W", 4: (2.0, 0.0, 0.0)})
    assert told(read(picture("JPEG", exif=held)).text, "gps") == "-1.500000, -2.000000"


def test_a_picture_that_unpacks_to_gigabytes_is_read_by_its_header():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + b"\0" * 4
    bounds = Bounds(seconds=5, cpu_seconds=3, memory_bytes=400 * 1024**2)
    assert told(extract(body, Kind.PICTURE, bounds=bounds).text, "pixels") == "60000 x 60000"


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xd8\xff", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff" + b"\xff" * 5000, b"\xff\xd8\xff\xe1\0\0" * 3000,
        b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a", b"RIFF\0\0\0\0WEBP",
        b"RIFF\xff\xff\xff\xffWEBPVP8X", b"RIFF\0\0\0\0WEBP" + b"JUNK\0\0\0\0" * 5000,
        b"\0\0\0\x10ftypheic", b"\0\0\0\x08ftypavif" + b"\0\0\0\x08meta" * 20_000,
    ],
)  # fmt: skip
def test_a_picture_without_a_header_is_not_one(body):
    assert read(body).outcome == Outcome.TYPE_MISMATCH


@pytest.mark.parametrize("at", range(3, 200, 7))
def test_a_picture_cut_off_anywhere_ends_in_a_named_outcome(at):
    assert read(picture("JPEG", exif=exif())[:at]).outcome in (Outcome.OK, Outcome.TYPE_MISMATCH)


@pytest.mark.parametrize(
    "block", [b"", b"II", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" + b"\x69\x87" * 400]
)
def test_a_broken_exif_block_is_no_obstacle(block):
    body = picture("JPEG")
    app1 = b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block
    assert told(read(body[:2] + app1 + body[2:]).text, "pixels") == "64 x 48"


SINCE_1904 = int((datetime(2022, 4, 3, 15, 5, tzinfo=UTC) - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())


def mp4(made: int = SINCE_1904, length: int = 42_500) -> bytes:
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, made, made, 1000, length) + b"\0" * 80)
    tkhd = box(b"tkhd", b"\0" * 76 + struct.pack(">II", 1280 << 16, 720 << 16))
    return box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", b"x" * 100) + box(b"moov", mvhd + box(b"trak", tkhd))


def test_a_video_tells_when_it_was_made_and_how_long_it_is():
    body = mp4()
    extracted = extract(body, kind_of("video/mp4", body))
    assert (extracted.outcome, extracted.detail) == (Outcome.OK, "video")
    assert told(extracted.text, "taken") == "2022-04-03T15:05:00+00:00"
    assert (told(extracted.text, "duration"), told(extracted.text, "pixels")) == ("42.5 s", "1280 x 720")
    assert judge(None, extracted.text) == Outcome.OK_PARTIAL


@pytest.mark.parametrize(
    "body",
    [
        mp4(made=0, length=0), mp4()[:60], b"\0\0\0\x18ftypisom" + b"\0" * 40, b"\x1a\x45\xdf\xa3" + b"webm" * 10,
        box(b"ftyp", b"isom") + box(b"moov", b"\0\0\0\x08trak" * 20_000), box(b"ftyp", b"isom") + box(b"mvhd", b"\1"),
    ],
    ids=["silent", "cut off", "noughts", "webm", "many boxes", "short header"],
)  # fmt: skip
def test_any_video_is_kept(body):
    extracted = extract(body, kind_of("", body))
    assert (extracted.outcome, told(extracted.text, "media_kind")) == (Outcome.OK, "video")


@pytest.mark.parametrize(
    ("media_type", "body", "kind"),
    [
        ("image/jpeg", picture("PNG"), Kind.PICTURE),
        ("application/octet-stream", picture("GIF"), Kind.PICTURE),
        ("", picture("WebP"), Kind.PICTURE),
        ("video/webm", b"\x1a\x45\xdf\xa3rest", Kind.VIDEO),
        ("video/quicktime", box(b"ftyp", b"qt  "), Kind.VIDEO),
    ],
    ids=["jpeg by name", "octets", "nameless", "webm", "quicktime"],
)
def test_pictures_and_videos_are_known_by_their_bytes(media_type, body, kind):
    assert kind_of(media_type, body) == kind


@pytest.mark.parametrize(
    ("media_type", "body", "outcome"),
    [
        ("text/html", picture("JPEG"), Outcome.TYPE_MISMATCH),
        ("text/plain", mp4(), Outcome.TYPE_MISMATCH),
        ("audio/wav", b"RIFF\0\0\0\0WAVE", Outcome.TYPE_UNSUPPORTED),
    ],
    ids=["page", "text", "sound"],
)
def test_other_kinds_are_not_read(media_type, body, outcome):
    with pytest.raises(WrongType) as caught:
        kind_of(media_type, body)
    assert caught.value.outcome == outcome
