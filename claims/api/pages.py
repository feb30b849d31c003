"""Keyset pages by id. A cursor is signed and bound to its list, filters and ceiling: it opens nothing else."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.api import parameters
from claims.api.documents import Filter, Rows, present, readable
from claims.api.problems import WrongParameter
from claims.api.tokens import Caller
from claims.release.redaction import Document

DEFAULT, MOST = 50, 500
SALT = "claims.api.pages"
LIMIT = parameters.whole_number("limit", "Records on a page.", 1, MOST, DEFAULT)
AS_OF = parameters.past(
    "as_of", "What was out then, seen through today's restrictions: what is withheld today is so at every date."
)
CURSOR = parameters.text("cursor", "From `next` or `previous` of an earlier page; used with the same filters only.")


def page(
    kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter], request: HttpRequest
) -> dict[str, Any]:
    """``{next, previous, results}``: addresses of the pages around this one, and its documents, oldest id first.

    What was restricted meanwhile is left out before pages are cut: nothing tells that it is there.
    """
    limit = asked.get("limit", DEFAULT)
    bound = _fingerprint(kind, caller, asked, filters)
    backwards, start = _read_cursor(asked.get("cursor"), bound)
    rows, holding = _asked_for(kind, caller, asked, filters)
    if start:
        rows = rows.filter(record_id__lt=start) if backwards else rows.filter(record_id__gt=start)
    found = list(islice(_shown(rows, backwards, limit + 1, caller, holding, "as_of" in asked), limit + 1))
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    keys = [document["id"] for document in found]
    follows, precedes = (bool(keys), more) if backwards else (more, bool(start and keys))
    return {
        "next": _address(request, {"after": keys[-1]} | bound) if follows else None,
        "previous": _address(request, {"before": keys[0]} | bound) if precedes else None,
        "results": found,
    }


def every(kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter]) -> Iterator[list[Document]]:
    """All that pages would give, in their order, a batch at a time."""
    rows, holding = _asked_for(kind, caller, asked, filters)
    shown = _shown(rows, False, MOST, caller, holding, "as_of" in asked)
    while batch := list(islice(shown, MOST)):
        yield batch


def _asked_for(
    kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter]
) -> tuple[Rows, list[tuple[Filter, Any]]]:
    """The rows that meet the filters, and each filter with the value it has to hold for in the end."""
    if "as_of" in asked and "updated_after" in asked:
        raise WrongParameter("updated_after", _("This does not go together with as_of."))
    rows = readable(kind, caller, asked.get("as_of"))
    holding = [(each, asked[each.parameter.name]) for each in filters if each.parameter.name in asked]
    for each, value in holding:
        rows = each.narrow(rows, value)
    return rows, holding


def _shown(
    rows: Rows, backwards: bool, batch: int, caller: Caller, holding: Sequence[tuple[Filter, Any]], of_the_past: bool
) -> Iterator[Document]:
    """Documents of these rows in order, as the caller reads them today. More rows are read only where some fell out."""
    order, onward = ("-record_id", "record_id__lt") if backwards else ("record_id", "record_id__gt")
    rows = rows.order_by(order)
    while read := list(rows[:batch]):
        for document in present(read, caller, of_the_past=of_the_past):
            if all(each.holds(document, value) for each, value in holding):
                yield document
        if len(read) < batch:
            return
        rows = rows.filter(**{onward: read[-1].record_id})


def link_header(body: dict[str, Any]) -> str:
    """The same addresses as a Link header (RFC 8288); empty when there are none."""
    found = [(rel, body[name]) for name, rel in (("next", "next"), ("previous", "prev")) if body[name]]
    return ", ".join(f'<{address}>; rel="{rel}"' for rel, address in found)


def _fingerprint(kind: str, caller: Caller, asked: dict[str, Any], filters: Sequence[Filter]) -> dict[str, str]:
    chosen = {each.parameter.name: str(asked[each.parameter.name]) for each in filters if each.parameter.name in asked}
    text = json.dumps([kind, caller.ceiling, chosen, str(asked.get("as_of", ""))], sort_keys=True)
    return {"for": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _read_cursor(text: str | None, bound: dict[str, str]) -> tuple[bool, str | None]:
    """Whether to read backwards, and from which id. Raises ``WrongParameter``."""
    if text is None:
        return False, None
    try:
        cursor: dict[str, str] = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise WrongParameter("cursor", _("This cursor was not given out by us.")) from error
    if cursor["for"] != bound["for"]:
        raise WrongParameter("cursor", _("This cursor belongs to other filters, or to another token.")) from None
    return "before" in cursor, cursor.get("before") or cursor["after"]


def _address(request: HttpRequest, cursor: dict[str, str]) -> str:
    query = request.GET.copy()
    query["cursor"] = signing.dumps(cursor, salt=SALT)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
