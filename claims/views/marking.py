"""How sensitive a record is: raised by whoever may edit, lowered by an editor with a reason."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.marking import change_marking
from claims.forms.marking import MarkingForm
from claims.listing.history import happened_meanwhile
from claims.undoing_marks import marking_of, offer_to_unmark
from claims.views.subjects import SECTIONS, subjects_of, visible_record
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.sent import replace_sent


@requires("marking.raise")
@require_http_methods(["GET", "POST"])
def marking(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Set the marking of a record."""
    record = visible_record(request, kind, ref)
    form = MarkingForm(request.POST or None, initial=_as_it_stands(record), record=record, user=request.user)
    is_stale = False
    if request.method == "POST" and form.is_valid():
        given, before = dict(form.cleaned_data), marking_of(record)
        try:
            change_marking(record=record, expected_version=given.pop("version"), by=request.user, **given)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except StaleRecord as refusal:
            is_stale = True
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return _after(request, kind, record, before)
    record.refresh_from_db()
    context = {
        "section": SECTIONS[kind],
        "record": record,
        "form": form,
        "stands": record,
        "named": list(record.named.all()),
        "changed": happened_meanwhile(record, request.user) if is_stale else [],
        "is_stale": is_stale,
        "may_lower": may(request.user, "marking.lower"),
    }
    return render_page(request, "review/marking.html", context, status=422 if form.errors else 200)


def _as_it_stands(record: Any) -> dict[str, Any]:
    return {
        "version": record.version,
        "tlp": record.tlp,
        "handling": record.handling,
        "embargo_until": record.embargo_until,
        "team": record.team_id,
        "named": list(record.named.values_list("pk", flat=True)),
    }


def _after(request: SignedInRequest, kind: str, record: Any, before: dict[str, Any]) -> HttpResponse:
    """Back to the record, unless its new marking hides it from the very person who set it."""
    if subjects_of(kind, request.user).filter(pk=record.pk).exists():
        words = _("%(ref)s is now %(tlp)s.") % {"ref": record.ref, "tlp": record.get_tlp_display()}
        offer_to_unmark(request, words, record, kind, before)
        return go_to(request, record.get_absolute_url())
    messages.warning(request, _("%(ref)s is marked. Its new marking hides it from you.") % {"ref": record.ref})
    return go_to(request, reverse("incidents"))
