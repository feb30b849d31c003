"""The incident page: the ledger with its finding, facts and history, as one reader may see it; adding and editing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    RequestEventFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory(title="Killings in Bucha")


def page(client, incident, user):
    client.force_login(user)
    return client.get(f"/incidents/{incident.ref}/")


def text(answer):
    return answer.content.decode()


def without_tokens(page):
    """The page without what differs each time it is asked for."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


def denied(incident, **fields):
    """An allegation about the incident and a denial of it."""
    claim = StatementFactory(incident=incident, **fields)
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident))
    return claim


def test_the_page_shows_claim_denial_and_that_nothing_is_assessed(client, incident):
    claim = denied(incident)

    shown = text(page(client, incident, analyst()))

    assert "Killings in Bucha" in shown
    assert "“Bodies lay on the streets of Bucha.”" in shown
    assert "denies 1" in shown
    assert "Not yet assessed" in shown
    assert str(claim.party) in shown


def test_a_standing_finding_says_who_when_and_why(client, incident):
    by, proposer = editor(name="Olha Marchuk"), analyst(name="Ines Caldeira")
    approve_finding(incident, "could_not_confirm", by=by, proposer=proposer)

    shown = text(page(client, incident, analyst()))

    for words in (
        "Could not independently confirm", "Set by Olha Marchuk", "Proposed by Ines Caldeira.",
        "The organisation could not independently confirm this.", "No access", "Access to the place.",
    ):  # fmt: skip
        assert words in shown


def test_a_viewer_sees_the_record_and_not_who_works_on_it(client):
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    by, proposer = editor(name="Olha Marchuk"), analyst(name="Ines Caldeira")
    approve_finding(incident, "could_not_confirm", by=by, proposer=proposer)

    shown = text(page(client, incident, viewer()))

    assert "Could not independently confirm" in shown
    for hidden in ("Olha Marchuk", "Ines Caldeira", "We compared what there is.", 'id="history"', "/answer/"):
        assert hidden not in shown


def test_an_accused_that_never_answered_is_named_in_its_silence(client, incident):
    accused = PartyFactory(name="Ministry of War")
    StatementFactory(incident=incident, accused=[accused])

    assert "No answer from Ministry of War is on record." in text(page(client, incident, analyst()))


def test_an_answer_of_the_accused_ends_its_silence(client, incident):
    accused = PartyFactory(name="Ministry of War")
    claim = StatementFactory(incident=incident, accused=[accused])
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident, party=accused))

    assert "No answer from" not in text(page(client, incident, analyst()))


def test_an_unknown_number_is_not_shown_as_zero(client, incident):
    FigureFactory(statement=StatementFactory(incident=incident), least=20)

    shown = text(page(client, incident, analyst()))

    assert "at least 20" in shown
    assert "Nobody gave an upper end." in shown


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("awaiting_reply", "Awaiting reply"),
        ("no_response_by_deadline", "Did not respond by the deadline"),
        ("declined", "Declined to comment"),
    ],
)
def test_had_asked_did_not_respond_and_declined_are_three_facts(client, incident, outcome, words):
    asked = CommentRequestFactory(incident=incident, asked_by=PartyFactory(name="CNN"))
    RequestEventFactory(request=asked, outcome=outcome)

    shown = text(page(client, incident, analyst()))

    assert "CNN had asked" in shown
    assert words in shown


def test_nobody_who_may_not_see_it_learns_that_it_exists(client, incident):
    hidden = IncidentFactory(team=TeamFactory())
    reader = analyst()

    unseen, unknown = page(client, hidden, reader), client.get("/incidents/IN-ZZZZZZ/")

    assert (unseen.status_code, unknown.status_code) == (404, 404)
    assert without_tokens(text(unseen)) == without_tokens(text(unknown))


def test_a_stranger_is_asked_to_sign_in(client, incident):
    assert client.get(f"/incidents/{incident.ref}/").status_code == 302


def test_hidden_parties_sources_and_requests_are_absent(client, incident):
    team = TeamFactory()
    StatementFactory(incident=incident, party=PartyFactory(name="Secret witness", team=team))
    CommentRequestFactory(incident=incident, question="Secret question", team=team)
    OutsideNoteFactory(incident=incident, party=PartyFactory(name="Secret body"), team=team)

    shown = text(page(client, incident, analyst()))

    assert "Secret" not in shown
    assert "Speaker withheld" in shown


def full(incident, times):
    """Everything the page can show, ``times`` over."""
    for _each in range(times):
        claim = denied(incident)
        FigureFactory(statement=claim)
        OutsideNoteFactory(incident=incident)
        RequestEventFactory(request=CommentRequestFactory(incident=incident, statement=claim))
        approve_finding(claim, "could_not_confirm")
        StatementFactory(kind="announcement", incident=incident)


def test_ten_times_as_much_takes_the_same_twelve_queries(client, incident):
    reader = editor()
    full(incident, 1)
    page(client, incident, reader)
    with CaptureQueriesContext(connection) as few:
        page_again = client.get(f"/incidents/{incident.ref}/")
    full(incident, 9)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/incidents/{incident.ref}/")

    assert page_again.status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 12
