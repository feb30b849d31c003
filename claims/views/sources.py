"""What people say about a source: who published it, and what rests on it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.forms.conflict import Differing, compared, opened_with, with_choices
from claims.forms.source import SourceForm, VisitsForm
from claims.listing.resting import resting_on
from claims.listing.source_page import source_frame, sources_of_pages
from claims.logbook import one_party
from claims.lookups import outlets_suggested, with_code
from claims.restoring import prefill
from claims.undoing_edits import offer_to_undo
from claims.views.explaining import explain
from harmtracker.drafts import drafted, restore
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.presence import shows_presence
from harmtracker.sent import replace_sent
from sources.catalogue import SourceFields, describe_source, set_visit_policy
from sources.models import Source
from sources.shown import parties_shown_to, sources_shown_to
from sources.undoing import offer_to_undo_visits


@require_safe
@requires("record.read")
def statements(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every statement that rests on this source, by the place of its words."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    begin = _number(request.GET.get("from", ""))
    context = source_frame(request, source) | {"resting": resting_on(source, request.user, begin), "begin": begin}
    return render_page(request, "sources/statements.html", context)


def _number(written: str) -> int:
    """A count from an address; 0 for anything that is none, or beyond what any source holds."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0


@requires("source.hand_in")
@require_http_methods(["GET", "POST"])
@drafted(_lazy("Source, described"))
@shows_presence(sources_shown_to)
def edit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Title, outlet, kind, language and date of publication, as a person states them."""
    source = get_object_or_404(sources_shown_to(request.user).select_related("publisher"), ref=ref)
    stands = _stated(source, request.user)
    posted = with_choices(request.POST, stands) if request.method == "POST" else None
    form = SourceForm(posted, initial=opened_with(stands))
    restore(request, form)
    prefill(request, source, "source", form)
    differing: list[Differing] | None = None
    if posted is not None and form.is_valid():
        try:
            describe_source(
                source=source,
                given=_fields(form.cleaned_data, source, request.user),
                expected_version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except StaleRecord as refusal:
            form, differing = compared(SourceForm, request.POST, _stated(refusal.current, request.user))
            explain(form, refusal)
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_undo(request, source, "source", since=form.cleaned_data["version"])
            return go_to(request, source.get_absolute_url())
        source.refresh_from_db()
    return _edit_page(request, source, form, _visits_form(source), differing=differing)


@requires("source.hand_in")
@require_POST
def visits(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say whether the site may be contacted: no, at any time; yes again, by an editor and with a reason."""
    source = get_object_or_404(sources_of_pages(request.user), ref=ref)
    form = VisitsForm(request.POST, auto_id="visits_%s")
    is_stale = False
    before = source.visit_policy
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_visit_policy(
                source=source,
                policy=given["visit_policy"],
                expected_version=given["version"],
                reason=given["reason"],
                by=request.user,
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except StaleRecord as refusal:
            is_stale = True
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            offer_to_undo_visits(request, source, before=before)
            return go_to(request, source.get_absolute_url())
        source.refresh_from_db()
    description = SourceForm(initial=opened_with(_stated(source, request.user)))
    return _edit_page(request, source, description, form, is_stale=is_stale)


def _visits_form(source: Source) -> VisitsForm:
    return VisitsForm(initial={"version": source.version, "visit_policy": source.visit_policy}, auto_id="visits_%s")


def _edit_page(
    request: SignedInRequest,
    source: Source,
    form: SourceForm,
    visits_form: VisitsForm,
    *,
    is_stale: bool = False,
    differing: list[Differing] | None = None,
) -> HttpResponse:
    """The description and, in forms of their own, what else is said of a source."""
    context = {
        "form": form,
        "visits_form": visits_form,
        "suggested": outlets_suggested(request.user),
        "source": source,
        "section": "sources",
        "now": _stated(source, request.user),
        "is_stale": is_stale,
        "differing": differing,
        "last": AuditEvent.objects.filter(subject_id=source.pk).first() if differing is not None else None,
    }
    return render_page(request, "sources/edit.html", context, status=422 if form.errors or visits_form.errors else 200)


def _stated(source: Source, user: User) -> dict[str, Any]:
    """The source as it stands; an outlet this person may not see is left empty, and stays when left empty."""
    publisher = parties_shown_to(user).filter(published=source).first()
    return {
        "version": source.version,
        "title": source.title,
        "kind": source.kind,
        "publisher": with_code(publisher) if publisher else "",
        "lang": source.lang,
        "published": source.published,
    }


def _fields(given: dict[str, Any], source: Source, by: User) -> SourceFields:
    name = given["publisher"].strip()
    publisher = one_party(name, user=by, field="publisher") if name else None
    if not name and not parties_shown_to(by).filter(published=source).exists():
        publisher = source.publisher
    return SourceFields(
        title=given["title"],
        kind=given["kind"],
        publisher=publisher,
        lang=given["lang"],
        published=given["published"],
        published_zone=given["published_zone"] or "UTC",
    )
