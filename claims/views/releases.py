"""Releasing a record to partners, and taking it back: the editor sees what each of them will read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.forms.release import ReleaseForm, WithdrawForm
from claims.listing import releasing
from claims.models import Incident
from claims.release.changes import changes_since, read_with
from claims.release.make import release_incident, release_statement, withdraw_release
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import replace_sent


@requires("release.make")
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """What goes out, to whom, and the act of letting it go."""
    record = visible_record(request, kind, ref)
    desk = releasing.desk(record, request.user)
    offered = [each.statement for each in desk.along]
    form = ReleaseForm(request.POST or None, offered=offered, initial={"version": record.version})
    if request.method == "POST" and form.is_valid():
        try:
            _release(request, record, form)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except StaleRecord as refusal:
            if refusal.current.pk == record.pk:
                replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Released. Partners within its marking can pull it now."))
            return go_to(request, record.get_absolute_url())
        record.refresh_from_db()
    return _page(request, kind, record, desk, form=form)


@requires("release.withdraw")
@require_POST
def withdraw(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Take a released record back at once."""
    record = visible_record(request, kind, ref)
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            withdraw_release(record=record, by=request.user, code=given["code"], reason=given["reason"])
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Withdrawn. Its address tells partners so from now on."))
            return go_to(request, record.get_absolute_url())
    return _page(request, kind, record, releasing.desk(record, request.user), withdraw_form=form)


def _release(request: SignedInRequest, record: Any, form: ReleaseForm) -> None:
    given: dict[str, Any] = {
        "expected_version": form.cleaned_data["version"],
        "confirmed_unassessed": form.cleaned_data["confirmed_unassessed"],
        "reason": form.cleaned_data["reason"],
        "by": request.user,
    }
    if isinstance(record, Incident):
        release_incident(incident=record, statements=form.ticked(), **given)
    else:
        release_statement(statement=record, **given)


def _page(
    request: SignedInRequest,
    kind: str,
    record: Any,
    desk: releasing.Desk,
    *,
    form: ReleaseForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> HttpResponse:
    offered = [each.statement for each in desk.along]
    form = form or ReleaseForm(offered=offered, initial={"version": record.version})
    published = desk.published
    rendering = read_with(record, published)
    changes = changes_since(published, rendering, seen_by=request.user) if published else []
    is_out = published is not None and published.withdrawal is None
    is_refused = bool(form.errors or (withdraw_form and withdraw_form.errors))
    context = {
        "section": SECTIONS[kind],
        "kind": kind,
        "record": record,
        "form": form,
        "withdraw_form": withdraw_form or WithdrawForm(auto_id="withdraw_%s"),
        "along": desk.along,
        "is_cut": len(desk.along) == releasing.MOST_STATEMENTS,
        "ticked": set(form["statements"].value() or []),
        "published": published,
        "is_out": is_out,
        "changes": releasing.differences(changes),
        "previews": releasing.previews(record, rendering, request.user),
        "why_not": releasing.why_not_release(record),
        "is_unassessed": releasing.is_unassessed(record),
        "asks_unassessed": releasing.is_unassessed(record) or any(releasing.is_unassessed(each) for each in offered),
    }
    return render_page(request, "releases/release.html", context, status=422 if is_refused else 200)
