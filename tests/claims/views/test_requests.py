"""Logging that a party was asked for its side, and what came of it."""

import pytest

from claims.models import CommentRequest
from tests.factories import (
    CommentRequestFactory,
    IncidentFactory,
    PartyFactory,
    RequestEventFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


@pytest.fixture
def parties():
    PartyFactory(name="CNN")
    PartyFactory(name="Ministry of War")


def ask(client, incident, **given):
    kept = {"asked_by": "CNN", "party": "ministry of war", "state": "sent", "tlp": "AMBER"}
    return client.post(f"/incidents/{incident.ref}/requests/new/", kept | given)


def test_a_request_is_logged_with_its_first_outcome(client, writer, incident, parties):
    claim = StatementFactory(incident=incident)

    logged = ask(client, incident, statement=claim.ref, outcome="awaiting_reply", asked="2022-04-03")

    asked = CommentRequest.objects.get()
    assert logged.url == f"/incidents/{incident.ref}/#{asked.ref}"
    assert (asked.asked_by.name, asked.party.name, asked.statement) == ("CNN", "Ministry of War", claim)
    assert [event.outcome for event in asked.events.all()] == ["awaiting_reply"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"party": "Nobody so called"}, "No party is held under"),
        ({"state": "not_sought"}, "Say why no comment was sought."),
        ({"not_sought_reason": "No time."}, "goes with"),
        ({"asked": "3.4.2022"}, "Write the year first"),
        ({"deadline": "soon"}, "Enter a valid date/time."),
        ({"state": "draft", "outcome": "declined"}, "was not sent"),
    ],
)
def test_a_request_that_cannot_be_kept_is_refused_in_words(client, writer, incident, parties, given, words):
    refused = ask(client, incident, question="Typed with care", **given)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "Typed with care" in refused.content.decode()
    assert not CommentRequest.objects.exists()


def test_the_accused_of_the_allegation_is_suggested(client, writer, incident):
    claim = StatementFactory(incident=incident, accused=[PartyFactory(name="Ministry of War")])

    form = client.get(f"/incidents/{incident.ref}/requests/new/?statement={claim.ref}").context["form"]

    assert (form["party"].value(), form["statement"].value()) == ("Ministry of War", claim.ref)


def test_an_outcome_is_added_and_earlier_ones_stay(client, writer, incident):
    asked = CommentRequestFactory(incident=incident)
    RequestEventFactory(request=asked, outcome="awaiting_reply")

    client.post(f"/requests/{asked.ref}/outcome/", {"outcome": "declined", "words": "No comment."})

    assert sorted(event.outcome for event in asked.events.all()) == ["awaiting_reply", "declined"]
    shown = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert "Declined to comment" in shown
    assert "Awaiting reply" in shown


def test_nothing_comes_of_a_request_that_was_not_sent(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, state="draft")

    refused = client.post(f"/requests/{asked.ref}/outcome/", {"outcome": "declined"})

    assert refused.status_code == 422
    assert "was not sent" in refused.content.decode()


def test_who_may_not(client, incident, parties):
    asked = CommentRequestFactory(incident=incident)
    hidden = CommentRequestFactory(incident=incident, team=TeamFactory())
    of_hidden = CommentRequestFactory(incident=IncidentFactory(team=TeamFactory()))
    client.force_login(viewer())
    assert ask(client, incident).status_code == 403
    assert client.get(f"/requests/{asked.ref}/outcome/").status_code == 403
    client.force_login(analyst())
    assert ask(client, IncidentFactory(team=TeamFactory())).status_code == 404
    for each in (hidden, of_hidden):
        assert client.get(f"/requests/{each.ref}/outcome/").status_code == 404
