"""What has changed in a record since the version partners read: "changes not yet released"."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from claims.models import PublishedRecord, ReleasedDocument
from claims.models.release import Scope
from claims.queries.rows import folded
from claims.release.redaction import named_in, redact
from claims.release.render import FULLEST, STAMPS, Releasable, Rendering, digest, join, read
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


def released_documents() -> ArraySubquery:
    """For PublishedRecord: the fullest document partners read today, in its parts by scope."""
    rows = ReleasedDocument.objects.filter(release=OuterRef("release_id"), ceiling=FULLEST)
    return folded(rows, scope="scope", document="document")


def read_with(record: Releasable, published: Any | None) -> Rendering:
    """Read the record, and today's markings also of what its ``released`` document names."""
    return read(record, also=named_in(_before(published)) if published else ())


def changes_since(published: Any, rendering: Rendering, *, seen_by: User) -> list[FieldChange]:
    """How a record differs from what is ``published`` of it, both read already; asks nothing more.

    Compared is the fullest document, of which only what ``seen_by`` is cleared for is told.
    """
    if not differs(published, rendering):
        return []
    now = rendering.for_ceiling(FULLEST, _clearance(published))
    reader = replace(rendering.reader, ceiling=min(FULLEST, seen_by.clearance, key=rank))
    before = _before(published)
    old, new = (_said(redact(document, reader)) for document in (before, now))
    return list(_differences(old, new, ""))


def differs(published: PublishedRecord, rendering: Rendering) -> bool:
    """Whether a record, as it was just read, says something else than what is ``published`` of it."""
    return digest(rendering.for_ceiling(FULLEST, _clearance(published))) != published.release.digest


def _clearance(published: PublishedRecord) -> str:
    """Compared is what the editor who released it could see: a change of reader is no change of the record."""
    return published.release.released_by.clearance or Tlp.GREEN


def _before(published: Any) -> dict[str, Any]:
    documents = {row["scope"]: row["document"] for row in published.released}
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
