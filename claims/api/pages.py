"""Keyset pages by id. A cursor is signed and bound to its list, filters and ceiling: it opens nothing else."""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.api import parameters
from claims.api.chosen import Shape
from claims.api.documents import Filter, Rows, listed, present, readable
from claims.api.problems import WrongParameter
from claims.api.ready import Way, batch, written
from claims.api.tokens import Caller
from claims.release.redaction import Document

DEFAULT, MOST = 50, 500
SALT = "claims.api.pages"
COUNTED = 10_000


LIMIT = parameters.whole_number("limit", "Records on a page.", 1, MOST, DEFAULT)
AS_OF = parameters.past(
    "as_of", "What was out then, seen through today's restrictions: what is withheld today is so at every date."
)
COUNT = parameters.one_of(
    "count", ["on"], "How many there are on all pages, exactly up to 10,000; above that `count_is_exact` is false."
)
CURSOR = parameters.text("cursor", "From `next` or `previous` of an earlier page; used with the same filters only.")
OF_PAGES = (LIMIT, CURSOR, COUNT)


@dataclass(frozen=True)
class Page:
    """Records on a page, each written out, and the addresses of the pages around it."""

    next: str | None
    previous: str | None
    lines: list[bytes]
    count: int | None = None

    def content(self) -> bytes:
        """``{next, previous, results}`` as JSON, with the count in front of the results where it was asked for."""
        told: dict[str, Any] = {"next": self.next, "previous": self.previous}
        if self.count is not None:
            told |= {"count": min(self.count, COUNTED), "count_is_exact": self.count <= COUNTED}
        around = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return b"".join((around[:-1], b',"results":[', b",".join(self.lines), b"]}"))

    def link_header(self) -> str:
        """The same addresses as a Link header (RFC 8288); empty when there are none."""
        found = [(rel, address) for rel, address in (("next", self.next), ("prev", self.previous)) if address]
        return ", ".join(f'<{address}>; rel="{rel}"' for rel, address in found)


def page(kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter], request: HttpRequest) -> Page:
    """A page of what is asked for, oldest id first.

    What was restricted meanwhile is left out before pages are cut: nothing tells that it is there.
    """
    refuse_together(asked)
    limit, shape = asked.get("limit", DEFAULT), Shape.of(kind, asked, caller)
    bound = _fingerprint(kind, caller, asked, filters)
    cursor = read_cursor(asked.get("cursor"), bound)
    backwards, start = "before" in cursor, cursor.get("before") or cursor.get("after")
    wanted = _Wanted(kind, caller, asked, filters, backwards)
    found = list(islice(wanted.shown(start, limit + 1), limit + 1))
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    exactly = {"as_of": asked["as_of"].isoformat()} if "as_of" in asked else {}  # today ends later on every page
    follows, precedes = (bool(found), more) if backwards else (more, bool(start and found))
    return Page(
        next=address_after(request, {"after": str(found[-1][0])} | bound, exactly) if follows else None,
        previous=address_after(request, {"before": str(found[0][0])} | bound, exactly) if precedes else None,
        lines=shape.lines([line for _key, line in found]),
        count=counted(_Wanted(kind, caller, asked, filters).shown(None, MOST)) if COUNT.name in asked else None,
    )


def refuse_together(asked: dict[str, Any]) -> None:
    """Raises ``WrongParameter`` for what cannot be asked of the past; before an answer begins that is streamed."""
    if "as_of" in asked and "updated_after" in asked:
        raise WrongParameter("updated_after", _("This does not go together with as_of."))


def counted(found: Iterator[Any]) -> int:
    """How many these are; looked at are ``COUNTED`` and one more, which says that there are more."""
    return sum(1 for _each in islice(found, COUNTED + 1))


def every(kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter]) -> Iterator[list[Document]]:
    """All that pages would give, in their order, a batch at a time."""
    shown = _Wanted(kind, caller, asked, filters).shown(None, MOST)
    while together := list(islice(shown, MOST)):
        yield [json.loads(line) for _key, line in together]


