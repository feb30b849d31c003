"""Telling the people concerned that a source changed under their statements. An alarm changes nothing by itself.

Jobs call this after they looked; a job never re-anchors words, never changes a statement, never answers an alarm.
Everything here may run twice: the same find raises one alarm for each person.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, UUIDField

from claims.models import Alarm, Link, QuoteCheck, Rendering, Statement
from claims.models.alarm import AlarmKind
from claims.models.link import LinkType
from claims.models.rendering import QuoteOutcome
from claims.quote_checks import check_across, check_quotations
from harmtracker.markings import HIDES_SOURCE
from harmtracker.models import Role, User
from harmtracker.permissions import ACTS
from sources.models import Capture, Copy, Source
from sources.models.copy import CopyState
from sources.quote_edits import RED
from sources.shown import sources_shown_to

KIND_OF = {
    QuoteOutcome.EDITED: AlarmKind.QUOTE_EDITED,
    QuoteOutcome.MISSING: AlarmKind.QUOTE_MISSING,
    QuoteOutcome.AMBIGUOUS: AlarmKind.QUOTE_AMBIGUOUS,
}


@dataclass(frozen=True)
class _Find:
    """Something to tell, and the keys of those whose work it touches."""

    alarm: dict[str, Any]
    source: uuid.UUID
    statements: frozenset[uuid.UUID] = frozenset()
    concerns: frozenset[uuid.UUID] = field(default_factory=frozenset)


def after_capture(capture: Capture) -> list[Alarm]:
    """A capture was stored: look for the quotations again and tell what was found. The work of ``capture.sealed``."""
    check_quotations(capture)
    alarms = raise_alarms(list(QuoteCheck.objects.filter(capture=capture)))
    return alarms + raise_gone(capture.source) if capture.source.gone_at else alarms


def after_copy_decided(copy: Copy) -> list[Alarm]:
    """A copy was confirmed: look for the quotations of each in the other and tell what was found. A job's work."""
    check_across(copy)
    ends = (copy.derived_id, copy.original_id)
    across = QuoteCheck.objects.filter(capture__source__in=ends, rendering__source__in=ends)
    return raise_alarms(list(across)) + raise_merged(copy)


def raise_alarms(checks: Sequence[QuoteCheck]) -> list[Alarm]:
    """Tell whoever logged the words where these checks found them edited, missing or in several places.

    In a copy only edited words are told: that the rest of them is missing there is no news. Compared with the check
    before it in the same source: a bad state that did not change raises no second alarm, one that changed does.
    """
    found = [check for check in checks if check.outcome in KIND_OF or check.attribution_outcome in KIND_OF]
    if not found:
        return []
    rows = list(
        QuoteCheck.objects.filter(pk__in=[check.pk for check in found])
        .select_related("rendering__statement", "capture")
        .defer("capture__text", "capture__links", "capture__flags", "capture__hops", "capture__metadata")
    )
    before = _checks_before(rows)
    return _raise([find for row in rows for find in _finds(row, before.get(row.pk))])


def raise_gone(source: Source) -> list[Alarm]:
    """Tell everyone who logged words from this source that the site says it is not there any more; once each time."""
    if source.gone_at is None:
        return []
    told = Alarm.objects.filter(kind=AlarmKind.SOURCE_GONE, source=source, created_at__gte=source.gone_at)
    if told.exists():
        return []
    rows = list(
        Rendering.objects.filter(source=source, withdrawn_at=None).values_list(
            "statement", "created_by", "statement__created_by"
        )
    )
    finds = []
    newest = Capture.objects.filter(source=source).order_by("-number").values_list("pk", flat=True).first()
    for statement, *people in rows:
        alarm = {"kind": AlarmKind.SOURCE_GONE, "source_id": source.pk, "capture_id": newest}
        finds.append(_Find(alarm, source.pk, frozenset({statement}), frozenset(filter(None, people))))
    return _raise(finds)


def raise_merged(copy: Copy) -> list[Alarm]:
    """Tell whoever tied statements as corroborating each other that both rest on one origin now."""
    if copy.state != CopyState.CONFIRMED:
        return []
    origin = Func("source_id", function="sources_origin", output_field=UUIDField())
    tied = Rendering.objects.filter(withdrawn_at=None).annotate(origin=origin).filter(
        origin=Func(copy.derived_id, function="sources_origin", output_field=UUIDField())
    )  # fmt: skip
    links = Link.objects.filter(
        Exists(tied.filter(statement=OuterRef("from_statement"))),
        Exists(tied.filter(statement=OuterRef("to_statement"))),
        type=LinkType.CORROBORATES,
        removed_at=None,
    ).select_related("from_statement", "to_statement")
    return _raise(
        [
            _Find(
                {"kind": AlarmKind.ORIGINS_MERGED, "link_id": link.pk, "statement_id": link.from_statement_id},
                copy.derived_id,
                frozenset({link.from_statement_id, link.to_statement_id}),
                frozenset(filter(None, [link.created_by_id, link.from_statement.created_by_id])),
            )
            for link in links
        ]
    )


