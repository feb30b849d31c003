"""What happened with a record: audit events, without those on anything the reader may not see today.

Whose history an event belongs to is asked first, and only of the newest of them whether the reader may see it: an
incident of a thousand statements has tens of thousands of events, and a page shows a few.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

from claims.models import CommentRequest, Figure, Incident, Link, MediaItem, OutsideNote, Place, Rendering, Statement
from harmtracker.markings import WITHHOLDING
from harmtracker.models import AuditEvent, User
from harmtracker.prepared import is_among, prepared
from sources.models import Party, Source

MOST_EVENTS: Final = 20
MOST_MEANWHILE: Final = 3
LOOKED_AT: Final = 200
MOST_PARTS: Final = 500
PAGE: Final = 25
ROUNDS: Final = (100, 400, 1600)
"""How many events are looked at for one page, round after round, where the reader may see few of them."""


@dataclass(frozen=True)
class Stretch:
    """Events of one page, newest first; ``before`` is the number from which the next page goes on, None at the end.

    Each event carries ``is_withheld``: its subject has a flag the reader does not see through.
    """

    events: list[Any]
    before: int | None


def history(record: Any, user: User) -> list[Any]:
    """The newest events about a record, at most ``MOST_EVENTS``. One query.

    An event is shown when its subject is: a statement's words, links and figures go with the statement. Each carries
    ``is_withheld``, as in a ``Stretch``.
    """
    return _events_of(user, record=record.pk)


def newest_of(record: Any, user: User) -> list[Any]:
    """The last events of the record itself, at most ``MOST_MEANWHILE``, each with ``is_withheld``. One query."""
    rows = AuditEvent.objects.filter(subject_id=record.pk).annotate(is_withheld=_is_withheld(user))
    return list(rows.order_by("-sequence")[:MOST_MEANWHILE])


@prepared
def _events_of(user: User, record: Any) -> QuerySet[Any]:
    newest = _belonging_to(record).order_by(NEWEST).values("pk")[:LOOKED_AT]
    rows = AuditEvent.objects.filter(pk__in=newest).filter(subject_is_seen(user))
    return rows.annotate(is_withheld=_is_withheld(user)).order_by(F("sequence").desc())[:MOST_EVENTS]


def stretch_of_history(record: Any, user: User, before: int | None = None) -> Stretch:
    """One page of the whole history, from the event before number ``before`` back. Three queries, seven at most."""
    found: list[Any] = []
    parts = _parts_of(record)
    for most in ROUNDS:
        rows = _belonging_to(record.pk, *parts).alias(place=PLACE)
        if before is not None:
            rows = rows.filter(place__lt=before)
        looked_at = list(rows.order_by(NEWEST).values_list("pk", "sequence")[:most])
        found += _seen_among(user, keys=[key for key, _number in looked_at])
        if len(found) > PAGE:
            return Stretch(found[:PAGE], found[PAGE - 1].sequence)
        if len(looked_at) < most:
            return Stretch(found, None)
        before = looked_at[-1][1]
    return Stretch(found, before)


# Not the bare column: else the planner may walk the whole chain backwards, in the hope of soon meeting the record.
PLACE: Final = F("sequence") + Value(0)
NEWEST: Final = PLACE.desc()


def _belonging_to(record: Any, *parts: Any) -> QuerySet[AuditEvent]:
    own = Q(subject_id__in=[record, *parts]) if parts else Q(subject_id=record)
    return AuditEvent.objects.filter(Q(about__contains=[record]) | own)


def _parts_of(record: Any) -> list[Any]:
    """Keys of what belongs to a statement: its words, figures, links and the notes on it. One query.

    An incident's events name it themselves.
    """
    if not isinstance(record, Statement):
        return []
    links = Link.objects.filter(Q(from_statement=record) | Q(to_statement=record))
    kinds = (Figure.objects.filter(statement=record), links, OutsideNote.objects.filter(statement=record))
    rows = [queryset.order_by().values_list("pk", flat=True) for queryset in kinds]
    words = Rendering.objects.filter(statement=record).order_by().values_list("pk", flat=True)
    return list(words.union(*rows, all=True).order_by()[:MOST_PARTS])


@prepared
def _seen_among(user: User, keys: Any) -> QuerySet[Any]:
    rows = AuditEvent.objects.filter(is_among("pk", keys)).filter(subject_is_seen(user))
    return rows.annotate(is_withheld=_is_withheld(user)).order_by(F("sequence").desc())[: PAGE + 1]


def subject_is_seen(user: User) -> Q:
    statements = Statement.objects.visible_to(user)
    seen: dict[str, QuerySet[Any]] = {
        "claims.incident": Incident.objects.visible_to(user),
        "claims.statement": statements,
        "claims.rendering": Rendering.objects.filter(statement__in=statements),
        "claims.figure": Figure.objects.filter(statement__in=statements),
        "claims.link": Link.objects.filter(from_statement__in=statements, to_statement__in=statements),
        "claims.outsidenote": OutsideNote.objects.visible_to(user),
        "claims.commentrequest": CommentRequest.objects.visible_to(user),
        "claims.mediaitem": MediaItem.objects.visible_to(user),
        "claims.place": Place.objects.visible_to(user),
        "sources.source": Source.objects.visible_to(user),
        "sources.party": Party.objects.visible_to(user),
    }
    return _subject_is_among(seen)


def _is_withheld(user: User) -> ExpressionWrapper:
    """Whether a flag of today hides something of the subject from this reader, whenever the event was written."""
    unseen = sorted(WITHHOLDING - set(user.flags))
    if not unseen:
        return ExpressionWrapper(Value(False), output_field=BooleanField())
    flagged = Statement.objects.filter(handling__overlap=unseen)
    own = (Incident, Statement, OutsideNote, CommentRequest, MediaItem, Place, Source, Party)
    hidden: dict[str, QuerySet[Any]] = {
        model._meta.label_lower: model.objects.filter(handling__overlap=unseen) for model in own
    }
    hidden |= {
        "claims.rendering": Rendering.objects.filter(statement__in=flagged),
        "claims.figure": Figure.objects.filter(statement__in=flagged),
        "claims.link": Link.objects.filter(Q(from_statement__in=flagged) | Q(to_statement__in=flagged)),
    }
    return ExpressionWrapper(_subject_is_among(hidden), output_field=BooleanField())


def _subject_is_among(kinds: dict[str, QuerySet[Any]]) -> Q:
    found = Q(pk__in=[])
    for label, rows in kinds.items():
        # Asked of each event's subject by its key: a list of all visible keys would grow with the whole record.
        found |= Q(Exists(rows.order_by().filter(pk=OuterRef("subject_id"))), subject_type=label)
    return found
