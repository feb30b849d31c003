"""The one redaction layer: what is taken out of a document for a reader. Pure functions over rendered documents.

It runs when a document is written, once for each ceiling, and again whenever one is read, with that moment's
markings: a restriction acts at once, whatever it was put on, and nobody has to remember to tell the export.
Every nested record names itself by ``object`` and ``id``; that is all this layer needs to know of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from claims.release.marks import MARKED, Reader
from claims.release.sentences import sentence

Document = dict[str, Any]
HIDDEN = "restricted"
PSEUDONYM = "pseudonym"

# What each flag on a record withholds from its own document. A star stands for every item of a list.
INCIDENT_FIELDS: dict[str, tuple[str, ...]] = {
    "victim_identity": ("title", "summary"),
    "minor": ("title", "summary"),
    "witness_identity": ("summary",),
    "source_identity": ("summary",),
    "sexual_violence": ("title", "summary", "harm"),
    "precise_location": ("title", "summary", "place/name", "place/id", "place/ref", "place/as_reported", "place/point",
                         "place/katottg", "exact_place"),
    "military_sensitive": ("summary", "means", "place/point", "exact_place"),
}  # fmt: skip
STATEMENT_FIELDS: dict[str, tuple[str, ...]] = {
    "victim_identity": ("renderings", "accuses/*/wording", "evidence"),
    "minor": ("renderings", "accuses/*/wording", "evidence"),
    "witness_identity": ("party", "on_behalf_of", "role_words", "said_in", "renderings/*/source", "evidence"),
    "source_identity": ("said_in", "renderings/*/source", "evidence"),
    "sexual_violence": ("renderings", "accuses/*/wording", "evidence"),
    "precise_location": ("renderings", "said_in", "evidence"),
    "military_sensitive": ("renderings", "evidence"),
}
PLACE_FIELDS: dict[str, tuple[str, ...]] = {
    "precise_location": ("id", "ref", "name", "as_reported", "point", "katottg"),
    "military_sensitive": ("point",),
}
OWN_FIELDS = {"incident": INCIDENT_FIELDS, "statement": STATEMENT_FIELDS}

# A record that says nothing, or too much, without these parts: it goes when one of them is hidden.
KEYSTONES: dict[str, tuple[str, ...]] = {
    "accusation": ("party",),
    "link": ("from", "to"),
    "note": ("party", "source", "statement", "incident"),
    "comment_request": ("party", "asked_by", "statement", "incident"),
    "figure": ("statement", "incident"),
    "evidence_item": ("statement", "source", "note", "media_item"),
    "rating": ("statement", "source", "note", "media_item"),
    "quotation_proof": ("source",),
    "exact_place": ("place",),
}
# Words from a hidden source go with it; a source withheld to protect its identity leaves the words standing.
KEYSTONES_WHEN_HIDDEN: dict[str, tuple[str, ...]] = {"rendering": ("source",)}


class _Gone(Exception):
    """The record may not be shown here; ``reason`` is ``restricted`` or the flag that withholds it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


@dataclass(frozen=True)
class _Withheld:
    """Stands where a value was until the end, when it becomes null and an entry; lists may shrink meanwhile."""

    reason: str


def named_in(document: Any) -> Iterator[tuple[str, str]]:
    """Every marked record a document names, itself included, as (kind, key)."""
    if isinstance(document, dict):
        kind, key = document.get("object"), document.get("id")
        if kind in MARKED and isinstance(key, str):
            yield kind, key
        for value in document.values():
            yield from named_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from named_in(value)


def redact(document: Document, reader: Reader) -> Document:
    """The document as ``reader`` may see it: hidden records absent, withheld fields null, each null explained.

    Related records above the ceiling leave lists without a trace; a single one becomes null with an entry in
    ``sensitivity.redacted``; of a party that has a pseudonym only the name does. The printable sentence is made again
    from what is left. The input is not changed.
    """
    if all(reader.may_read(*name) and not reader.flags(name[1]) for name in named_in(document)):
        return document
    shown = _children(_with_marks(document), reader)
    for flag in reader.flags(document["id"]):
        for path in OWN_FIELDS[document["object"]].get(flag, ()):
            _withhold(shown, path.split("/"), flag)
    _drop_orphans(shown)
    entries: list[dict[str, str]] = []
    settled: Document = _settle(shown, "", entries)
    settled["sensitivity"]["redacted"] = sorted(entries, key=lambda entry: entry["pointer"])
    if "sentence" in settled:
        settled["sentence"] = sentence(settled)
    return settled


