"""What a person looks after and what they follow, for their desk; only what they may see today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from claims.models import Assignment, Following
from claims.models.conversation import SubjectKind
from claims.models.statement import StatementKind
from claims.queries.conversation import page_of, talked_about_by
from harmtracker.models import User

MOST_SHOWN: Final = 50
TITLE: Final = {
    SubjectKind.INCIDENT: "title",
    SubjectKind.STATEMENT: "kind",
    SubjectKind.SOURCE: "title",
    SubjectKind.MEDIA_ITEM: "description",
    SubjectKind.PARTY: "name",
}


@dataclass(frozen=True)
class Kept:
    """One record on the desk. ``key`` is that of the assignment, or of the incident one follows."""

    key: Any
    ref: str
    title: str
    url: str
    since: datetime
    task: str = ""
    by: str = ""


@dataclass(frozen=True)
class Keeping:
    """What one looks after, oldest first, and what one follows, newest first."""

    assigned: list[Kept]
    followed: list[Kept]


def keeping_of(user: User) -> Keeping:
    """Both lists, in one query."""
    # A union takes up the order of the table; each list is put in its own below.
    rows = list(_assigned(user).union(_followed(user), all=True).order_by())
    assigned = [_kept(row) for row in rows if row["is_task"]]
    followed = [_kept(row) for row in rows if not row["is_task"]]
    return Keeping(
        sorted(assigned, key=lambda each: each.since), sorted(followed, key=lambda each: each.since, reverse=True)
    )


def _assigned(user: User) -> Any:
    """Tasks whose discussion one may read, as that is where they are ended."""
    refs, titles = [], []
    for kind, title in TITLE.items():
        rows = talked_about_by(user, kind).order_by().filter(pk=OuterRef("subject_id"))
        refs.append(Subquery(rows.values("ref")[:1]))
        titles.append(Subquery(rows.values(words=Cast(title, CharField()))[:1]))
    rows = Assignment.objects.filter(assignee=user, ended_at=None).annotate(
        is_task=Value(True),
        key=F("pk"),
        ref=Coalesce(*refs, output_field=CharField()),
        title=Coalesce(*titles, output_field=CharField()),
        since=F("created_at"),
        what=F("task"),
        giver=F("created_by__name"),
    )
    return rows.filter(ref__isnull=False).order_by("since").values(*COLUMNS)[:MOST_SHOWN]


COLUMNS: Final = ("is_task", "key", "ref", "title", "since", "what", "giver")


def _followed(user: User) -> Any:
    seen = talked_about_by(user, SubjectKind.INCIDENT)
    rows = Following.objects.filter(user=user, incident__in=seen).annotate(
        is_task=Value(False),
        key=F("incident_id"),
        ref=Cast("incident__ref", CharField()),
        title=Cast("incident__title", CharField()),
        since=F("created_at"),
        what=Value("", output_field=CharField()),
        giver=Value("", output_field=CharField()),
    )
    return rows.order_by("-since").values(*COLUMNS)[:MOST_SHOWN]


def _kept(row: dict[str, Any]) -> Kept:
    title = row["title"]
    if row["ref"].startswith("ST-"):
        title = str(StatementKind(title).label)
    return Kept(row["key"], row["ref"], title, page_of(row["ref"]), row["since"], row["what"], row["giver"])
