"""Many links handed in at once: how far they are."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from harmtracker.htmx import render_page
from harmtracker.models import Job
from harmtracker.permissions import SignedInRequest, requires
from sources import bulk


@requires("source.hand_in")
@require_safe
def progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What became of the links a person handed in at once. Whoever sees none of its sources finds no batch."""
    job = get_object_or_404(Job, pk=pk, kind=bulk.KIND)
    if not bulk.is_shown_to(job, request.user):
        raise Http404
    context = {"batch": bulk.batch_of(job, reader=request.user), "section": "sources"}
    return render_page(request, "sources/batch.html", context, fragment="batch")
