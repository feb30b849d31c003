"""Parties and places that were added by mistake are set aside and put back; nothing may rest on them."""

import re
from html import unescape

import pytest

from claims.actions.merge_party import merge_party
from claims.lookups import parties_named, places_named, search_parties
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent
from tests.claims.test_rules_standing import OF_PARTIES
from tests.factories import IncidentFactory, PartyFactory, PlaceFactory, analyst, editor, viewer

pytestmark = pytest.mark.django_db
KINDS = [("parties", "party", PartyFactory), ("places", "place", PlaceFactory)]


@pytest.fixture
def chief(client):
    user = editor(name="Olha Marchuk")
    client.force_login(user)
    return user


def aside(client, noun, record, reason="Nobody is called so"):
    return client.post(f"/{noun}/{record.ref}/set-aside/", {"version": record.version, "reason": reason})


@pytest.mark.parametrize(("noun", "kind", "make"), KINDS)
def test_what_was_set_aside_is_offered_nowhere_until_it_is_put_back(client, chief, noun, kind, make):
    record = make(name="Zzyzx")
    named = {"party": parties_named, "place": places_named}[kind]
    assert "field is required" in unescape(aside(client, noun, record, reason="").content.decode())

    page = client.get(aside(client, noun, record).url).content.decode()
    assert "Nobody is called so" in page
    assert not named(chief, "Zzyzx")
    assert not named(chief, record.ref)
    assert not search_parties(chief, "Zzyzx")
    assert "Zzyzx" not in client.get("/parties/").content.decode()
    form = client.get(f"/{noun}/{record.ref}/set-aside/").content.decode()
    assert "Nobody is called so" in form
    assert f'action="/{noun}/{record.ref}/put-back/"' in form
    assert f'action="/{noun}/{record.ref}/set-aside/"' not in form
    listed = client.get("/parties/set-aside/").content.decode()
    assert f"/{noun}/{record.ref}/put-back/" in listed

    record.refresh_from_db()
    client.post(f"/{noun}/{record.ref}/put-back/", {"version": record.version, "reason": "It exists after all"})
    assert named(chief, "Zzyzx").get() == record
    told = AuditEvent.objects.filter(subject_id=record.pk).order_by("sequence").values_list("verb", "reason")
    assert list(told)[-2:] == [
        (f"{kind}.set_aside", "Nobody is called so"),
        (f"{kind}.put_back", "It exists after all"),
    ]
    assert "set aside" in client.get(f"/{noun}/{record.ref}/history/").content.decode()


def test_setting_aside_is_undone_by_a_press(client, chief):
    record = PartyFactory()
    page = client.get(aside(client, "parties", record).url).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert "it can be chosen again" in client.post("/undo/", {"token": token}, follow=True).content.decode()
    record.refresh_from_db()
    assert record.set_aside_at is None


@pytest.mark.parametrize("naming", OF_PARTIES)
def test_a_party_that_is_named_stays(client, chief, naming):
    record = PartyFactory()
    OF_PARTIES[naming](record)
    assert "Something still names it" in aside(client, "parties", record).content.decode()
    record.refresh_from_db()
    assert record.set_aside_at is None


def test_a_place_where_something_happened_stays_and_a_merged_one_is_none_to_set_aside(client, chief):
    place = PlaceFactory()
    IncidentFactory(place=place, tlp="RED")
    assert "Something still names it" in aside(client, "places", place).content.decode()
    assert "merged into another" in aside(client, "places", PlaceFactory(merged_into=place)).content.decode()


def test_what_is_set_aside_is_not_merged(client, chief):
    record, stays = PartyFactory(), PartyFactory()
    aside(client, "parties", record)
    record.refresh_from_db()
    with pytest.raises(Refused, match="Put it back first"):
        merge_party(duplicate=record, into=stays, reason="One", expected_version=record.version, by=chief)


def test_who_may_set_aside_and_what_a_viewer_reads(client, client_of):
    record = PartyFactory(tlp="GREEN")
    assert aside(client_of(analyst()), "parties", record).status_code == 403
    aside(client_of(editor(name="Olha Marchuk")), "parties", record)
    page = client_of(viewer()).get(record.get_absolute_url()).content.decode()
    assert "offered nowhere" in page
    assert "Marchuk" not in page
    assert "Nobody is called so" not in page
    assert "put-back" not in page
