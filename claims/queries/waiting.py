"""What waits for one person, beside the sources that changed under their statements: read in one query.

Every pile is cut at ``MOST``: that more than ninety-nine wait is all anybody needs to know, and counting them to the
end would go through a million rows. Each is only what the person may see today.
"""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now

from claims.models import CommentRequest, CommentRequestEvent, Incident, MediaItem, OpenProposal, Statement
from claims.models.comment_request import RequestState
from claims.models.review import ReviewKind
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.answers import silences
from claims.queries.asked import SOON, ended
from claims.queries.desk import alarms_for
from claims.queries.rows import folded
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from harmtracker.permissions import may
from harmtracker.prepared import is_among, prepared
from harmtracker.records import Workflow
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source
from sources.shown import parties_shown_to, sources_shown_to

MOST: Final = 100
"""Of each pile; one that has as many has "more than 99"."""
LOOKED_THROUGH: Final = 200
"""Newest allegations of a person among which the unanswered are looked for; all of them stand in the list."""
FAILED: Final = sorted(outcome.value for outcome in Outcome if not outcome.is_captured)
KINDS: Final[dict[str, type[Any]]] = {
    ReviewKind.STATEMENT: Statement, ReviewKind.INCIDENT: Incident, ReviewKind.MEDIA_ITEM: MediaItem,
    ReviewKind.SOURCE: Source,
}  # fmt: skip


def waiting_for(user: User) -> Any:
    """The person with a list of rows for each pile, most urgent first, at most ``MOST``. One query."""
    editor = may(user, "record.approve")
    return (_waiting_for_editors if editor else _waiting_for_writers)(user, me=user.pk)[0]


@prepared
def _waiting_for_editors(user: User, me: Any) -> QuerySet[Any]:
    return _piles(user, me, Q(), with_review=True)


@prepared
def _waiting_for_writers(user: User, me: Any) -> QuerySet[Any]:
    return _piles(user, me, Q(created_by=me), with_review=False)


def _piles(user: User, me: Any, own: Q, *, with_review: bool) -> QuerySet[Any]:
    """``own`` are the requests a person is told of; lapsed approvals go to who made the record or the finding too."""
    theirs = own | Q(standing__proposed_by=me) if own else own
    lapsed = lapsed_piles(user, theirs)
    back = {f"back_{kind}": _sent_back(model, user, me) for kind, model in KINDS.items()}
    review = {f"review_{kind}": _in_review(model, user) for kind, model in KINDS.items()} if with_review else {}
    proposals = {"proposals": _proposals(user)} if with_review else {}
    rows: QuerySet[Any] = User.objects.filter(pk=me).annotate(
        due=_due(user, own),
        alarm_rows=_folded(_alarms(user, me), "pk", "is_red", "created_at"),
        failed=_failed(user, me),
        unanswered=_unanswered(user, me),
        **lapsed,
        **back,
        **review,
        **proposals,
    )
    return rows


def lapsed_piles(user: User, theirs: Q) -> dict[str, ArraySubquery]:
    """Of a person: findings that stand and are examined again, a column for each kind of record; see ``pile``."""
    return {f"lapsed_{kind}": _lapsed(model, user, theirs) for kind, model in KINDS.items() if model is not Source}


def _folded(rows: QuerySet[Any], *names: str, **more: str) -> ArraySubquery:
    return folded(rows[:MOST], **dict(zip(names, names, strict=True)), **more)


def _due(user: User, own: Q) -> ArraySubquery:
    """Deadlines that passed or come within a week, of requests nothing came of; the longest passed first."""
    named = CommentRequest.objects.seen_through(user, HIDES_SPEAKER).filter(party__in=parties_shown_to(user))
    events = CommentRequestEvent.objects.filter(request=OuterRef("pk")).order_by("-happened_at", "-created_at")
    rows = (
        CommentRequest.objects.visible_to(user)
        .filter(~ended(), own, state=RequestState.SENT, deadline__isnull=False, deadline__lte=Now() + Value(SOON))
        .filter(incident__in=Incident.objects.visible_to(user))
        .annotate(
            whom=Subquery(named.filter(pk=OuterRef("pk")).values("party__name")[:1]),
            outcome=Subquery(events.values("outcome")[:1]),
        )
        .order_by("deadline", "id")
    )
    return _folded(rows, "ref", "deadline", "whom", "outcome", "channel", about="incident__title")


def _alarms(user: User, me: Any) -> QuerySet[Any]:
    return alarms_for(user, me).filter(answered_at=None).order_by("-is_red", "-created_at", "-id")


