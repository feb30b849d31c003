"""The factories make what the database accepts: every test below stands on them."""

import inspect

import pytest
from factory.django import DjangoModelFactory

from claims.models.findings import CONCLUSIONS
from tests import factories
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    RecordFactory,
    StatementFactory,
    approve_finding,
    capture_under_way,
    publish,
)

ALL = [
    made
    for _name, made in inspect.getmembers(factories, inspect.isclass)
    if issubclass(made, DjangoModelFactory) and made not in (DjangoModelFactory, RecordFactory)
]


@pytest.mark.django_db(transaction=True)  # so that what is checked at commit is checked
@pytest.mark.parametrize("made", ALL, ids=lambda made: made.__name__)
def test_each_factory_makes_a_lawful_row_twice(made):
    first, second = made(), made()
    assert first.pk != second.pk
    first.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["allegation", "denial", "authenticity_claim", "announcement"])
def test_statements_of_every_sort_are_whole(kind):
    statement = StatementFactory(kind=kind)
    assert statement.renderings.get().is_quotation
    assert statement.incidents.count() == 1
    assert statement.accuses.count() == (1 if kind == "allegation" else 0)


@pytest.mark.django_db
def test_a_capture_under_way_has_no_outcome():
    assert capture_under_way().is_under_way


@pytest.mark.django_db
@pytest.mark.parametrize("make", [StatementFactory, IncidentFactory, MediaItemFactory])
@pytest.mark.parametrize("finding", sorted(CONCLUSIONS))
def test_every_conclusion_can_be_reached_and_published(make, finding):
    subject = make(workflow="approved")
    approve_finding(subject, finding)
    assert (subject.finding, subject.stage) == (finding, finding)
    if make is not MediaItemFactory:
        assert publish(subject).record_id == subject.pk
