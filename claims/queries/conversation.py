"""Who may talk about which record, and what was said about it as far as a reader may know.

A remark on a record may name whom a flag of it keeps secret: it is seen only by those who see the record and through
every withholding flag it carries.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from claims.models import Assignment, Incident, MediaItem, Remark, Statement
from claims.models.conversation import SubjectKind
from harmtracker.markings import TLP_ORDER, WITHHOLDING, Tlp, rank
from harmtracker.models import User
from harmtracker.permissions import ACTS, may
from sources.models import Party, Source
from sources.shown import parties_shown_to, sources_shown_to

MODELS: dict[str, type[Any]] = {
    SubjectKind.INCIDENT: Incident,
    SubjectKind.STATEMENT: Statement,
    SubjectKind.SOURCE: Source,
    SubjectKind.MEDIA_ITEM: MediaItem,
    SubjectKind.PARTY: Party,
}
PAGES = {"IN": "incident", "ST": "statement", "SO": "source", "ME": "media-item", "PA": "party"}
"""The names of a record's pages by the beginning of its reference."""


@dataclass(frozen=True)
class Talk:
    """What is said about a record and who looks after it, oldest first."""

    remarks: list[Remark]
    assignments: list[Assignment]
    people: list[User]


def kind_of(record: Any) -> SubjectKind:
    """The kind of a record, as remarks and assignments name it. Raises ``StopIteration`` for what is none of them."""
    return next(SubjectKind(kind) for kind, model in MODELS.items() if isinstance(record, model))


def page_of(ref: str, page: str = "") -> str:
    """The address of the record of this reference, or of one of its pages; "" for a reference of another kind."""
    name = PAGES.get(ref.partition("-")[0])
    return reverse(f"{name}-{page}" if page else name, args=[ref]) if name else ""


def discussion_of(record: Any, user: User) -> str:
    """The address of the discussion of a record the person sees; "" for who may not read that."""
    may_read = may(user, "remark.make") and user.sees_through(record.handling, WITHHOLDING)
    return page_of(record.ref, "discussion") if may_read else ""


def talked_about_by(user: User, kind: str) -> QuerySet[Any]:
    """Records of this kind whose discussion the person may read and take part in."""
    if kind == SubjectKind.SOURCE:
        rows: Any = sources_shown_to(user)
    elif kind == SubjectKind.PARTY:
        rows = parties_shown_to(user)
    else:
        rows = MODELS[kind].objects.visible_to(user)
    seen: QuerySet[Any] = rows.seen_through(user, WITHHOLDING)
    return seen


def remarks_shown_to(user: User) -> QuerySet[Remark]:
    """Remarks on records whose discussion the person may read."""
    shown = Q(pk__in=[])
    for kind in SubjectKind:
        rows = talked_about_by(user, kind).order_by().filter(pk=OuterRef("subject_id"))
        shown |= Q(Exists(rows), subject_kind=kind)
    return Remark.objects.filter(shown)


def people_who_see(record: Any) -> QuerySet[User]:
    """Those who do work here and may read the discussion of this record: ``talked_about_by`` from the other end."""
    people = User.objects.filter(is_active=True, role__in=ACTS["remark.make"])
    people = people.filter(flags__contains=sorted(set(record.handling) & WITHHOLDING))
    is_named = Exists(type(record).named.through.objects.filter(_named(record), user_id=OuterRef("pk")))
    if record.tlp == Tlp.RED:
        return people.filter(is_named)
    people = people.filter(clearance__in=TLP_ORDER[rank(record.tlp) :])
    if record.team_id is None:
        return people
    is_member = Exists(User.teams.through.objects.filter(team_id=record.team_id, user_id=OuterRef("pk")))
    return people.filter(is_member | Q(is_named))


def _named(record: Any) -> Q:
    return Q(**{f"{record._meta.model_name}_id": record.pk})


def talk_about(record: Any) -> Talk:
    """The discussion of a record, for somebody who may read it. Three queries."""
    about = {"subject_id": record.pk, "subject_kind": kind_of(record)}
    assignments = Assignment.objects.filter(**about, ended_at=None).select_related("assignee", "created_by")
    return Talk(
        remarks=list(Remark.objects.filter(**about).select_related("created_by")),
        assignments=list(assignments),
        people=list(people_who_see(record).order_by("name", "username")),
    )


def remark_count() -> Coalesce:
    """How many remarks stand on the record of the row around it, as a column."""
    standing = Remark.objects.filter(subject_id=OuterRef("pk"), taken_back_at=None).order_by()
    counted = standing.values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
