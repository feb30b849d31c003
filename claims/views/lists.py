"""The lists: incidents (the first page), statements, sources. Newest first, fifty at a time."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.forms.filters import Filters, IncidentFilters, StatementFilters
from claims.forms.source_filters import SourceFilters
from claims.listing.incidents import incident_rows
from claims.listing.source_states import in_order
from claims.listing.source_tally import tally
from claims.listing.sources import source_rows, sources_for_list
from claims.listing.statements import statement_rows, statements_for_list
from claims.models import Incident
from harmtracker.htmx import render_page
from harmtracker.listed import Listed, listed
from harmtracker.permissions import SignedInRequest, requires
from sources.shown import sources_shown_to

QUICK = [
    (_("Failed in the last day"), "?outcome=failed&age=within_day&order=captured"),
    (_("Quoted words changed"), "?state=changed"),
    (_("Copies to confirm"), "?state=copies"),
    (_("Gone"), "?state=gone"),
    (_("Not visited for a month"), "?age=over_month&order=longest_ago"),
]
"""Views of the list of sources that are asked for again and again."""


@require_safe
@requires("record.read")
def incidents(request: SignedInRequest) -> HttpResponse:
    """The first page: every incident the reader may see, and the box that takes a link."""
    filters = IncidentFilters(request.GET, request.user)
    found = narrowed(request, filters, Incident.objects.visible_to(request.user).filter(merged_into=None))
    rows = incident_rows(found.rows, request.user)
    return show(request, "incidents", filters, found, rows)


@require_safe
@requires("record.read")
def statements(request: SignedInRequest) -> HttpResponse:
    """Who said what, by whom, of what kind, about which incident."""
    filters = StatementFilters(request.GET, request.user)
    found = narrowed(request, filters, statements_for_list(request.user))
    return show(request, "statements", filters, found, statement_rows(found.keys, request.user))


@require_safe
@requires("record.read")
def sources(request: SignedInRequest) -> HttpResponse:
    """What was handed in, how the newest capture of it ended, and what has become of it since."""
    filters = SourceFilters(request.GET, request.user)
    rows, order = in_order(filters.apply(sources_for_list(request.user)), filters.ordered)
    found = listed(request, rows, name=f"{request.path} {filters.ordered}", order=order)
    counted = tally(filters.named(sources_shown_to(request.user)), filters.chosen, request.user)
    counts = {"divisions": filters.divided(counted), "tally": counted, "quick": QUICK}
    return show(request, "sources", filters, found, source_rows(found.rows, request.user), **counts)


def narrowed(request: SignedInRequest, filters: Any, rows: QuerySet[Any]) -> Listed:
    """The page asked for of the rows the filters let through."""
    return listed(request, filters.apply(rows), name=request.path)


def show(
    request: SignedInRequest, noun: str, filters: Filters, found: Listed, rows: list[Any], **more: Any
) -> HttpResponse:
    """The list, or only its results when htmx asked for them."""
    complaints = [*filters.complaints, *found.complaints]
    context = {"section": noun, "filters": filters, "complaints": complaints, "rows": rows, "pages": found}
    return render_page(request, f"{noun}/list.html", context | more, fragment="results")
