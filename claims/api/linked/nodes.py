"""A released document said over in linked data. A pure function of the answer in JSON: what that withholds is not here.

Where JSON has null there is nothing: linked data knows no null. ``sensitivity.redacted`` names what is withheld, by
pointers into the document in JSON.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from claims.api.linked.reviews import claim_review, conditions, is_claim, media_review, urn
from claims.api.linked.terms import FIELDS, KEYS, MEDIA_TYPES, PARTY_TYPES, SOURCE_TYPES, TYPES, UNSAID, Node
from claims.api.tables import QUOTED
from claims.release.redaction import Document

# EDTF that is a date of ISO 8601 as well: one day, month or year, or a minute of it, and "throughout from a to b".
# What is uncertain, approximate or "once within" is no date to schema.org: there it is left out, and never made exact.
PLAIN: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d)?)?)?")

REFERENCE: Final = frozenset({"object", "id", "ref"})


def linked(answer: Document, context: str) -> Node:
    """An answer of the export as a JSON-LD document that names its ``context`` by address."""
    return {"@context": context, **_node(answer, "")}


def _node(part: Document, field: str) -> Node:
    """One object. ``field`` is what it stands in: a point is known by nothing else."""
    kind = part.get("object") or field
    words = FIELDS.get(kind, {})
    node: Node = {}
    if (named := _type(kind, part)) is not None:
        node["@type"] = named
    is_reference = part.keys() <= REFERENCE
    if kind != "place" or is_reference:
        node |= _names(part)
    for name, value in part.items():
        said = _said(name, value)
        if name not in UNSAID and said not in (None, [], {}):
            node[words.get(name, name)] = said
    if kind in BESIDE and not is_reference:
        node |= {name: value for name, value in BESIDE[kind](part, node).items() if value}
    return node


def _names(part: Document) -> Node:
    """What a record is known by: its key, the same in every format, and its short reference."""
    names = {"@id": urn(part["id"]) if part.get("id") else None, "identifier": part.get("ref")}
    return {name: value for name, value in names.items() if value}


def _said(field: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _node(value, field)
    if isinstance(value, list):
        return [_said(field, each) for each in value]
    return {"@id": urn(value)} if field in KEYS and isinstance(value, str) else value


def _type(kind: str, part: Document) -> str | None:
    """The type of schema.org that an object has; None where it has none."""
    if kind == "statement":
        return "Claim" if is_claim(part) else "CreativeWork"
    if kind == "rendering":  # a paraphrase is no quotation
        return "Quotation" if part.get("fidelity") in QUOTED else "CreativeWork"
    if kind == "party":
        return PARTY_TYPES.get(part.get("kind", ""))
    if kind == "source":
        return SOURCE_TYPES.get(part.get("kind", ""), "CreativeWork")
    if kind == "media_item":
        return MEDIA_TYPES.get(part.get("kind", ""), "MediaObject")
    return TYPES.get(kind)


def _beside_incident(part: Document, node: Node) -> Node:
    start, end = _span(part.get("occurred"))
    return {"startDate": start, "endDate": end, "review": claim_review(part, part.get("title"), node)}


def _beside_statement(part: Document, node: Node) -> Node:
    """When and where it was said, by whom the words are, what it does to others, and our review of it."""
    renderings = part.get("renderings") or []
    sources = {each["source"]["id"]: None for each in renderings if each["source"]}
    speaker = (part.get("party") or {}).get("id")
    for quotation in node.get("workExample", []):
        if speaker and quotation["@type"] == "Quotation":
            quotation["spokenByCharacter"] = {"@id": urn(speaker)}
    words = sorted(renderings, key=lambda each: each["fidelity"] not in QUOTED)
    text = words[0]["text"] if words else None
    return {
        "text": text,
        "datePublished": _span(part.get("said"))[0],
        "appearance": [{"@id": urn(key)} for key in sources] if is_claim(part) else None,
        "conditionsOfAccess": conditions(part),
        "review": claim_review(part, text, node),
        **_relations(part.get("links") or []),
    }


def _relations(links: list[Document]) -> Node:
    """What a statement does to others in the words of the Citation Typing Ontology, each target once."""
    relations: dict[str, dict[str, None]] = {}
    for link in links:
        for word in link["cito"]:
            relations.setdefault(f"cito:{word}", {})[urn(link["to"]["id"])] = None
    return {word: [{"@id": target} for target in targets] for word, targets in sorted(relations.items())}


def _beside_link(part: Document, node: Node) -> Node:
    return {"relation": [{"@id": f"cito:{word}"} for word in part["cito"]]}


def _beside_place(part: Document, node: Node) -> Node:
    """A place as one incident is known to it lies within the gazetteer's: its point is not that of the whole town."""
    address = {"addressCountry": part.get("country"), "addressRegion": part.get("adm1_name")}
    known = {name: value for name, value in address.items() if value}
    return {
        "containedInPlace": {"@type": "Place", **_names(part)} if part.get("id") else None,
        "address": {"@type": "PostalAddress", **known} if known else None,
    }


def _beside_source(part: Document, node: Node) -> Node:
    return {"datePublished": _span(part.get("published"))[0]}


def _beside_media_item(part: Document, node: Node) -> Node:
    return {"review": media_review(part)}


def _beside_bundle(part: Document, node: Node) -> Node:
    return {"name": part["incident"].get("title")}


def _span(dated: Document | None) -> tuple[str | None, str | None]:
    """First and last date where what was reported is plain ISO 8601; the last is None unless it was an interval."""
    first, slash, last = ((dated or {}).get("reported") or "").partition("/")
    if PLAIN.fullmatch(first) and not slash:
        return first, None
    return (first, last) if PLAIN.fullmatch(first) and PLAIN.fullmatch(last) else (None, None)


BESIDE: Final[dict[str, Callable[[Document, Node], Node]]] = {
    "incident": _beside_incident,
    "statement": _beside_statement,
    "link": _beside_link,
    "place": _beside_place,
    "source": _beside_source,
    "media_item": _beside_media_item,
    "bundle": _beside_bundle,
}
