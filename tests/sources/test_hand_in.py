"""Handing in: what becomes of a link, a text and a file, and what is refused in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from harmtracker.models import AuditEvent, Job
from sources.models import Blob, Capture, Citation, Source
from tests.factories import CaptureFactory, SourceFactory, TeamFactory, analyst, editor, viewer

pytestmark = pytest.mark.django_db
LOG = "/log/"


@pytest.fixture
def signed_in(client):
    person = analyst()
    client.force_login(person)
    client.person = person
    return client


def words_of(response) -> str:
    return response.content.decode()


def test_a_link_becomes_a_source_with_a_queued_capture(signed_in):
    address = "https://News.Example/a?utm_source=x&id=7#top"
    response = signed_in.post(LOG, {"address": address})
    source = Source.objects.get()
    assert response.status_code == 302
    assert response.url == source.get_absolute_url()
    assert source.submitted_address == address  # byte for byte
    assert (source.tlp, source.host) == ("GREEN", "news.example")
    capture = source.captures.get()
    assert Job.objects.get().key == str(capture.pk)
    assert list(AuditEvent.objects.order_by("sequence").values_list("verb", flat=True)) == [
        "source.created",
        "capture.requested",
    ]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Paste a link"),
        ("   ", "Paste a link"),
        ("genocide", "not a link"),
        ("javascript:alert(1)", "http and https"),
        ("file:///etc/passwd", "http and https"),
        ("http://127.0.0.1/", "public"),
        ("http://10.1.2.3/report", "public"),
        ("http://[::1]/", "public"),
        ("https://user:secret@news.example/", "password"),
    ],
)
def test_what_is_no_public_link_is_refused_in_words_and_kept_in_the_box(signed_in, address, sentence):
    response = signed_in.post(LOG, {"address": address})
    assert response.status_code == 422
    assert sentence.lower() in words_of(response).lower()
    assert not Source.objects.exists()
    if address.strip():
        assert response.context["form"]["address"].value() == address


def test_a_link_held_already_is_offered_and_nothing_new_is_made(signed_in):
    held = SourceFactory(submitted_address="https://news.example/a", address_key="x")
    signed_in.post(LOG, {"address": "https://news.example/b"})
    first = Source.objects.exclude(pk=held.pk).get()
    response = signed_in.post(LOG, {"address": "http://news.example/b#again"}, follow=True)
    assert response.redirect_chain[-1][0] == first.get_absolute_url()
    assert "held already, captured at" in words_of(response)
    assert "Capture again" in words_of(response)
    assert Source.objects.count() == 2
    assert first.captures.count() == 1


def test_someone_who_may_not_see_the_holder_gets_a_source_of_their_own(signed_in):
    signed_in.post(LOG, {"address": "https://news.example/b"})
    Source.objects.update(team=TeamFactory())
    response = signed_in.post(LOG, {"address": "https://news.example/b"})
    assert response.status_code == 302
    assert Source.objects.count() == 2
    assert Source.objects.visible_to(signed_in.person).count() == 1


def test_do_not_contact_makes_no_capture_and_no_job(signed_in):
    response = signed_in.post(LOG, {"address": "https://news.example/c", "visit_policy": "do_not_contact"}, follow=True)
    source = Source.objects.get()
    assert (source.tlp, source.captures.count(), Job.objects.count()) == ("AMBER", 0, 0)
    assert "not to be contacted" in words_of(response)
    signed_in.post(reverse("source-again", args=[source.ref]))
    assert source.captures.count() == 0


def test_pasted_text_is_sealed_byte_for_byte_before_anything_else(signed_in, evidence_root):
    text = "Line one\nLine two with \u202e bidi and an emoji 🕯"
    signed_in.post(LOG, {"text": text, "title": "Pasted", "reason": "The page is gone"})
    capture = Capture.objects.get()
    assert capture.obtained == "pasted"
    held = (evidence_root / capture.body_id[:2] / capture.body_id[2:4] / capture.body_id).read_bytes()
    assert held.decode() == text
    assert Job.objects.filter(kind="capture.read", key=str(capture.pk)).exists()


def test_text_with_nul_is_taken_without_losing_the_rest(signed_in, evidence_root):
    response = signed_in.post(LOG, {"text": "before\x00after"})
    assert response.status_code in {302, 422}
    if response.status_code == 422:
        assert "Null characters" in words_of(response)
        assert not Source.objects.exists()


def test_the_same_file_twice_is_one_source(signed_in):
    for _attempt in range(2):
        upload = SimpleUploadedFile("page.html", b"<p>Words of a page</p>", "text/html")
        assert signed_in.post(LOG, {"file": upload}).status_code == 302
    assert (Source.objects.count(), Capture.objects.count(), Blob.objects.count()) == (1, 1, 1)


def test_an_empty_file_and_a_too_large_one_are_refused_in_words(signed_in, monkeypatch):
    monkeypatch.setattr("sources.intake.MAX_UPLOAD", 10)
    response = signed_in.post(LOG, {"file": SimpleUploadedFile("large.txt", b"x" * 11, "text/plain")})
    assert response.status_code == 422
    assert "larger than" in words_of(response)
    response = signed_in.post(LOG, {"file": SimpleUploadedFile("empty.txt", b"", "text/plain")})
    assert response.status_code == 422
    assert not Source.objects.exists()


def test_words_in_the_box_for_links_are_not_lost(signed_in):
    words = "The ministry said that nobody was harmed"
    response = signed_in.post(LOG, {"address": words})
    assert response.status_code == 422
    assert response.context["form"]["text"].value() == words


def test_an_upload_instead_joins_the_source_that_failed(signed_in):
    source = CaptureFactory(outcome="http.403", body=None, text="", walker_version=None).source
    signed_in.post(LOG, {"into": source.ref, "text": "The words of the page", "reason": "Refused our visit"})
    assert Source.objects.count() == 1
    newest = source.captures.order_by("-number").first()
    assert (newest.number, newest.obtained, newest.reason) == (2, "pasted", "Refused our visit")


def test_a_link_in_the_text_is_captured_and_its_citation_recorded(signed_in):
    address = "https://ministry.example/post"
    citing = CaptureFactory(links=[{"href": address, "text": "the post", "start": 0}]).source
    signed_in.post(reverse("source-follow-link", args=[citing.ref]), {"address": address})
    citation = Citation.objects.get()
    assert (citation.citing, citation.cited.submitted_address) == (citing, "https://ministry.example/post")


def test_a_link_that_does_not_stand_in_the_text_is_no_citation(signed_in):
    citing = CaptureFactory().source
    response = signed_in.post(reverse("source-follow-link", args=[citing.ref]), {"address": "https://news.example/x"})
    assert response.status_code == 422
    assert "does not stand in the captured text" in words_of(response)
    assert (Citation.objects.count(), Source.objects.count()) == (0, 1)


def test_a_viewer_may_not_hand_in(client):
    client.force_login(viewer())
    assert client.get(LOG).status_code == 403
    assert client.post(LOG, {"address": "https://news.example/a"}).status_code == 403
    assert not Source.objects.exists()


def test_capturing_again_while_one_is_under_way_makes_no_second(signed_in):
    signed_in.post(LOG, {"address": "https://news.example/a"})
    source = Source.objects.get()
    signed_in.post(reverse("source-again", args=[source.ref]))
    assert source.captures.count() == 1


def test_a_second_person_compares_and_the_first_cannot(signed_in, client):
    signed_in.post(LOG, {"text": "Words of the page"})
    capture = Capture.objects.get()
    address = reverse("capture-compare", args=[capture.source.ref, 1])
    assert "second person" in words_of(signed_in.post(address, {"note": "Read it"}, follow=True))
    assert not capture.comparisons.exists()
    signed_in.force_login(editor())
    signed_in.post(address, {"note": "Word for word against the page"})
    assert capture.comparisons.count() == 1


def test_the_bytes_leave_as_a_download_only(signed_in):
    signed_in.post(LOG, {"file": SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html")})
    capture = Capture.objects.get()
    response = signed_in.get(reverse("capture-body", args=[capture.source.ref, 1]))
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    for close in response._resource_closers:  # closing the response would close the connection too
        close()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_what_one_may_not_see_is_not_there(signed_in):
    hidden = CaptureFactory(source__team=TeamFactory()).source
    for name, args in [
        ("capture-steps", [hidden.ref, 1]),
        ("capture-body", [hidden.ref, 1]),
        ("source", [hidden.ref]),
        ("capture", [hidden.ref, 1]),
        ("capture-log", [hidden.ref, 1]),
    ]:
        assert signed_in.get(reverse(name, args=args)).status_code == 404, name
    assert signed_in.post(reverse("source-again", args=[hidden.ref])).status_code == 404
