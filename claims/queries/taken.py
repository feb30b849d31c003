"""What has been taken from a captured text."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from claims.models import Rendering, Statement
from harmtracker.markings import HIDES_SOURCE, HIDES_SPEAKER
from harmtracker.models import User
from harmtracker.prepared import prepared
from sources.models import Capture, Party
from sources.shown import parties_shown_to, pseudonym


def taken_from(capture: Capture, user: User) -> list[Any]:
    """Renderings anchored in this capture whose statements the person may see and may know to rest on this source.

    Each carries ``names_speaker``: whether its speaker may be named to this person, and ``alias``, the pseudonym that
    stands for a name withheld. One query.
    """
    found = _anchored_in(user, capture=capture.pk)
    for each in found:
        each.alias = pseudonym(each.statement.party, user, is_visible=each.party_seen)
    return found


@prepared
def _anchored_in(user: User, capture: Any) -> QuerySet[Any]:
    statements = Statement.objects.visible_to(user).seen_through(user, HIDES_SOURCE)
    named = Statement.objects.seen_through(user, HIDES_SPEAKER).filter(party__in=parties_shown_to(user))
    rows: QuerySet[Any] = Rendering.objects.filter(
        capture=capture, start__isnull=False, withdrawn_at=None, statement__in=statements
    )
    visible = Party.objects.visible_to(user)
    named_rows: QuerySet[Any] = rows.annotate(
        names_speaker=Exists(named.filter(pk=OuterRef("statement_id"))),
        party_seen=Exists(visible.filter(pk=OuterRef("statement__party_id"))),
    )
    return named_rows.select_related("statement__party")
