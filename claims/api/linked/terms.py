"""Which words of schema.org say the same as a field or kind of ours, and the JSON-LD context that tells all words.

A field is renamed only where schema.org means just that; every other field keeps its name and is a word of our own.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from rest_framework import serializers

from claims.api.serializers import collections as shapes
from claims.models.assessment import MediaAuthenticity

Node = dict[str, Any]

# The context that schema.org itself publishes expands to this form, so what others wrote meets what we write.
SCHEMA: Final = "http://schema.org/"
CITATIONS: Final = "http://purl.org/spar/cito/"
OURS: Final = "urn:harmtracker:term:"
MOMENT: Final = "http://www.w3.org/2001/XMLSchema#dateTime"

# Field -> schema.org's word for it, by the kind of object it stands in.
FIELDS: Final[dict[str, dict[str, str]]] = {
    "incident": {"title": "name", "summary": "description", "place": "location"},
    "statement": {"party": "author", "renderings": "workExample", "incidents": "about"},
    "party": {"name": "name", "pseudonym": "alternateName"},
    "source": {"title": "name", "address": "url", "lang": "inLanguage", "publisher": "publisher"},
    "rendering": {"text": "text", "lang": "inLanguage", "source": "isPartOf", "translates": "translationOfWork"},
    "note": {"wording": "text", "lang": "inLanguage", "party": "author", "source": "isPartOf", "incident": "about"},
    "media_item": {"description": "description", "address": "url"},
    "place": {"name": "name", "point": "geo"},
    "exact_place": {"latitude": "latitude", "longitude": "longitude"},
    "figure": {"min": "minValue", "best": "value", "max": "maxValue"},
    "bundle": {"incident": "about", "statements": "hasPart"},
    "point": {"latitude": "latitude", "longitude": "longitude"},
}
# Fields that hold the bare key of another object.
KEYS: Final = frozenset({"translates", "assessment", "evidence", "rendering", "floor_statement", "ceiling_statement"})

# Fields that go by another name in linked data and nowhere by their own.
UNSAID: Final = frozenset({"id", "ref", "cito"})

# Kinds that are always of one type. What has no type of schema.org's stands without.
TYPES: Final = {
    "incident": "Event",
    "place": "Place",
    "exact_place": "Place",
    "point": "GeoCoordinates",
    "note": "Quotation",
    "figure": "QuantitativeValue",
    "bundle": "Dataset",
}
# A state or an office that speaks is no person, and schema.org knows no other word for who speaks: no guess.
PARTY_TYPES: Final = {
    "state": "Organization",
    "state_body": "GovernmentOrganization",
    "armed_force": "Organization",
    "non_state_armed_group": "Organization",
    "igo": "Organization",
    "court": "Organization",
    "ngo": "NGO",
    "media": "NewsMediaOrganization",
    "company": "Organization",
    "community": "Organization",
    "person": "Person",
    "witness": "Person",
}
SOURCE_TYPES: Final = {"article": "Article", "official_post": "SocialMediaPosting"}
MEDIA_TYPES: Final = {"photo": "ImageObject", "video": "VideoObject"}
AUTHENTICITY: Final[dict[str, str]] = {
    MediaAuthenticity.ORIGINAL: "OriginalMediaContent",
    MediaAuthenticity.DECONTEXTUALISED: "DecontextualizedContent",
    MediaAuthenticity.EDITED: "EditedOrCroppedContent",
    MediaAuthenticity.TRANSFORMED: "TransformedContent",
    MediaAuthenticity.STAGED: "StagedContent",
    MediaAuthenticity.SATIRE: "SatireOrParodyContent",
}

# What claims/api/linked/nodes.py and reviews.py add to an object beside its renamed fields.
ADDED_TYPES: Final = ("Claim", "CreativeWork", "MediaObject", "Quotation", "ClaimReview", "MediaReview", "Rating",
                      "PostalAddress")  # fmt: skip
ADDED: Final = ("identifier", "startDate", "endDate", "datePublished", "appearance", "spokenByCharacter",
                "conditionsOfAccess", "address", "addressCountry", "addressRegion", "review", "itemReviewed",
                "claimReviewed", "reviewRating", "reviewAspect", "reviewBody", "ratingExplanation", "dateCreated",
                "mediaAuthenticityCategory", "containedInPlace")  # fmt: skip
# Words of our own beside the names of fields: how a link reads in citations, whose prefix is the field's name.
OWN_ADDED: Final = frozenset({"relation"})
# Always instants; ``as_of`` of a figure is an object and stays one. ``start`` and ``end`` are counts in a selector.
MOMENTS: Final = frozenset({"as_of", "since", "released_at", "captured_at", "checked_at", "happened_at", "deadline"})
LINKED_SHAPES: Final = (
    shapes.BundleSerializer,
    shapes.IncidentPageSerializer,
    shapes.StatementPageSerializer,
)


@lru_cache(maxsize=1)
def context() -> Node:
    """The JSON-LD 1.1 context: every word an answer in linked data may hold. Must not be changed by who reads it."""
    types = {*TYPES.values(), *PARTY_TYPES.values(), *SOURCE_TYPES.values(), *MEDIA_TYPES.values(), *ADDED_TYPES}
    theirs = {word for words in FIELDS.values() for word in words.values()} | {*ADDED} | types
    ours = {name for shape in LINKED_SHAPES for name in _names(shape())} | OWN_ADDED
    return {
        "@context": {
            "@version": 1.1,
            "schema": SCHEMA,
            "cito": CITATIONS,
            "harmtracker": OURS,
            **{word: f"schema:{word}" for word in sorted(theirs)},
            **{word: _own(word) for word in sorted(ours - theirs - UNSAID)},
        }
    }


def _own(word: str) -> Any:
    """A word of ours; the order of ``results`` is that of the page."""
    if word == "results":
        return {"@id": f"harmtracker:{word}", "@container": "@list"}
    if word in ("next", "previous"):
        return {"@id": f"harmtracker:{word}", "@type": "@id"}
    return {"@id": f"harmtracker:{word}", "@type": MOMENT} if word in MOMENTS else f"harmtracker:{word}"


def _names(shape: serializers.Serializer[Any]) -> Iterator[str]:
    """Every field of an object and of the objects in it."""
    for name, field in shape.fields.items():
        yield name
        inner = getattr(field, "child", field)
        if isinstance(inner, serializers.Serializer):
            yield from _names(inner)
