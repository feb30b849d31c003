"""Is it well? Queues, failures, quarantine and checks, and the few acts that mend something."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from harmtracker import turns
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.models import Lane
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import sent_as
from sources import operations


@requires("operations.read")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Everything a person asks when something seems to be stuck, on one page."""
    user = request.user
    lanes = operations.lanes(user)
    context = {
        "lanes": lanes,
        "most": max(1, *(lane.queued + lane.running for lane in lanes)),
        "causes": operations.failures_by_cause(user),
        "hosts": operations.failures_by_host(user),
        "given_up": operations.given_up(user),
        "resting": operations.resting_hosts(user),
        "checks": operations.newest_checks(),
        "stamp": operations.newest_stamp(),
    }
    return render_page(request, "operations/overview.html", context)


@requires("operations.run")
@require_POST
def lane(request: SignedInRequest, name: str) -> HttpResponse:
    """Pause a lane, for a reason, or let it go on."""
    if name not in Lane.values:
        raise Http404
    try:
        if request.POST.get("act") == "resume":
            turns.resume_lane(lane=name, by=request.user)
        else:
            turns.pause_lane(lane=name, reason=sent_as(request, "reason"), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _back(request)


@requires("operations.run")
@require_POST
def retry(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Give one job new attempts, or let it out of quarantine."""
    job = get_object_or_404(operations.shown_jobs(request.user), pk=pk)
    try:
        operations.retry_given_up(job=job, by=request.user)
        messages.success(request, _("It is tried again."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _back(request)


@requires("operations.run")
@require_POST
def retry_all(request: SignedInRequest) -> HttpResponse:
    """Try again all that was given up, or all captures that failed in one way."""
    outcome = sent_as(request, "outcome")
    try:
        if outcome:
            count = operations.capture_all_again(outcome=outcome, by=request.user)
        else:
            count = operations.retry_all_given_up(by=request.user)
        told = ngettext("One is tried again.", "%(count)s are tried again.", count) % {"count": count}
        messages.success(request, told)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _back(request)


@requires("operations.run")
@require_POST
def check(request: SignedInRequest) -> HttpResponse:
    """Have everything that is kept checked now."""
    operations.ask_for_check(by=request.user)
    messages.success(request, _("The check is asked for. Its result will stand here."))
    return _back(request)


def _back(request: SignedInRequest) -> HttpResponse:
    return go_to(request, reverse("operations"))
