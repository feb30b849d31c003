"""The lists: incidents (the first page), statements, sources. Newest first, fifty at a time."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.forms.filters import Filters, IncidentFilters, SourceFilters, StatementFilters
from claims.listing.incidents import incident_rows
from claims.listing.sources import source_rows, sources_for_list
from claims.listing.statements import statement_rows, statements_for_list
from claims.models import Incident
from claims.views.paging import Listed, listed
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires


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
    return show(request, "statements", filters, found, statement_rows(found.rows, request.user))


@require_safe
@requires("record.read")
def sources(request: SignedInRequest) -> HttpResponse:
    """What was handed in, and how the newest capture of it ended."""
    filters = SourceFilters(request.GET, request.user)
    found = narrowed(request, filters, sources_for_list(request.user))
    return show(request, "sources", filters, found, source_rows(found.rows, request.user))


def narrowed(request: SignedInRequest, filters: Any, rows: QuerySet[Any]) -> Listed:
    """The page asked for of the rows the filters let through."""
    return listed(request, filters.apply(rows), name=request.path)


def show(request: SignedInRequest, noun: str, filters: Filters, found: Listed, rows: list[Any]) -> HttpResponse:
    """The list, or only its results when htmx asked for them."""
    complaints = [*filters.complaints, *found.complaints]
    context = {"section": noun, "filters": filters, "complaints": complaints, "rows": rows, "pages": found}
    return render_page(request, f"{noun}/list.html", context, fragment="results")
