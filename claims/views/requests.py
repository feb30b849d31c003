"""Comment requests: a party was asked for its side, and what came of it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.comment_request import add_outcome, edit_request, log_request
from claims.forms.comment_request import OutcomeForm, RequestEditForm, RequestForm, as_it_stands
from claims.forms.conflict import Differing, compared, opened_with, with_choices, without_withheld
from claims.logbook import one_party
from claims.lookups import incidents_called
from claims.models import CommentRequest
from claims.queries.asked import Asked, asked_of, request_called, requests_listed
from claims.queries.offered import offered
from claims.queries.voices import Voice
from claims.restoring import prefill
from claims.undoing import outcome_added
from claims.undoing_edits import offer_to_undo
from claims.views.explaining import explain
from claims.views.incidents import acts_of
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.listed import listed
from harmtracker.models import AuditEvent
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.undo import offer as offer_undo
from sources.models import Party


@require_safe
@requires("record.read")
def request_list(request: SignedInRequest) -> HttpResponse:
    """Requests for comment, the newest first: those nothing came of yet, or all."""
    shows_all = request.GET.get("show") == "all"
    page = listed(request, requests_listed(request.user, only_open=not shows_all), name="requests")
    rows = [asked_of(row, request.user) for row in page.rows]
    context = {"section": "desk", "page": page, "rows": rows, "shows_all": shows_all}
    return render_page(request, "requests/list.html", context | {"can": acts_of(request.user)})


@require_safe
@requires("record.read")
def request_page(request: SignedInRequest, ref: str) -> HttpResponse:
    """One request: who asked whom, all that came of it by date, and the wording for publication."""
    each = _shown(request, ref)
    context = {"section": "incidents", "each": each, "incident": each.request.incident, "can": acts_of(request.user)}
    return render_page(request, "requests/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comment_request.edit")
@drafted(_lazy("Request for comment"))
def request_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """Record that a party was asked about the incident, or why it was not."""
    incident = get_object_or_404(incidents_called(request.user, [ref]))
    asked_about = request.GET.get("statement", "")
    suggested = {"asked_by": settings.HARMTRACKER_ORGANISATION, "statement": asked_about}
    form = RequestForm(request.POST or None, initial=suggested)
    restore(request, form)
    heard = {voice.statement.ref: voice for voice in offered(incident, request.user, form.asked_for)}
    form.offer(heard)
    form.initial.setdefault("party", _first_accused(heard.get(asked_about)))
    if request.method == "POST" and form.is_valid():
        try:
            made = _log(form, incident, request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            return go_to(request, made.get_absolute_url())
    context = {"section": "incidents", "incident": incident, "form": form}
    return render_page(request, "requests/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comment_request.edit")
@drafted(_lazy("Request for comment, edited"))
def request_edit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Change or send a draft; correct the record of one that was sent."""
    each = _shown(request, ref)
    asked = each.request
    stands = _stands(asked, each)
    posted = with_choices(request.POST, stands) if request.method == "POST" else None
    form = _edit_form(posted, each, initial=opened_with(stands))
    restore(request, form)
    without_withheld(form, ["question"] if each.words_withheld else [])
    prefill(request, asked, "request", form)
    differing: list[Differing] | None = None
    if posted is not None and form.is_valid():
        try:
            held = CommentRequest.objects.get(pk=asked.pk)  # what is shown may lack what is withheld
            edit_request(
                request=held,
                given=form.fields_given(kept=held),
                expected_version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except StaleRecord as refusal:
            stands = _stands(refusal.current, each)
            form, differing = compared(lambda sent: _edit_form(sent, each), request.POST, stands)
            explain(form, refusal)
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_undo(request, held, "request", since=form.cleaned_data["version"])
            return go_to(request, asked.get_absolute_url())
    last = AuditEvent.objects.filter(subject_id=asked.pk).first() if differing is not None else None
    context = {"section": "incidents", "each": each, "asked": asked, "incident": asked.incident, "form": form}
    context |= {"differing": differing, "last": last}
    return render_page(request, "requests/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("comment_request.edit")
@drafted(_lazy("What came of a request"))
def request_outcome(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add what came of a request. What came before stays."""
    each = _shown(request, ref)
    asked = each.request
    form = OutcomeForm(request.POST or None)
    restore(request, form)
    heard = offered(asked.incident, request.user, form.asked_for, of=each.party)
    form.offer({voice.statement.ref: voice for voice in _theirs_first(heard, each.party)})
    if request.method == "POST" and form.is_valid():
        reply = form.chosen
        try:
            reply_of = reply.statement if reply else None
            made = add_outcome(request=asked, by=request.user, reply=reply_of, **form.event())
        except Refused as refusal:
            explain(form, refusal)
        else:
            page = asked.get_absolute_url()
            offer_undo(request, _("Recorded. What came before stays."), outcome_added, back=page, pk=str(made.pk))
            return go_to(request, page)
    context = {"section": "incidents", "each": each, "asked": asked, "incident": asked.incident, "form": form}
    return render_page(request, "requests/outcome.html", context, status=422 if form.errors else 200)


def _shown(request: SignedInRequest, ref: str) -> Asked:
    """The request, or 404 both for what does not exist and for what this person may not see."""
    each = request_called(ref, request.user)
    if each is None:
        raise Http404
    return each


def _stands(asked: CommentRequest, each: Asked) -> dict[str, Any]:
    """The form's values; the question is left out where it is withheld from this person."""
    stands = as_it_stands(asked)
    return {name: value for name, value in stands.items() if name != "question" or not each.words_withheld}


def _edit_form(sent: Any, each: Asked, **more: Any) -> RequestEditForm:
    form = RequestEditForm(sent, **more)
    if each.words_withheld:
        del form.fields["question"]
    return form


def _theirs_first(heard: list[Voice], asked: Party | None) -> list[Voice]:
    """Statements of who was asked before all others, in each the newest first."""
    newest = list(reversed(heard))
    return sorted(newest, key=lambda voice: asked is None or voice.speaker != asked)


def _first_accused(voice: Voice | None) -> str:
    """Of an allegation its accused is asked about it."""
    return voice.accused[0].name if voice and voice.accused else ""


def _log(form: RequestForm, incident: Any, by: Any) -> CommentRequest:
    given = {name: value for name, value in form.cleaned_data.items() if name not in ("statement", "other")}
    voice = form.chosen
    return log_request(
        asked_by=one_party(given.pop("asked_by"), user=by, field="asked_by"),
        party=one_party(given.pop("party"), user=by, field="party"),
        incident=incident,
        statement=voice.statement if voice else None,
        outcome=given.pop("outcome") or None,
        by=by,
        **given,
    )
