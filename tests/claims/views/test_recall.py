"""Who may hold a record that has to be called back, from what partners really read."""

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.actions.webhook import create_endpoint
from claims.api.answers import ExportView
from claims.api.dumps import make_dumps
from claims.api.expansions import EXPANSIONS
from claims.api.urls import urlpatterns
from claims.models import WebhookDelivery
from claims.release import recall
from claims.release.make import withdraw_release
from claims.release.recall import holders
from claims.release.scopes import SCOPES
from claims.webhooks.noting import note_changes
from tests.api.conftest import calling, partner, released, released_statement  # noqa: F401  (fixtures)
from tests.api.test_restricted_later import mark
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import IncidentFactory, PartnerFactory, analyst, editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return signed_in(editor(clearance="AMBER_STRICT"))


def page_of(record):
    return reverse("incident-recall", args=[record.ref])


def told(record):
    return [(each.version, each.is_told) for each in holders(record)]


def test_nobody_holds_what_nobody_read(client, calling):  # noqa: F811
    incident = released()
    calling().read("me/")
    assert told(incident) == []
    assert "No partner has read where this record stood." in words_of(client.get(page_of(incident)))


@pytest.mark.parametrize("address", ["incidents/", "incidents/{}/", "incidents/{}/bundle/", "changes/"])
def test_whoever_read_where_it_stood_may_hold_it(calling, address):  # noqa: F811
    incident = released()
    calling("AMBER", "changes:read").read(address.format(incident.pk))
    assert told(incident) == [(1, address == "changes/")]


def test_whoever_read_something_taken_out_of_it_may_hold_that(calling):  # noqa: F811
    statement, incident = released_statement(kind="testimony"), released(tlp="AMBER")
    other = released(tlp="AMBER")
    for record, kind, beside in (
        (statement, "statement", ["incidents/?expand=statements", f"statements/{statement.pk}/?expand=answered_by"]),
        (incident, "incident", ["statements/?expand=incidents"]),
    ):
        for number, address in enumerate([*recall.WITHIN[kind], *beside], start=len(holders(record)) + 1):
            named = PartnerFactory(name=f"{kind} by {address}", ceiling="AMBER")
            calling("AMBER", partner=named, only=list(SCOPES)).read(address)
            assert len(holders(record)) == number, address
    count = len(holders(incident))
    calling("AMBER", partner=PartnerFactory(name="Elsewhere", ceiling="AMBER")).read(f"incidents/{other.pk}/")
    assert len(holders(incident)) == count


def test_every_address_that_partners_read_records_at_is_known_here():
    """A new address that holds something of a record stands in ``recall``; one that holds nothing stands here."""
    nothing = ("aggregates/", "audit/", "me/", "unknown", "vocabularies/", "webhook-")
    files = {"exports/", "exports/{dump}/{segment}/"}  # told from the dumps
    views = [getattr(each.callback, "cls", object) for each in urlpatterns]
    read = {view.endpoint for view in views if issubclass(view, ExportView)}
    singles = {f"{plural}/{rest}" for plural in recall.PLURAL.values() for rest in ("", "{key}/", "{key}/history/")}
    known = {recall.STREAM, recall.BUNDLE, *singles, *(each for lists in recall.WITHIN.values() for each in lists)}
    assert {each for each in read - files if not each.startswith(nothing)} == known
    for kind, names in recall.BROUGHT_ALONG.items():
        found = [name for of in EXPANSIONS.values() for name, each in of.items() if each.kind == kind]
        assert sorted(found) == sorted(names)


@pytest.mark.usefixtures("evidence_root")
def test_whoever_fetched_a_file_of_its_keys_may_hold_it_and_was_told_nothing(calling):  # noqa: F811
    statement, incident = released_statement(kind="testimony"), released()
    client = calling("AMBER", "bulk:read", "changes:read")
    make_dumps()
    found = {each["content"]: each for each in client.read("exports/")["dumps"][0]["segments"]}
    assert told(incident) == []
    b"".join(client.get(found["statements"]["address"], headers={"Range": "bytes=5-"}).streaming_content)
    assert (told(statement), told(incident)) == ([(1, False)], [])
    b"".join(client.get(found["package"]["address"]).streaming_content)
    assert (told(statement), told(incident)) == ([(1, False)], [(1, False)])


