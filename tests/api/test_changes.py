"""A partner who follows the stream holds what a fresh read gives, and is told of nothing it could not have seen."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from claims.actions.incident import IncidentFields, edit_incident
from claims.actions.merge_incident import merge_incident
from claims.models import Change, Partner
from claims.release.embargoes import note_ended
from claims.release.make import release_incident, withdraw_release
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent
from harmtracker.records import Workflow
from sources.models import Party
from tests.api.conftest import released, released_statement, shipped
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, LinkFactory, PartyFactory, StatementFactory, TeamFactory, analyst, editor
from tests.refusals import in_background

pytestmark = pytest.mark.django_db


CLIENT = shipped("partner_client")


class Mirror:
    """What a partner holds who follows the stream with the client we ship."""

    def __init__(self, client):
        self.client = client
        self.held = {}
        self.after = 0

    def follow(self):
        keep = lambda record: self.held.__setitem__(record["id"], record)  # noqa: E731
        self.after = CLIENT.sync(self.client.read, self.after, keep, lambda key: self.held.pop(key, None))
        return self.held

    def fresh(self):
        """Every list read from its beginning."""
        held = {}
        for kind in ("incidents", "statements"):
            address = f"{kind}/"
            while address:
                page = self.client.read(address, {"limit": 500} if address == f"{kind}/" else None)
                held |= {each["id"]: each for each in page["results"]}
                address = page["next"]
        return held


def read(client, **asked):
    return client.read("changes/", asked)


def told(client, after=0):
    return [(each["op"], each["id"]) for each in read(client, after=after)["changes"]]


def test_a_release_is_an_upsert_with_the_document(calling):
    client = calling("AMBER", "changes:read")
    incident = released()
    page = read(client)
    assert [each["op"] for each in page["changes"]] == ["upsert"]
    assert page["changes"][0]["record"] == client.read(f"incidents/{incident.pk}/")
    assert page["next"] is None
    assert page["next_after"] == AuditEvent.objects.latest("sequence").sequence
    assert read(client, after=page["next_after"])["changes"] == []


def test_a_withdrawal_is_a_tombstone_that_says_why_and_nothing_else(calling):
    client = calling("AMBER", "changes:read")
    incident = released()
    withdraw_release(record=incident, by=editor(), code="error", reason="Two events were mixed up.")
    (change,) = read(client)["changes"]
    number = Change.objects.latest("seq").seq
    assert change == {"change_seq": number, "type": "incident", "id": str(incident.pk), "op": "tombstone",
                      "reason": "error"}  # fmt: skip


def test_a_merged_record_leads_to_what_it_became_unless_that_is_hidden(calling):
    first, second, last = (released(IncidentFactory(workflow="approved", tlp="GREEN")) for _each in range(3))
    for duplicate, into in ((first, second), (second, last)):
        duplicate.refresh_from_db()
        merge_incident(duplicate=duplicate, into=into, reason="x", expected_version=duplicate.version, by=editor())
    client = calling("AMBER", "changes:read")
    tombstones = {each["id"]: each for each in read(client)["changes"] if each["op"] == "tombstone"}
    assert {each["into"] for each in tombstones.values()} == {str(last.pk)}
    assert client.get(f"incidents/{first.pk}/").json()["into"] == str(last.pk)
    mark(last, tlp="AMBER_STRICT")
    tombstones = {each["id"]: each for each in read(client)["changes"] if each["op"] == "tombstone"}
    assert [each for each in tombstones.values() if "into" in each] == []
    assert "into" not in client.get(f"incidents/{first.pk}/").json()


def test_a_raised_marking_is_a_tombstone_for_those_who_lose_sight_and_no_word_to_others(calling):
    low, high = calling("GREEN", "changes:read"), calling("AMBER_STRICT", "changes:read")
    incident = released(tlp="GREEN")
    never = released(tlp="AMBER")
    mark(incident, tlp="AMBER")
    assert told(low) == [("tombstone", str(incident.pk))]
    assert read(low)["changes"][0]["reason"] == "out_of_scope"
    assert set(told(high)) == {("upsert", str(incident.pk)), ("upsert", str(never.pk))}


def test_a_record_that_names_what_was_restricted_changes_too(calling):
    client = calling("AMBER", "changes:read")
    party = PartyFactory()
    statement = released_statement(kind="testimony", party=party)
    other = released_statement(kind="testimony")
    after = read(client)["next_after"]
    mark(party, tlp="AMBER_STRICT")
    (change,) = read(client, after=after)["changes"]
    assert (change["id"], change["record"]["party"]) == (str(statement.pk), None)
    assert str(other.pk) not in str(change)


def test_a_second_record_released_shows_in_the_first_that_links_to_it(calling):
    client = calling("AMBER", "changes:read")
    incident = released()
    denied = StatementFactory(workflow="approved", incident=incident)
    denial = StatementFactory(workflow="approved", incident=incident, kind="authenticity_claim")
    LinkFactory(from_statement=denial, to_statement=denied, aspect="occurrence")
    released(denial)
    mirror = Mirror(client)
    assert mirror.follow()[str(denial.pk)]["links"] == []
    released(denied)
    assert len(mirror.follow()[str(denial.pk)]["links"]) == 1
    assert mirror.held == mirror.fresh()


def test_a_token_without_the_scope_is_told_so_and_kinds_keep_to_theirs(calling):
    released()
    statement = released_statement()
    assert calling().get("changes/").json()["scope"] == "changes:read"
    only = calling("AMBER", only=["changes:read", "statements:read"])
    assert told(only) == [("upsert", str(statement.pk))]
    assert told(calling("AMBER", only=["changes:read"])) == []


def test_a_partner_is_not_told_of_what_went_before_it_came(calling, partner):
    incident = released()
    withdraw_release(record=incident, by=editor(), code="withdrawn", reason="x")
    Partner.objects.filter(pk=partner.pk).update(created_at=timezone.now())
    assert told(calling("AMBER", "changes:read")) == []


def test_an_embargo_that_ends_is_a_change_told_once(calling):
    client = calling("AMBER", "changes:read")
    party = PartyFactory()
    statement = released_statement(kind="testimony", party=party)
    mark(party, handling=["embargo"], embargo_until=timezone.now() + timedelta(days=1))
    mirror = Mirror(client)
    assert mirror.follow()[str(statement.pk)]["party"] is None
    assert note_ended() == 0
    Party.objects.filter(pk=party.pk).update(embargo_until=timezone.now() - timedelta(seconds=1))
    assert note_ended() == 1
    assert mirror.follow()[str(statement.pk)]["party"]["id"] == str(party.pk)
    assert mirror.held == mirror.fresh()
    assert note_ended() == 0


def test_a_job_may_note_the_end_of_an_embargo():
    party = PartyFactory()
    released_statement(kind="testimony", party=party)
    Party.objects.filter(pk=party.pk).update(handling=["embargo"], embargo_until=timezone.now())
    in_background()
    assert note_ended() == 1


def test_many_records_under_one_number_come_page_by_page(calling):
    party = PartyFactory()
    statements = [released_statement(kind="testimony", party=party) for _each in range(5)]
    client = calling("AMBER", "changes:read")
    after = read(client)["next_after"]
    mark(party, tlp="AMBER_STRICT")
    seen, page = [], read(client, after=after, limit=2)
    while True:
        seen += [each["id"] for each in page["changes"]]
        if page["next"] is None:
            break
        page = client.read(page["next"])
    assert sorted(seen) == sorted(str(each.pk) for each in statements)
    assert len({each.seq for each in Change.objects.filter(seq__gt=after)}) == 1


@pytest.mark.parametrize(
    "asked", [{"after": "-1"}, {"after": "x"}, {"limit": "501"}, {"after_id": "1"}, {"since": "1"}]
)
def test_what_cannot_be_asked_is_named(calling, asked):
    response = calling("AMBER", "changes:read").get("changes/", asked)
    assert (response.status_code, response.json()["parameter"]) == (400, next(iter(asked)))


def test_an_edit_of_a_released_record_reaches_no_partner_before_an_editor_releases_it(calling):
    client = calling("AMBER", "changes:read")
    incident = released(title="As released")
    mirror = Mirror(client)
    mirror.follow()
    edit_incident(incident=incident, given=IncidentFields(title="As edited"), expected_version=1, by=analyst())
    assert told(client, after=mirror.after) == []
    incident.refresh_from_db()
    released(incident)
    assert mirror.follow()[str(incident.pk)]["title"] == "As edited"


def test_the_head_of_the_chain_is_told(calling):
    released()
    head = calling("CLEAR").read("audit/head/")
    newest = AuditEvent.objects.latest("sequence")
    assert (head["sequence"], head["hash"]) == (newest.sequence, bytes(newest.hash).hex())


# What somebody does, and how often, beside the others. Releasing and merging take longest.
OPERATIONS = {
    "release": 6, "edit": 6, "remark": 8, "remark_party": 12, "withdraw": 2, "confine_party": 8, "merge": 1,
}  # fmt: skip


class House:
    """Editors at work on a handful of records that name one another, doing one random thing after another."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.editor, self.team = editor(clearance="AMBER_STRICT"), TeamFactory()
        self.parties = [PartyFactory() for _each in range(3)]
        self.incidents = [IncidentFactory(workflow="approved", tlp="GREEN") for _each in range(2)]
        self.statements = [
            StatementFactory(
                workflow="approved", kind="testimony", tlp="GREEN", party=self.random.choice(self.parties),
                incident=self.random.choice(self.incidents))
            for _each in range(4)
        ]  # fmt: skip
        first, second = self.statements[:2]
        LinkFactory(from_statement=second, to_statement=first, type="replies_to", basis="editorial", reason="x")

    def act(self):
        (doing,) = self.random.choices(list(OPERATIONS), OPERATIONS.values())
        record = self.random.choice(self.incidents + self.statements)
        record.refresh_from_db()
        try:
            getattr(self, doing)(record)
        except Refused:
            return f"{doing} refused"
        return doing

    def release(self, record):
        type(record).objects.filter(pk=record.pk).update(workflow=Workflow.APPROVED)
        record.refresh_from_db()
        released(record)

    def edit(self, record):
        if record in self.incidents:
            type(record).objects.filter(pk=record.pk).update(title=f"Title {self.random.random()}")

    def withdraw(self, record):
        withdraw_release(record=record, by=self.editor, code="withdrawn", reason="x")

    def merge(self, _record):
        """A second report of an incident, out for a while, becomes the first."""
        duplicate = released(IncidentFactory(workflow="approved", tlp="GREEN"))
        into = self.random.choice(self.incidents)
        for each in (duplicate, into):
            each.refresh_from_db()
        merge_incident(duplicate=duplicate, into=into, reason="x", expected_version=duplicate.version, by=self.editor)

    def remark(self, record):
        mark(record, by=self.editor, tlp=self.random.choice(["CLEAR", "GREEN", "GREEN", "AMBER", "AMBER_STRICT"]),
             handling=self.random.choice([[], ["witness_identity"], ["source_identity"]]), reason="x")  # fmt: skip

    def remark_party(self, _record):
        self.remark(self.random.choice(self.parties))

    def confine_party(self, _record):
        mark(self.random.choice(self.parties), by=self.editor, team=self.random.choice([None, self.team]), reason="x")


