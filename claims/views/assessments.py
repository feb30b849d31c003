"""Assessing: taking a record up, proposing a finding with its evidence, deciding on a proposal."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from claims.actions import assessment as actions
from claims.actions.review import give_back, take_turn
from claims.forms.assessment import DecisionForm, TakeUpForm
from claims.listing.proposals import next_to_decide, proposals_shown_to
from claims.models import Decision
from claims.models.assessment import DecisionKind
from claims.models.findings import Finding
from claims.undoing_findings import finding_proposed, offer_to_put_down, offer_to_take_back
from claims.views.deciding import deciding_context
from claims.views.evidence_listed import FIND, MORE
from claims.views.proposing import Sheet, blank_sheet, relisted_sheet, sent_sheet
from claims.views.subjects import visible_record
from harmtracker.drafts import drafted, restore, typed
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.sent import replace_sent
from harmtracker.undo import offer

CONCLUDE = "conclude"
RELISTING = ("add", FIND, MORE)
"""Buttons of the sheet that list other evidence, and keep all that was typed."""


@requires("assessment.propose")
@require_http_methods(["GET", "POST"])
@drafted(_lazy("Finding to propose"))
def assess(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Propose a finding on a record, or conclude at once where one editor may."""
    subject = visible_record(request, kind, ref)
    if request.method != "POST":
        return _sheet_page(request, _opened(request, subject))
    if request.POST.get("act") in RELISTING:
        return _sheet_page(request, relisted_sheet(request, subject))
    sheet = sent_sheet(request, subject)
    if not sheet.is_valid():
        return _sheet_page(request, sheet, status=422)
    try:
        made = _propose(request, sheet)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    except StaleRecord as refusal:
        sheet.stale_after(refusal)
    except Refused as refusal:
        if made := sheet.made_already():  # a double click: the first one did it
            return _after_proposal(request, made, subject)
        sheet.form.add_error(refusal.field if refusal.field in sheet.form.fields else "finding", str(refusal.message))
    else:
        return _after_proposal(request, made, subject)
    return _sheet_page(request, sheet, status=422)


@requires("assessment.reexamine")
@require_POST
def take_up(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Start work on a record, or re-examine what was concluded; the conclusion stays in force meanwhile."""
    subject = visible_record(request, kind, ref)
    form = TakeUpForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.take_up(
                subject=subject, reason=given["reasons"], expected_version=given["version"], by=request.user
            )
        except StaleRecord as refusal:
            replace_sent(form, "version", refusal.current.version)
            form.add_error(None, str(refusal.message))
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal.message))
        else:
            page = reverse(f"{kind}-assess", args=[ref])
            offer_to_put_down(request, _("Taken up. Now propose a finding when the work is done."), made, back=page)
            return go_to(request, page)
    subject.refresh_from_db()
    sheet = blank_sheet(request, subject)
    sheet.take_up_form = form
    return _sheet_page(request, sheet, status=422)


@requires("history.read")
@require_http_methods(["GET", "POST"])
def assessment(request: SignedInRequest, pk: Any) -> HttpResponse:
    """A proposal with its evidence beside the decision."""
    found = get_object_or_404(proposals_shown_to(request.user), pk=pk)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision: Decision | None
        try:
            decision = _decide(request, found, form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except Refused as refusal:
            found = proposals_shown_to(request.user).get(pk=pk)
            form.add_error("reason" if refusal.field == "reason" else None, _why_refused(found, refusal))
            decision = _own_decision(request, found, form.cleaned_data["act"])
        if decision is not None:
            _say_decided(request, decision, found)
            return _go_on(request, found)
    context = deciding_context(request, found) | {"form": form, "section": "review"}
    return render_page(request, "assessments/assessment.html", context, status=422 if form.errors else 200)


def _opened(request: SignedInRequest, subject: Any) -> Sheet:
    """The sheet with what was typed into it and not sent, if anything."""
    draft = request.drafting.draft
    sheet = blank_sheet(request, subject, also=typed(draft).get("also", "") if draft else "")
    restore(request, sheet.form, *sheet.evidence)
    return sheet


def _propose(request: SignedInRequest, sheet: Sheet) -> Any:
    make = actions.conclude if request.POST.get("act") == CONCLUDE else actions.propose
    return make(
        subject=sheet.subject,
        proposal=sheet.proposal(),
        expected_version=sheet.form.cleaned_data["version"],
        by=request.user,
    )


def _after_proposal(request: SignedInRequest, made: Any, subject: Any) -> HttpResponse:
    finding = Finding(made.finding).label
    if request.POST.get("act") == CONCLUDE:
        page = subject.get_absolute_url()
        offer_to_take_back(request, _("Concluded: %(finding)s.") % {"finding": finding}, made, back=page)
        return go_to(request, page)
    words = _("Proposed: %(finding)s. An editor decides.") % {"finding": finding}
    page = reverse("assessment", args=[made.pk])
    offer(request, words, finding_proposed, back=page, pk=str(made.pk))
    return go_to(request, page)


def _decide(request: SignedInRequest, found: Any, given: dict[str, Any]) -> Decision:
    reason = given["reason"]
    if given["act"] == DecisionForm.APPROVE:
        return actions.approve(assessment=found, by=request.user, reason=reason)
    if given["act"] == DecisionForm.SEND_BACK:
        return actions.send_back(assessment=found, by=request.user, reason=reason)
    return actions.withdraw_proposal(assessment=found, by=request.user, reason=reason)


def _say_decided(request: SignedInRequest, decision: Decision, found: Any) -> None:
    words = _("%(decision)s.") % {"decision": decision.get_kind_display()}
    if decision.kind == DecisionKind.APPROVE:
        offer_to_take_back(request, words, found, back=found.subject.get_absolute_url())
    else:
        messages.success(request, words)


def _go_on(request: SignedInRequest, found: Any) -> HttpResponse:
    """To what waits next; whoever had taken this one has the next one."""
    upcoming = next_to_decide(request.user, after=found)
    if may(request.user, "review.take") and give_back(subject=found, by=request.user) and upcoming:
        with suppress(Refused):  # somebody else took it in the meantime
            take_turn(subject=upcoming.assessment, by=request.user)
    return go_to(request, upcoming.url if upcoming else reverse("review"))


def _own_decision(request: SignedInRequest, found: Any, act: str) -> Decision | None:
    """The same decision by the same person, made a moment ago: the second press of a double click."""
    return Decision.objects.filter(assessment=found, decided_by=request.user, kind=act).first()


def _why_refused(found: Any, refusal: Refused) -> str:
    """When somebody else was quicker, who and what matters more than which rule said no."""
    decision = Decision.objects.filter(assessment=found).select_related("decided_by").first()
    if decision is None:
        return str(refusal.message)
    return _("%(person)s has decided on this already: %(decision)s. Nothing of yours was written.") % {
        "person": decision.decided_by,
        "decision": DecisionKind(decision.kind).label,
    }


def _sheet_page(request: SignedInRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    return render_page(request, "assessments/assess.html", sheet.context(), status=status)
