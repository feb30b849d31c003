"""Reports and origins: copies are one origin, however they are chained, as far as the reader may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.queries.arranged import arranged_for
from claims.queries.origins import origins_shown
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    IncidentFactory,
    OutsideNoteFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


def quoted(incident, source=None, **fields):
    """A source that a statement about the incident quotes."""
    source = source or SourceFactory()
    StatementFactory(incident=incident, capture=CaptureFactory(source=source), **fields)
    return source


def origins(incident, reader):
    return origins_shown(arranged_for(incident, reader).origins, reader)


def drawn(incident, reader=None):
    """{origin: its copies}."""
    return {
        each.root: {source for source, _how in each.copies} for each in origins(incident, reader or analyst()).origins
    }


def test_sources_without_ties_are_origins_each(incident):
    one, other = quoted(incident), quoted(incident)

    assert drawn(incident) == {one: set(), other: set()}


def test_a_source_quoted_twice_is_one_report(incident):
    one = quoted(incident)
    quoted(incident, one)

    assert origins(incident, analyst()).reports == 1


def test_a_chain_of_copies_is_one_origin_and_its_root_the_one_made_from_none(incident):
    derived, between = quoted(incident), quoted(incident)
    root = quoted(incident)
    CopyFactory(derived=between, original=root, confirmed=True)
    CopyFactory(derived=derived, original=between, confirmed=True)

    assert drawn(incident) == {root: {between, derived}}
    assert origins(incident, analyst()).reports == 3


def test_the_original_of_a_quoted_copy_counts_though_nobody_quoted_it(incident):
    copy, original = quoted(incident), SourceFactory()
    CopyFactory(derived=copy, original=original, confirmed=True)

    assert drawn(incident) == {original: {copy}}


def test_a_copy_only_suggested_ties_nothing(incident):
    one, other = quoted(incident), quoted(incident)
    CopyFactory(derived=one, original=other)

    assert drawn(incident) == {one: set(), other: set()}


def test_copies_in_a_circle_are_one_origin(incident):
    one, other = quoted(incident), quoted(incident)
    CopyFactory(derived=one, original=other, confirmed=True)
    CopyFactory(derived=other, original=one, confirmed=True)

    assert origins(incident, analyst()).reports == 2
    assert len(drawn(incident)) == 1


def test_a_source_the_reader_may_not_see_is_neither_counted_nor_a_tie(incident):
    one, other, hidden = quoted(incident), quoted(incident), SourceFactory(team=TeamFactory())
    quoted(incident, hidden)
    CopyFactory(derived=one, original=hidden, confirmed=True)
    CopyFactory(derived=other, original=hidden, confirmed=True)

    assert drawn(incident) == {one: set(), other: set()}


def test_the_source_of_a_hidden_statement_is_not_counted(incident):
    quoted(incident, team=TeamFactory())

    assert origins(incident, analyst()).reports == 0


def test_the_source_of_an_outside_note_is_a_report(incident):
    note = OutsideNoteFactory(incident=incident)

    assert drawn(incident) == {note.source: set()}


def test_a_flag_on_the_source_s_identity_hides_it(incident):
    source = quoted(incident, handling=["source_identity"])

    assert drawn(incident) == {}
    assert drawn(incident, analyst(flags=["source_identity"])) == {source: set()}


def test_two_queries_for_any_number(incident):
    reader = analyst()
    for _each in range(3):
        CopyFactory(derived=quoted(incident), original=SourceFactory(), confirmed=True)
    origins(incident, reader)

    with CaptureQueriesContext(connection) as queries:
        assert origins(incident, reader).reports == 6

    assert len(queries) == 2
