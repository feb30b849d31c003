"""The tab "Evidence" and what can be taken from it: hashes, the chain, the way of the visit, files for archives."""

import base64
import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from harmtracker.markings import Flag
from harmtracker.models import AuditEvent
from sources.capture import seal
from sources.evidence.manifests import write_manifest
from sources.evidence.stamping import stamp_batch
from sources.evidence.verifying import run_check
from sources.models import Blob, TimeStamp
from tests.factories import BlobFactory, CaptureFactory, SourceFactory, TeamFactory, analyst, capture_under_way, viewer
from tests.refusals import as_role
from tests.time_stamping import NAME, time_stamping_authority

pytestmark = pytest.mark.django_db
PAGE = b"<p>Nobody was harmed.</p>"


def hop(url: str, status: int | None, **more) -> dict:
    return {
        "url": url, "status": status, "resolved": ["93.184.215.14", "93.184.215.15"], "connected": "93.184.215.14",
        "certificate_sha256": "c0ffee" * 10, "headers": [], "refusal": "", "status_line": f"HTTP/1.1 {status} So",
        "head": base64.b64encode(f"HTTP/1.1 {status} So\r\n\r\n".encode()).decode(), **more,
    }  # fmt: skip


def captured(source=None, **fields):
    body = BlobFactory(sha256=seal.seal(PAGE), size=len(PAGE))
    hops = [hop("http://a.example/", 301), hop("https://a.example/<b>", 200)]
    made = {"source": source or SourceFactory(), "body": body, "hops": hops, "robots": "disallowed", "transport": "ok"}
    capture = CaptureFactory(**(made | fields))
    write_manifest(capture)
    return capture


@pytest.fixture
def reader(client_of):
    return client_of(analyst())


def tab(client, source, query: str = "") -> str:
    response = client.get(reverse("source-evidence", args=[source.ref]) + query)
    assert response.status_code == 200
    return response.content.decode()


def take(client, name: str, *arguments):
    response = client.get(reverse(name, args=arguments))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


def test_hashes_the_way_and_the_circumstances_stand_there(reader):
    capture = captured()
    page = tab(reader, capture.source)
    for shown in (capture.body_id, capture.text_sha256, capture.manifest.sha256, "93.184.215.14", "c0ffeec0ffee",
                  "HTTP/1.1 301 So", "Asked to stay away", "30 seconds, 25 MB, 5 redirects", "of 2 addresses",
                  "It does not prove that the publisher said so", "Chain unbroken", "not yet stamped",
                  "the first of this source", "were not hashed again"):  # fmt: skip
        assert shown in page, shown
    assert "https://a.example/&lt;b&gt;" in page
    assert "<b>" not in page.partition("a.example/")[2][:20]


def test_the_newest_comes_first_and_names_the_one_before(reader):
    first = captured()
    second = captured(
        first.source, obtained="uploaded", reason="The site is \u202edown.", file_name="page.html", hops=[]
    )
    page = tab(reader, first.source)
    assert page.index("Manifest 2") < page.index("Manifest 1")
    assert second.manifest.previous in page
    assert "Uploaded" in page
    assert str(second.requested_by) in page
    assert "U+202E" in page
    assert "page.html" in page


def test_viewers_are_told_how_it_came_but_not_by_whom(client_of):
    capture = captured(obtained="uploaded", source=SourceFactory(workflow="approved"))
    page = tab(client_of(viewer()), capture.source)
    assert "Uploaded" in page
    assert str(capture.requested_by) not in page


def test_a_stop_that_nobody_answered_says_why(reader):
    refused = hop("http://10.0.0.1/", None, refusal="ssrf.blocked", connected="")
    capture = captured(hops=[hop("http://a.example/", 301), refused], outcome="ssrf.blocked", text="", body=None,
                       walker_version=None, transport="ssrf.blocked")  # fmt: skip
    page = tab(reader, capture.source)
    assert "Not a public address" in page
    assert "Attempt 1" in page
    assert "none came" in page


