"""Nothing comes to name a party, place or incident that was merged or set aside, not even in the same moment."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from claims.actions.merge_party import merge_party
from claims.actions.party import affiliate
from claims.actions.set_aside import set_aside
from claims.models import Accusation, Statement, StatementIncident
from harmtracker import audit
from harmtracker.errors import Refused
from tests.databases import until_one_waits_for_a_lock
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    editor,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

OF_PARTIES = {
    "speaker": lambda gone: StatementFactory(party=gone),
    "on whose behalf": lambda gone: StatementFactory(on_behalf_of=gone),
    "accused": lambda gone: Accusation.objects.create(statement=StatementFactory(), party=gone),
    "of a note": lambda gone: OutsideNoteFactory(party=gone),
    "who asked": lambda gone: CommentRequestFactory(asked_by=gone),
    "who was asked": lambda gone: CommentRequestFactory(party=gone),
    "outlet": lambda gone: SourceFactory(publisher=gone),
    "holder": lambda gone: AffiliationFactory(party=gone),
    "body": lambda gone: AffiliationFactory(body=gone),
    "holder, put back": lambda gone: _put_back("party", gone),
    "body, put back": lambda gone: _put_back("body", gone),
}
OF_INCIDENTS = {
    "about": lambda gone: StatementIncident.objects.create(statement=StatementFactory(), incident=gone),
    "figure": lambda gone: FigureFactory(incident=gone),
    "note": lambda gone: OutsideNoteFactory(incident=gone),
    "request": lambda gone: CommentRequestFactory(incident=gone),
    "finding": lambda gone: AssessmentFactory(incident=gone, statement=None),
}


def _put_back(end, gone):
    nothing = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_reason": ""}
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawn_by": editor(), "withdrawn_reason": "A slip"}
    tie = AffiliationFactory(**withdrawn, **{end: gone})
    type(tie).objects.filter(pk=tie.pk).update(**nothing)


@pytest.mark.parametrize("naming", OF_PARTIES)
def test_nothing_names_a_party_that_was_merged(naming):
    gone = PartyFactory(merged_into=PartyFactory())
    with refused_by("party_stands"):
        OF_PARTIES[naming](gone)


@pytest.mark.parametrize("naming", OF_INCIDENTS)
def test_nothing_names_an_incident_that_was_merged(naming):
    gone = IncidentFactory(merged_into=IncidentFactory())
    with refused_by("incident_stands"):
        OF_INCIDENTS[naming](gone)


def test_nothing_names_a_place_that_was_merged_or_set_aside():
    aside = {"set_aside_at": timezone.now(), "set_aside_by": editor(), "set_aside_reason": "A slip"}
    for gone in (PlaceFactory(merged_into=PlaceFactory()), PlaceFactory(**aside)):
        with refused_by("place_stands"):
            IncidentFactory(place=gone)


def test_a_row_that_names_a_duplicate_already_may_be_saved_otherwise():
    statement = StatementFactory(party=PartyFactory())
    type(statement.party).objects.filter(pk=statement.party_id).update(merged_into=PartyFactory())
    statement.said_in = "Briefing"
    statement.save()


@pytest.mark.parametrize(
    ("rule", "make"), [("party_set_aside_whole", PartyFactory), ("place_set_aside_whole", PlaceFactory)]
)
def test_when_by_whom_and_why_are_given_together(rule, make):
    with refused_by(rule):
        make(set_aside_at=timezone.now(), set_aside_by=editor())


def merged(gone):
    stays = PartyFactory(name="The ministry")
    merge_party(duplicate=gone, into=stays, reason="One ministry", expected_version=gone.version, by=editor())


def aside(gone):
    set_aside(record=gone, reason="A slip of the pen", expected_version=gone.version, by=editor())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("take_away", [merged, aside])
def test_what_is_written_while_a_party_goes_is_refused_in_words(take_away: Callable):
    """The writer waits for the lock of the one who takes the party away, and then reads it again."""
    gone, other, by = PartyFactory(name="Ministry"), PartyFactory(), analyst()
    refusals = []

    def write():
        try:
            affiliate(party=other, body=gone, kind="belongs_to", by=by)
        except Refused as refusal:
            refusals.append(refusal.code)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    with audit.recording():
        take_away(gone)
        writer.start()
        until_one_waits_for_a_lock(writer)
    writer.join(timeout=60)
    assert refusals == ["party_stands"]
    assert not gone.members.exists()
    assert not Statement.objects.filter(party=gone).exists()