@dataclass(frozen=True)
class _Wanted:
    """The records of ``kind`` that meet what was asked, in the order of their ids or ``backwards``."""

    kind: str
    caller: Caller
    asked: dict[str, Any]
    filters: Sequence[Filter]
    backwards: bool = False

    def shown(self, start: str | None, size: int) -> Iterator[tuple[Any, bytes]]:
        """Key and line, as the caller reads them today, behind ``start``. More are read only where some fell out."""
        behind = uuid.UUID(start) if start else None
        read = self._of_the_past if "as_of" in self.asked else self._of_today
        holding = self._holding()
        while True:
            found = read(behind, size)
            yield from (each for each in found if each[1] and (not holding or _holds(each[1], holding)))
            if len(found) < size:
                return
            behind = found[-1][0]

    def _of_today(self, behind: uuid.UUID | None, size: int) -> list[tuple[uuid.UUID, bytes]]:
        way = Way(self.backwards, tuple(sorted(_chosen(self.asked, self.filters).items())))
        return batch(self.kind, self.caller, self._rows, behind, size, way)

    def _of_the_past(self, behind: uuid.UUID | None, size: int) -> list[tuple[uuid.UUID, bytes]]:
        rows = list(self._rows(behind)[:size])
        lines = {each["id"]: written(each) for each in present(rows, self.caller, of_the_past=True)}
        return [(row.record_id, lines.get(str(row.record_id), b"")) for row in rows]

    def _rows(self, behind: uuid.UUID | None) -> Rows:
        holding = self._holding()
        if holding or "as_of" in self.asked:
            rows = readable(self.kind, self.caller, self.asked.get("as_of"))
        else:
            rows = listed(self.kind, self.caller)
        for each, value in holding:
            rows = each.narrow(rows, value)
        if behind is not None:
            rows = rows.filter(record_id__lt=behind) if self.backwards else rows.filter(record_id__gt=behind)
        return rows.order_by("-record_id" if self.backwards else "record_id")

    def _holding(self) -> list[tuple[Filter, Any]]:
        """Each filter with the value it has to hold for in the end."""
        return [(each, self.asked[each.parameter.name]) for each in self.filters if each.parameter.name in self.asked]


def _holds(line: bytes, holding: Sequence[tuple[Filter, Any]]) -> bool:
    document = json.loads(line)
    return all(each.holds(document, value) for each, value in holding)


def _fingerprint(kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter]) -> dict[str, str]:
    return bound_to([kind, caller.ceiling, _chosen(asked, filters), str(asked.get("as_of", ""))])


def _chosen(asked: dict[str, Any], filters: Sequence[Filter]) -> dict[str, str]:
    """The filters that were asked for, each with its value in words."""
    return {each.parameter.name: str(asked[each.parameter.name]) for each in filters if each.parameter.name in asked}


def bound_to(asked: Any) -> dict[str, str]:
    """What ties a cursor to the list it was given out for."""
    text = json.dumps(asked, sort_keys=True, default=str)
    return {"for": hashlib.sha256(text.encode()).hexdigest()[:16]}


def read_cursor(text: str | None, bound: dict[str, str]) -> dict[str, str]:
    """What a cursor says; {} for none. Raises ``WrongParameter`` for one that is not of this list."""
    if text is None:
        return {}
    try:
        cursor: dict[str, str] = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise WrongParameter("cursor", _("This cursor was not given out by us.")) from error
    if cursor["for"] != bound["for"]:
        raise WrongParameter("cursor", _("This cursor belongs to other filters, or to another token.")) from None
    return cursor


def address_after(request: HttpRequest, cursor: dict[str, str], exactly: Mapping[str, str] | None = None) -> str:
    """The address of the page that a cursor opens. ``exactly``: what was asked, where the words for it may shift."""
    query = request.GET.dict() | dict(exactly or {})  # each was given once, or it was refused
    query.pop(COUNT.name, None)  # told once, not with every page
    query[CURSOR.name] = signing.dumps(cursor, salt=SALT)
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