def test_another_single_record_or_kind_is_no_read_of_this_one(calling):  # noqa: F811
    incident, other = released(tlp="AMBER"), released(tlp="AMBER")
    client = calling()
    client.read(f"incidents/{other.pk}/")
    client.read("statements/")
    assert told(incident) == []
    assert told(other) == [(1, False)]


def test_a_refused_read_is_none(calling):  # noqa: F811
    incident = released(tlp="AMBER")
    calling("GREEN").get(f"incidents/{incident.pk}/")
    calling("GREEN").read("incidents/")
    assert told(incident) == []


def test_a_withdrawal_is_untold_until_the_partner_reads_again(client, calling):  # noqa: F811
    incident = released()
    reading = calling("AMBER", "changes:read")
    reading.read("incidents/")
    withdraw_release(record=incident, by=editor(), code="error", reason="x")
    assert told(incident) == [(1, False)]
    page = words_of(client.get(page_of(incident)))
    assert "1 was not told of the newest change yet" in page
    assert "An agency" in page
    reading.read("changes/")
    assert told(incident) == [(1, True)]
    assert "all were told of the newest change" in words_of(client.get(page_of(incident)))


def test_a_new_version_is_untold_until_then_too(calling):  # noqa: F811
    incident = released()
    reading = calling("AMBER", "changes:read")
    reading.read("incidents/")
    incident.refresh_from_db()
    mark(incident, tlp="GREEN", reason="x")
    incident.refresh_from_db()
    released(incident)
    assert told(incident) == [(1, False)]
    reading.read("incidents/")
    assert told(incident) == [(incident.version, False)]
    reading.read("changes/")
    assert told(incident) == [(incident.version, True)]


def test_those_not_told_come_first(calling, partner):  # noqa: F811
    incident = released()
    first = calling("AMBER", "changes:read")
    second = calling(partner=PartnerFactory(name="Zebra", ceiling="AMBER"))
    first.read("incidents/")
    second.read("incidents/")
    withdraw_release(record=incident, by=editor(), code="error", reason="x")
    first.read("changes/")
    assert [(each.partner.name, each.is_told) for each in holders(incident)] == [
        ("Zebra", False),
        (partner.name, True),
    ]


def test_only_editors_see_it_and_only_of_what_they_see(client):
    incident = released()
    assert signed_in(analyst()).get(page_of(incident)).status_code == 403
    hidden = IncidentFactory(tlp="RED")
    assert client.get(page_of(hidden)).status_code == 404


def test_as_many_questions_for_four_as_for_one(client, calling, django_assert_max_num_queries):  # noqa: F811
    incident = released()
    for number in range(4):
        calling(partner=PartnerFactory(name=f"Agency {number}", ceiling="AMBER")).read("incidents/")
    with django_assert_max_num_queries(12):
        assert words_of(client.get(page_of(incident))).count("Agency") == 4


def test_whether_a_message_of_the_newest_change_was_taken(client, calling, partner):  # noqa: F811
    incident = released()
    reader = calling("AMBER", "webhooks:manage")
    token = partner.tokens.get()
    create_endpoint(token=token, address="https://partner.example/hook")
    reader.read("incidents/")
    withdraw_release(record=incident, by=editor(), code="error", reason="Wrong")
    note_changes()
    assert [each.message for each in holders(incident)] == ["waiting"]
    WebhookDelivery.objects.update(state="taken", ended_at=timezone.now(), next_at=None)
    assert "message: Taken" in words_of(client.get(page_of(incident)))
    assert told(incident) == [(1, False)], "it was told that there is something to read, and has not read it"
