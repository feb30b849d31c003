"""Our finding, and what it rests on, in a document. Reasons for the house never leave it; ratings need their scope."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from claims.models import Assessment, Evidence, Incident, Statement
from claims.models.findings import CONCLUSIONS, Finding
from claims.release import mentions
from claims.release.mentions import Part, moment
from harmtracker.prepared import asked, is_among

Subject = Incident | Statement


def standing(subject: Subject, approved: list[Assessment]) -> Part:
    """The finding in force: code, label and what the organisation says of it in public."""
    if subject.standing is not None:
        return conclusion(next(each for each in approved if each.pk == subject.standing_id))
    nothing = dict.fromkeys(
        ("as_of", "confidence", "standard_of_proof", "public_wording", "tried", "tried_words", "would_settle")
    )
    withdrawn = [each for each in approved if each.finding == Finding.WITHDRAWN and each.aspect == "occurrence"]
    if subject.finding == Finding.WITHDRAWN and withdrawn:
        nothing["as_of"] = moment(withdrawn[-1].decision.decided_at)
    return mentions.finding(subject.finding) | nothing


def conclusion(assessment: Assessment) -> Part:
    """An approved finding as partners read it."""
    return mentions.finding(assessment.finding) | {
        "as_of": moment(assessment.decision.decided_at),
        "confidence": assessment.confidence or None,
        "standard_of_proof": assessment.standard_of_proof,
        "public_wording": assessment.public_wording or None,
        "tried": list(assessment.tried),
        "tried_words": assessment.tried_words or None,
        "would_settle": assessment.would_settle or None,
    }


def under_review(subject: Subject) -> Part | None:
    """Since when and why the finding, still in force, is being re-examined."""
    if subject.under_review_since is None:
        return None
    return {"since": moment(subject.under_review_since), "reason": subject.under_review_reason}


@dataclass(frozen=True)
class Judged:
    """Of one subject: what an editor approved, oldest first, and the evidence under it, in the order it was cited."""

    approved: list[Assessment]
    evidence: list[Evidence]


def judged(subjects: Sequence[Subject]) -> dict[uuid.UUID, Judged]:
    """By subject, conclusions and their withdrawals that an editor approved; proposals stay in the house.

    Two questions for subjects of one kind, of which there is one at least.
    """
    approved: dict[uuid.UUID, list[Assessment]] = {each.pk: [] for each in subjects}
    kind = "incident" if isinstance(subjects[0], Incident) else "statement"
    rows = asked(_approved, kind, subjects=list(approved))
    for row in rows:
        approved[getattr(row, f"{kind}_id")].append(row)
    evidence = asked(_cited, None, assessments=[row.pk for row in rows]) if rows else []
    return {
        key: Judged(theirs, [each for each in evidence if each.assessment_id in {row.pk for row in theirs}])
        for key, theirs in approved.items()
    }


def _approved(kind: str, subjects: list[uuid.UUID]) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(
        is_among(f"{kind}_id", subjects), decision__kind="approve", finding__in=[*CONCLUSIONS, Finding.WITHDRAWN]
    )
    return rows.select_related("decision").order_by("decision__decided_at", "pk")


def _cited(_way: None, assessments: list[uuid.UUID]) -> QuerySet[Evidence]:
    rows = Evidence.objects.filter(is_among("assessment_id", assessments)).select_related(
        "statement", "media_item", "note__source", "rendering__statement", "rendering__source"
    )
    return rows.order_by("assessment__proposed_at", "pk")


def assessments(approved: list[Assessment]) -> list[Part]:
    return [
        {"object": "assessment", "id": str(each.pk), "aspect": each.aspect, "finding": conclusion(each)}
        for each in approved
    ]


def cited(evidence: Sequence[Evidence]) -> tuple[list[Part], list[Part]]:
    """Evidence items, and the Admiralty ratings given to them, as two lists: each is read with a scope of its own."""
    items, ratings = [], []
    for row in evidence:
        named = _named(row)
        items.append(
            {"object": "evidence_item", "id": str(row.pk), "assessment": str(row.assessment_id)}
            | {"direction": row.direction, "rendering": str(row.rendering_id) if row.rendering_id else None}
            | named
        )
        ratings.append(
            {"object": "rating", "evidence": str(row.pk), "assessment": str(row.assessment_id)}
            | {"reliability": row.reliability or None, "credibility": row.credibility or None}
            | named
        )
    return items, ratings


def _named(row: Evidence) -> Part:
    """What an evidence row points at; the item is shown only when all of it may be."""
    said = row.rendering.statement if row.rendering else row.statement
    where = row.rendering.source if row.rendering else (row.note.source if row.note else None)
    return {
        "statement": mentions.reference(said, "statement"),
        "source": mentions.reference(where, "source"),
        "note": mentions.reference(row.note, "note"),
        "media_item": mentions.reference(row.media_item, "media_item"),
    }
