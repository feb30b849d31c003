"""No page asks the database more than twelve times, and none asks more for four of everything than for one."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.release.make import release_incident, release_statement
from tests.factories import (
    CaptureFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    QuoteCheckFactory,
    RenderingFactory,
    RequestEventFactory,
    StatementFactory,
    approve_finding,
    editor,
)

pytestmark = pytest.mark.django_db
MOST = 12

PAGES = {
    "incident": lambda case: f"/incidents/{case.incident.ref}/",
    "incident, a part": lambda case: f"/incidents/{case.incident.ref}/?at={case.claim.ref}",
    "incident: dossier": lambda case: f"/incidents/{case.incident.ref}/dossier/",
    "incident: dossier, then": lambda case: f"/incidents/{case.incident.ref}/dossier/?at={timezone.now():%Y-%m-%d}",
    "incident: timeline": lambda case: f"/incidents/{case.incident.ref}/timeline/",
    "incident: figures": lambda case: f"/incidents/{case.incident.ref}/figures/",
    "incident: figures, a table": lambda case: f"/incidents/{case.incident.ref}/figures/table/",
    "incident: propose": lambda case: f"/incidents/{case.incident.ref}/assess/",
    "incident: propose, another aspect": lambda case: f"/incidents/{case.incident.ref}/assess/?aspect=responsibility",
    "incident: release": lambda case: f"/incidents/{case.incident.ref}/release/",
    "incident: edit": lambda case: f"/incidents/{case.incident.ref}/edit/",
    "incident: history": lambda case: f"/incidents/{case.incident.ref}/history/",
    "statement: history": lambda case: f"/statements/{case.claim.ref}/history/",
    "incident: taken out": lambda case: f"/incidents/{case.incident.ref}/taken-out/",
    "incident: marking": lambda case: f"/incidents/{case.incident.ref}/marking/",
    "statement": lambda case: f"/statements/{case.claim.ref}/",
    "statement: answer": lambda case: f"/statements/{case.claim.ref}/answer/?incident={case.incident.ref}",
    "statement: propose": lambda case: f"/statements/{case.claim.ref}/assess/",
    "statement: release": lambda case: f"/statements/{case.claim.ref}/release/",
    "statement: edit": lambda case: f"/statements/{case.claim.ref}/edit/",
    "media item: edit": lambda case: f"/media/{case.media_item.ref}/edit/",
    "media item: propose": lambda case: f"/media/{case.media_item.ref}/assess/",
    "log a statement": lambda case: f"{case.capture.get_absolute_url()}log/",
    "log an answer": lambda case: f"{case.capture.get_absolute_url()}log/?answers={case.claim.ref}",
    "add words": lambda case: f"{case.capture.get_absolute_url()}words/",
    "log a note": lambda case: f"{case.capture.get_absolute_url()}note/",
    "incident: discussion": lambda case: f"/incidents/{case.incident.ref}/discussion/",
    "source: discussion": lambda case: f"/sources/{case.capture.source.ref}/discussion/",
    "review": lambda case: "/review/",
    "incidents": lambda case: "/",
}


@pytest.fixture
def case():
    """An incident of which everything is held once, released with its claim and changed since."""
    by = editor(name="Olha Marchuk")
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    capture, media_item = CaptureFactory(), MediaItemFactory()
    claim = StatementFactory(incident=incident, capture=capture, media_item=media_item, on_behalf_of=PartyFactory(),
                             created_by=by, workflow="approved", tlp="GREEN")  # fmt: skip
    made = SimpleNamespace(by=by, incident=incident, capture=capture, media_item=media_item, claim=claim)
    QuoteCheckFactory(rendering=claim.renderings.get(), capture=capture, outcome="exact")
    add_all(made)
    for record in (incident, claim):
        approve_finding(record, "could_not_confirm")
        record.refresh_from_db()
    release_incident(incident=incident, expected_version=incident.version, confirmed_unassessed=False, by=by)
    release_statement(statement=claim, expected_version=claim.version, confirmed_unassessed=False, by=by)
    type(incident).objects.filter(pk=incident.pk).update(title="Another title", version=incident.version + 1)
    type(claim).objects.filter(pk=claim.pk).update(role_words="in another role", version=claim.version + 1)
    return made


def add_all(case):
    """One more of everything the pages show."""
    denial = StatementFactory(kind="denial", incident=case.incident, capture=case.capture, party=PartyFactory())
    LinkFactory(to_statement=case.claim, from_statement=denial)
    LinkFactory(from_statement=case.claim, to_statement=StatementFactory(incident=case.incident), type="repeats")
    RenderingFactory(statement=denial)
    FigureFactory(statement=case.claim, incident=case.incident)
    OutsideNoteFactory(incident=case.incident)
    OutsideNoteFactory(incident=case.incident, statement=case.claim)
    asked = CommentRequestFactory(incident=case.incident, statement=case.claim)
    RequestEventFactory(request=asked, outcome="replied_denied", reply=denial)
    spoken = StatementFactory(kind="announcement", incident=case.incident, media_item=MediaItemFactory())
    approve_finding(spoken, "could_not_confirm")


def asked_by(client, address):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return [query["sql"][:300] for query in queries]


def test_no_page_asks_more_than_twelve_times_however_much_there_is(case):
    """All pages of one case together, for the case takes longer to arrange than a page to ask for."""
    client = Client()
    client.force_login(case.by)
    addresses = {name: page(case) for name, page in PAGES.items()}

    for address in addresses.values():
        client.get(address)  # what a process keeps from its first page of a kind is asked for once
    few = {name: asked_by(client, address) for name, address in addresses.items()}
    for _each in range(3):
        add_all(case)
    many = {name: asked_by(client, address) for name, address in addresses.items()}

    too_many = {name: queries for name, queries in few.items() if len(queries) > MOST}
    growing = {name: queries for name, queries in many.items() if len(queries) != len(few[name])}
    assert not too_many, report(too_many)
    assert not growing, report(growing)


def report(pages):
    """Each page at fault with all it asked."""
    return "\n\n".join(f"{name}: {len(queries)} queries\n" + "\n".join(queries) for name, queries in pages.items())