def _finds(check: QuoteCheck, before: QuoteCheck | None) -> list[_Find]:
    """What one check has to tell: of the words, and of their attribution."""
    rendering = check.rendering
    is_own = check.capture.source_id == rendering.source_id
    told = []
    is_new = before is None or (before.outcome, before.operations) != (check.outcome, check.operations)
    if is_new and (check.outcome == QuoteOutcome.EDITED or (is_own and check.outcome in KIND_OF)):
        told.append((KIND_OF[QuoteOutcome(check.outcome)], check.operations))
    attribution = (check.attribution_outcome, check.attribution_operations)
    was = (before.attribution_outcome, before.attribution_operations) if before else None
    if is_own and attribution[0] in KIND_OF and attribution != was and check.outcome != QuoteOutcome.MISSING:
        told.append((AlarmKind.ATTRIBUTION_CHANGED, check.attribution_operations))
    people = frozenset(filter(None, [rendering.created_by_id, rendering.statement.created_by_id]))
    return [
        _Find(
            {
                "kind": kind,
                "statement_id": rendering.statement_id,
                "source_id": check.capture.source_id,
                "capture_id": check.capture_id,
                "quote_check_id": check.pk,
                "is_red": any(each["class"] in RED for each in operations),
            },
            check.capture.source_id,
            frozenset({rendering.statement_id}),
            people,
        )
        for kind, operations in told
    ]


def _checks_before(checks: Sequence[QuoteCheck]) -> dict[uuid.UUID, QuoteCheck]:
    """For each check the one before it: of the same words, in the capture before it of the same source."""
    rows = (
        QuoteCheck.objects.filter(
            rendering__in={check.rendering_id for check in checks},
            capture__source__in={check.capture.source_id for check in checks},
        )
        .select_related("capture")
        .defer("capture__text", "capture__links", "capture__flags", "capture__hops", "capture__metadata")
        .order_by("capture__number")
    )
    newest: dict[tuple[uuid.UUID, uuid.UUID], QuoteCheck] = {}
    before: dict[uuid.UUID, QuoteCheck] = {}
    for row in rows:
        thread = (row.rendering_id, row.capture.source_id)
        if thread in newest:
            before[row.pk] = newest[thread]
        newest[thread] = row
    return before


# ---- Who is told


def _raise(finds: Sequence[_Find]) -> list[Alarm]:
    if not finds:
        return []
    told_of = _people(finds)
    alarms = {
        (person, *sorted(find.alarm.items(), key=str)): Alarm(for_user_id=person, **find.alarm)
        for find in finds
        for person in told_of(find)
    }
    Alarm.objects.bulk_create(alarms.values(), ignore_conflicts=True)
    return list(Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms.values()]))


@dataclass
class _Told:
    """Answers who is told of a find; what each person may see was read once, for all finds."""

    statements: dict[uuid.UUID, set[uuid.UUID]]
    sources: dict[uuid.UUID, set[uuid.UUID]]
    editors: list[uuid.UUID]

    def __call__(self, find: _Find) -> list[uuid.UUID]:
        """Whoever it concerns and may still see and answer it; where that is nobody, every editor who may."""
        concerned = [person for person in find.concerns if self._may_see(person, find)]
        return concerned or [person for person in self.editors if self._may_see(person, find)]

    def _may_see(self, person: uuid.UUID, find: _Find) -> bool:
        return find.statements <= self.statements.get(person, set()) and find.source in self.sources.get(person, set())


def _people(finds: Iterable[_Find]) -> _Told:
    finds = list(finds)
    statements = frozenset().union(*(find.statements for find in finds))
    sources = {find.source for find in finds}
    concerned = frozenset().union(*(find.concerns for find in finds))
    people = User.objects.filter(
        Q(pk__in=concerned) | Q(role=Role.EDITOR), is_active=True, role__in=ACTS["alarm.answer"]
    )
    told = _Told({}, {}, [])
    for person in people:
        seen = Statement.objects.visible_to(person).seen_through(person, HIDES_SOURCE).filter(pk__in=statements)
        told.statements[person.pk] = set(seen.values_list("pk", flat=True))
        told.sources[person.pk] = set(sources_shown_to(person).filter(pk__in=sources).values_list("pk", flat=True))
        if person.role == Role.EDITOR:
            told.editors.append(person.pk)
    return told
