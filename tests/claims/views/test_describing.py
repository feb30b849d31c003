"""Editing a party, a place and a media item: saved, refused in words, stale, withheld, and for whom."""

import re
from html import unescape

import pytest

from claims.lookups import parties_named, places_named
from claims.models import MediaItem, Place
from harmtracker.models import AuditEvent, Draft
from sources.models import Party
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    analyst,
    approve_finding,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = analyst(name="Olena Hrytsenko")
    client.force_login(user)
    return user


KINDS = {
    "party": (PartyFactory, "parties/{}/describe/", {"name": "Bellingcat", "kind": "media", "description": "A desk"}),
    "place": (PlaceFactory, "places/{}/edit/", {"name": "Bucha", "precision": "settlement", "country": "UA",
              "latitude": "50.547", "longitude": "30.211"}),
    "media item": (MediaItemFactory, "media/{}/edit/", {"description": "Bodies on a street", "kind": "photo",
                   "first_seen": "2022-04-02", "address": "https://example.org/p.jpg"}),
}  # fmt: skip


@pytest.fixture(params=KINDS)
def case(request):
    factory, address, good = KINDS[request.param]
    record = factory()
    return record, "/" + address.format(record.ref), good


def opened(client, address):
    html = client.get(address).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(version|opened)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in hidden}


def test_an_edit_is_saved_once_and_its_reason_stands_in_the_history(client, writer, case):
    record, address, good = case
    sent = opened(client, address) | good | {"reason": "As it calls itself"}
    assert client.post(address, sent).status_code == 302

    record.refresh_from_db()
    for name, value in good.items():
        assert str(getattr(record, name)) == value
    event = AuditEvent.objects.get(subject_id=record.pk)
    assert event.verb.endswith(".edited")
    assert event.reason == "As it calls itself"

    # Twice: the same form again changes nothing.
    version = record.version
    again = client.post(address, sent)
    assert again.status_code in (302, 422)
    record.refresh_from_db()
    assert record.version == version


def test_two_people_at_once_get_both_versions_side_by_side(client, client_of, writer, case):
    record, address, good = case
    mine = opened(client, address) | good
    field = "description" if "description" in good else "name"
    other = client_of(analyst(name="Petro Bondar"))
    theirs = opened(other, address) | good | {field: "Theirs, saved first"}
    assert other.post(address, theirs).status_code == 302

    answer = client.post(address, mine)
    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Petro Bondar saved this while you were writing" in html
    assert good[field] in html
    assert "Theirs, saved first" in html
    record.refresh_from_db()
    assert getattr(record, field) == "Theirs, saved first"

    again = {**mine, **opened_of(html), f"choice_{field}": "mine", f"mine_{field}": good[field]}
    assert client.post(address, again).status_code == 302
    record.refresh_from_db()
    assert getattr(record, field) == good[field]


def opened_of(html):
    return dict(re.findall(r'<input type="hidden" name="(version)" value="([^"]*)"', html))


def test_what_cannot_be_kept_is_refused_in_words_and_nothing_typed_is_lost(client, writer, case):
    record, address, good = case
    needed = "description" if isinstance(record, MediaItem) else "name"
    answer = client.post(address, opened(client, address) | good | {needed: "", "reason": "A reason typed"})
    assert answer.status_code == 422
    assert "A reason typed" in answer.content.decode()
    assert not AuditEvent.objects.filter(subject_id=record.pk).exists()


def test_it_is_for_who_may_edit_and_sees_the_record(client, case):
    record, address, good = case
    client.force_login(viewer())
    assert client.post(address, good).status_code == 403
    type(record).objects.filter(pk=record.pk).update(tlp="AMBER_STRICT")
    client.force_login(analyst())
    assert client.post(address, good).status_code == 404


def test_a_form_sent_after_the_session_ended_is_kept_for_the_one_who_signs_in_again(client, writer, case):
    _record, address, good = case
    sent = opened(client, address) | good
    client.logout()
    late = client.post(address, sent)
    assert late.status_code == 403
    client.force_login(writer)
    assert late.context["kept"], "sealed into the sign-in page"
    assert client.post(address, sent).status_code == 302


