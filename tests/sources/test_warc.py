"""WARC and WACZ: other people's tools read them, and the bytes that come out are those that were kept."""

import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from harmtracker import jobs
from sources import intake
from sources.capture import seal
from sources.evidence.manifests import write_manifest
from sources.evidence.merkle import root_from
from sources.evidence.stamping import stamp_batch
from sources.evidence.wacz import sort_key, wacz_pieces
from sources.evidence.warc import Warc, exported
from sources.models import Blob
from tests.factories import BlobFactory, CaptureFactory, SourceFactory, analyst, capture_under_way
from tests.time_stamping import time_stamping_authority

pytestmark = pytest.mark.django_db
PAGE = "<p>Ніхто не постраждав.</p>".encode() * 20
PACKED = gzip.compress(PAGE, mtime=0)
HEAD = (
    b"HTTP/1.1 200 Fine\r\nContent-type:  text/html\r\nContent-Encoding: gzip\r\nX-Odd: ab\xff\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)


def held(body: bytes) -> Blob:
    return BlobFactory(sha256=seal.seal(body), size=len(body))


def hop(url: str, status: int | None, head: bytes = b"", **more) -> dict:
    return {
        "url": url, "status": status, "resolved": ["93.184.215.14"], "connected": "93.184.215.14",
        "certificate_sha256": "", "headers": [], "refusal": "", "at": "2022-04-03T10:11:12.130000+00:00",
        "head": base64.b64encode(head).decode(), **more,
    }  # fmt: skip


def fetched(source=None, **fields):
    """A page that came packed and in chunks, by a redirect."""
    source = source or SourceFactory()
    moved = hop("http://a.example/", 301, b"HTTP/1.1 301 Moved\r\nLocation: https://a.example/x\r\n\r\n")
    made = {
        "source": source, "body": held(PAGE), "wire": held(PACKED), "transport": "ok",
        "wire_sha256": hashlib.sha256(PACKED).hexdigest(), "wire_length": len(PACKED),
        "hops": [moved, hop("https://a.example/x", 200, HEAD)], "final_address": "https://a.example/x",
    }  # fmt: skip
    capture = CaptureFactory(**(made | fields))
    write_manifest(capture)
    return capture


def uploaded(source=None, **fields):
    body = held(b"%PDF-1.7 scanned")
    made = {"source": source or SourceFactory(), "obtained": "uploaded", "body": body, "media_type": "application/pdf"}
    capture = CaptureFactory(**(made | fields))
    write_manifest(capture)
    return capture


def warc(source, number=None) -> bytes:
    return b"".join(Warc(source).pieces(exported(source, number)))


def records(body: bytes, kind: str) -> list:
    """Address, headers and content of the records of one kind, as warcio reads them."""
    found = []
    for record in ArchiveIterator(io.BytesIO(body), check_digests="raise"):
        if record.rec_type == kind:
            url = record.rec_headers.get_header("WARC-Target-URI")
            found.append((url, record, record.content_stream().read()))
    return found


def blocks(body: bytes, kind: str) -> list[bytes]:
    """The very bytes of the records of one kind, read without any library but gzip."""
    plain, found = gzip.decompress(body), []
    while plain:
        head, _empty, rest = plain.partition(b"\r\n\r\n")
        headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(headers[b"Content-Length"])
        if headers[b"WARC-Type"] == kind.encode():
            found.append(rest[:length])
        assert rest[length : length + 4] == b"\r\n\r\n"
        plain = rest[length + 4 :]
    return found


def tool(name: str, *given: str, cwd) -> subprocess.CompletedProcess:
    """A tool of the field, in a process of its own. It lies beside the Python that runs the tests."""
    command = [Path(sys.executable).parent / name, *given]
    clean = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore", "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=120, check=False)


