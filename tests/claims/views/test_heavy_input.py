"""Pages under what is put in: five hundred drafts on one article, quotations without end, crooked names."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Rendering, Statement, StatementIncident
from harmtracker.models import Draft
from tests.factories import CaptureFactory, IncidentFactory, PartyFactory, StatementFactory, analyst

pytestmark = pytest.mark.django_db
LARGEST = 100_000  # bytes of a page, packed (interface.md)
MOST_QUERIES = 12
CROOKED = "Ministry of \u202eecnefeD"
MIXED = "Ministry of Def\u0435nce"  # the fourth e is Cyrillic


@pytest.fixture
def five_hundred():
    """One article with 500 sentences, each of them a drafted statement of one analyst about one incident."""
    sentences = [f"Witness number {number} saw what happened there on that day." for number in range(500)]
    capture = CaptureFactory(text="\n".join(sentences))
    incident, party, person = IncidentFactory(), PartyFactory(), analyst()
    said = [Statement(kind="testimony", party=party, created_by=person) for _each in sentences]
    Statement.objects.bulk_create(said)
    StatementIncident.objects.bulk_create(StatementIncident(statement=each, incident=incident) for each in said)
    at = 0
    rows = []
    for statement, words in zip(said, sentences, strict=True):
        span = {"start": at, "end": at + len(words), "text_sha256": capture.text_sha256, "exact": words}
        rows.append(
            Rendering(
                statement=statement, lang="en", text=words, fidelity="verbatim", source=capture.source, capture=capture,
                created_by=person, **span,
            )
        )  # fmt: skip
        at += len(words) + 1
    Rendering.objects.bulk_create(rows)
    return capture, incident, said, person


def test_five_hundred_drafts_on_one_article_stay_within_every_page(client, five_hundred):
    capture, incident, said, person = five_hundred
    client.force_login(person)
    kept = [
        Draft(owner=person, key=f"/sources/{capture.source.ref}/captures/1/log/?start={each}", fields={"exact": ["x"]})
        for each in range(500)
    ]
    Draft.objects.bulk_create(kept)
    pages = [
        capture.get_absolute_url(), f"{capture.get_absolute_url()}log/", "/statements/", "/desk/",
        f"{capture.source.get_absolute_url()}statements/", incident.get_absolute_url(), said[7].get_absolute_url(),
    ]  # fmt: skip
    for address in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(gzip.compress(answer.content)) < LARGEST, address
        # the session and the person come on top of what the page asks
        assert len(asked) <= MOST_QUERIES + 2, address
    shown = client.get(capture.get_absolute_url()).content.decode()
    assert shown.count("<mark>") == 500


def test_a_quotation_of_ten_thousand_characters_is_kept_whole_and_shown_in_part_in_lists(client):
    words = ("It was said at length. " * 500)[:10_000].strip()
    capture = CaptureFactory(text=f"Before it. {words} After it.")
    incident = IncidentFactory()
    PartyFactory(name="A long speaker")
    client.force_login(analyst())
    answer = client.post(
        f"{capture.get_absolute_url()}log/",
        {
            "exact": words, "start": 11, "end": 11 + len(words), "words_are": "verbatim", "lang": "en",
            "kind": "testimony", "party": "A long speaker", "how_known": "on_record", "incidents": [incident.ref],
            "tlp": "AMBER",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    made = Statement.objects.get()
    assert made.renderings.get().exact == words
    assert words in client.get(made.get_absolute_url()).content.decode()
    assert words not in client.get("/statements/").content.decode()
    assert words in client.get(incident.get_absolute_url()).content.decode()
    assert len(client.get(f"{capture.get_absolute_url()}log/?start=11&end={11 + len(words)}").content) < 200_000


def test_crooked_names_are_shown_as_such_in_pages_and_in_choices(client):
    party = PartyFactory(name=CROOKED, tlp="GREEN")
    mixed = PartyFactory(name=MIXED, tlp="GREEN")
    incident = IncidentFactory(title="Killings \u202ein Bucha")
    text = f"{CROOKED} and {MIXED} spoke."
    capture = CaptureFactory(text=text)
    for each in (party, mixed):
        StatementFactory(kind="testimony", party=each, incident=incident, capture=capture, words="spoke")
    client.force_login(analyst())
    pages = [
        party.get_absolute_url(), "/parties/", "/statements/", incident.get_absolute_url(),
        f"{capture.get_absolute_url()}log/?exact=spoke", f"{capture.get_absolute_url()}note/?exact=spoke",
        f"/incidents/{incident.ref}/figures/new/", f"/incidents/{incident.ref}/requests/new/", "/go/?q=killings",
    ]  # fmt: skip
    for address in pages:
        shown = client.get(address).content.decode()
        body = shown[shown.index("<main") :]
        assert "\u202e" not in body, address
        assert "202E" in body, address
    for address in (mixed.get_absolute_url(), "/parties/", "/statements/", incident.get_absolute_url()):
        assert "letters of two scripts" in client.get(address).content.decode(), address
