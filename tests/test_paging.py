"""Pages that follow rows, not numbers: nothing doubled, nothing skipped, nothing made up."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from harmtracker.paging import BY_NAME, BadCursor, address_of, page_of
from sources.models import Party
from tests.factories import PartyFactory

pytestmark = pytest.mark.django_db


def rows():
    return Party.objects.all()


def made(number):
    return [PartyFactory(name=f"Party {n:03d}") for n in range(number)]


def walk(size=2, order=None):
    """Every page from the first to the last."""
    options = {"name": "parties", "size": size} | ({"order": order} if order else {})
    pages = [page_of(rows(), **options)]
    while pages[-1].next_cursor:
        pages.append(page_of(rows(), pages[-1].next_cursor, **options))
    return pages


def test_newest_first_and_every_row_once():
    parties = made(5)
    assert [[row.pk for row in page.rows] for page in walk()] == [
        [parties[4].pk, parties[3].pk],
        [parties[2].pk, parties[1].pk],
        [parties[0].pk],
    ]


def test_rows_of_one_moment_are_told_apart_by_key():
    made(5)
    rows().update(created_at=timezone.now())
    seen = [row.pk for page in walk() for row in page.rows]
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 5


def test_a_row_added_meanwhile_shifts_nothing():
    parties = made(4)
    first = page_of(rows(), name="parties", size=2)
    PartyFactory()
    second = page_of(rows(), first.next_cursor, name="parties", size=2)
    assert [row.pk for row in second.rows] == [parties[1].pk, parties[0].pk]


def test_the_way_back_is_the_way_there():
    made(7)
    pages = walk()
    back = page_of(rows(), pages[2].previous_cursor, name="parties", size=2)
    assert back.rows == pages[1].rows
    assert back.next_cursor == pages[1].next_cursor
    assert back.previous_cursor == pages[1].previous_cursor


def test_the_first_and_the_last_page_lead_no_further():
    made(4)
    pages = walk()
    assert pages[0].previous_cursor == ""
    assert pages[-1].next_cursor == ""
    assert len(pages) == 2


def test_going_back_to_the_top_gives_a_whole_first_page():
    parties = made(3)
    second = page_of(rows(), page_of(rows(), name="parties", size=2).next_cursor, name="parties", size=2)
    Party.objects.filter(pk=parties[2].pk).update(created_at=timezone.now() - timedelta(days=9))
    first = page_of(rows(), second.previous_cursor, name="parties", size=2)
    assert [row.pk for row in first.rows] == [parties[1].pk, parties[0].pk]
    assert first.previous_cursor == ""


def test_by_name():
    for name in ("Gamma", "Alpha", "Beta"):
        PartyFactory(name=name)
    names = [row.name for page in walk(order=BY_NAME) for row in page.rows]
    assert names == ["Alpha", "Beta", "Gamma"]


def test_nothing_is_one_empty_page():
    page = page_of(rows(), name="parties")
    assert (page.rows, page.next_cursor, page.previous_cursor) == ([], "", "")


@pytest.mark.parametrize(
    "damage", [lambda c: c[:-1], lambda c: "x" + c, lambda c: "nonsense", lambda c: "\x00", str.upper]
)
def test_a_damaged_cursor_is_refused_in_words(damage):
    made(3)
    cursor = page_of(rows(), name="parties", size=2).next_cursor
    with pytest.raises(BadCursor, match="incomplete or out of date"):
        page_of(rows(), damage(cursor), name="parties")


def test_a_cursor_of_another_list_is_refused():
    made(3)
    cursor = page_of(rows(), name="parties", size=2).next_cursor
    with pytest.raises(BadCursor):
        page_of(rows(), cursor, name="incidents")


def test_a_page_is_one_query(django_assert_num_queries):
    made(5)
    cursor = page_of(rows(), name="parties", size=2).next_cursor
    with django_assert_num_queries(1):
        page_of(rows(), cursor, name="parties", size=2)


def test_the_address_keeps_the_filters():
    assert address_of(QueryDict("finding=verified&finding=refuted&page=old"), "new") == (
        "?finding=verified&finding=refuted&page=new"
    )
    assert address_of(QueryDict("finding=verified"), "") == ""
