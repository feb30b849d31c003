"""Undoing a merge by a press: the two are taken apart again, while nothing has changed that forbids it."""

from typing import Any

from django.utils.translation import gettext as _

from claims.actions.separating import separate
from claims.models import Incident, Place
from claims.undoing import UNDONE, one_of
from harmtracker.models import User
from harmtracker.undo import Undone, inverse
from harmtracker.wording import for_the_record
from sources.shown import parties_shown_to


@inverse
def merged(*, by: User, kind: str, pk: str, version: int) -> Undone:
    """Take two records apart that were just merged; what was withdrawn from partners is released by a person."""
    rows: dict[str, Any] = {
        "party": parties_shown_to,
        "place": Place.objects.visible_to,
        "incident": Incident.objects.visible_to,
    }
    found = one_of(rows[kind](by).filter(merged_into__in=rows[kind](by)), pk)
    separate(duplicate=found, reason=for_the_record(UNDONE), expected_version=version, by=by)
    return Undone(_("Undone: %(ref)s is a record of its own again.") % {"ref": found.ref}, found.get_absolute_url())