def test_a_stamp_is_named_with_its_time(reader, settings, tmp_path):
    capture = captured()
    with time_stamping_authority() as authority:
        (tmp_path / "root.pem").write_bytes(authority.pem())
        settings.TIME_STAMP_URL, settings.TIME_STAMP_CERTIFICATES = authority.url, str(tmp_path / "root.pem")
        stamp_batch()
    page = tab(reader, capture.source)
    assert NAME in page
    assert "no later than the time-stamp" in page
    response, body = take(reader, "capture-time-stamp", capture.source.ref, 1)
    assert body == bytes(TimeStamp.objects.get().token)
    assert response.headers["Content-Type"] == "application/timestamp-reply"


def test_what_the_last_check_found_is_said(reader):
    capture, sound = captured(), captured()
    run_check()
    assert "as it was at the last check" in tab(reader, capture.source)
    Blob.objects.filter(pk=capture.body_id).update(destroyed_at=timezone.now(), destroyed_reason="a court")
    run_check()
    assert "these bytes were to be destroyed" in tab(reader, capture.source).lower()
    assert "destroyed for legal reasons" in tab(reader, sound.source)


def test_a_check_that_did_not_get_through_vouches_for_nothing(reader, settings):
    capture = captured()
    settings.EVIDENCE_STORE, settings.EVIDENCE_ENDPOINT = "s3://evidence", "http://127.0.0.1:9"
    settings.EVIDENCE_REGION = settings.EVIDENCE_ACCESS_KEY = settings.EVIDENCE_SECRET_KEY = "x"
    run_check()
    page = tab(reader, capture.source)
    assert "did not get through" in page
    assert "not checked since" in page
    assert "as it was at the last check" not in page


@pytest.mark.django_db(transaction=True)
def test_an_edit_behind_our_back_is_seen_at_once(reader):
    first = captured()
    second = captured(first.source)
    with as_role("postgres") as server:
        server.execute("SET session_replication_role = replica")
        server.execute("UPDATE sources_capture SET final_address = 'x' WHERE id = %s", [first.pk])
        server.execute("UPDATE sources_manifest SET previous = %s WHERE capture_id = %s", ["a" * 64, second.pk])
    page = tab(reader, first.source)
    assert "Something does not fit" in page
    assert "Something here was changed or is gone" in page
    assert "Capture was changed (visit)" in page
    assert "Chain is cut" in page
    assert page.count("does not fit</span>") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", ["no json", "[]", "{}"])
def test_a_manifest_that_is_none_any_more_breaks_no_page(reader, content):
    capture = captured()
    with as_role("postgres") as server:
        server.execute("SET session_replication_role = replica")
        server.execute("UPDATE sources_manifest SET content = %s", [content])
    assert "Manifest was changed" in tab(reader, capture.source)


def test_captures_from_before_manifests_are_shown_as_such(reader):
    capture = CaptureFactory(hops=[{"url": "https://a.example/x", "status": 200}])
    page = tab(reader, capture.source)
    assert "from before manifests were kept" in page
    response, _body = take(reader, "capture-manifest", capture.source.ref, 1)
    assert response.url == reverse("source-evidence", args=[capture.source.ref])


def test_what_is_under_way_or_was_never_tried_is_an_empty_tab(reader):
    source = SourceFactory()
    assert "Nothing is captured yet" in tab(reader, source)
    capture_under_way(source=source)
    assert "Nothing is captured yet" in tab(reader, source)
    for name in ("source-warc", "source-wacz"):
        assert take(reader, name, source.ref)[0].status_code == 302


