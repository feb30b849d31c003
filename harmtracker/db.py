"""Writing without overwriting anybody."""

from typing import Any, Final

from django.db import DatabaseError, models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from harmtracker.errors import Refused, StaleRecord

STANDS_NOT: Final = {
    "party_stands": _("A party named here was just merged into another one, or set aside. Look and send it again."),
    "place_stands": _("The place named here was just merged into another one, or set aside. Look and send it again."),
    "incident_stands": _("The incident was just merged into another one. Go on there: its old reference leads there."),
}
"""The rules of the database that any action may meet, whatever it writes, in words."""


def rule_of(error: DatabaseError) -> str:
    """The name of the rule by which the database refused; "" where none is told."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def refuse_what_stands_not(error: DatabaseError) -> None:
    """Raise ``Refused`` where the error says that a row came to name what was merged or set aside meanwhile."""
    if (rule := rule_of(error)) in STANDS_NOT:
        raise Refused(STANDS_NOT[rule], code=rule) from error


def save_version(instance: Any, expected_version: int, **changes: Any) -> dict[str, list[Any]]:
    """Write ``changes`` to the row if it still has ``expected_version``; the check and the write are one statement.

    Returns what changed as ``{field: [old, new]}`` and leaves ``instance`` as it stands in the database. Raises
    ``StaleRecord`` (nothing written) when somebody saved in between.
    """
    model = type(instance)
    # What was checked before was checked on the instance: it has to be the very version that is replaced.
    row = model._base_manager.filter(pk=instance.pk, version=expected_version)
    if instance.version != expected_version or not row.update(**changes, version=F("version") + 1):
        raise StaleRecord(
            _("Someone saved this record after you opened it. Nothing of yours was written; compare and save again."),
            current=model._base_manager.get(pk=instance.pk),
        )
    before = {name: getattr(instance, name) for name in changes}
    instance.refresh_from_db(fields=[*changes, "version"])
    return {
        name: [plain(before[name]), plain(getattr(instance, name))]
        for name in changes
        if before[name] != getattr(instance, name)
    }


def plain(value: Any) -> Any:
    """A value as JSON can hold it: keys for records, ISO 8601 for times, lists for lists."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
