"""What a proven analyst sends is read in part; what accuses, is protected, came back or is not as quoted, always."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.actions import sampling
from claims.actions.sampling import draw
from claims.actions.workflow import move
from claims.models import Release
from harmtracker import jobs
from harmtracker.errors import StaleRecord
from harmtracker.models import AuditEvent
from harmtracker.people import change_person, stamp_of
from harmtracker.reviewed import Reviewed, reviewed_lately
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    QuoteCheckFactory,
    SourceFactory,
    StatementFactory,
    UserFactory,
    admin,
    analyst,
    editor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def proven():
    """Nothing of what they send is in the sample."""
    return analyst(name="Olena Marchuk", review_share=0)


def said(by, outcome="exact", **fields):
    statement = StatementFactory(created_by=by, **({"kind": "announcement"} | fields))
    rendering = statement.renderings.get()
    if outcome:
        QuoteCheckFactory(rendering=rendering, capture=rendering.capture, outcome=outcome)
    return statement


def send(record, by):
    move(record=record, to="in_review", expected_version=record.version, by=by)
    record.refresh_from_db()
    return record.workflow


@pytest.mark.parametrize("make", [IncidentFactory, SourceFactory, MediaItemFactory, said])
def test_what_is_not_in_the_sample_is_approved_and_says_so(make, proven):
    record = said(proven) if make is said else make(created_by=proven)
    assert send(record, proven) == "approved"
    event = AuditEvent.objects.filter(subject_id=record.pk).get()
    assert event.verb == f"{record._meta.model_name}.passed"
    assert event.reason == "Approved without a second reader: 0 of 100 records that Olena Marchuk sends are read."
    assert event.changes["review_share"] == [None, 0]
    if make is said:
        source = record.renderings.get().source
        assert source.workflow == "approved"
        assert AuditEvent.objects.filter(subject_id=source.pk).get().verb == "source.passed"
    assert not Release.objects.exists()


def test_a_source_that_is_protected_waits_though_its_statement_passes(proven):
    statement = said(proven)
    source = statement.renderings.get().source
    type(source).objects.filter(pk=source.pk).update(tlp="RED")
    source.named.add(proven)
    assert send(statement, proven) == "approved"
    source.refresh_from_db()
    assert source.workflow == "draft"


ALWAYS_READ = {
    "of another person": lambda by: said(editor()),
    "an accusation": lambda by: said(by, kind="allegation"),
    "a flag that withholds": lambda by: said(by, handling=["witness_identity"]),
    "a flag that stops release": lambda by: IncidentFactory(created_by=by, handling=["sub_judice"]),
    "words that changed": lambda by: said(by, outcome="edited"),
    "words nobody looked for": lambda by: said(by, outcome=""),
}


@pytest.mark.parametrize("why", ALWAYS_READ)
def test_some_things_are_always_read(why, proven):
    assert send(ALWAYS_READ[why](proven), proven) == "in_review"


def test_red_is_always_read_and_so_is_what_a_new_analyst_or_an_editor_sends(proven):
    red = said(proven, tlp="RED")
    red.named.add(proven)
    assert send(red, proven) == "in_review"
    for by in (analyst(), editor(review_share=0)):
        assert send(said(by), by) == "in_review"
    with jobs.running():
        assert send(said(proven), proven) == "in_review"


def test_what_came_back_once_is_read_ever_after(proven):
    record, reader = said(proven), editor()
    assert send(record, proven) == "approved"
    move(record=record, to="changes_requested", expected_version=record.version, by=reader, reason="Which street?")
    assert send(record, proven) == "in_review"


def test_the_draw_is_the_same_each_time_and_as_large_as_the_share(monkeypatch):
    by = analyst(review_share=30)
    records = [IncidentFactory.build(created_by=by) for _each in range(2000)]
    assert [draw(each) for each in records] == [draw(each) for each in records]
    assert 0.26 < sum(draw(each) < 30 for each in records) / 2000 < 0.34
    record = said(by)
    monkeypatch.setattr(sampling, "draw", lambda record: 29)
    assert send(record, by) == "in_review"
    other = said(by)
    monkeypatch.setattr(sampling, "draw", lambda record: 30)
    assert send(other, by) == "approved"


def test_an_outdated_page_passes_nothing(proven):
    record = said(proven)
    type(record).objects.filter(pk=record.pk).update(version=9)
    with pytest.raises(StaleRecord):
        send(record, proven)
    assert not AuditEvent.objects.exists()


def test_editors_see_what_passed_and_who_sent_it_is_told(proven):
    statement = said(proven)
    client = signed_in(proven)
    to = f"/statements/{statement.ref}/workflow/"
    told = client.post(to, {"to": "in_review", "version": statement.version}, follow=True)
    assert f"{statement.ref}: approved without a second reader." in words_of(told)
    queue = words_of(signed_in(editor()).get("/review/"))
    assert statement.ref in queue
    assert "0 of 100 records that Olena Marchuk sends are read." in queue
    assert "without a second reader:" not in words_of(client.get("/review/"))
    history = words_of(client.get(statement.get_absolute_url()))
    assert "Statement approved without a second reader" in history


def test_an_administrator_sets_the_share_and_sees_on_what_ground():
    boss, by, reader = admin(), analyst(name="Olena Marchuk"), editor()
    for _each in range(3):
        send(record := said(by), by)
        move(record=record, to="approved", expected_version=record.version, by=reader)
    move(record=record, to="changes_requested", expected_version=record.version, by=reader, reason="x")
    send(record, by)
    move(record=record, to="changes_requested", expected_version=record.version, by=reader, reason="x")
    send(record, by)  # waits
    assert reviewed_lately() == {by.pk: Reviewed(read=4, came_back=1, passed=0)}
    client = signed_in(boss)
    assert "4 records read, one came back" in words_of(client.get("/people/"))
    page = f"/people/{by.pk}/"
    assert "4 records read, one came back" in words_of(client.get(page))
    form = {"role": "analyst", "clearance": "AMBER", "flags": [], "teams": [], "reason": "Nothing came back for months"}
    for share, status in (("101", 422), ("-1", 422), ("some", 422), ("20", 302)):
        sent = client.post(page, form | {"review_share": share, "stamp": stamp_of(by)})
        assert sent.status_code == status, share
    by.refresh_from_db()
    assert by.review_share == 20
    assert AuditEvent.objects.filter(verb="person.changed").get().changes == {"review_share": [100, 20]}
    assert client.post(page, form | {"review_share": "10", "stamp": "stale"}).status_code == 422


def test_nobody_sets_their_own_share(proven):
    given = {"role": "analyst", "clearance": "AMBER", "flags": [], "teams": [], "reason": "x", "review_share": 0}
    assert signed_in(proven).post(f"/people/{proven.pk}/", given | {"stamp": stamp_of(proven)}).status_code == 403
    boss = admin()
    with pytest.raises(Exception, match="Nobody changes their own account"):
        change_person(person=boss, expected_stamp=stamp_of(boss), by=boss, **given)


def test_what_was_sent_long_ago_does_not_count(monkeypatch, proven):
    send(IncidentFactory(created_by=proven), proven)
    assert reviewed_lately() == {proven.pk: Reviewed(passed=1)}
    later = timezone.now() + timedelta(days=91)
    monkeypatch.setattr("harmtracker.reviewed.timezone.now", lambda: later)
    assert reviewed_lately() == {}
    assert UserFactory().review_share == 100
