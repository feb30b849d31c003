"""Merging a duplicate into the record that stays: what is asked of every kind, and how rows come to point elsewhere.

Every row that is touched is noted (``claims.models.Merge``), so that ``separating`` can take the two apart again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.actions.moved_rows import Watched
from claims.models import Merge
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp, rank
from harmtracker.models import User
from harmtracker.permissions import require
from sources.names import fold_name

Moved = dict[str, list[Any]]
"""``{"statement.party": [[references or keys moved], reference they point to now]}``, as an audit event holds it."""


def refuse_merged(record: Any) -> None:
    """Raise ``Refused`` for a duplicate: what is written to it would be read by nobody."""
    if getattr(record, "merged_into_id", None) is not None:
        raise Refused(
            _(
                "It was merged into another record meanwhile. Nothing was saved: what you wrote stands here. Take along"
                " what is still needed; the old reference leads there."
            ),
            code="merged",
        )


@contextmanager
def merging(
    duplicate: Any, into: Any, touched: Sequence[Watched], *, reason: str, expected_version: int, by: User
) -> Iterator[None]:
    """One transaction in which the duplicate is marked as merged, its rows are moved, and what was touched is noted.

    Raises ``NotAllowed``, ``StaleRecord``, or ``Refused``: into itself, a record merged already (so no circle can
    close), no reason, or a duplicate that is marked more strictly than the record that stays.
    """
    require(by, "record.merge")
    if not reason.strip():
        raise Refused(_("Say why they are the same."), field="reason")
    if duplicate.pk == into.pk:
        raise Refused(_("A record is not merged into itself."), field="into")
    with audit.recording():
        _refuse_what_cannot_be(duplicate, into)
        for rows in touched:
            rows.look()
        save_version(duplicate, expected_version, merged_into=into)
        # What was merged into the duplicate before points on to the record that stays, so that no chain grows.
        type(duplicate)._base_manager.filter(merged_into=duplicate).update(merged_into=into)
        yield
        moved = [entry for rows in touched for entry in rows.became()]
        Merge.objects.create(duplicate_id=duplicate.pk, into_id=into.pk, moved=moved)


def both_locked(duplicate: Any, into: Any) -> dict[Any, Any]:
    """The rows of both by their keys, held until the end of the transaction."""
    rows = type(duplicate)._base_manager.select_for_update().order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=[duplicate.pk, into.pk])}


def _refuse_what_cannot_be(duplicate: Any, into: Any) -> None:
    locked = both_locked(duplicate, into)
    if locked[duplicate.pk].merged_into_id is not None:
        raise Refused(_("It was merged into another record already."))
    if locked[into.pk].merged_into_id is not None:
        raise Refused(_("That record was merged into another one itself. Choose that one."), field="into")
    if any(getattr(row, "set_aside_at", None) is not None for row in locked.values()):
        raise Refused(_("One of the two is set aside. Put it back first."))
    if is_stricter(locked[duplicate.pk], locked[into.pk]):
        raise Refused(
            _("The duplicate is marked more strictly than the record that stays. Merge the other way round."),
            field="into",
            code="merge_lowers_marking",
        )


def is_stricter(record: Any, other: Any) -> bool:
    """Whether somebody who sees ``other``, or something of it, may not see the same of ``record``."""
    if rank(record.tlp) > rank(other.tlp) or set(record.handling) - set(other.handling):
        return True
    if record.team_id is not None and record.team_id != other.team_id:
        return True
    if record.embargo_until is not None and record.embargo_until > other.embargo_until:
        return True  # the flag is on both, so both have a date
    is_closed = record.tlp == Tlp.RED or record.team_id is not None
    return is_closed and bool(set(other.named.all()) - set(record.named.all()))


def point(rows: QuerySet[Any], field: str, duplicate: Any, into: Any) -> Moved:
    """Let the rows whose ``field`` is the duplicate point to the record that stays; each is a new version."""
    pointing = rows.filter(**{field: duplicate})
    keys = [str(getattr(row, "ref", row.pk)) for row in pointing.order_by("pk")]
    pointing.update(**{field: into, "version": F("version") + 1})
    return {f"{rows.model._meta.model_name}.{field}": [keys, into.ref]} if keys else {}


def give_names(duplicate: Any, into: Any, *columns: str) -> Moved:
    """Give the record that stays every name of the duplicate it does not have yet; the duplicate keeps its own."""
    held = {into.name, *into.names.values_list("text", flat=True)}
    owner, model = duplicate._meta.model_name, duplicate.names.model
    shown = model(text=duplicate.name, folded=fold_name(duplicate.name))
    new = {name.text: name for name in [shown, *duplicate.names.order_by("id")] if name.text not in held}
    model.objects.bulk_create(
        model(**{owner: into}, **{column: getattr(name, column) for column in ("text", "lang", "folded", *columns)})
        for name in new.values()
    )
    return {"names": [None, list(new)]} if new else {}
