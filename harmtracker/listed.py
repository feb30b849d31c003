"""One page of a list, for a view: what a damaged address leads to, and the links to the pages beside it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from harmtracker.paging import (
    CURSOR,
    NEWEST_FIRST,
    PAGE_SIZE,
    BadCursor,
    Order,
    Page,
    address_of,
    cursor_after,
    page_of,
)

LOOKED_AT = 500


@dataclass(frozen=True)
class Listed:
    """The rows of a page, the addresses of its neighbours, and what was wrong with the address asked for."""

    rows: list[Any]
    next_url: str
    previous_url: str
    complaints: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[uuid.UUID]:
        """The keys of the rows, in their order."""
        return [row.pk for row in self.rows]


def listed(
    request: HttpRequest, rows: QuerySet[Any], *, name: str, order: Order = NEWEST_FIRST, size: int = PAGE_SIZE
) -> Listed:
    """The page of ``rows`` the request asks for; the first one, and a sentence, when its address is damaged."""
    page, complaints = _asked_for(request, rows, name, order, size)
    next_url, previous_url = (address_of(request.GET, cursor) for cursor in (page.next_cursor, page.previous_cursor))
    return Listed(page.rows, next_url, previous_url, complaints)


def looked_through(
    request: HttpRequest, rows: QuerySet[Any], kept: Callable[[list[uuid.UUID]], list[Any]], *, name: str
) -> Listed:
    """The page of those of ``rows`` that ``kept`` lets through, newest key first. Two queries.

    For a condition that is dear to ask: ``kept`` is asked of ``LOOKED_AT`` rows at the most, and gives those of which
    it is true, newest key first, one more than a page at the most. A page may hold few then, or none, and the next
    still goes on where this one ended.
    """
    order = Order(field="id")
    near, complaints = _asked_for(request, rows.only("pk"), name, order, LOOKED_AT)
    found = kept([row.pk for row in near.rows]) if near.rows else []
    cursor = near.next_cursor
    if len(found) > PAGE_SIZE:
        found = found[:PAGE_SIZE]
        cursor = cursor_after(found[-1], name=name, order=order)
    return Listed(found, address_of(request.GET, cursor), "", complaints)


def _asked_for(request: HttpRequest, rows: QuerySet[Any], name: str, order: Order, size: int) -> tuple[Page, list[str]]:
    try:
        return page_of(rows, request.GET.get(CURSOR, ""), name=name, order=order, size=size), []
    except BadCursor as problem:
        return page_of(rows, name=name, order=order, size=size), [str(problem.message)]
