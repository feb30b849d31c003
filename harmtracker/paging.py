"""Keyset pages: as quick on the last page as on the first, and nothing shifts while rows are added.

A cursor names the row at the edge of a page by its sort value and key. It is signed and bound to its list, so that it
cannot be made up; it says nothing that the row itself did not say on the page.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from harmtracker.errors import Refused

PAGE_SIZE = 50
CURSOR = "page"
"""The name under which a cursor travels in an address."""
FORWARD, BACK = "f", "b"


class BadCursor(Refused):
    """The page's address was cut short or changed. Leads to the first page and a sentence; trying again is no use."""

    code = "bad_cursor"


@dataclass(frozen=True)
class Order:
    """By ``field`` and then by key, both in the same direction. Newest first by default.

    The field is never null: a column, or a key the rows are annotated with.
    """

    field: str = "created_at"
    is_descending: bool = True


NEWEST_FIRST = Order()
BY_NAME = Order(field="name", is_descending=False)


@dataclass(frozen=True)
class Page:
    """At most ``size`` rows; a cursor is empty where there is nothing further that way."""

    rows: list[Any]
    next_cursor: str = ""
    previous_cursor: str = ""


@dataclass(frozen=True)
class _Edge:
    """Where a page begins: after (FORWARD) or before (BACK) the row with this sort value and key."""

    direction: str
    value: Any
    key: uuid.UUID


def page_of(
    rows: QuerySet[Any], cursor: str = "", *, name: str, order: Order = NEWEST_FIRST, size: int = PAGE_SIZE
) -> Page:
    """The page of ``rows`` that ``cursor`` leads to, in one query; the first page without a cursor.

    ``name`` is the list the cursors belong to. Raises ``BadCursor`` for one that is damaged or of another list.
    """
    if not cursor:
        return _page(rows, None, name, order, size)
    edge = _read(cursor, name, rows, order)
    page = _page(rows, edge, name, order, size)
    # Going back may end at the top with less than a page: the first page, whole, is what is meant then.
    if edge.direction == BACK and not page.previous_cursor:
        return _page(rows, None, name, order, size)
    return page


def cursor_after(row: Any, *, name: str, order: Order = NEWEST_FIRST) -> str:
    """The cursor of the page of the list ``name`` that begins after this row."""
    return _write(row, FORWARD, name, order)


def _page(rows: QuerySet[Any], edge: _Edge | None, name: str, order: Order, size: int) -> Page:
    goes_back = edge is not None and edge.direction == BACK
    is_descending = order.is_descending != goes_back
    if edge is not None:
        rows = rows.filter(_beyond(edge, order.field, is_descending))
    sign = "-" if is_descending else ""
    found = list(rows.order_by(f"{sign}{order.field}", f"{sign}pk")[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if goes_back:
        found.reverse()
    if not found:
        return Page([])
    has_next, has_previous = (True, has_more) if goes_back else (has_more, edge is not None)
    return Page(
        found,
        _write(found[-1], FORWARD, name, order) if has_next else "",
        _write(found[0], BACK, name, order) if has_previous else "",
    )


def _beyond(edge: _Edge, field: str, is_descending: bool) -> Q:
    """Rows past the edge. The first comparison is what lets the index be used."""
    than = "lt" if is_descending else "gt"
    near = Q(**{f"{field}__{than}e": edge.value})
    return near & (Q(**{f"{field}__{than}": edge.value}) | Q(**{f"pk__{than}": edge.key}))


def _signer(name: str) -> signing.Signer:
    return signing.Signer(salt=f"page of {name}")


def _write(row: Any, direction: str, name: str, order: Order) -> str:
    column = _column(row, order)
    value = column.value_to_string(row) if column else str(getattr(row, order.field))
    return _signer(name).sign_object([direction, value, str(row.pk)])


def _column(model: Any, order: Order) -> Any:
    """The column that is sorted by; None where the rows are annotated with a key instead."""
    return next((field for field in model._meta.concrete_fields if field.name == order.field), None)


def _read(cursor: str, name: str, rows: QuerySet[Any], order: Order) -> _Edge:
    try:
        direction, value, key = _signer(name).unsign_object(cursor)
        column = _column(rows.model, order)
        return _Edge(direction, column.to_python(value) if column else uuid.UUID(value), uuid.UUID(key))
    except (signing.BadSignature, ValueError, TypeError, ValidationError) as error:
        raise BadCursor(
            _("The address of that page is incomplete or out of date. This is the first page of the list."),
            field=CURSOR,
        ) from error


def address_of(query: QueryDict, cursor: str) -> str:
    """The query string of this list's page at ``cursor``, filters kept; empty without a cursor."""
    if not cursor:
        return ""
    kept = query.copy()
    kept[CURSOR] = cursor
    return f"?{kept.urlencode()}"
