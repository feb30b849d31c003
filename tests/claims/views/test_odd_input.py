"""What no form sends and anybody may put into an address: answered in words, never with an error of ours."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.lookups import parties_named
from sources.models import Capture
from tests.factories import CaptureFactory, FigureFactory, IncidentFactory, StatementFactory, analyst, editor

pytestmark = pytest.mark.django_db
NUL = "%00"


@pytest.fixture
def person(client):
    client.force_login(made := analyst())
    return made


@pytest.mark.parametrize(
    "address",
    [f"/incidents/{NUL}/", f"/statements/{NUL}/", f"/sources/{NUL}/", f"/parties/{NUL}/", f"/places/{NUL}/",
     f"/media/{NUL}/", f"/requests/{NUL}/outcome/", f"/incidents/{NUL}/edit/", f"/statements/{NUL}/marking/"],
)  # fmt: skip
def test_a_reference_that_cannot_be_one_is_not_found(client, person, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["into", "cited_by"])
def test_a_source_that_cannot_be_one_is_not_found(client, person, name):
    assert client.get(f"/log/?{name}={NUL}").status_code in (200, 404)
    assert client.post("/log/", {"text": "Words.", name: "\0"}).status_code in (404, 422)


@pytest.mark.parametrize("name", ["incident", "answers", "statement"])
def test_odd_references_in_an_address_offer_nothing(client, person, name):
    capture, incident, statement = CaptureFactory(), IncidentFactory(), StatementFactory()
    for address in (
        f"/statements/{statement.ref}/answer/",
        f"{capture.get_absolute_url()}log/",
        f"/incidents/{incident.ref}/figures/new/",
        f"/incidents/{incident.ref}/requests/new/",
        f"{capture.get_absolute_url()}",
    ):
        assert client.get(f"{address}?{name}={NUL}").status_code == 200


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "٣"])
def test_an_offset_that_is_none_is_left_out(client, person, number):
    capture = CaptureFactory()
    for page in ("log", "words", "note"):
        address = f"{capture.get_absolute_url()}{page}/"
        assert client.get(address, {"start": number, "end": number}).status_code == 200
        assert client.post(address, {"place": f"{number}:{number}", "start": number, "end": number}).status_code == 422


@pytest.mark.parametrize("answer", ["denies:\0", "denies:" + "x" * 33, ":", "\0"])
def test_an_answer_that_names_no_statement_is_refused(client, person, answer):
    statement = StatementFactory()
    answered = client.post(f"/statements/{statement.ref}/answer/", {"answer": answer, "aspect": "occurrence"})
    assert answered.status_code == 422


def test_a_media_type_of_any_length_is_taken_in(client, person):
    file = SimpleUploadedFile("a.txt", b"Words.", content_type="text/plain; x=\0" + "y" * 400)
    assert client.post("/log/", {"file": file}).status_code == 302
    assert len(Capture.objects.get().media_type) <= 120


def test_a_link_that_is_none_is_refused_in_words(client, person):
    capture = CaptureFactory()
    for address in ("javascript:alert(1)", "\0", "data:text/html,x", "//evil.example", ""):
        answered = client.post(f"/sources/{capture.source.ref}/cited/", {"address": address})
        assert answered.status_code == 422


def test_a_reason_with_a_nul_is_taken_without_it(client):
    client.force_login(editor())
    source, figure = CaptureFactory().source, FigureFactory()
    for address, sent in (
        ("/lanes/fetch/", {}),
        (f"/sources/{source.ref}/watch/", {"watch": "no"}),
        (f"/figures/{figure.pk}/withdraw/", {}),
        ("/review/turn/", {"kind": "\0", "subject": "\0"}),
    ):
        assert client.post(address, {"reason": "Twice\0 over"} | sent).status_code == 302
    source.refresh_from_db()
    figure.refresh_from_db()
    assert source.unwatched_reason == figure.withdrawn_reason == "Twice over"


def test_a_name_that_grows_in_latin_letters_is_held_and_one_that_is_too_long_is_refused(client, person):
    name = "щ" * 100 + "ж" * 100
    assert client.post("/parties/new/", {"name": name, "kind": "ngo", "tlp": "GREEN"}).status_code == 302
    assert parties_named(person, name).get().name == name
    capture = CaptureFactory(text="They said so.")
    sent = {
        "exact": "They said so.", "start": 0, "end": 13, "words_are": "verbatim", "lang": "en", "kind": "testimony",
        "party": "Ж" * 201, "party_kind": "ngo", "how_known": "on_record", "new_incident": "Something", "tlp": "AMBER",
    }  # fmt: skip
    answer = client.post(f"{capture.get_absolute_url()}log/", sent)
    assert answer.status_code == 422
    assert "party" in answer.context["form"].errors
