"""Who may hold what partners were shown: for the editor who has to call a record back."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims.models import PublishedRecord
from claims.release.recall import holders
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.htmx import render_page
from harmtracker.permissions import SignedInRequest, requires


@requires("release.withdraw")
@require_safe
def recall(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Partners that may hold a version of the record, those first who were not told of its newest change."""
    record = visible_record(request, kind, ref)
    found = holders(record)
    context = {
        "record": record,
        "kind": kind,
        "section": SECTIONS[kind],
        "holders": found,
        "untold": sum(not each.is_told for each in found),
        "published": PublishedRecord.objects.filter(record_id=record.pk)
        .select_related("release", "withdrawal")
        .first(),
    }
    return render_page(request, "releases/recall.html", context)
