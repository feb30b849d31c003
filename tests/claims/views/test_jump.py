"""The box that goes anywhere: by reference at once, by name to choose, and never to what one may not see."""

import pytest

from tests.factories import IncidentFactory, PartyFactory, SourceFactory, StatementFactory, TeamFactory, analyst, viewer

pytestmark = pytest.mark.django_db


def test_a_reference_leads_to_its_record_and_a_name_to_a_choice(client):
    client.force_login(analyst())
    statement = StatementFactory(incident=IncidentFactory(title="Killings in Bucha"))
    PartyFactory(name="Mayor of Bucha")
    answer = client.get(f"/go/?q={statement.ref.lower()}")
    assert (answer.status_code, answer.url) == (302, statement.get_absolute_url())
    shown = client.get("/go/?q=bucha").content.decode()
    assert "Killings in Bucha" in shown
    assert "Mayor of Bucha" in shown
    part = client.get("/go/?q=bucha", headers={"HX-Request": "true"}).content.decode()
    assert "Killings in Bucha" in part
    assert "<html" not in part


def test_pages_are_offered_by_name_to_those_who_may_open_them(client):
    client.force_login(viewer())
    assert "/statements/" in client.get("/go/?q=statem").content.decode()
    assert 'href="/review/"' not in client.get("/go/?q=review").content.decode()


def test_what_one_may_not_see_is_not_offered_under_its_name_nor_its_reference(client):
    client.force_login(analyst())
    hidden = [
        IncidentFactory(title="Zyx secret", team=TeamFactory()),
        PartyFactory(name="Zyx unnamed", tlp="GREEN", handling=["witness_identity"]),
        SourceFactory(title="Zyx page", handling=["source_identity"]),
    ]
    nothing = client.get("/go/?q=XX-0000000").content.decode()
    for record in hidden:
        shown = client.get(f"/go/?q={record.ref}")
        assert shown.status_code == 200
        assert shown.content.decode().count("<li data-line>") == nothing.count("<li data-line>") == 0
    shown = client.get("/go/?q=zyx").content.decode()
    assert "secret" not in shown
    assert "unnamed" not in shown


def test_single_keys_are_switched_in_the_account_and_every_page_says_so(client):
    client.force_login(analyst())
    assert 'data-single-keys="off"' not in client.get("/account/").content.decode()
    answer = client.post("/account/keys/", {"keys": "off"}, headers={"Referer": "http://testserver/statements/"})
    assert answer.url == "http://testserver/statements/"
    shown = client.get("/statements/").content.decode()
    assert 'data-single-keys="off"' in shown
    assert "Switch single keys on" in shown
    client.post("/account/keys/", {"keys": "on"})
    assert 'data-single-keys="off"' not in client.get("/statements/").content.decode()
