"""Answered or not, as conditions for lists. What an answer is stands in claims/queries/answers.py."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from claims.listing.withheld import parties_shown_to
from claims.models import Accusation, Statement
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.answers import answers_by, replies_by, silences
from harmtracker.models import User


def standing_accusations(user: User) -> QuerySet[Accusation]:
    """Accusations of parties this reader may see by name, in current allegations this reader may see."""
    allegations = Statement.objects.visible_to(user).filter(kind=StatementKind.ALLEGATION, lifecycle=Lifecycle.CURRENT)
    return Accusation.objects.filter(statement__in=allegations, party__in=parties_shown_to(user))


def with_answered(accusations: QuerySet[Accusation], user: User) -> QuerySet[Any]:
    """The same rows with ``is_answered``: whether the accused party has answered that allegation."""
    accused, allegation = OuterRef("party_id"), OuterRef("statement_id")
    return accusations.annotate(
        is_answered=Exists(answers_by(accused, allegation, user)) | Exists(replies_by(accused, allegation, user))
    )


def unanswered(user: User) -> QuerySet[Accusation]:
    """Accusations whose party never answered them."""
    return silences(user).filter(party__in=parties_shown_to(user))


def incidents_unanswered(user: User) -> Exists:
    """Of an incident: it has an allegation that an accused party has not answered."""
    return Exists(unanswered(user).filter(statement__about__incident=OuterRef("pk")))


def incidents_accusing(user: User) -> Exists:
    """Of an incident: an allegation about it accuses somebody."""
    return Exists(standing_accusations(user).filter(statement__about__incident=OuterRef("pk")))
