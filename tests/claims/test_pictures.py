"""Pictures drawn by the server: what is open stays open, nothing unknown stands at 0, and no label covers another."""

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from claims.queries.figure_chart import BOTTOM, TOP, charts_of
from claims.queries.timeline import Item
from claims.queries.timeline_axis import LABEL_WIDTH, axis_of

START = datetime(2022, 4, 3, tzinfo=UTC)


def given(least=None, best=None, most=None, day=0, party="a"):
    figure = SimpleNamespace(
        pk=f"{party}{day}", outcome="killed", population="civilian", demographic="total", count_kind="incident",
        is_incident_area=True, area="", as_of="2022-04-03", as_of_precision="day",
        as_of_start=START + timedelta(days=day), least=least, best=best, most=most,
    )  # fmt: skip
    voice = SimpleNamespace(is_current=True, speaker=SimpleNamespace(pk=party), statement=SimpleNamespace())
    low, high = (best if least is None else least), (best if most is None else most)
    return SimpleNamespace(figure=figure, voice=voice, low=low, high=high)


def test_an_end_nobody_stated_is_drawn_open_and_never_down_to_nought():
    [chart] = charts_of([given(least=20), given(most=300, day=1), given(best=0, day=2), given(day=3)], [])
    least, most, nought = chart.marks

    assert (least.high, most.low) == (None, None)
    assert TOP - 14 <= least.open_up < least.low
    assert most.high < most.open_down < BOTTOM
    assert nought.low == BOTTOM  # 0 is a number somebody gave
    assert chart.left_out == 1


def test_figures_of_one_day_stand_side_by_side_and_one_reporter_keeps_its_letter():
    [chart] = charts_of([given(best=n, party=party) for n, party in ((1, "a"), (2, "b"), (3, "a"))], [])

    assert len({mark.shift for mark in chart.marks}) == 3
    letters = {mark.counted.figure.best: mark.letter for mark in chart.marks}
    assert letters[1] == letters[3] != letters[2]


def items(*days):
    return [Item(START + timedelta(days=day), "said", "Somebody", "Allegation") for day in days]


def test_a_long_time_without_anything_is_left_out_and_said():
    axis = axis_of(items(0, 1, 2, 1500, 1501))

    assert [gap.days for gap in axis.gaps] == [1498]
    assert [dot.at for dot in axis.dots] == sorted(dot.at for dot in axis.dots)
    assert all(0 < dot.at < 100 for dot in axis.dots)


def test_no_date_beneath_the_axis_covers_another():
    axis = axis_of(items(0, 1, 60, 61, 200, 201, 600, 601, 1500))
    spans = [(label.row, label.at - LABEL_WIDTH * (label.anchor == "end")) for label in axis.labels]

    for row in {row for row, _left in spans}:
        lefts = sorted(left for of, left in spans if of == row)
        assert all(later - earlier >= LABEL_WIDTH for earlier, later in itertools.pairwise(lefts))


def test_midnight_in_kyiv_is_that_day():
    item = Item(datetime(2022, 4, 2, 21, tzinfo=UTC), "said", "Somebody", "Allegation", zone="Europe/Kyiv")
    assert item.day.isoformat() == "2022-04-03"


def test_one_item_alone_needs_no_axis():
    assert axis_of(items(0)) is None