@pytest.mark.django_db(transaction=True)
def test_a_number_is_never_committed_behind_a_reader(calling):
    """Two transactions write events; the second commits while the first still waits: it must have had to wait."""
    incidents = [IncidentFactory(workflow="approved", tlp="GREEN") for _each in range(2)]
    client = calling("AMBER", "changes:read")
    holds, let_go, by = threading.Event(), threading.Event(), editor(clearance="AMBER_STRICT")

    def slow():
        try:
            with audit.recording():
                release_incident(incident=incidents[0], expected_version=1, by=by, confirmed_unassessed=True)
                audit._write(audit._pending.get())  # the number is given; the commit is late
                audit._pending.get().clear()
                holds.set()
                let_go.wait(60)
        finally:
            connection.close()

    def quick():
        try:
            release_incident(incident=incidents[1], expected_version=1, by=by, confirmed_unassessed=True)
        finally:
            connection.close()

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    threads[0].start()
    assert holds.wait(60)
    threads[1].start()
    threads[1].join(0.5)
    first = read(client)
    assert first["changes"] == []  # neither: the second waits for the first, as its number does
    let_go.set()
    for thread in threads:
        thread.join(60)
    after = read(client, after=first["next_after"])
    assert {each["id"] for each in after["changes"]} == {str(each.pk) for each in incidents}
