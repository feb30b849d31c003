"""What the release page shows: what partners read, what they would read now, and which statements could go along."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Exists, JSONField, OuterRef, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.listing.exhibits import Exhibit, standing_words, statement_exhibit
from claims.models import Incident, PublishedRecord, Rendering, Statement
from claims.models.findings import Finding
from claims.models.statement import Lifecycle
from claims.queries.rows import NEWEST_OF_FEW
from claims.release.changes import FieldChange, released_documents
from claims.release.render import CEILINGS, Releasable, cut
from claims.release.render import Rendering as Rendered
from harmtracker.markings import STOPS_RELEASE, Flag, Tlp, rank
from harmtracker.models import User
from harmtracker.records import Workflow
from sources.models import Party

MOST_STATEMENTS = 60
UNASSESSED = frozenset({Finding.UNVERIFIED, Finding.IN_PROGRESS})
QUIET = frozenset({"object", "id", "sentence"})
"""Fields of a document that say nothing to a person who reads the preview."""


@dataclass(frozen=True)
class Preview:
    """One document as partners with any of these ceilings read it; documents that are the same are shown once."""

    ceilings: list[str]
    sentence: str
    lines: list[tuple[str, str]]
    redacted: list[tuple[str, str]]


@dataclass(frozen=True)
class Along:
    """A statement that could go along. ``why_not`` says what stops it; ``state`` is what partners have of it."""

    statement: Statement
    shown: Exhibit
    ticket: str
    state: str
    released_version: int | None
    why_not: str


@dataclass(frozen=True)
class Difference:
    """A change not yet released, in words."""

    path: str
    old: str
    new: str


def previews(record: Releasable, rendering: Rendered, user: User) -> list[Preview]:
    """What each ceiling would read if the record were released now, nothing above the editor's own clearance."""
    found: dict[str, tuple[list[str], dict[str, Any]]] = {}
    for ceiling in CEILINGS[rank(record.tlp) :]:
        document = cut(rendering.for_ceiling(ceiling, user.clearance))["base"]
        same = json.dumps(document, sort_keys=True, default=str)
        found.setdefault(same, ([], document))[0].append(str(Tlp(ceiling).label))
    return [_preview(ceilings, document) for ceilings, document in found.values()]


def _preview(ceilings: list[str], document: dict[str, Any]) -> Preview:
    redacted = [(in_steps(each["pointer"]), each["reason"]) for each in document["sensitivity"]["redacted"]]
    said = {name: value for name, value in document.items() if name not in QUIET}
    said["sensitivity"] = {name: value for name, value in said["sensitivity"].items() if name != "redacted"}
    return Preview(ceilings, document["sentence"], list(_lines(said, "")), redacted)


def _lines(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every field that holds something, in words: where it stands and what it says."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in QUIET:
                yield from _lines(part, f"{path}/{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _lines(part, f"{path}/{number}")
    elif value not in (None, ""):
        yield in_steps(path), str(value)


def in_steps(path: str) -> str:
    """A path through a document as a person reads it: finding › public wording."""
    return " › ".join(part.replace("_", " ") for part in path.split("/") if part and not _is_key(part))


def _is_key(part: str) -> bool:
    try:
        uuid.UUID(part)
    except ValueError:
        return False
    return True


def differences(changes: list[FieldChange]) -> list[Difference]:
    """Changes not yet released, each side in words."""
    return [Difference(in_steps(each.path), _in_words(each.old), _in_words(each.new)) for each in changes]


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return "; ".join(f"{where}: {said}" if where else said for where, said in _lines(value, ""))
    return str(value)


@dataclass(frozen=True)
class Desk:
    """What lies before the editor who releases: ``published`` is what partners have of the record today, with its
    ``released`` documents, None when they never had it; ``along`` are statements that could go along.
    """

    published: Any | None
    along: list[Along]


def desk(record: Releasable, user: User) -> Desk:
    """Three queries for an incident, one for a statement."""
    statements = _statements_along(record, user) if isinstance(record, Incident) else []
    words = standing_words([each.pk for each in statements], user) if isinstance(record, Incident) else {}
    is_it = When(record_id=record.pk, then=released_documents())
    rows: QuerySet[Any] = (
        PublishedRecord.objects.filter(record_id__in=[record.pk, *(each.pk for each in statements)])
        .select_related("release__released_by", "withdrawal__withdrawn_by")
        .annotate(released=Case(is_it, default=Value([], output_field=ArrayField(JSONField()))))
    )
    published = rows.in_bulk()
    along = [_along(each, words[each.pk], published.get(each.pk), user) for each in statements]
    return Desk(published.get(record.pk), along)


def why_not_release(record: Any) -> str:
    """What stops a record from being released at all, as a sentence; "" when nothing does. For pages."""
    if record.workflow != Workflow.APPROVED:
        return _("It is not approved. Approve the record first.")
    if isinstance(record, Statement) and record.lifecycle == Lifecycle.REMOVED:
        return _("It was removed from the record.")
    embargoed = record.embargo_until is not None and record.embargo_until > timezone.now()
    if record.tlp == Tlp.RED or set(record.handling) & (STOPS_RELEASE - {Flag.EMBARGO}) or embargoed:
        return _("Its marking stops release: RED, an embargo, sub judice or a legal hold.")
    return ""


def is_unassessed(record: Any) -> bool:
    """Whether partners would read "Not yet assessed"."""
    return record.finding in UNASSESSED


def _statements_along(incident: Incident, user: User) -> list[Any]:
    """Statements about the incident the editor may see, newest first, at most ``MOST_STATEMENTS``."""
    is_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party")))
    rows = (
        Statement.objects.visible_to(user)
        .filter(incidents=incident)
        .exclude(lifecycle=Lifecycle.REMOVED)
        .select_related("party")
        .annotate(speaker_is_seen=is_seen)
        .order_by(*NEWEST_OF_FEW)
    )
    return list(rows[:MOST_STATEMENTS])


def _along(statement: Any, words: list[Any], published: PublishedRecord | None, user: User) -> Along:
    shown = statement_exhibit(statement, words, statement.speaker_is_seen, user)
    state, version = "", None
    if published is not None:
        state = "withdrawn" if published.withdrawal_id or published.is_held else "released"
        version = published.release.version
    inexact = any(_has_to_be_exact(row) and row.newest_check != "exact" for row in words)
    why_not = why_not_release(statement) or (_("A quotation is not exact in the newest capture.") if inexact else "")
    return Along(statement, shown, f"{statement.ref}@{statement.version}", state, version, why_not)


def _has_to_be_exact(rendering: Rendering) -> bool:
    return rendering.fidelity == "verbatim" or (
        rendering.fidelity == "translation" and rendering.translator == "publisher"
    )
