"""Parties and places that are set aside: the act, the list of them, and the way back."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.actions.set_aside import put_back, set_aside
from claims.forms.set_aside import SetAsideForm
from claims.listing.history import Happening, happened_meanwhile
from claims.models import Place
from claims.undoing_added import record_made
from claims.undoing_edits import set_aside_undone
from claims.views.explaining import explain
from claims.views.subjects import SECTIONS, visible_record
from claims.views.taken_out import put_back_by
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import replace_sent
from harmtracker.undo import offer
from sources.shown import parties_shown_to

MOST = 100
"""Of each kind, the last set aside first."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires("record.set_aside")
def aside(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Set a party or a place aside, with a reason. What is set aside already is said to be, with the way back."""
    record = visible_record(request, kind, ref)
    form = SetAsideForm(request.POST or None, initial={"version": record.version})
    changed: list[Happening] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_aside(record=record, reason=given["reason"], expected_version=given["version"], by=request.user)
        except StaleRecord as refusal:
            changed = happened_meanwhile(record, request.user)
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            explain(form, refusal)
        else:
            page, words = record.get_absolute_url(), _("%(ref)s is set aside.") % {"ref": record.ref}
            offer(request, words, set_aside_undone, back=page, kind=kind, pk=str(record.pk), version=record.version)
            return go_to(request, page)
    context = {"section": SECTIONS[kind], "record": record, "form": form, "changed": changed}
    context |= {"put_back_url": reverse(f"{kind}-put-back", args=[ref])}
    return render_page(request, "review/set_aside.html", context, status=422 if form.errors else 200)


@require_POST
@requires("record.set_aside")
def back(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Let a party or a place be chosen again."""
    found: Any = visible_record(request, kind, ref)
    page = found.get_absolute_url()
    return put_back_by(request, found, lambda told: put_back(record=found, **told), page, page, record_made, kind=kind)


@require_safe
@requires("record.set_aside")
def listed_aside(request: SignedInRequest) -> HttpResponse:
    """Every party and place that is set aside, as far as one may see it."""
    kinds = {"party": parties_shown_to(request.user), "place": Place.objects.visible_to(request.user)}
    found = [(kind, row) for kind, rows in kinds.items() for row in _last(rows)]
    return render_page(request, "parties/set_aside.html", {"section": "parties", "found": found})


def _last(rows: Any) -> list[Any]:
    return list(rows.filter(set_aside_at__isnull=False).select_related("set_aside_by").order_by("-set_aside_at")[:MOST])
