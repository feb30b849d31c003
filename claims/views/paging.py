"""One page of a list, for a view: what a damaged address leads to, and the links to the pages beside it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from harmtracker.paging import CURSOR, NEWEST_FIRST, BadCursor, Order, address_of, page_of


@dataclass(frozen=True)
class Listed:
    """The rows of a page, the addresses of its neighbours, and what was wrong with the address asked for."""

    rows: list[Any]
    next_url: str
    previous_url: str
    complaints: list[str] = field(default_factory=list)


def listed(request: HttpRequest, rows: QuerySet[Any], *, name: str, order: Order = NEWEST_FIRST) -> Listed:
    """The page of ``rows`` the request asks for; the first one, and a sentence, when its address is damaged."""
    complaints = []
    try:
        page = page_of(rows, request.GET.get(CURSOR, ""), name=name, order=order)
    except BadCursor as problem:
        complaints.append(str(problem.message))
        page = page_of(rows, name=name, order=order)
    next_url, previous_url = (address_of(request.GET, cursor) for cursor in (page.next_cursor, page.previous_cursor))
    return Listed(page.rows, next_url, previous_url, complaints)
