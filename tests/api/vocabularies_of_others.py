"""Our own check of linked data: every word exists in its vocabulary, and stands on a type it is meant for.

A reader of JSON-LD takes any word for one: a misspelt ``claimReviewd`` is dropped, or kept without meaning. These
tables hold what the vocabularies say of the words we use, and no more: a new one fails until it is looked up.
"""

SCHEMA = "http://schema.org/"
CITO = "http://purl.org/spar/cito/"
OURS = "urn:harmtracker:term:"

# Each type with the one above it.
TYPES = {
    "Thing": None,
    "Event": "Thing",
    "Place": "Thing",
    "Person": "Thing",
    "Organization": "Thing",
    "GovernmentOrganization": "Organization",
    "NGO": "Organization",
    "NewsMediaOrganization": "Organization",
    "Intangible": "Thing",
    "Rating": "Intangible",
    "StructuredValue": "Intangible",
    "QuantitativeValue": "StructuredValue",
    "GeoCoordinates": "StructuredValue",
    "ContactPoint": "StructuredValue",
    "PostalAddress": "ContactPoint",
    "CreativeWork": "Thing",
    "Claim": "CreativeWork",
    "Quotation": "CreativeWork",
    "Dataset": "CreativeWork",
    "Article": "CreativeWork",
    "SocialMediaPosting": "Article",
    "MediaObject": "CreativeWork",
    "ImageObject": "MediaObject",
    "VideoObject": "MediaObject",
    "Review": "CreativeWork",
    "ClaimReview": "Review",
    "MediaReview": "Review",
}
# Each property with the types it may stand on.
PROPERTIES = {
    "name": {"Thing"},
    "alternateName": {"Thing"},
    "description": {"Thing"},
    "identifier": {"Thing"},
    "url": {"Thing"},
    "author": {"CreativeWork", "Rating"},
    "publisher": {"CreativeWork"},
    "text": {"CreativeWork"},
    "inLanguage": {"CreativeWork", "Event"},
    "isPartOf": {"CreativeWork"},
    "hasPart": {"CreativeWork"},
    "about": {"CreativeWork", "Event"},
    "workExample": {"CreativeWork"},
    "translationOfWork": {"CreativeWork"},
    "conditionsOfAccess": {"CreativeWork"},
    "dateCreated": {"CreativeWork"},
    "datePublished": {"CreativeWork"},
    "review": {"CreativeWork", "Event", "Organization", "Place"},
    "itemReviewed": {"Review"},
    "reviewAspect": {"Review", "Rating"},
    "reviewBody": {"Review"},
    "reviewRating": {"Review"},
    "ratingExplanation": {"Rating"},
    "claimReviewed": {"ClaimReview"},
    "mediaAuthenticityCategory": {"MediaReview"},
    "appearance": {"Claim"},
    "spokenByCharacter": {"Quotation"},
    "startDate": {"Event"},
    "endDate": {"Event"},
    "location": {"Event", "Organization"},
    "geo": {"Place"},
    "latitude": {"GeoCoordinates", "Place"},
    "longitude": {"GeoCoordinates", "Place"},
    "address": {"Place", "Organization", "Person", "GeoCoordinates"},
    "addressCountry": {"PostalAddress", "GeoCoordinates"},
    "addressRegion": {"PostalAddress"},
    "containedInPlace": {"Place"},
    "value": {"QuantitativeValue"},
    "minValue": {"QuantitativeValue"},
    "maxValue": {"QuantitativeValue"},
}
# Members of the list of what a photo or video may turn out to be.
AUTHENTICITY = {
    "OriginalMediaContent",
    "DecontextualizedContent",
    "EditedOrCroppedContent",
    "TransformedContent",
    "StagedContent",
    "SatireOrParodyContent",
}
# All of these may stand on anything.
CITATIONS = {
    "agreesWith",
    "confirms",
    "corrects",
    "disagreesWith",
    "disputes",
    "qualifies",
    "refutes",
    "repliesTo",
    "retracts",
    "supports",
    "updates",
}


def problems(expanded, ours):
    """What is wrong with an expanded JSON-LD document: a sentence for each word that is unknown or out of place.

    ``ours`` are the words of our own vocabulary.
    """
    return sorted(set(_problems(expanded, ours)))


def _problems(value, ours):
    if isinstance(value, list):
        for each in value:
            yield from _problems(each, ours)
    if not isinstance(value, dict):
        return
    types = [each.removeprefix(SCHEMA) for each in value.get("@type", [])] if "@value" not in value else []
    yield from (f"no such type: {each}" for each in types if each not in TYPES)
    above = {name for each in types for name in _above(each)} | {"Thing"}
    for word, inner in value.items():
        if not word.startswith("@"):
            yield from _problem(word, above, ours)
        yield from _problems(inner, ours)
    if value.get("@id", "").startswith((SCHEMA, CITO)):
        yield from _named(value["@id"])


def _problem(word, types, ours):
    if word.startswith(SCHEMA):
        allowed = PROPERTIES.get(name := word.removeprefix(SCHEMA))
        if allowed is None:
            yield f"no such property: {name}"
        elif not allowed & types:
            yield f"{name} does not stand on {', '.join(sorted(types - {'Thing'})) or 'nothing'}"
    elif word.startswith(CITO):
        yield from _named(word)
    elif word.removeprefix(OURS) not in ours:
        yield f"not a word of ours: {word}"


def _named(address):
    """A word that is itself the value: a kind of citation, or what a picture turned out to be."""
    vocabulary, known = (CITO, CITATIONS) if address.startswith(CITO) else (SCHEMA, AUTHENTICITY)
    if address.removeprefix(vocabulary) not in known:
        yield f"no such word: {address.removeprefix(vocabulary)}"


def _above(name):
    while name is not None:
        yield name
        name = TYPES.get(name)
