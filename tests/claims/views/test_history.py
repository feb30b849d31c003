"""The history of a record in words, through today's eyes; and an earlier value restored by an ordinary edit."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.actions.incident import IncidentFields, edit_incident
from claims.actions.merge_place import merge_place
from claims.actions.statement import StatementFields, edit_statement
from claims.event_words import VERBS
from claims.listing.history import word_changes
from claims.models import Assessment, Statement
from claims.queries import history as queries
from claims.queries.history import stretch_of_history
from harmtracker import audit
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
MAKERS = {
    "incidents": IncidentFactory,
    "statements": StatementFactory,
    "sources": SourceFactory,
    "parties": PartyFactory,
    "places": PlaceFactory,
    "media": MediaItemFactory,
}


@pytest.fixture
def writer(client):
    user = analyst(name="Olena Hrytsenko")
    client.force_login(user)
    return user


def given(incident, **more):
    columns = ("title", "summary", "occurred", "occurred_zone", "place", "place_as_reported", "place_precision")
    return IncidentFields(**{name: getattr(incident, name) for name in columns} | more)


def edited(incident, by, **more):
    reason = more.pop("reason", "")
    version = incident.version
    return edit_incident(
        incident=incident, given=given(incident, **more), expected_version=version, by=by, reason=reason
    )


def page(client, record, query=""):
    answer = client.get(f"{record.get_absolute_url()}history/{query}")
    assert answer.status_code == 200
    return unescape(re.sub(r"<span class=\"vh\">.*?</span>|<[^>]+>", "", answer.content.decode()))


def link_to_restore(client, record, field):
    html = unescape(client.get(f"{record.get_absolute_url()}history/").content.decode())
    found = re.search(rf'href="([^"]*restore=\d+&field={field})"', html)
    return found and found.group(1)


def hidden(html):
    fields = re.findall(r'<input type="hidden" name="(version|opened)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in fields}


def test_an_edit_says_who_why_and_from_what_to_what(client, writer):
    incident = IncidentFactory(title="Killings of civilians in the town of Bucha", means="unknown")
    edited(incident, writer, title="Killings of civilians in Bucha", means="small_arms", reason="Shorter")

    shown = page(client, incident)

    assert "Incident edited" in shown
    assert "Olena Hrytsenko" in shown
    assert "Shorter" in shown
    assert "Killings of civilians in the town of Bucha" in shown
    assert "Small arms" in shown, "codes are put into words"
    html = client.get(f"/incidents/{incident.ref}/history/").content.decode()
    assert re.search(r"<del>.*the town of.*</del>", html), "only the words that changed are marked"


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_record_has_a_history_for_who_works_here(client, kind):
    record = MAKERS[kind](tlp="GREEN")
    with audit.recording():
        audit.record(f"{kind}.told", subject=record, by=None, reason="It happened")
    for person, status in ((analyst(), 200), (editor(), 200), (admin(), 200), (viewer(), 403)):
        client.force_login(person)
        answer = client.get(f"{record.get_absolute_url()}history/")
        assert answer.status_code == status, person.role
        assert (b"It happened" in answer.content) == (status == 200)


def test_a_restricted_value_is_not_shown_and_cannot_be_restored(client, writer):
    open_then = StatementFactory(role_words="a farmer of Yablunska street")
    fields = StatementFields(kind="allegation", party=open_then.party, names_nobody=False, role_words="a resident")
    edit_statement(statement=open_then, given=fields, expected_version=open_then.version, by=writer)
    assert "a farmer" in page(client, open_then)

    Statement.objects.filter(pk=open_then.pk).update(handling=["witness_identity"])

    shown = page(client, open_then)
    assert "farmer" not in shown, "written in the open, restricted today"
    assert "changed, value restricted" in shown
    html = client.get(f"/statements/{open_then.ref}/edit/?restore={newest()}&field=role_words").content.decode()
    assert "farmer" not in html
    assert "restricted and cannot be restored" in html


def test_values_written_as_hashes_read_as_restricted(client, writer):
    statement = StatementFactory(handling=["minor"])
    with audit.recording():
        audit.record("statement.edited", subject=statement, by=writer, changes={"said_in": ["One", "Two"]})
    shown = page(client, statement)
    assert "changed, value restricted" in shown
    assert "hmac" not in shown


def test_names_are_those_of_what_the_reader_may_see(client, writer):
    bucha, hidden_place = PlaceFactory(name="Bucha"), PlaceFactory(name="A safe house", tlp="AMBER_STRICT")
    incident = IncidentFactory(place=hidden_place)
    edited(incident, writer, place=bucha)

    shown = page(client, incident)
    assert "Bucha" in shown
    assert "withheld" in shown
    assert "safe house" not in shown
    assert hidden_place.ref not in shown

    address = link_to_restore(client, incident, "place")
    answer = client.get(address).content.decode()
    assert "may not be seen by you any more" in answer
    assert hidden_place.ref not in answer
    assert f'value="Bucha ({bucha.ref})"' in answer, "the form stays as it is"


def test_a_protected_witness_is_named_by_pseudonym(client, writer):
    witness = PartyFactory(name="Halyna Savchuk", pseudonym="Witness A", handling=["witness_identity"])
    statement = StatementFactory()
    with audit.recording():
        changes = {"party": [str(statement.party.pk), str(witness.pk)]}
        audit.record("statement.edited", subject=statement, by=None, changes=changes)
    shown = page(client, statement)
    assert "Witness A" in shown
    assert "Savchuk" not in shown
    assert witness.ref not in shown


def test_what_happened_to_a_statement_one_may_not_see_is_not_told(client, writer):
    incident = IncidentFactory()
    secret = StatementFactory(incident=incident, tlp="AMBER_STRICT")
    with audit.recording():
        audit.record("statement.edited", subject=secret, by=None, reason="A secret reason", about=[incident.pk])
    assert "A secret reason" not in page(client, incident)


def test_a_merged_place_stands_in_the_history_of_both_and_of_its_incidents(client):
    person = editor()
    client.force_login(person)
    duplicate, into = PlaceFactory(name="Butscha"), PlaceFactory(name="Bucha")
    incident = IncidentFactory(place=duplicate)
    merge_place(duplicate=duplicate, into=into, reason="One town", expected_version=duplicate.version, by=person)

    for record in (duplicate, into, incident):
        assert "Place merged into another" in page(client, record)


def test_an_earlier_value_is_restored_by_an_edit_like_any_other(client, writer):
    incident = IncidentFactory(occurred="2022-03-04")
    approve_finding(incident, "could_not_confirm")
    incident.refresh_from_db()
    edited(incident, writer, occurred="2022-03-09")
    before = Assessment.objects.filter(incident=incident).count()

    address = link_to_restore(client, incident, "occurred")
    html = client.get(address).content.decode()
    assert 'value="2022-03-04"' in html
    assert "Nothing is saved until you save it" in html
    incident.refresh_from_db()
    assert incident.occurred == "2022-03-09"
    sent = hidden(html) | {
        "title": incident.title, "occurred": "2022-03-04", "occurred_zone": incident.occurred_zone,
        "place_precision": "settlement", "means": "unknown", "reason": "Restored: when it happened",
    }  # fmt: skip
    assert client.post(address, sent).status_code == 302
    html = client.get(f"/incidents/{incident.ref}/history/").content.decode()
    assert html.count("field=occurred") == 1, "what stands today is not offered"

    incident.refresh_from_db()
    assert incident.occurred == "2022-03-04"
    assert "Restored: when it happened" in page(client, incident)
    assert Assessment.objects.filter(incident=incident).count() == before, "it is under re-examination already"
    assert incident.is_under_review

    # The same form again: somebody has saved since it was opened, so it asks.
    again = client.post(address, sent | {"title": "A title typed in the second tab"})
    assert again.status_code == 422
    assert "A title typed in the second tab" in again.content.decode()


def test_what_is_no_event_of_the_record_fills_in_nothing(client, writer):
    incident, other = IncidentFactory(title="This one"), IncidentFactory(title="That one, before")
    edited(other, writer, title="That one")
    for query in (
        f"restore={newest()}&field=title",
        "restore=999999&field=title",
        f"restore={newest()}&field=workflow",
    ):
        html = client.get(f"/incidents/{incident.ref}/edit/?{query}").content.decode()
        assert "holds no such value" in html
        assert "That one, before" not in html


def test_who_may_not_edit_is_offered_no_restoring(client, writer):
    incident = IncidentFactory()
    edited(incident, writer, title="Another title")
    assert link_to_restore(client, incident, "title")
    client.force_login(admin())
    assert link_to_restore(client, incident, "title") is None


def test_a_long_history_goes_on_page_by_page_and_none_is_told_twice(client, writer, monkeypatch):
    monkeypatch.setattr(queries, "ROUNDS", (10, 20, 40))  # fewer events than the product looks at, for a short test
    incident = IncidentFactory()
    secret = StatementFactory(incident=incident, tlp="AMBER_STRICT")
    with audit.recording():
        for number in range(60):
            subject = secret if 20 <= number < 55 else incident
            audit.record("incident.edited", subject=subject, by=None, reason=f"Number {number}.", about=[incident.pk])

    first = page(client, incident)
    assert "Number 59." in first
    seen, before = [], None
    for _page in range(10):
        stretch = stretch_of_history(incident, writer, before)
        seen += [event.reason for event in stretch.events]
        before = stretch.before
        if before is None:
            break
    assert seen == [f"Number {number}." for number in [*range(59, 54, -1), *range(19, -1, -1)]]
    with CaptureQueriesContext(connection) as asked:
        page(client, incident)
    assert len(asked) <= 12


def test_every_verb_that_is_written_has_words():
    written = set()
    for path in [*ROOT.glob("harmtracker/**/*.py"), *ROOT.glob("sources/**/*.py"), *ROOT.glob("claims/**/*.py")]:
        if "migrations" not in path.parts:
            written |= set(re.findall(r'\b(?:audit\.|_)record\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text()))
    assert written - set(VERBS) == set(), "name them in claims/event_words.py"
    steps = ("in_review", "approved", "changes_requested", "set_aside", "draft")
    assert {f"{kind}.{step}" for kind in ("incident", "statement", "mediaitem", "source") for step in steps} <= set(
        VERBS
    )


def test_texts_are_compared_word_by_word_and_very_long_ones_as_a_whole():
    assert [(piece.text, piece.change) for piece in word_changes("at least 20 men", "at least 30 men")] == [
        ("at least ", ""), ("20", "removed"), ("30", "added"), (" men", ""),
    ]  # fmt: skip
    assert [piece.text for piece in word_changes("A sentence added by Mira.", "A sentence put in later.")] == [
        "A sentence ", "added by Mira", "put in later", ".",
    ]  # fmt: skip
    long = "word " * 4000
    assert [piece.change for piece in word_changes(long, "short")] == ["removed", "added"]


def newest():
    return audit.newest_sequence()
