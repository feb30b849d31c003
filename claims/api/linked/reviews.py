"""Our findings as reviews of schema.org: only those that conclude something, so that nobody reads a verdict into doubt.

"Could not independently confirm" says nothing on truth, and a fact-check says something: it is never written as one.
"""

from typing import Final

from django.conf import settings

from claims.api.linked.terms import AUTHENTICITY, Node
from claims.models.findings import Finding
from claims.models.statement import Checkability
from claims.release.redaction import Document

REVIEWED: Final = frozenset({Finding.VERIFIED, Finding.CORROBORATED, Finding.CONTRADICTED, Finding.REFUTED})
# A Claim of schema.org is about facts.
NO_CLAIM: Final = frozenset({Checkability.LEGAL_CHARACTERIZATION, Checkability.OPINION, Checkability.COMMITMENT})
HEADLINE: Final = "occurrence"  # what a record's own finding is about


def urn(key: str) -> str:
    """The name of a record, the same wherever it is served from."""
    return f"urn:uuid:{key}"


def is_claim(statement: Document) -> bool:
    """Whether a statement is a claim about facts; a mere reference to one is not known to be."""
    return "checkability" in statement and statement["checkability"] not in NO_CLAIM


def conditions(record: Document) -> str:
    """The record's marking, in the words of the Traffic Light Protocol."""
    return f"TLP:{record['sensitivity']['tlp'].replace('_', '+')}"


def claim_review(record: Document, claimed: str | None, node: Node) -> Node | None:
    """The review of an incident, or of a statement that is a claim, whose finding in force concludes something.

    ``claimed`` are the words reviewed, None where they are withheld. There is no number: a finding is no point on a
    scale, and nothing may be averaged.
    """
    finding = record.get("finding") or {}
    if finding.get("code") not in REVIEWED or node["@type"] not in ("Claim", "Event"):
        return None
    review = _review("ClaimReview", record, finding["label"]) | {
        "claimReviewed": claimed,
        "reviewAspect": HEADLINE,
        "reviewBody": record.get("sentence"),
        "dateCreated": finding.get("as_of"),
        "datePublished": record.get("released_at"),
        "conditionsOfAccess": conditions(record),
    }
    if finding.get("public_wording"):
        review["reviewRating"]["ratingExplanation"] = finding["public_wording"]
    return {name: value for name, value in review.items() if value}


def media_review(item: Document) -> Node | None:
    """The review of a photo or video whose authenticity was concluded on; None for one that is undetermined."""
    category = AUTHENTICITY.get(item.get("authenticity") or "")
    finding = item.get("finding") or {}
    if category is None or finding.get("code") not in REVIEWED:
        return None
    return _review("MediaReview", item, finding["label"]) | {"mediaAuthenticityCategory": {"@id": f"schema:{category}"}}


def _review(kind: str, record: Document, label: str) -> Node:
    return {
        "@type": kind,
        "itemReviewed": {"@id": urn(record["id"])},
        "author": {"@type": "Organization", "name": settings.HARMTRACKER_ORGANISATION},
        "reviewRating": {"@type": "Rating", "alternateName": label},
        "inLanguage": settings.LANGUAGE_CODE,
    }
