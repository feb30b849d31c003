"""Merging a place that is held twice."""

from django.db.models import Q

from claims.actions.merging import give_names, merging, point
from claims.actions.moved_rows import Watched
from claims.models import Incident, Place, PlaceName
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.models import User


def merge_place(*, duplicate: Place, into: Place, reason: str, expected_version: int, by: User) -> Place:
    """Put the incidents at the duplicate at ``into``, and give it the duplicate's names. Returns ``into``.

    ``expected_version`` is the duplicate's. Findings are not examined again: it is the same place, held once.
    """
    touched = [
        Watched(PlaceName, Q(place=into)),
        Watched(Place, Q(merged_into=duplicate), ("merged_into_id",)),
        Watched(Incident, Q(place=duplicate), ("place_id",)),
    ]
    with merging(duplicate, into, touched, reason=reason, expected_version=expected_version, by=by):
        names = give_names(duplicate, into)
        at = list(Incident.objects.filter(place=duplicate).values_list("pk", flat=True))
        moved = point(Incident.objects.all(), "place", duplicate, into)
        audit.record(
            "place.merged",
            subject=duplicate,
            held_by=into,
            by=by,
            changes={"merged_into": [None, into.ref]} | moved,
            reason=reason.strip(),
            about=[into.pk, *at],
        )
        if names:
            save_version(into, into.version)
            audit.record("place.edited", subject=into, held_by=duplicate, by=by, changes=names, reason=reason.strip())
    return into