def _with_marks(document: Document) -> Document:
    """A copy in which what was withheld earlier is marked as such, so that its entry moves with it."""
    marked: Document = _copy(document)
    for entry in document["sensitivity"]["redacted"]:
        *path, name = entry["pointer"].split("/")[1:]
        parent: Any = marked
        for part in path:
            parent = parent[int(part) if isinstance(parent, list) else part]
        parent[name] = _Withheld(entry["reason"])
    return marked


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _value(value: Any, reader: Reader) -> Any:
    if isinstance(value, list):
        return list(_items(value, reader))
    if not isinstance(value, dict):
        return value
    kind, key = value.get("object"), value.get("id")
    if kind in MARKED and isinstance(key, str):
        if not reader.may_read(kind, key):
            raise _Gone(HIDDEN)
        flags = reader.flags(key)
        if flags and kind == "place":
            return _coarser(value, flags)
        if flags and PSEUDONYM in value:
            return value | {"name": _Withheld(flags[0])}
        if flags and kind not in OWN_FIELDS:
            raise _Gone(flags[0])
    return _children(value, reader)


def _children(record: Document, reader: Reader) -> Document:
    always = KEYSTONES.get(record.get("object", ""), ())
    when_hidden = KEYSTONES_WHEN_HIDDEN.get(record.get("object", ""), ())
    shown: Document = {}
    for name, value in record.items():
        try:
            shown[name] = _value(value, reader)
        except _Gone as gone:
            if name in always or (name in when_hidden and gone.reason == HIDDEN):
                raise
            shown[name] = _Withheld(gone.reason)
    if any(isinstance(part, dict) and PSEUDONYM in part for part in shown.values()):
        _unsay(shown)
    return shown


def _unsay(shown: Document) -> None:
    """A sentence that was made with the name says it; that of the record as a whole is made again in the end."""
    if shown.get("object") == "comment_request":
        shown.pop("sentence", None)


def _items(values: list[Any], reader: Reader) -> Iterator[Any]:
    for value in values:
        try:
            yield _value(value, reader)
        except _Gone:
            continue


def _coarser(place: Document, flags: list[str]) -> Document:
    """A place known to a partner only as closely as its own flags allow; a mere reference to it cannot be coarser."""
    shown = dict(place)
    for flag in flags:
        if flag not in PLACE_FIELDS or "point" not in place:
            raise _Gone(flag)
        for name in PLACE_FIELDS[flag]:
            if shown.get(name) is not None:
                shown[name] = _Withheld(flag)
    return shown


def _withhold(value: Any, path: list[str], flag: str) -> None:
    """Mark what ``path`` leads to as withheld, where there is something."""
    name, rest = path[0], path[1:]
    if name == "*" and isinstance(value, list):
        for item in value:
            _withhold(item, rest, flag)
    elif not isinstance(value, dict) or value.get(name) in (None, []) or isinstance(value[name], _Withheld):
        return
    elif isinstance(value[name], dict) and PSEUDONYM in value[name]:
        return  # the name of this party is withheld already, and what stands for it may be shown
    elif rest:
        _withhold(value[name], rest, flag)
    else:
        value[name] = _Withheld(flag)


def _drop_orphans(document: Document) -> None:
    """A translation of words that are not shown is not shown either."""
    renderings = document.get("renderings")
    if not isinstance(renderings, list):
        return
    while True:
        held = {rendering["id"] for rendering in renderings}
        kept = [each for each in renderings if each["translates"] is None or each["translates"] in held]
        if len(kept) == len(renderings):
            break
        renderings = kept
    document["renderings"] = kept


def _settle(value: Any, at: str, entries: list[dict[str, str]]) -> Any:
    """Nulls for what is withheld, each with its JSON pointer (RFC 6901) and reason in ``entries``."""
    if isinstance(value, _Withheld):
        entries.append({"pointer": at, "reason": value.reason})
        return None
    if isinstance(value, dict):
        return {name: _settle(part, f"{at}/{name}", entries) for name, part in value.items()}
    if isinstance(value, list):
        return [_settle(part, f"{at}/{number}", entries) for number, part in enumerate(value)]
    return value
