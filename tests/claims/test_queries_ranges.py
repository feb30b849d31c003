"""Ranges of figures: unknown is never 0, an open end is never closed, nothing is summed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.models import Figure, Statement
from claims.queries.arranged import arranged_for
from claims.queries.ranges import figures_among, figures_told, ranges_among
from claims.queries.voices import Voice
from harmtracker.identity import new_id
from tests.factories import FigureFactory, IncidentFactory, StatementFactory, TeamFactory, analyst

counts = st.none() | st.integers(0, 10_000)


def figure(least=None, best=None, most=None, **fields):
    return Figure(
        **({"outcome": "killed", "population": "civilian", "least": least, "best": best, "most": most} | fields)
    )


def as_of(day):
    return {"as_of": f"2022-04-{day:02}", "as_of_start": datetime(2022, 4, day, tzinfo=UTC)}


def said(*figures, lifecycle="current"):
    """A voice of a reporter of its own that gives these figures."""
    statement = Statement(party_id=new_id(), kind="casualty_figure", lifecycle=lifecycle)
    return Voice(statement, None, None, None, figures=list(figures))


def ranges_of(incident, reader):
    return ranges_among(figures_told(arranged_for(incident, reader).outline))


def ends(*voices):
    """(low, high, at least) of the one range."""
    (found,) = ranges_among(figures_among(list(voices)))
    return found.low, found.high, found.at_least


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([figure(least=20)], (20, None, True)),
        ([figure(best=280)], (280, 280, False)),
        ([figure(most=300)], (None, 300, False)),
        ([figure(least=20), figure(best=280)], (20, 280, False)),
        ([figure(least=20), figure(best=280), figure(least=301)], (20, 301, True)),
        ([figure(best=280), figure(least=280)], (280, 280, True)),
        ([figure(least=10, best=20, most=30), figure(best=15)], (10, 30, False)),
        ([figure(best=0), figure(best=3)], (0, 3, False)),
        ([figure(least=5), figure(least=50)], (5, None, True)),
    ],
)
def test_the_range_of(figures, expected):
    assert ends(*[said(each) for each in figures]) == expected


@pytest.mark.parametrize(
    "left_out",
    [
        {"demographic": "women"},
        {"count_kind": "cumulative"},
        {"is_incident_area": False, "area": "Kyiv region"},
    ],
)
def test_what_does_not_count_this_incident_whole_is_left_out(left_out):
    assert ends(said(figure(best=20)), said(figure(best=900, **left_out))) == (20, 20, False)


def test_words_without_a_number_are_no_range_and_no_zero():
    assert ranges_among(figures_among([said(figure(words="many"))])) == []
    assert ends(said(figure(words="many")), said(figure(best=7))) == (7, 7, False)


def test_bodies_found_are_never_killed():
    found = ranges_among(figures_among([said(figure(best=20)), said(figure(best=410, outcome="bodies_found"))]))

    assert [(each.outcome, each.low, each.high) for each in found] == [
        ("killed", 20, 20),
        ("bodies_found", 410, 410),
    ]


def test_each_population_has_a_range_of_its_own():
    found = ranges_among(figures_among([said(figure(best=20)), said(figure(best=4, population="combatant"))]))

    assert sorted((each.population, each.low) for each in found) == [("civilian", 20), ("combatant", 4)]


def test_of_each_reporter_the_newest_as_of_counts():
    assert ends(said(figure(best=20, **as_of(2)), figure(best=280, **as_of(3)))) == (280, 280, False)


def test_an_as_of_that_is_not_stated_is_older_than_any_that_is():
    assert ends(said(figure(best=9), figure(best=280, **as_of(3)))) == (280, 280, False)


def test_two_numbers_of_one_reporter_for_the_same_day_both_count():
    assert ends(said(figure(best=20, **as_of(2)), figure(best=25, **as_of(2)))) == (20, 25, False)


@pytest.mark.parametrize("lifecycle", ["retracted_by_speaker", "corrected", "superseded"])
def test_only_current_statements_count(lifecycle):
    assert ends(said(figure(best=20)), said(figure(best=900), lifecycle=lifecycle)) == (20, 20, False)


def test_it_names_the_statements_behind_both_ends():
    floor, middle, ceiling = said(figure(least=20)), said(figure(best=100)), said(figure(best=280))
    (found,) = ranges_among(figures_among([floor, middle, ceiling]))

    assert [counted.voice for counted in found.floor] == [floor]
    assert [counted.voice for counted in found.ceiling] == [ceiling]


@given(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=8))
def test_no_number_given_lies_outside_and_none_is_invented(given_counts):
    """Every stated number lies between the ends, unless an end is open on its side; both ends were stated."""
    rows = [tuple(sorted(x for x in row if x is not None)) for row in given_counts]
    figures = [figure(*(values + (None,) * (3 - len(values)))) for values in rows if values]
    found = ranges_among(figures_among([said(each) for each in figures]))

    if not figures:
        assert found == []
        return
    (made,) = found
    stated = {value for values in rows for value in values}
    assert {made.low, made.high} - {None} <= stated
    assert made.low is None or made.low == min(each.least if each.least is not None else each.best for each in figures)
    assert made.high is None or max(stated) <= made.high or made.at_least
    assert (made.high is None) == (all(each.best is None and each.most is None for each in figures))


@pytest.mark.django_db
def test_the_incident_s_range_counts_what_the_reader_may_see():
    incident = IncidentFactory()
    FigureFactory(statement=StatementFactory(incident=incident), least=20)
    FigureFactory(statement=StatementFactory(incident=incident, team=TeamFactory()), least=None, best=900)
    elsewhere = StatementFactory(incident=incident, incidents=[IncidentFactory()])
    FigureFactory(statement=elsewhere, incident=elsewhere.incidents.exclude(pk=incident.pk).get(), best=800)

    (found,) = ranges_of(incident, analyst())

    assert (found.low, found.high, found.at_least) == (20, None, True)


@pytest.mark.django_db
def test_a_figure_taken_back_is_not_counted():
    incident, by = IncidentFactory(), analyst()
    FigureFactory(
        statement=StatementFactory(incident=incident),
        withdrawn_at=datetime(2022, 5, 1, tzinfo=UTC), withdrawn_by=by, withdrawn_reason="Misread.",
    )  # fmt: skip

    assert ranges_of(incident, by) == []