def test_what_came_over_the_wire_is_in_the_file_to_the_byte():
    capture = fetched()
    moved, page = blocks(warc(capture.source), "response")
    assert moved == b"HTTP/1.1 301 Moved\r\nLocation: https://a.example/x\r\n\r\n"
    assert page == HEAD.replace(b"transfer-encoding", b"X-Crawler-transfer-encoding") + PACKED


def test_other_peoples_reader_finds_the_page_and_its_circumstances():
    capture = fetched()
    file = warc(capture.source)
    (_first, moved, nothing), (url, page, content) = records(file, "response")
    assert (url, content, nothing) == ("https://a.example/x", PAGE, b"")
    assert page.http_headers.get_statuscode() == "200"
    assert page.rec_headers.get_header("WARC-IP-Address") == "93.184.215.14"
    assert page.rec_headers.get_header("WARC-Date") == "2022-04-03T10:11:12.130000Z"
    assert page.rec_headers.get_header("WARC-Payload-Digest").startswith("sha256:")
    assert moved.rec_headers.get_header("WARC-Truncated") == "unspecified"
    assert page.rec_headers.get_header("WARC-Truncated") is None
    ((_url, manifest, told),) = records(file, "metadata")
    assert told.decode() == capture.manifest.content
    assert manifest.rec_headers.get_header("WARC-Refers-To") == page.rec_headers.get_header("WARC-Record-ID")
    ((_url, _record, about),) = records(file, "warcinfo")
    assert capture.source.ref in about.decode()
    assert "does not prove that the publisher said so" in about.decode()


def test_the_file_of_the_same_captures_is_the_same_to_the_byte():
    source = SourceFactory()
    fetched(source), uploaded(source)
    assert warc(source) == warc(source)
    assert b"".join(wacz_pieces(source, exported(source))) == b"".join(wacz_pieces(source, exported(source)))


def test_an_upload_is_told_apart_from_an_answer():
    capture = uploaded()
    file = warc(capture.source)
    ((url, record, content),) = records(file, "resource")
    assert url == f"urn:harmtracker:{capture.source.ref}:1"
    assert (content, record.rec_headers.get_header("Content-Type")) == (b"%PDF-1.7 scanned", "application/pdf")
    assert records(file, "response") == []


@pytest.mark.parametrize(
    ("media_type", "kept"),
    [("text/html\r\nWARC-Type: response", "text/htmlWARC-Type: response"), ("", "application/octet-stream")],
)
def test_a_type_made_up_by_the_sender_adds_no_header(media_type, kept):
    capture = uploaded(media_type=media_type)
    ((_url, record, _content),) = records(warc(capture.source), "resource")
    assert record.rec_headers.get_header("Content-Type") == kept
    assert record.rec_headers.get_header("WARC-Type") == "resource"


def test_captures_from_before_heads_were_kept_are_written_anew():
    old = {
        "url": "https://a.example/x", "status": 200, "resolved": [], "connected": "", "refusal": "",
        "certificate_sha256": "", "headers": [["Content-Type", "text/html"], ["Content-Encoding", "gzip"],
        ["Content-Length", "5"], ["X-Two", "a\r\nb"]],
    }  # fmt: skip
    capture = fetched(hops=[old], wire=None, wire_sha256="", wire_length=None, transport="")
    (block,) = blocks(warc(capture.source), "response")
    assert block == (
        b"HTTP/1.1 200\r\nContent-Type: text/html\r\nX-Crawler-Content-Encoding: gzip\r\n"
        b"X-Crawler-Content-Length: 5\r\nX-Two: a b\r\n\r\n" + PAGE
    )
    ((_url, _record, content),) = records(warc(capture.source), "response")
    assert content == PAGE


def test_an_early_word_of_the_server_is_left_out():
    capture = fetched(hops=[hop("https://a.example/x", 200, b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD)])
    (block,) = blocks(warc(capture.source), "response")
    assert block.startswith(b"HTTP/1.1 200 Fine")


