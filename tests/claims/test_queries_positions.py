"""What each party says of its own part: by or for it, current, newest day, as far as the reader may see."""

from datetime import UTC, datetime

import pytest

from claims.actions.party import withdraw_tie
from claims.queries.arranged import arranged_for
from claims.queries.positions import positions_among
from claims.queries.stances import stances_on
from tests.factories import AffiliationFactory, IncidentFactory, PartyFactory, StatementFactory, TeamFactory, analyst

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def accused(incident):
    party = PartyFactory()
    StatementFactory(incident=incident, accused=[party])
    return party


def said(day):
    """The date columns of a statement said on that day of April 2022."""
    return {
        "said": f"2022-04-{day:02}",
        "said_start": datetime(2022, 4, day, tzinfo=UTC),
        "said_end": datetime(2022, 4, day + 1, tzinfo=UTC),
    }


def denial(incident, party, **fields):
    return StatementFactory(kind="denial", incident=incident, party=party, **fields)


def stated(incident, party, reader=None):
    """What makes the party's position. The page of positions, which reads it another way, says the same."""
    reader = reader or analyst()
    told = arranged_for(incident, reader).outline
    (position,) = [each for each in positions_among(told) if each.ref == party.ref]
    refs = [told.said[each.said].ref for each in position.stated]
    (stance,) = [each for each in stances_on(incident, reader) if each.party == party]
    assert sorted(refs) == sorted(voice.statement.ref for voice in stance.stated)
    return refs


def test_an_accused_that_said_nothing_has_no_position(incident, accused):
    assert stated(incident, accused) == []


def test_the_newest_day_counts_with_everything_said_on_it(incident, accused):
    denial(incident, accused, **said(3))
    last = denial(incident, accused, **said(5))
    same_day = denial(incident, accused, responsibility_position="states_circumstances", **said(5))

    assert stated(incident, accused) == [last.ref, same_day.ref]


def test_a_statement_without_position_is_none(incident, accused):
    StatementFactory(kind="announcement", incident=incident, party=accused)

    assert stated(incident, accused) == []


def test_what_was_retracted_is_no_position(incident, accused):
    denial(
        incident, accused, lifecycle="retracted_by_speaker", lifecycle_reason="Took it back.",
        lifecycle_at=datetime(2022, 5, 1, tzinfo=UTC), lifecycle_by=analyst(),
    )  # fmt: skip

    assert stated(incident, accused) == []


def test_one_who_held_the_office_that_day_speaks_for_it(incident, accused):
    minister = PartyFactory(kind="person")
    AffiliationFactory(party=minister, body=accused, kind="holds", since="2022-01-01", until="2022-04-10")
    spoke = denial(incident, minister, **said(5))
    denial(incident, minister, **said(20))

    assert stated(incident, accused) == [spoke.ref]


def test_who_is_tied_to_it_no_more_speaks_for_it_no_more(incident, accused):
    tie = AffiliationFactory(body=accused, kind="holds")
    denial(incident, tie.party)
    withdraw_tie(tie=tie, reason="Another ministry", by=analyst())

    assert stated(incident, accused) == []


def test_words_on_behalf_of_a_party_are_its_position(incident, accused):
    spoke = denial(incident, PartyFactory(kind="person"), on_behalf_of=accused)

    assert stated(incident, accused) == [spoke.ref]


def test_a_body_does_not_speak_for_its_members(incident, accused):
    """Unlike an answer, a position is only what is said by or for the party itself."""
    state = PartyFactory()
    AffiliationFactory(party=accused, body=state)
    denial(incident, state)

    assert stated(incident, accused) == []


def test_what_the_reader_may_not_see_is_no_position(incident, accused):
    seen = denial(incident, accused, **said(3))
    denial(incident, accused, team=TeamFactory(), **said(5))

    assert stated(incident, accused) == [seen.ref]


def test_a_withheld_speaker_speaks_for_nobody(incident, accused):
    hidden = PartyFactory(team=TeamFactory())
    AffiliationFactory(party=hidden, body=accused)
    denial(incident, hidden)

    assert stated(incident, accused) == []


def test_the_day_is_counted_where_it_was_said(incident, accused):
    """Midnight in Kyiv on the 10th is still the 9th in UTC; the office was held until the 9th."""
    minister = PartyFactory(kind="person")
    AffiliationFactory(party=minister, body=accused, kind="holds", until="2022-04-09")
    late = {
        "said": "2022-04-10",
        "said_start": datetime(2022, 4, 9, 21, tzinfo=UTC),
        "said_end": datetime(2022, 4, 10, 21, tzinfo=UTC),
        "said_zone": "Europe/Kyiv",
    }
    denial(incident, minister, **late)

    assert stated(incident, accused) == []


def test_the_accused_come_first(incident, accused):
    StatementFactory(kind="condemnation", incident=incident)

    assert arranged_for(incident, analyst()).positions[0].ref == accused.ref
