"""Has the accused answered? The definitions of domain.md, "What only we can answer", as queries."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from claims.models import Accusation, CommentRequest, Link, Statement
from claims.models.comment_request import ANSWERED
from claims.models.link import ANSWERS
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.voices import acts_for, said_on
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from sources.shown import parties_shown_to


def answers_by(party: OuterRef, allegation: OuterRef, user: User) -> QuerySet[Link]:
    """Links by which ``party`` answered ``allegation``, each given by its key in the outer row.

    A current statement by the party, by its holder, on its behalf, or by a body it belonged to on that day denies,
    rebuts, qualifies or replies to the allegation. A speaker the reader may not see answers for nobody.
    """
    speaker, day = F("from_statement__party_id"), said_on("from_statement__")
    return Link.objects.filter(
        # Most answer for themselves; the dear questions are asked of the others only.
        Q(from_statement__party=party)
        | Q(from_statement__on_behalf_of=party)
        | Q(acts_for(speaker, party, day))
        | Q(acts_for(party, speaker, day)),
        to_statement=allegation,
        removed_at=None,
        type__in=ANSWERS,
        from_statement__in=Statement.objects.visible_to(user)
        .seen_through(user, HIDES_SPEAKER)
        .filter(lifecycle=Lifecycle.CURRENT),
        from_statement__party__in=parties_shown_to(user),
    )


def replies_by(party: OuterRef, allegation: OuterRef, user: User) -> QuerySet[CommentRequest]:
    """Requests to the party about the allegation that ended in a reply, or in its declining to reply."""
    requests: QuerySet[CommentRequest] = CommentRequest.objects.visible_to(user)
    in_force = {"events__takes_back": None, "events__taken_back": None}
    return requests.filter(statement=allegation, party=party, events__outcome__in=ANSWERED, **in_force)


def standing_accusations(user: User) -> QuerySet[Accusation]:
    """Accusations of parties this reader may see by name, in current allegations this reader may see."""
    allegations = Statement.objects.visible_to(user).filter(kind=StatementKind.ALLEGATION, lifecycle=Lifecycle.CURRENT)
    return Accusation.objects.filter(statement__in=allegations, party__in=parties_shown_to(user))


def with_answered(accusations: QuerySet[Accusation], user: User) -> QuerySet[Any]:
    """The same rows with ``is_answered``: whether the accused party has answered that allegation."""
    return accusations.annotate(is_answered=_is_answered(user))


def silences(user: User) -> QuerySet[Accusation]:
    """Standing accusations that the accused has not answered, as far as the reader may see."""
    return unanswered(standing_accusations(user), user)


def unanswered(accusations: QuerySet[Accusation], user: User) -> QuerySet[Accusation]:
    """Of these accusations, those the accused has not answered, as far as the reader may see."""
    return accusations.exclude(_is_answered(user))


def incidents_unanswered(user: User) -> Exists:
    """Of an incident: it has an allegation that an accused party has not answered."""
    return Exists(silences(user).filter(statement__about__incident=OuterRef("pk")))


def incidents_accusing(user: User) -> Exists:
    """Of an incident: an allegation about it accuses somebody."""
    return Exists(standing_accusations(user).filter(statement__about__incident=OuterRef("pk")))


def _is_answered(user: User) -> Any:
    """Of an accusation: the accused answered it by a statement, or replied when it was asked."""
    accused, allegation = OuterRef("party_id"), OuterRef("statement_id")
    return Exists(answers_by(accused, allegation, user)) | Exists(replies_by(accused, allegation, user))