def test_what_broke_off_or_was_destroyed_says_so():
    source = SourceFactory()
    fetched(source, transport="body.truncated", outcome="ok.partial")
    gone = fetched(source, body=held(b"gone"), wire=None, wire_sha256=hashlib.sha256(b"gone").hexdigest())
    Blob.objects.filter(pk=gone.body_id).update(destroyed_at=timezone.now(), destroyed_reason="a court")
    last = [each for each in records(warc(source), "response") if each[0] == "https://a.example/x"]
    assert [each[1].rec_headers.get_header("WARC-Truncated") for each in last] == ["unspecified"] * 2
    assert [each[2] for each in last] == [PAGE, b""]


def test_a_visit_nobody_answered_leaves_its_manifest():
    refused = hop("https://a.example/x", None, refusal="tcp.refused")
    capture = fetched(hops=[refused], body=None, wire=None, wire_sha256="", wire_length=None, text="",
                      walker_version=None, outcome="tcp.refused", transport="tcp.refused")  # fmt: skip
    file = warc(capture.source)
    assert records(file, "response") == []
    assert len(records(file, "metadata")) == 1


def visited(site, path: str):
    capture = intake.hand_in_link(address=site.url(path), by=analyst()).capture
    jobs.work("fetch")
    jobs.work("parse")
    capture.refresh_from_db()
    return capture


def test_a_length_that_is_not_true_makes_no_player_wait(site):
    (block,) = blocks(warc(visited(site, "lying-length").source), "response")
    assert b"\r\nX-Crawler-Content-Length: " in block
    assert b"\r\nContent-Length" not in block
    (block,) = blocks(warc(visited(site, "missing").source), "response")
    assert b"\r\nContent-Length: " in block


@pytest.mark.parametrize("path", ["packed", "moved", "odd-header", "lying-length"])
def test_a_real_visit_is_written_as_it_went(site, path, tmp_path):
    capture = visited(site, path)
    file = warc(capture.source)
    answers = records(file, "response")
    assert [url for url, _record, _content in answers] == [hop["url"] for hop in capture.hops]
    assert answers[-1][2] == seal.read_blob(capture.body_id)
    (tmp_path / "a.warc.gz").write_bytes(file)
    told = tool("warcio", "check", "a.warc.gz", cwd=tmp_path)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("path", ["packed", "packed-brotli", "packed-zstd", "packed-in-parts"])
def test_what_came_packed_is_written_packed_however_it_was(site, path):
    capture = visited(site, path)
    (block,) = blocks(warc(capture.source), "response")
    head, _empty, body = block.partition(b"\r\n\r\n")
    assert body == seal.read_blob(capture.wire_id) != seal.read_blob(capture.body_id)
    assert b"\r\nContent-Encoding: " in head
    assert b"\r\nTransfer-Encoding" not in head


def test_damaged_bytes_are_never_exported():
    capture = fetched()
    path = seal.path_of(capture.wire_id)
    path.chmod(0o600)
    path.write_bytes(b"other")
    with pytest.raises(seal.Damaged):
        warc(capture.source)


def test_a_stamp_goes_along_with_its_way_to_the_root(settings, tmp_path):
    capture = fetched()
    uploaded()
    with time_stamping_authority() as authority:
        (tmp_path / "root.pem").write_bytes(authority.pem())
        settings.TIME_STAMP_URL, settings.TIME_STAMP_CERTIFICATES = authority.url, str(tmp_path / "root.pem")
        stamp = stamp_batch()
    _manifest, (_url, _record, content) = records(warc(capture.source), "metadata")
    told = json.loads(content)
    assert root_from(capture.manifest.sha256, told["path"]) == told["root"] == stamp.root
    assert base64.b64decode(told["token"]) == bytes(stamp.token)


