"""What has changed in a record since the version partners read: "changes not yet released"."""

from dataclasses import dataclass
from typing import Any

from claims.models import PublishedRecord, ReleasedDocument
from claims.models.release import Scope
from claims.release.marks import Reader, marks_of
from claims.release.redaction import named_in, redact
from claims.release.render import FULLEST, STAMPS, Releasable, digest, join, read
from harmtracker.markings import Tlp, rank
from harmtracker.models import User


@dataclass(frozen=True)
class FieldChange:
    """One difference. ``path`` leads to the field through the document (``finding/code``, ``renderings/<id>/text``).

    List items are told apart by their own key, not by their number. ``old`` is None for what was added, ``new`` for
    what is no longer there.
    """

    path: str
    old: Any
    new: Any


def changes_not_released(record: Releasable, *, seen_by: User) -> list[FieldChange]:
    """How the record differs from its newest release; [] when it does not, or has none.

    Compared is the fullest document, of which only what ``seen_by`` is cleared for is told.
    """
    published = _published(record)
    if published is None:
        return []
    now = read(record, published.release.released_at).for_ceiling(FULLEST, _clearance(published))
    if digest(now) == published.release.digest:
        return []
    before = _released(published)
    names = {*named_in(before), *named_in(now)}
    ceiling = min(FULLEST, seen_by.clearance, key=rank)
    reader = Reader(ceiling, marks_of(names), team_id=record.team_id)
    old, new = (_said(redact(document, reader)) for document in (before, now))
    return list(_differences(old, new, ""))


def has_changes(record: Releasable) -> bool:
    """Whether there is anything to release: something changed, or it never was. Cheaper than listing the changes."""
    published = _published(record)
    if published is None:
        return True
    now = read(record, published.release.released_at).for_ceiling(FULLEST, _clearance(published))
    return digest(now) != published.release.digest


def _published(record: Releasable) -> PublishedRecord | None:
    return PublishedRecord.objects.select_related("release__released_by").filter(record_id=record.pk).first()


def _clearance(published: PublishedRecord) -> str:
    """Compared is what the editor who released it could see: a change of reader is no change of the record."""
    return published.release.released_by.clearance or Tlp.GREEN


def _released(published: PublishedRecord) -> dict[str, Any]:
    rows = ReleasedDocument.objects.filter(release_id=published.release_id, ceiling=FULLEST)
    documents: dict[str, Any] = dict(rows.values_list("scope", "document"))
    return join(documents.pop(Scope.BASE), list(documents.values()))


def _said(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in STAMPS}


def _differences(old: Any, new: Any, path: str) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(each for each in new if each not in old)]:
            yield from _differences(old.get(name), new.get(name), f"{path}/{name}".lstrip("/"))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _differences(_by_key(old), _by_key(new), path)
    elif old != new:
        yield FieldChange(path, old, new)


def _by_key(values: list[Any]) -> dict[str, Any]:
    """List items under a name of their own: their key, what they point at, or the plain value itself."""
    named: dict[str, Any] = {}
    for number, value in enumerate(values):
        if not isinstance(value, dict):
            named[str(value)] = value
            continue
        party = value.get("party") or {}
        named[str(value.get("id") or value.get("evidence") or value.get("pointer") or party.get("id") or number)] = (
            value
        )
    return named
