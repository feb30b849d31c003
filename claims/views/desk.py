"""The desk: what waits for the person signed in, and their answers to it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.actions.alarm import answer_alarm, reopen_alarm
from claims.listing.desk import WITH_A_PAGE, one_pile, whole_desk
from claims.listing.kept import keeping_of
from claims.models import Alarm
from claims.queries.desk import alarms_for, desk_of
from claims.queries.news import news_of
from claims.undoing import alarm_answered
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.menu import keep_number
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import sent_as
from harmtracker.undo import offer


@requires("alarm.answer")
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """What needs one, counted and in the order of urgency; what one has not sent; what happened since."""
    whole = whole_desk(request.user)
    context = {"section": "desk", "desk": whole, "desk_count": whole.number, "now": timezone.now()}
    own = {"news": news_of(request.user), "keeping": keeping_of(request.user)}
    page = render_page(request, "desk/desk.html", context | own)
    keep_number(page, request.user, whole.number)
    return page


@requires("alarm.answer")
@require_safe
def pile(request: SignedInRequest, code: str) -> HttpResponse:
    """All of one pile, for those that no list of the record holds by itself."""
    if code not in WITH_A_PAGE:
        raise Http404
    return render_page(request, "desk/pile.html", {"section": "desk", "pile": one_pile(request.user, code)})


@requires("alarm.answer")
@require_safe
def quotes(request: SignedInRequest) -> HttpResponse:
    """Every source that changed under one's statements, and what was answered lately."""
    found = desk_of(request.user)
    return render_page(request, "desk/alarms.html", {"section": "desk", "desk": found})


@requires("alarm.answer")
@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Say what was done about one alarm."""
    try:
        alarm = answer_alarm(
            alarm=_alarm(request),
            answer=sent_as(request, "answer"),
            note=sent_as(request, "note"),
            by=request.user,
        )
        words = _("Answered. It can be taken back below.")
        offer(request, words, alarm_answered, back=_back(request), pk=str(alarm.pk))
    except Refused as refusal:
        return _unanswered(request, str(refusal.message))
    return go_to(request, _back(request))


def _unanswered(request: SignedInRequest, sentence: str) -> HttpResponse:
    """All that waits, with the sentence beside the alarm it is about and the note as it was typed."""
    found = desk_of(request.user)
    refused = {"key": request.POST.get("alarm", ""), "note": sent_as(request, "note"), "sentence": sentence}
    waits = any(str(line.alarm.pk) == refused["key"] for line in found.open)
    context = {"section": "desk", "desk": found, "refused": refused, "is_told_above": not waits}
    return render_page(request, "desk/alarms.html", context, status=422)


@requires("alarm.answer")
@require_POST
def reopen(request: SignedInRequest) -> HttpResponse:
    """Take the answer to one alarm back."""
    try:
        reopen_alarm(alarm=_alarm(request), by=request.user)
        messages.success(request, _("Taken back. It waits for an answer again."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, _back(request))


def _back(request: SignedInRequest) -> str:
    """Where it was answered: the desk, or the list of all that changed."""
    return reverse("desk-quotes" if request.POST.get("back") == "quotes" else "desk")


def _alarm(request: SignedInRequest) -> Alarm:
    """The alarm the form names. 404 for one that is somebody else's, or about what may not be seen any more."""
    asked = request.POST.get("alarm", "")
    if not asked:
        raise Refused(_("Choose one of the lines and answer that."))
    try:
        key = uuid.UUID(asked)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(alarms_for(request.user).select_related("statement", "source"), pk=key)