def test_one_capture_or_all_of_a_source(tmp_path):
    source = SourceFactory()
    fetched(source), uploaded(source), capture_under_way(source=source)
    assert len(records(warc(source, 2), "resource")) == 1
    assert records(warc(source, 2), "response") == []
    assert len(records(warc(source), "metadata")) == 2
    (tmp_path / "a.warc.gz").write_bytes(warc(source))
    told = tool("warcio", "check", "-v", "a.warc.gz", cwd=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("digest pass") == 6


def test_the_tool_that_made_the_format_finds_the_wacz_valid(tmp_path):
    source = SourceFactory(title='Мовчання "Ізвестій"')
    fetched(source), uploaded(source)
    (tmp_path / "a.wacz").write_bytes(b"".join(wacz_pieces(source, exported(source))))
    told = tool("wacz", "validate", "-f", "a.wacz", cwd=tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "is valid" in told.stdout


def test_a_player_finds_every_answer_by_the_index():
    source = SourceFactory()
    fetched(source), uploaded(source)
    with zipfile.ZipFile(io.BytesIO(b"".join(wacz_pieces(source, exported(source))))) as file:
        assert file.testzip() is None
        archive = file.read("archive/data.warc.gz")
        lines = file.read("indexes/index.cdx").decode().splitlines()
        pages = [json.loads(line) for line in file.read("pages/pages.jsonl").decode().splitlines()]
        package = json.loads(file.read("datapackage.json"))
        assert file.getinfo("archive/data.warc.gz").compress_type == zipfile.ZIP_STORED
    assert archive == warc(source)
    assert lines == sorted(lines)
    for line in lines:
        told = json.loads(line.split(" ", 2)[2])
        start = int(told["offset"])
        (record,) = ArchiveIterator(io.BytesIO(archive[start : start + int(told["length"])]))
        assert record.rec_headers.get_header("WARC-Target-URI") == told["url"]
        assert record.rec_headers.get_header("WARC-Payload-Digest") == told["digest"]
    assert [page["url"] for page in pages[1:]] == ["https://a.example/x", f"urn:harmtracker:{source.ref}:2"]
    assert package["mainPageUrl"] == f"urn:harmtracker:{source.ref}:2"
    assert {each["path"]: each["bytes"] for each in package["resources"]}["archive/data.warc.gz"] == len(archive)


ADDRESSES = [
    "https://www.example.com/a/B/?z=1&a=2", "http://example.com", "http://example.com:8080/x", "https://mil.ru/",
    "https://t.me/s/mod_russia?before=7", "https://ww.example.com/a//", "http://193.0.0.1/x", "https://xn--e1afmkfd.xn--80akhbyknj4f/",
]  # fmt: skip


def test_addresses_are_sorted_as_other_archives_sort_them(tmp_path):
    script = "import json, sys, surt; print(json.dumps([surt.surt(each) for each in json.loads(sys.argv[1])]))"
    told = tool(sys.executable, "-c", script, json.dumps(ADDRESSES), cwd=tmp_path)
    assert [sort_key(each) for each in ADDRESSES] == json.loads(told.stdout)


def test_a_source_without_captures_is_an_empty_file():
    source = SourceFactory()
    assert warc(source) == b""
    with zipfile.ZipFile(io.BytesIO(b"".join(wacz_pieces(source, exported(source))))) as file:
        assert file.read("indexes/index.cdx") == b""


def test_a_large_source_is_written_a_record_at_a_time():
    source = SourceFactory()
    for _n in range(6):
        body = held(os.urandom(4 * 1024 * 1024))
        fetched(source, body=body, wire=None, wire_sha256=body.pk, wire_length=body.size)
    tracemalloc.start()
    length = sum(len(piece) for piece in wacz_pieces(source, exported(source)))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert length > 24 * 1024 * 1024
    assert peak < 16 * 1024 * 1024


def test_dates_are_those_of_the_visit():
    capture = fetched()
    with zipfile.ZipFile(io.BytesIO(b"".join(wacz_pieces(capture.source, exported(capture.source))))) as file:
        package = json.loads(file.read("datapackage.json"))
    assert package["created"] == datetime(2022, 4, 3, 10, 11, 12, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
