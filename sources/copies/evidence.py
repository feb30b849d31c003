"""What a suggested copy rests on, as it is stored in ``Copy.evidence`` and shown to the person who decides.

``{"method", "captures": {"derived", "original"}, "same_words": share of shingles, "order": share, "hints": [code],
"names" | "numbers" | "dates": [[as the original writes it, as the copy does]], "damaged": [[original, copy]],
"quotations": [{"original", "derived", "likeness", "operations": [{"class", "before", "after", "at"}]}]}``
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sources.addresses import AddressRefused, join, normalised_key
from sources.copies.likeness import Likeness
from sources.copies.quotations import QuotationPair
from sources.copies.traits import METHOD, Traits
from sources.models import Capture, Citation, Source

MOST_SHARED: Final = 60
MOST_PAIRS: Final = 20
LONGEST_SHOWN: Final = 600


class Hint(TextChoices):
    """What speaks for a copy besides its text. None of them proves anything."""

    CANONICAL = "canonical", _("The page calls the other address its own (rel=canonical)")
    LINKS = "links", _("The page links to the other")
    CITED = "cited", _("Somebody came to the other through this page")
    CREDITS = "credits", _("One names the outlet of the other")
    SAME_BYTES = "same_bytes", _("Both captures are the same bytes")


@dataclass(frozen=True)
class Side:
    """One of the two: its source, the capture compared, and what was taken from its text."""

    source: Source
    capture: Capture
    traits: Traits


def evidence_of(found: Likeness, *, derived: Side, original: Side) -> dict[str, Any]:
    """The evidence as it is stored. ``found`` was made with the original first."""
    shared = {sort: [[each.first, each.second] for each in found.shared if each.sort == sort] for sort in SORTS}
    return {
        "method": METHOD,
        "captures": {"derived": str(derived.capture.pk), "original": str(original.capture.pk)},
        "same_words": found.features.wording,
        "order": found.features.order,
        "hints": [str(hint) for hint in _hints(found, derived, original)],
        "names": shared["name"][:MOST_SHARED],
        "numbers": shared["number"][:MOST_SHARED],
        "dates": shared["date"][:MOST_SHARED],
        "damaged": [list(pair) for pair in found.damaged][:MOST_SHARED],
        "quotations": [_quotation(pair) for pair in found.quotations][:MOST_PAIRS],
    }


SORTS: Final = ("name", "number", "date")


def _quotation(pair: QuotationPair) -> dict[str, Any]:
    return {
        "original": pair.first[:LONGEST_SHOWN],
        "derived": pair.second[:LONGEST_SHOWN],
        "likeness": pair.likeness,
        "operations": [
            {"class": str(each.edit), "before": each.before, "after": each.after, "at": each.at}
            for each in pair.operations
        ],
    }


def _hints(found: Likeness, derived: Side, original: Side) -> list[Hint]:
    links = {key_of(link.get("href", "")) for link in derived.capture.links}
    canonical = {key_of(each["value"]) for each in derived.capture.metadata.get("canonical", [])}
    there = original.source.address_key
    speaks = {
        Hint.CANONICAL: bool(there) and there in canonical,
        Hint.LINKS: bool(there) and there in links,
        Hint.CITED: Citation.objects.filter(citing=derived.source, cited=original.source).exists(),
        Hint.CREDITS: found.credited,
        Hint.SAME_BYTES: derived.capture.body_id is not None and derived.capture.body_id == original.capture.body_id,
    }
    return [hint for hint, holds in speaks.items() if holds]


def key_of(address: str) -> str:
    """An address as duplicates are found by it, "" for one that is none."""
    try:
        return normalised_key(join("", address))
    except AddressRefused:
        return ""
