"""Merging incidents that are held twice: what was said of either is said of one, and partners are told."""

import random

import pytest

from claims.actions.merge_incident import merge_incident
from claims.lookups import incidents_named
from claims.models import Figure, Incident, Link, PublishedRecord, Statement, StatementIncident
from claims.release.make import release_incident
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent
from tests.factories import (
    AssessmentFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    StatementFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return editor(clearance="AMBER")


def merged(duplicate, into, by, **more):
    given = {"reason": "The same night", "expected_version": duplicate.version} | more
    return merge_incident(duplicate=duplicate, into=into, by=by, **given)


def test_what_hangs_on_the_duplicate_hangs_on_the_one_that_stays(chief):
    duplicate, into = IncidentFactory(), IncidentFactory()
    said, both = StatementFactory(incident=duplicate), StatementFactory(incident=duplicate, incidents=[into])
    answer = LinkFactory(to_statement=said)
    figure, note = FigureFactory(statement=said), OutsideNoteFactory(incident=duplicate)
    asked = CommentRequestFactory(incident=duplicate)
    earlier = IncidentFactory(merged_into=duplicate)

    assert merged(duplicate, into, chief) == into

    for record in (figure, note, asked):
        record.refresh_from_db()
        assert record.incident == into
    for statement in (said, both, answer.from_statement):
        assert [each.pk for each in statement.incidents.all()] == [into.pk]
        statement.refresh_from_db()
        assert statement.version == 2
    left = {
        relation.related_model._meta.label
        for relation in Incident._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._base_manager.filter(**{relation.field.name: duplicate}).exists()
    }
    assert left == set(), "these still point to the duplicate"
    earlier.refresh_from_db()
    assert earlier.merged_into == into
    assert Link.objects.filter(removed_at=None).count() == 1
    event = AuditEvent.objects.get(verb="incident.merged")
    assert set(event.about) == {duplicate.pk, into.pk}
    assert set(event.changes["statements"][0]) == {said.ref, both.ref, answer.from_statement.ref}


def test_its_reference_leads_on_on_pages_and_in_look_ups(client, chief):
    duplicate, into = IncidentFactory(workflow="approved"), IncidentFactory(workflow="approved")
    StatementFactory(incident=duplicate)
    merged(duplicate, into, chief)
    reader = viewer(clearance="AMBER")
    assert list(incidents_named(reader, duplicate.ref)) == [into]
    client.force_login(reader)
    assert client.get(f"/incidents/{duplicate.ref}/").url == into.get_absolute_url()
    client.force_login(analyst())
    assert client.get(f"/incidents/{duplicate.ref}/edit/").url == into.get_absolute_url()
    assert into.title in client.get(f"/incidents/{duplicate.ref}/figures/new/").content.decode()


def test_partners_who_read_the_duplicate_are_told_that_it_was_merged(chief):
    within = {"workflow": "approved", "tlp": "GREEN"}
    duplicate, into = IncidentFactory(**within), IncidentFactory(**within)
    release_incident(incident=duplicate, expected_version=1, by=chief, confirmed_unassessed=True)

    merged(duplicate, into, chief)

    assert PublishedRecord.objects.get(record_id=duplicate.pk).withdrawal.code == "merged"
    assert not PublishedRecord.objects.filter(record_id=into.pk).exists()
    with pytest.raises(Refused, match="merged into another incident"):
        release_incident(incident=duplicate, expected_version=2, by=chief, confirmed_unassessed=True)


def test_a_duplicate_with_a_finding_or_a_proposal_is_not_merged(chief):
    found, proposed, into = IncidentFactory(), IncidentFactory(), IncidentFactory()
    approve_finding(found, "partly_corroborated")
    AssessmentFactory(subject=proposed)
    for duplicate, words in ((found, "A finding stands"), (proposed, "A finding is proposed")):
        with pytest.raises(Refused, match=words):
            merged(duplicate, into, chief)
        duplicate.refresh_from_db()
        assert duplicate.merged_into is None
    approve_finding(found, "withdrawn")
    merged(found, into, chief)


def test_a_merged_incident_waits_for_no_review(client, chief):
    duplicate, into = IncidentFactory(workflow="in_review"), IncidentFactory()
    client.force_login(chief)
    assert duplicate.ref in client.get("/review/").content.decode()
    merged(duplicate, into, chief)
    assert duplicate.ref not in client.get("/review/").content.decode()


def test_any_merges_keep_every_statement_and_figure_under_exactly_the_incidents_that_stay(chief):
    chance = random.Random(7)
    incidents = [IncidentFactory() for _each in range(5)]
    for _each in range(10):
        first, *others = chance.sample(incidents, chance.randint(1, 3))
        statement = StatementFactory(incident=first, incidents=others)
        FigureFactory(statement=statement, incident=first)
    where = {each.pk: set(each.about.values_list("incident", flat=True)) for each in Statement.objects.all()}
    stays = {each.pk: each.pk for each in incidents}
    while len(incidents) > 1:
        duplicate, into = chance.sample(incidents, 2)
        duplicate.refresh_from_db()
        merged(duplicate, into, chief)
        incidents.remove(duplicate)
        stays = {key: into.pk if now == duplicate.pk else now for key, now in stays.items()}
        for statement in Statement.objects.all():
            expected = {stays[key] for key in where[statement.pk]}
            assert set(statement.about.values_list("incident", flat=True)) == expected
        assert Figure.objects.filter(incident__in=incidents).count() == len(where) == Statement.objects.count()
    assert StatementIncident.objects.count() == len(where)