def _lapsed(model: type[Any], user: User, theirs: Q) -> ArraySubquery:
    """Findings that stand and are examined again, the longest so first."""
    rows = model.objects.visible_to(user).filter(theirs, under_review_since__isnull=False)
    if model is Statement:
        rows = rows.exclude(lifecycle=Lifecycle.REMOVED)
    return _folded(
        rows.order_by("under_review_since", "id"), "pk", "ref", "finding", **_title_of(model),
        why="under_review_reason", since="under_review_since",
    )  # fmt: skip


def _sent_back(model: type[Any], user: User, me: Any) -> ArraySubquery:
    rows = _readable(model, user).filter(workflow=Workflow.CHANGES_REQUESTED, created_by=me)
    return _folded(rows.order_by("created_at", "id"), "pk", "ref", **_title_of(model), since="created_at")


def _in_review(model: type[Any], user: User) -> ArraySubquery:
    rows = _readable(model, user).filter(workflow=Workflow.IN_REVIEW)
    return _folded(
        rows.order_by("created_at", "id"), "pk", "ref", **_title_of(model), since="created_at",
        by="created_by__name", by_id="created_by_id",
    )  # fmt: skip


def _readable(model: type[Any], user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = sources_shown_to(user) if model == Source else model.objects.visible_to(user)
    return rows.filter(merged_into=None) if model is Incident else rows


def _title_of(model: type[Any]) -> dict[str, str]:
    """What names the record in a line; the words of a statement are read apart, with their withholding."""
    if model is Source:
        return {"title": "title", "address": "submitted_address"}
    return {Incident: {"title": "title"}, MediaItem: {"title": "description", "handling": "handling"}}.get(model, {})


def _proposals(user: User) -> ArraySubquery:
    seen = Q(pk__in=[])
    models: dict[str, Any] = {"statement": Statement, "incident": Incident, "media_item": MediaItem}
    for name, model in models.items():
        rows = model.objects.visible_to(user).order_by()
        seen |= Q(Exists(rows.filter(pk=OuterRef(f"assessment__{name}_id"))))
    waiting = OpenProposal.objects.filter(seen).order_by("proposed_at", "assessment_id")
    return _folded(
        waiting, since="proposed_at", assessment="assessment_id", finding="assessment__finding",
        moves_from="assessment__moves_from", statement="assessment__statement_id", title="assessment__incident__title",
        ref="assessment__incident__ref", media="assessment__media_item__description",
        handling="assessment__media_item__handling", by="assessment__proposed_by__name",
        by_id="assessment__proposed_by_id",
    )  # fmt: skip


def _failed(user: User, me: Any) -> ArraySubquery:
    """Captures this person asked for that failed, where nothing was tried since; the newest first."""
    later = Capture.objects.filter(source=OuterRef("source"), number__gt=OuterRef("number"))
    rows = Capture.objects.filter(
        ~Exists(later), requested_by=me, outcome__in=FAILED, source__in=sources_shown_to(user)
    ).order_by("-pk")
    return _folded(
        rows, "outcome", ref="source__ref", title="source__title", address="source__submitted_address",
        since="finished_at", policy="source__visit_policy",
    )  # fmt: skip


def _unanswered(user: User, me: Any) -> ArraySubquery:
    """Accusations in what this person logged that the accused never answered, the longest made first."""
    own = Statement.objects.visible_to(user).filter(
        kind=StatementKind.ALLEGATION, lifecycle=Lifecycle.CURRENT, created_by=me
    )
    newest = own.order_by("-created_at", "-id").values("pk")[:LOOKED_THROUGH]
    events = CommentRequestEvent.objects.filter(request=OuterRef("pk")).order_by("-happened_at", "-created_at")
    asked = (
        CommentRequest.objects.visible_to(user)
        .filter(statement=OuterRef("statement_id"), party=OuterRef("party_id"))
        .exclude(state=RequestState.DRAFT)
        .annotate(outcome=Subquery(events.values("outcome")[:1]))
        .order_by("-created_at")[:1]
    )
    incident = Incident.objects.visible_to(user).filter(statements=OuterRef("statement_id")).order_by("pk")
    rows = (
        silences(user)
        .filter(is_among("statement", ArraySubquery(newest)))
        .annotate(
            asked=folded(asked, ref="ref", state="state", outcome="outcome", deadline="deadline"),
            incident=Subquery(incident.values("ref")[:1]),
        )
        .order_by("statement__said_start", "statement_id", "party__name", "id")
    )
    return _folded(
        rows, "asked", "incident", statement="statement_id", ref="statement__ref", against="party__name",
        said="statement__said", precision="statement__said_precision", since="statement__said_start",
    )  # fmt: skip


def pile(waiting: Any, name: str) -> list[dict[str, Any]]:
    """Rows of one pile, each with its ``kind``, of whatever records they are, the oldest first."""
    found = [row | {"kind": kind} for kind in KINDS for row in vars(waiting).get(f"{name}_{kind}", ())]
    return sorted(found, key=lambda row: str(row["since"]))[:MOST]
