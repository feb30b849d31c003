"""What became of rows between two moments, noted so that it can be taken back: only as a whole, or not at all.

An entry is ``{"model", "before", "after", "keys"}``: the columns that changed, with the values they had and got, and
the keys of all rows of which that is true. ``before`` is null for rows that came, ``after`` for rows that went.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import F, Q

from harmtracker.db import plain

Entry = dict[str, Any]
Row = dict[str, Any]


@dataclass
class Watched:
    """The rows of a model that may be touched, and the columns looked at; () for all of them."""

    model: type[Any]
    which: Q
    columns: tuple[str, ...] = ()
    seen: dict[str, Row] = field(default_factory=dict)

    def look(self) -> None:
        """Note the rows as they stand now."""
        self.seen = self._rows(self.which)

    def became(self) -> list[Entry]:
        """What happened to the rows since ``look``."""
        now = self._rows(self.which | Q(pk__in=list(self.seen)))
        entries: dict[str, Entry] = {}
        for key in [*self.seen, *(key for key in now if key not in self.seen)]:
            before, after = _differing(self.seen.get(key), now.get(key))
            if before != after:
                entry = {"model": self.model._meta.label_lower, "before": before, "after": after, "keys": []}
                entries.setdefault(repr((before, after)), entry)["keys"].append(key)
        return list(entries.values())

    def _rows(self, which: Q) -> dict[str, Row]:
        names = self.columns or tuple(each.attname for each in self.model._meta.concrete_fields)
        rows = self.model._base_manager.filter(which).order_by("pk").values("pk", *names).distinct()
        return {str(row.pop("pk")): {name: plain(value) for name, value in row.items()} for row in rows}


def _differing(before: Row | None, after: Row | None) -> tuple[Row | None, Row | None]:
    """Both without the columns in which they agree, and without the version, which every change raises."""
    if before is None or after is None:
        return before, after
    names = [name for name in before if name != "version" and before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def take_back(entries: Iterable[Entry]) -> list[Entry]:
    """Give all rows what they had, the last change first. Returns the entries whose rows are no longer as they were
    left: then the caller has to roll back, for nothing of them was changed.
    """
    return [entry for entry in reversed(list(entries)) if not _take_back(entry)]


def _take_back(entry: Entry) -> bool:
    model, keys = apps.get_model(entry["model"]), entry["keys"]
    if entry["after"] is None:
        model(**entry["before"]).save_base(raw=True, force_insert=True)  # with the moments it had
        return True
    rows = model._base_manager.filter(pk__in=keys, **entry["after"])
    if entry["before"] is None:
        return bool(rows.delete()[0] == len(keys))
    has_version = any(each.name == "version" for each in model._meta.concrete_fields)
    more = {"version": F("version") + 1} if has_version else {}
    return bool(rows.update(**entry["before"], **more) == len(keys))


def keys_of(entries: Iterable[Entry], model: type[Any]) -> list[str]:
    """Keys of the rows of one model that were touched."""
    return [key for entry in entries if entry["model"] == model._meta.label_lower for key in entry["keys"]]
