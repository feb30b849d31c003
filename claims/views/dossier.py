"""The incident as a dossier: everything on one page to print, as it stands or as it stood; its timeline; the PDF."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.models.figure import Demographic
from claims.queries.dossier import Dossier, dossier, incident_for_page
from claims.queries.figure_chart import charts_of
from claims.queries.figure_tables import tables_among
from claims.queries.past import dossier_at
from claims.queries.printed import lines_left_out, marking_of, sources_of
from claims.queries.stretches import LINES_TOGETHER
from claims.queries.timeline import timeline_of
from claims.queries.timeline_axis import axis_of
from claims.views.incidents import head_of, part_of
from claims.views.merging import onwards
from harmtracker import paper, wording
from harmtracker.htmx import render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, may, requires

LINES_ON_PAPER: Final = 600
"""Lines of the ledger that a PDF writes out; one with more says so. The pages show them in parts."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z?")


@require_safe
@requires("record.read")
def dossier_page(request: SignedInRequest, ref: str) -> HttpResponse:
    """The dossier, to read and to print. ``?at=2022-11-20``: as it stood at the end of that day (UTC)."""
    found = _incident(request, ref)
    if found.merged_into_id is not None:
        return onwards(found, request.user)
    context = _context(request, found)
    return render_page(request, "dossier/page.html", context, status=422 if context["complaint"] else 200)


@require_safe
@requires("record.read")
def dossier_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    """The same page as PDF, made by Chromium. Where there is none, or it fails: the page, with a sentence."""
    found = _incident(request, ref)
    if found.merged_into_id is not None:
        return onwards(found, request.user)
    context = _context(request, found, LINES_ON_PAPER)
    if context["complaint"]:
        return render_page(request, "dossier/page.html", context, status=422)
    html = render_to_string("dossier/paper.html", context, request=request)
    try:
        made = paper.print_to_pdf(html)
    except paper.NotPrinted as failure:
        context["complaint"] = str(failure.words)
        return render_page(request, "dossier/page.html", context, status=503)
    response = HttpResponse(made, content_type="application/pdf")
    day = context["as_of"].astimezone(UTC).strftime("%Y-%m-%d")
    response["Content-Disposition"] = f'attachment; filename="{found.ref}-{day}.pdf"'
    return response


@require_safe
@requires("record.read")
def timeline_page(request: SignedInRequest, ref: str) -> HttpResponse:
    """What was said, asked, captured and found about the incident, in the order in which it happened."""
    found = _incident(request, ref)
    if found.merged_into_id is not None:
        return onwards(found, request.user)
    context = _context(request, found)
    return render_page(request, "dossier/timeline_page.html", context, status=422 if context["complaint"] else 200)


def _incident(request: SignedInRequest, ref: str) -> Any:
    found = incident_for_page(ref, request.user)
    if found is None:
        raise Http404
    return found


def _context(request: SignedInRequest, found: Any, together: int = LINES_TOGETHER) -> dict[str, Any]:
    """What the page shows; ``at`` is None for now. ``complaint`` says what is wrong with the date asked for."""
    user, part = request.user, part_of(request)
    at, complaint = moment_of(request.GET.get("at", ""))
    if at is not None and at < found.created_at:
        words = _("This incident was first recorded on %(moment)s. Shown is the present state.")
        at, complaint = None, words % {"moment": wording.in_utc(found.created_at)}
    past = dossier_at(found, user, at, together=together, part=part) if at else None
    read = past.read if past else _present(found, user, part, together)
    timeline = timeline_of(read, user, at)
    now = timezone.now()
    return {
        "section": "incidents",
        "read": read,
        "past": past,
        "at": at,
        "as_of": at or now,
        "now": now,
        "at_words": wording.in_utc(at) if at else "",
        "at_written": as_written(at) if at else "",
        "now_words": wording.in_utc(now),
        "asked_at": request.GET.get("at", "")[:40],
        "link": f"{reverse('incident-dossier', args=[found.ref])}?at={as_written(at or now)}",
        "complaint": complaint,
        "timeline": timeline,
        "axis": axis_of(timeline.items),
        "sources": sources_of(read),
        "marking": marking_of(read),
        "left_out": lines_left_out(read),
        "is_paper": together == LINES_ON_PAPER,
        "charts": charts_of(read.figures, read.ranges),
        "tables": tables_among(read.figures),
        "totals": [each for each in read.figures if each.figure.demographic == Demographic.TOTAL],
        "can": {"sees_people": may(user, "history.read")},
        "prints": paper.is_possible(),
        "organisation": settings.HARMTRACKER_ORGANISATION,
    } | head_of(found, read.published)


def _present(found: Any, user: User, part: int, together: int) -> Dossier:
    page = found.get_absolute_url()
    return dossier(found, user, part=part, together=together, tells_history=False, elsewhere=page)


def moment_of(text: str) -> tuple[datetime | None, str]:
    """The moment a person asked for: the end of a day, or an instant, in UTC; and what is wrong with it, "" if nothing.

    None for now, which an empty text means too.
    """
    text = text.strip()
    if not text:
        return None, ""
    try:
        if DAY.fullmatch(text):
            at = datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1) - timedelta(microseconds=1)
        elif INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
        else:
            raise ValueError(text)
    except (ValueError, OverflowError):
        return None, _("Write a day as 2022-11-20, or a moment as 2022-11-20T14:30Z. Shown is the present state.")
    now = timezone.now()
    if at > now and at.date() > now.astimezone(UTC).date():
        return None, _("That date has not come yet. Shown is the present state.")
    return min(at, now), ""


def as_written(at: datetime) -> str:
    """The moment as an address names it, to the thousandth of a second."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