def test_a_new_name_is_one_more_way_to_find_the_record(client, writer):
    for model, factory, kind in ((Party, PartyFactory, "party"), (Place, PlaceFactory, "place")):
        record = factory(name="Old name")
        _factory, address, good = KINDS[kind]
        address = "/" + address.format(record.ref)
        client.post(address, opened(client, address) | good | {"name": "New name"})
        names = set(model.objects.get(pk=record.pk).names.values_list("text", flat=True))
        assert "New name" in names


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"latitude": "50.5", "longitude": ""}, "Give both latitude and longitude"),
        ({"latitude": "95", "longitude": "30"}, "between -90 and 90"),
        ({"country": "Ukraine"}, "two capital letters"),
        ({"adm1_code": "32"}, "UA-32"),
        ({"katottg": "123"}, "17 digits"),
    ],
)
def test_a_place_that_is_none_is_refused(client, writer, more, words):
    place = PlaceFactory()
    _factory, address, good = KINDS["place"]
    address = "/" + address.format(place.ref)
    answer = client.post(address, opened(client, address) | good | more)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_what_a_flag_withholds_is_not_asked_and_stays(client, writer):
    item = MediaItemFactory(description="A child at the gate", address="https://example.org/x", handling=["minor"])
    address = f"/media/{item.ref}/edit/"
    html = client.get(address).content.decode()
    assert "A child at the gate" not in html
    assert client.post(address, opened(client, address) | {"kind": "photo", "first_seen": ""}).status_code == 302
    item.refresh_from_db()
    assert (item.kind, item.description) == ("photo", "A child at the gate")

    place = PlaceFactory(latitude=50.123, longitude=30.456, handling=["precise_location"])
    address = f"/places/{place.ref}/edit/"
    assert "50.123" not in client.get(address).content.decode()
    sent = opened(client, address) | {"name": "A village", "precision": "settlement"}
    assert client.post(address, sent).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.latitude, place.longitude) == ("A village", 50.123, 30.456)


def test_a_change_of_what_a_finding_was_about_opens_a_re_examination(client, writer):
    item = MediaItemFactory()
    approve_finding(item, "could_not_confirm")
    address = f"/media/{item.ref}/edit/"
    _factory, _address, good = KINDS["media item"]
    assert client.post(address, opened(client, address) | good).status_code == 302
    item.refresh_from_db()
    assert item.is_under_review


def test_typing_is_kept_and_the_saved_form_takes_its_draft_along(client, writer):
    place = PlaceFactory()
    address = f"/places/{place.ref}/edit/"
    key = f"place-edit:{address}"
    kept = client.post("/drafts/", opened(client, address) | {"draft_key": key, "name": "Half a na"}).json()
    assert "Saved" in kept["words"]
    assert "Half a na" in client.get(address).content.decode()
    sent = opened(client, address) | {"name": "Bucha", "precision": "settlement", "draft_saved": kept["saved"]}
    assert client.post(address, sent).status_code == 302
    assert not Draft.objects.exists()


def test_a_duplicate_leads_on(client, writer):
    stays = PlaceFactory()
    duplicate = PlaceFactory(merged_into=stays)
    assert client.get(f"/places/{duplicate.ref}/edit/").url == stays.get_absolute_url()


def test_what_was_typed_into_a_record_that_was_merged_meanwhile_stands_in_its_form(client):
    client.force_login(analyst())
    stays = [IncidentFactory(), PartyFactory()]
    merged = [IncidentFactory(merged_into=stays[0]), PartyFactory(merged_into=stays[1])]
    forms = [f"{merged[0].get_absolute_url()}{page}/" for page in ("edit", "discussion")]
    for page in [*forms, f"{merged[1].get_absolute_url()}describe/"]:
        assert client.get(page).status_code == 302
        sent = {"words": "Typed with care", "reason": "Typed with care", "title": "T", "name": "N", "kind": "ngo"}
        sent |= {"occurred_zone": "UTC", "place_precision": "adm1", "means": "drone", "version": 1}
        answer = client.post(page, sent)
        assert answer.status_code == 422, page
        assert "was merged into another record" in answer.content.decode(), page
        assert "Typed with care" in answer.content.decode(), page
    client.post("/drafts/", {"words": "Kept", "draft_key": f"incident-discussion:{forms[1]}", "draft_saved": ""})
    assert "Kept" in client.get(forms[1]).content.decode()
    type(stays[0]).objects.filter(pk=stays[0].pk).update(tlp="RED")
    assert {client.get(page).status_code for page in forms} | {client.post(forms[0]).status_code} == {404}


def test_fields_name_places_and_outlets_and_take_the_name_with_its_code_back(client):
    client.force_login(analyst())
    place, other = PlaceFactory(name="Bucha"), PlaceFactory(name="Bucha")
    incident = IncidentFactory(place=other)
    page = client.get(f"/incidents/{incident.ref}/edit/").content.decode()
    assert f'value="Bucha ({other.ref})"' in page
    assert f'<option value="Bucha ({other.ref})">' in page
    assert place.ref not in page, "what no incident lies at is not suggested"
    assert [*places_named(analyst(), f"Butscha ({place.ref})")] == [place]

    outlet = PartyFactory(name="Meridian Wire", kind="media")
    source = SourceFactory(publisher=outlet)
    page = client.get(f"/sources/{source.ref}/edit/").content.decode()
    assert page.count(f'value="Meridian Wire ({outlet.ref})"') == 2
    assert parties_named(analyst(), f"Meridian Wire ({outlet.ref.lower()}) ").get() == outlet
