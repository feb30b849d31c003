"""Ties between parties that were recorded by mistake: withdrawn with a reason, kept in the history, put back."""

import re
from datetime import date
from html import unescape

import pytest

from sources.models import Affiliation
from tests.factories import AffiliationFactory, IncidentFactory, PartyFactory, StatementFactory, TeamFactory, editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = editor(name="Olha Marchuk")
    client.force_login(user)
    return user


@pytest.fixture
def tie():
    return AffiliationFactory(body=PartyFactory(name="The State"), kind="acts_for", since=date(2020, 1, 1))


def page_after(client, address, **sent):
    return unescape(client.post(address, sent, follow=True).content.decode())


def withdrawn(client, tie, reason="Another ministry"):
    page = page_after(client, f"/ties/{tie.pk}/withdraw/", reason=reason)
    tie.refresh_from_db()
    return page


def test_a_withdrawn_tie_ties_nobody_until_it_is_put_back(client, writer, tie):
    incident = IncidentFactory()
    StatementFactory(kind="allegation", accused=[tie.body], incident=incident)
    denial = StatementFactory(
        kind="denial", party=tie.party, incident=incident, responsibility_position="denies_act",
        said="2022-04-03", said_start="2022-04-03T00:00Z", said_end="2022-04-04T00:00Z", said_precision="day",
    )  # fmt: skip
    pages = [tie.body.get_absolute_url(), incident.get_absolute_url(), denial.get_absolute_url()]

    def shown():
        return [unescape(client.get(page).content.decode()) for page in pages]

    def speaks_for_it():
        party, _incident, statement = shown()
        return "Denies the act" in party, "speaks for" in statement

    assert speaks_for_it() == (True, True)
    assert "The tie is withdrawn" not in withdrawn(client, tie, reason=" ")
    assert tie.withdrawn_at is None

    page = withdrawn(client, tie)
    assert "Another ministry" in page
    assert speaks_for_it() == (False, False)

    sent = {"version": tie.version, "reason": "It was right"}
    assert "Put back." in page_after(client, f"/ties/{tie.pk}/put-back/", **sent)
    assert speaks_for_it() == (True, True)
    history = client.get(f"{tie.party.get_absolute_url()}history/").content.decode()
    assert all(words in history for words in ("Tie of a party withdrawn", "Another ministry", "It was right"))


def test_a_withdrawal_and_a_tie_just_recorded_are_undone_by_a_press(client, writer, tie):
    token = re.search(r'name="token" value="([^"]+)"', withdrawn(client, tie))[1]
    assert "the tie holds again" in page_after(client, "/undo/", token=token)
    assert "Not undone." in page_after(client, "/undo/", token=token)

    address = f"{tie.party.get_absolute_url()}edit/"
    for sent, told in (
        ({"add": "tie", "tie-kind": "belongs_to", "tie-body": PartyFactory().ref}, "the tie is withdrawn"),
        ({"add": "name", "name-text": "Bhutan", "name-kind": "official"}, "the name is taken away"),
    ):
        token = re.search(r'name="token" value="([^"]+)"', page_after(client, address, **sent))[1]
        assert told in page_after(client, "/undo/", token=token)
    assert Affiliation.objects.filter(withdrawn_at=None).get() == tie
    assert not tie.party.names.filter(text="Bhutan").exists()


def test_a_tie_recorded_anew_meanwhile_is_not_put_back_beside_it(client, writer, tie):
    withdrawn(client, tie)
    AffiliationFactory(party=tie.party, body=tie.body, kind=tie.kind, since=tie.since)
    page = page_after(client, f"/ties/{tie.pk}/put-back/", version=tie.version)
    assert "This tie is recorded already." in page


def test_a_party_whose_ties_are_withdrawn_can_be_set_aside_and_holds_them_no_more(client, writer, tie):
    withdrawn(client, tie)
    address = f"{tie.body.get_absolute_url()}set-aside/"
    assert "is set aside" in page_after(client, address, version=tie.body.version, reason="Nobody is called so")
    page = page_after(client, f"/ties/{tie.pk}/put-back/", version=tie.version)
    assert "merged into another one, or set aside" in page
    tie.refresh_from_db()
    assert tie.withdrawn_at is not None


def test_a_tie_to_a_party_one_may_not_see_is_not_there(client, writer):
    hidden = AffiliationFactory(body=PartyFactory(team=TeamFactory()))
    for act in ("withdraw", "put-back"):
        assert client.post(f"/ties/{hidden.pk}/{act}/", {"reason": "x"}).status_code == 404