def test_many_captures_are_shown_in_pages(reader):
    source = SourceFactory()
    for _n in range(22):
        captured(source)
    page = tab(reader, source)
    assert 'href="?before=3"' in page
    assert "Capture 2<" not in page
    page = tab(reader, source, "?before=3")
    assert "Capture 2<" in page
    assert "Chain unbroken" in page
    for odd in ("?before=x", "?before=99999999999999", "?before=-1"):
        assert "Capture 22" in tab(reader, source, odd)


def test_as_many_queries_for_one_capture_as_for_five(reader, django_assert_max_num_queries):
    source = SourceFactory()
    captured(source)
    run_check()
    with django_assert_max_num_queries(12) as few:
        tab(reader, source)
    for _n in range(4):
        captured(source)
    with django_assert_max_num_queries(12) as many:
        tab(reader, source)
    assert len(many) == len(few)


def test_the_manifest_is_handed_out_byte_for_byte_and_never_shown(reader):
    capture = captured()
    response, body = take(reader, "capture-manifest", capture.source.ref, 1)
    assert hashlib.sha256(body).hexdigest() == capture.manifest.sha256
    assert json.loads(body)["source"]["ref"] == capture.source.ref
    assert response.headers["Content-Disposition"] == f'attachment; filename="{capture.source.ref}-1-manifest.json"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_archives_come_as_other_archives_read_them(reader):
    source = SourceFactory()
    captured(source), captured(source, obtained="pasted", media_type="text/plain")
    for name, arguments, kinds in (
        ("capture-warc", [source.ref, 2], ["warcinfo", "resource", "metadata"]),
        ("source-warc", [source.ref], ["warcinfo", "response", "response", "metadata", "resource", "metadata"]),
    ):
        response, body = take(reader, name, *arguments)
        assert [record.rec_type for record in ArchiveIterator(io.BytesIO(body))] == kinds
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    _response, body = take(reader, "source-wacz", source.ref)
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert file.testzip() is None
    taken = AuditEvent.objects.filter(verb="evidence.downloaded").values_list("changes", flat=True)
    assert [each["file"][1] for each in taken.order_by("sequence")] == [
        f"{source.ref}-2.warc.gz", f"{source.ref}.warc.gz", f"{source.ref}.wacz",
    ]  # fmt: skip


def test_bytes_that_are_gone_are_said_so_before_anything_is_sent(reader, settings):
    capture = captured()
    seal.path_of(capture.body_id).unlink()
    response, _body = take(reader, "source-warc", capture.source.ref)
    assert response.status_code == 302
    assert "missing or damaged" in tab(reader, capture.source)
    settings.EVIDENCE_STORE, settings.EVIDENCE_ENDPOINT = "s3://evidence", "http://127.0.0.1:9"
    settings.EVIDENCE_REGION = settings.EVIDENCE_ACCESS_KEY = settings.EVIDENCE_SECRET_KEY = "x"
    for name in ("capture-warc", "capture-body"):
        assert take(reader, name, capture.source.ref, 1)[0].status_code == 302
        assert "cannot be reached" in tab(reader, capture.source)


def test_bytes_that_turn_out_damaged_midway_are_never_a_short_file(reader):
    capture = captured()
    seal.path_of(capture.body_id).chmod(0o600)
    seal.path_of(capture.body_id).write_bytes(b"other")
    with pytest.raises(seal.Damaged):
        take(reader, "source-warc", capture.source.ref)


@pytest.mark.parametrize("name", ["source-evidence", "source-warc", "source-wacz", "capture-manifest", "capture-warc",
                                  "capture-time-stamp"])  # fmt: skip
@pytest.mark.parametrize("hidden", ["team", "flag"])
def test_evidence_of_a_source_one_may_not_see_is_not_there(client_of, name, hidden):
    source = SourceFactory(team=TeamFactory()) if hidden == "team" else SourceFactory(handling=[Flag.SOURCE_IDENTITY])
    captured(source)
    arguments = [source.ref, 1] if name.startswith("capture") else [source.ref]
    assert client_of(viewer()).get(reverse(name, args=arguments)).status_code == 404
