"""The history of one record: who changed what, when and why, and the way to an earlier value."""

import re

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims.listing.history import edit_page_of, happenings
from claims.queries.history import stretch_of_history
from claims.restoring import EDIT_ACTS, RESTORABLE
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, may, requires

NUMBER = re.compile(r"[0-9]{1,18}")


@requires("history.read")
@require_safe
def history(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Every event of a record that the reader may know of, newest first, ``?before=`` a number of the chain."""
    record = visible_record(request, kind, ref)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and NUMBER.fullmatch(asked) else None
    found = stretch_of_history(record, request.user, before)
    restorable = RESTORABLE[kind] if may(request.user, EDIT_ACTS[kind]) else ()
    edit_url = edit_page_of(kind, record.ref)
    page = reverse(f"{kind}-history", args=[record.ref])
    context = {
        "section": SECTIONS[kind],
        "record": record,
        "happenings": happenings(found, record, request.user, edit_url=edit_url, restorable=restorable),
        "older": f"{page}?before={found.before}" if found.before is not None else "",
        "newest": page if before is not None else "",
    }
    return render_page(request, "review/history.html", context)
