"""A record as it stood earlier: what its edits since then changed, taken back one by one from the audit events.

Seen through today's restrictions: where an event holds only hashes, or a flag of today withholds something of the
record from the reader, or the reader may not read histories, today's value stands and is named as restricted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime

from claims.event_words import field_words
from harmtracker.markings import WITHHOLDING
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import may

HASHED: Final = "hmac:"
DERIVED: Final = ("_start", "_end", "_precision", "_at", "_by")
POINTING: Final = frozenset({"party", "on_behalf_of", "place", "media_item", "accuses", "incident"})
"""Fields whose values name other records; whoever rewinds looks those up as far as the reader may see them."""
OF_TODAY: Final = frozenset({"tlp", "handling", "embargo_until", "team", "workflow", "version"})
"""Never taken back: who may see a record is decided by what it is marked today."""


@dataclass
class Rewound:
    """What was taken back in one record: ``values`` by field, as the events hold them.

    ``restricted`` are fields that were changed since, and whose earlier value this reader is not told.
    """

    values: dict[str, Any] = field(default_factory=dict)
    restricted: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """The fields shown as they stood, in words."""
        return labels_of(self.values)

    @property
    def restricted_labels(self) -> list[str]:
        return labels_of(self.restricted)


def labels_of(names: Iterable[str]) -> list[str]:
    """Fields in words, without columns that follow from others."""
    kept = [name for name in names if name == "place_precision" or not name.endswith(DERIVED)]
    return list(dict.fromkeys(str(field_words(name)) for name in kept))


def edits_since(at: datetime, verb: str) -> QuerySet[AuditEvent]:
    """For a subquery: edits of a record after that moment, oldest first."""
    return AuditEvent.objects.filter(subject_id=OuterRef("pk"), verb=verb, at__gt=at).order_by("sequence")


def take_back(changes: Iterable[dict[str, Any]], record: Any, user: User) -> Rewound:
    """Set the record's own plain columns to what they were before these edits (oldest first). Nothing is saved."""
    before: dict[str, Any] = {}
    for change in changes:
        for name, values in change.items():
            if isinstance(values, list) and len(values) == 2:
                before.setdefault(name, values[0])
    told = Rewound()
    is_closed = not may(user, "history.read") or bool(set(record.handling) & (WITHHOLDING - set(user.flags)))
    for name, value in before.items():
        if is_closed or (isinstance(value, str) and value.startswith(HASHED)):
            told.restricted.append(name)
        elif _set(record, name, value):
            told.values[name] = value
    return told


def _set(record: Model, name: str, value: Any) -> bool:
    """Whether the field is one that can be shown as it stood; plain columns are set at once."""
    if name in OF_TODAY:
        return False
    if name in POINTING:
        return name != "incident"
    try:
        column = record._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if column.is_relation:
        return False
    is_moment = column.get_internal_type() == "DateTimeField" and isinstance(value, str)
    setattr(record, name, parse_datetime(value) if is_moment else value)
    return True
