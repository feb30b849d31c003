"""The review queue: what waits for a second look, and whose turn it is to look."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.actions.review import give_back, skip, take_turn
from claims.listing.passed import passed_lately
from claims.listing.proposals import awaiting_decision, queue_of
from claims.models import Incident, MediaItem, Statement
from claims.models.review import ReviewKind
from claims.undoing import turn_taken
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.models import User
from harmtracker.people import recent_grants
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.records import Workflow
from harmtracker.sent import sent_as
from harmtracker.undo import offer
from sources.models import Source
from sources.shown import sources_shown_to

TAKE, GIVE_BACK, SKIP = "take", "give_back", "skip"
RECORDS: dict[str, type[Any]] = {
    ReviewKind.INCIDENT: Incident,
    ReviewKind.STATEMENT: Statement,
    ReviewKind.MEDIA_ITEM: MediaItem,
    ReviewKind.SOURCE: Source,
}


@requires("record.submit")
@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    """Next, please: proposals awaiting a decision and records in review, oldest first, and who has taken what."""
    queue = queue_of(request.user)
    is_editor = may(request.user, "record.approve")
    grants = recent_grants() if is_editor else []
    passed = passed_lately(request.user) if is_editor else []
    context = {"section": "review", "queue": queue, "is_editor": is_editor, "grants": grants, "passed": passed}
    return render_page(request, "review/review.html", context | {"first": next(iter(queue.upcoming), None)})


@requires("review.take")
@require_POST
def upcoming(request: SignedInRequest) -> HttpResponse:
    """Take the oldest thing that nobody else has taken, and go there."""
    for each in queue_of(request.user).upcoming:
        try:
            take_turn(subject=each.subject, by=request.user)
        except Refused:
            continue  # somebody was quicker: the one after it
        return go_to(request, each.url)
    messages.info(request, _("Nothing waits that you may decide and nobody else has taken."))
    return go_to(request, reverse("review"))


@requires("review.take")
@require_POST
def turn(request: SignedInRequest) -> HttpResponse:
    """Take one thing of the queue, keep it longer, give it back, or skip it with a reason."""
    subject = _waiting(sent_as(request, "kind"), sent_as(request, "subject"), request.user)
    act = request.POST.get("act", "")
    if subject is None or act not in {TAKE, GIVE_BACK, SKIP}:
        messages.info(request, _("This does not wait any more."))
        return go_to(request, reverse("review"))
    try:
        if act == SKIP:
            skip(subject=subject, reason=sent_as(request, "reason"), by=request.user)
            messages.success(request, _("Skipped. Your reason stands in its history."))
            return go_to(request, reverse("review"))
        if act == TAKE:
            take_turn(subject=subject, by=request.user)
            held = {"kind": subject._meta.model_name, "pk": str(subject.pk)}
            offer(request, _("Yours for twenty minutes."), turn_taken, back=reverse("review"), **held)
        elif give_back(subject=subject, by=request.user):
            messages.success(request, _("Given back."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    is_from_page = request.POST.get("back") == "page"
    return go_to(request, _page_of(subject) if is_from_page else reverse("review"))


def _waiting(kind: str, key: str, user: User) -> Any:
    """What the form names, if it waits and the person may see it; None says nothing of which."""
    try:
        pk = uuid.UUID(key)
    except ValueError:
        return None
    if kind == ReviewKind.ASSESSMENT:
        return awaiting_decision(user).filter(pk=pk).first()
    if kind not in RECORDS:
        return None
    seen = sources_shown_to(user) if kind == ReviewKind.SOURCE else RECORDS[kind].objects.visible_to(user)
    return seen.filter(pk=pk, workflow=Workflow.IN_REVIEW).first()


def _page_of(subject: Any) -> str:
    has_own_page = hasattr(subject, "get_absolute_url")
    return str(subject.get_absolute_url()) if has_own_page else reverse("assessment", args=[subject.pk])
