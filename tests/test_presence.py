"""Who else has a form open: said on the form, to those who may see the record, for a minute; and taken back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from claims.models import Incident
from harmtracker import presence
from harmtracker.models import Presence
from tests.factories import (
    CaptureFactory,
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def olena(client_of):
    return client_of(analyst(name="Olena Hrytsenko"))


@pytest.fixture
def petro(client_of):
    return client_of(analyst(name="Petro Bondar"))


def here(client, address):
    html = unescape(client.get(address).content.decode())
    found = re.search(r'<p class="here[^>]*data-here="([^"]+)"[^>]*>.*?<span>(.*?)</span>', html, re.DOTALL)
    return found and found.groups()


def beat(client, key, **more):
    return client.post("/presence/", {"key": key} | more)


FORMS = {
    "incident": lambda: f"{IncidentFactory().get_absolute_url()}edit/",
    "statement": lambda: f"{StatementFactory().get_absolute_url()}edit/",
    "source": lambda: f"{SourceFactory().get_absolute_url()}edit/",
    "party": lambda: f"{PartyFactory().get_absolute_url()}describe/",
    "names of a party": lambda: f"{PartyFactory().get_absolute_url()}edit/",
    "place": lambda: f"{PlaceFactory().get_absolute_url()}edit/",
    "media item": lambda: f"{MediaItemFactory().get_absolute_url()}edit/",
    "capture": lambda: f"{CaptureFactory().get_absolute_url()}log/",
}


@pytest.mark.parametrize("form", FORMS)
def test_opening_a_form_says_so_to_the_next_one_without_any_script(olena, petro, form):
    address = FORMS[form]()
    assert here(olena, address)[1] == "", "one is not told of oneself"
    key, words = here(petro, address)
    assert words == "Olena Hrytsenko has this open, and has typed nothing yet."
    assert beat(petro, key).json()["others"] == [words]


def test_typing_and_idling_are_told_apart_and_a_silent_minute_says_nothing(olena, petro):
    address = FORMS["incident"]()
    key, _words = here(olena, address)
    beat(olena, key, idle="0")
    assert here(petro, address)[1] == "Olena Hrytsenko is editing this just now."

    aged = {"typed_at": F("typed_at") - timedelta(minutes=3), "seen_at": F("seen_at") - timedelta(seconds=30)}
    Presence.objects.filter(user__name="Olena Hrytsenko").update(**aged)
    assert here(petro, address)[1] == "Olena Hrytsenko is editing this, idle for 3 minutes."

    Presence.objects.filter(user__name="Olena Hrytsenko").update(seen_at=F("seen_at") - timedelta(seconds=31))
    assert here(petro, address)[1] == ""


def test_leaving_or_sending_the_form_takes_it_back(olena, petro):
    address = FORMS["place"]()
    key, _words = here(olena, address)
    assert beat(olena, key, left="1").status_code == 204
    assert here(petro, address)[1] == ""

    html = olena.get(address).content.decode()
    version = re.search(r'name="version" value="(\d+)"', html).group(1)
    assert olena.post(address, {"version": version, "name": "Bucha", "precision": "settlement"}).status_code == 302
    assert here(petro, address)[1] == ""


def test_nobody_learns_who_is_in_a_form_on_what_they_may_not_see(olena, petro, client_of):
    incident = IncidentFactory()
    address = f"{incident.get_absolute_url()}edit/"
    key, _words = here(olena, address)
    Incident.objects.filter(pk=incident.pk).update(team=TeamFactory())

    hidden, nothing = petro.get(address), petro.get("/incidents/IN-0000000/edit/")
    assert hidden.status_code == nothing.status_code == 404
    assert b"Olena" not in hidden.content
    assert b"data-here" not in hidden.content
    assert beat(petro, key).status_code == 422
    assert not Presence.objects.filter(user__name="Petro Bondar").exists()
    assert beat(client_of(viewer()), key).status_code == 403


@pytest.mark.parametrize(
    "key", ["", "x", "incident-edit:/incidents/IN-0000000/edit/", "desk:/desk/", "incident:/", "a" * 500, "a\x00:b"]
)
def test_a_key_of_no_form_is_refused(olena, key):
    assert beat(olena, key).status_code == 422
    assert not Presence.objects.exists()


def test_idle_seconds_that_are_none_are_taken_for_not_typed(olena, petro):
    address = FORMS["statement"]()
    key, _words = here(olena, address)
    for odd in ("-5", "abc", "9" * 30, "1e9", "٣"):
        assert beat(olena, key, idle=odd).status_code == 200
    assert "typed nothing yet" in here(petro, address)[1]
    beat(olena, key, idle="999999999")
    assert "idle for 1440 minutes" in here(petro, address)[1]


def test_one_person_is_in_so_many_forms_at_once_and_no_more(olena, monkeypatch):
    monkeypatch.setattr(presence, "MOST_OPEN", 2)
    for _form in range(3):
        here(olena, FORMS["place"]())
    assert Presence.objects.count() == 2


def test_a_form_page_asks_one_query_more_for_it(olena, monkeypatch):
    address = FORMS["media item"]()
    olena.get(address)
    with CaptureQueriesContext(connection) as queries:
        olena.get(address)
    assert len([query for query in queries if "harmtracker_presence" in query["sql"]]) == 1


def test_rows_long_silent_are_dropped(olena):
    for _form in range(2):
        here(olena, FORMS["place"]())
    one = Presence.objects.first()
    Presence.objects.filter(pk=one.pk).update(seen_at=F("seen_at") - timedelta(hours=2))
    assert presence.forget() == 1
    assert Presence.objects.count() == 1
