"""What happened with an incident's record: audit events, without those on anything the reader may not see."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window

from claims.models import CommentRequest, Figure, Incident, Link, OutsideNote, Rendering, Statement
from harmtracker.models import AuditEvent, User
from harmtracker.prepared import prepared
from sources.models import Party, Source

MOST_EVENTS = 20


def history(record: Any, user: User) -> list[Any]:
    """The newest events about a record; each carries ``total``, how many there are. One query.

    An event is shown when its subject is: a statement's words, links and figures go with the statement.
    """
    return _events_of(user, record=record.pk)


@prepared
def _events_of(user: User, record: Any) -> QuerySet[Any]:
    return (
        AuditEvent.objects.filter(Q(about__contains=[record]) | Q(subject_id=record))
        .filter(_subject_is_seen(user))
        .annotate(total=Window(Count("pk")))
        .order_by(F("sequence").desc())[:MOST_EVENTS]
    )


def _subject_is_seen(user: User) -> Q:
    statements = Statement.objects.visible_to(user)
    seen: dict[str, QuerySet[Any]] = {
        "claims.incident": Incident.objects.visible_to(user),
        "claims.statement": statements,
        "claims.rendering": Rendering.objects.filter(statement__in=statements),
        "claims.figure": Figure.objects.filter(statement__in=statements),
        "claims.link": Link.objects.filter(from_statement__in=statements, to_statement__in=statements),
        "claims.outsidenote": OutsideNote.objects.visible_to(user),
        "claims.commentrequest": CommentRequest.objects.visible_to(user),
        "sources.source": Source.objects.visible_to(user),
        "sources.party": Party.objects.visible_to(user),
    }
    shown = Q(pk__in=[])
    for label, rows in seen.items():
        # Asked of each event's subject by its key: a list of all visible keys would grow with the whole record.
        shown |= Q(Exists(rows.order_by().filter(pk=OuterRef("subject_id"))), subject_type=label)
    return shown
