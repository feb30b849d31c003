"""The whole document of an incident, before anything is taken out of it."""

from typing import Any

from django.db.models import OuterRef, QuerySet
from django.utils.dateparse import parse_datetime

from claims.models import CommentRequestEvent, Incident, OutsideNote, Statement
from claims.models.comment_request import RequestOutcome, RequestState
from claims.queries.rows import folded
from claims.release import assessed, mentions
from claims.release.mentions import Part, moment


def whole_incident(incident: Incident) -> Part:
    """Everything a partner could be cleared to read of an incident, scoped parts included."""
    judged = assessed.judged([incident])[incident.pk]
    items, ratings = assessed.cited(judged.evidence)
    return {
        "object": "incident",
        "id": str(incident.pk),
        "ref": incident.ref,
        "version": incident.version,
        "title": incident.title,
        "summary": incident.summary or None,
        "occurred": mentions.dated(incident, "occurred", incident.occurred_zone),
        "place": mentions.place_of(incident),
        "harm": list(incident.harm),
        "means": incident.means,
        "finding": assessed.standing(incident, judged.approved),
        "under_review": assessed.under_review(incident),
        "assessments": assessed.assessments(judged.approved),
        "comment_requests": comment_requests(incident),
        "sensitivity": sensitivity(incident.tlp, incident.handling),
        "notes": notes(incident),
        "evidence": {"quotations": [], "cited": items},
        "ratings": ratings,
        "exact_place": mentions.exact_place_of(incident),
    }


def sensitivity(tlp: str, handling: list[str]) -> Part:
    """The marking a partner has to keep to; ``redacted`` names each field that is null because it is withheld."""
    return {"tlp": tlp, "handling": sorted(handling), "redacted": []}


def notes(incident: Incident) -> list[Part]:
    rows = incident.notes.filter(withdrawn_at=None).select_related(
        "party", "incident", "statement", "source__publisher"
    )
    return [note(row) for row in rows]


def note(row: OutsideNote) -> Part:
    """What another body said about verification, in its exact words."""
    return {
        "object": "note",
        "id": str(row.pk),
        "ref": row.ref,
        "party": mentions.party(row.party),
        "incident": mentions.reference(row.incident, "incident"),
        "statement": mentions.reference(row.statement, "statement"),
        "wording": row.wording,
        "lang": row.lang,
        "aspect": row.aspect,
        "source": mentions.source(row.source),
    }


def comment_requests(incident: Incident) -> list[Part]:
    """Who was asked for its side and what came of it. Drafts, questions, channels and private replies stay here."""
    rows = incident.comment_requests.exclude(state=RequestState.DRAFT).select_related(
        "asked_by", "party", "incident", "statement", "source__publisher"
    )
    events = CommentRequestEvent.objects.filter(request=OuterRef("pk")).order_by("happened_at", "created_at")
    with_events: QuerySet[Any] = rows.annotate(
        event_rows=folded(
            events, outcome="outcome", happened_at="happened_at", reply="reply_id", reply_ref="reply__ref"
        )
    )
    return [_comment_request(row) for row in with_events]


def _comment_request(row: Any) -> Part:
    return {
        "object": "comment_request",
        "id": str(row.pk),
        "ref": row.ref,
        "asked_by": mentions.party(row.asked_by),
        "party": mentions.party(row.party),
        "incident": mentions.reference(row.incident, "incident"),
        "statement": mentions.reference(row.statement, "statement"),
        "state": row.state,
        "asked": mentions.dated(row, "asked"),
        "deadline": moment(row.deadline),
        "source": mentions.source(row.source),
        "events": [_event(each) for each in row.event_rows],
    }


def _event(row: dict[str, Any]) -> Part:
    is_private = row["outcome"] == RequestOutcome.REPLIED_NOT_FOR_PUBLICATION
    reply = Statement(id=row["reply"], ref=row["reply_ref"]) if row["reply"] and not is_private else None
    return {
        "object": "request_event",
        "outcome": row["outcome"],
        "happened_at": moment(parse_datetime(row["happened_at"])),
        "reply": mentions.reference(reply, "statement"),
    }
