"""Documents as tables that refer to one another: what the Parquet files and the Data Package are made of.

A record's own fields stand in one table; each list within it has a table of its own, and whoever and whatever many
records name (parties, sources, media items) stands once. Ids and values are those of the JSON.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from claims.api.tables import value_at as at
from claims.models.release import RecordType, Scope
from claims.release.redaction import Document

INCIDENT: Final = (RecordType.INCIDENT.value,)
STATEMENT: Final = (RecordType.STATEMENT.value,)
BOTH: Final = INCIDENT + STATEMENT
Read = Callable[[Document], Any]


@dataclass(frozen=True)
class Column:
    """A column and where its value stands in a row's document.

    ``type`` is one of string, integer, number, boolean, datetime (ISO 8601) and list (of codes or text). ``codes``
    names the vocabulary the value is from, ``refers`` the table whose key it is.
    """

    name: str
    read: Read
    type: str = "string"
    codes: str = ""
    refers: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a row for each document that ``rows`` finds in one of these ``kinds`` of record.

    Only who holds ``scope`` may read it. ``key``: the columns that tell a row from every other. ``is_shared``: rows
    stand in many records; the newest release says how they read.
    """

    name: str
    kinds: tuple[str, ...]
    rows: Callable[[Document], Iterable[Document]]
    columns: tuple[Column, ...]
    scope: str = Scope.BASE
    key: tuple[str, ...] = ("id",)
    is_shared: bool = False

    def cells(self, row: Document) -> list[Any]:
        """The values of a row, in the order of the columns."""
        return [column.read(row) for column in self.columns]

    def key_of(self, cells: list[Any]) -> tuple[Any, ...]:
        """What tells these cells from every other row's."""
        return tuple(cells[self.place_of(name)] for name in self.key)

    def place_of(self, name: str) -> int:
        """Which of the columns has this name, from 0."""
        return [column.name for column in self.columns].index(name)


Rows = list[tuple[Table, list[list[Any]]]]
"""Tables, each with the cells of its rows in the order of its columns."""


def _text(name: str, *path: str, codes: str = "", required: bool = False) -> Column:
    return Column(name, at(*(path or (name,))), codes=codes, required=required)


def _typed(kind: str, name: str, *path: str, required: bool = False) -> Column:
    return Column(name, at(*(path or (name,))), kind, required=required)


def _key(name: str, *path: str, refers: str = "", required: bool = False) -> Column:
    return Column(name, at(*path), refers=refers, required=required)


def _party(name: str) -> tuple[Column, Column]:
    """Key of a party, and its name or the pseudonym that stands for it."""

    def called(row: Document) -> Any:
        return at(name, "name")(row) or at(name, "pseudonym")(row)

    return _key(f"{name}_id", name, "id", refers="parties"), Column(name, called)


def _dated(name: str) -> tuple[Column, ...]:
    return (
        _text(name, name, "reported"),
        _typed("datetime", f"{name}_start", name, "start"),
        _typed("datetime", f"{name}_end", name, "end"),
        _text(f"{name}_precision", name, "precision", codes="date_precision"),
        _text(f"{name}_zone", name, "zone"),
    )


def _listed(name: str, *, inside: str = "") -> Callable[[Document], Iterator[Document]]:
    """Items of a list, each with its record's document as ``of``, its ``number`` and the pointers withheld in it."""

    def rows(document: Document) -> Iterator[Document]:
        items = (document.get(inside) or {}).get(name) if inside else document.get(name)
        for number, item in enumerate(items or []):
            start = "/".join(("", *([inside] if inside else []), name, str(number), ""))
            yield item | {"of": document, "number": number, "withheld": _withheld(document, start)}

    return rows


def _withheld(document: Document, start: str) -> list[str]:
    return ["/" + each.removeprefix(start) for each in _withheld_in_all(document) if each.startswith(start)]


def _within(kind: str) -> Callable[[Document], Iterator[Document]]:
    """Whole objects of a kind anywhere in a document, each with the release it stands in."""

    def rows(document: Document) -> Iterator[Document]:
        return (each | {"of": document} for each in document["named"] if each["object"] == kind)

    return rows


def _named(value: Document | list[Any]) -> Iterator[Document]:
    """Everything in a document that has a kind, itself included, and not mere references."""
    if isinstance(value, dict) and "kind" in value and "object" in value:
        yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):  # most parts are text: asking here spares most calls
            yield from _named(part)


def _itself(document: Document) -> Iterator[Document]:
    yield document


def _exact_place(document: Document) -> Iterator[Document]:
    if place := document.get("exact_place"):
        yield place | {"of": document}


def _events(document: Document) -> Iterator[Document]:
    for request in document.get("comment_requests") or []:
        for number, event in enumerate(request["events"] or []):
            yield event | {"of": request, "number": number}


def _withheld_in_all(document: Document) -> list[str]:
    return [each["pointer"] for each in document["sensitivity"]["redacted"]]


_ID: Final = _key("id", "id", required=True)
_REF: Final = _text("ref", required=True)
_WITHHELD: Final = _typed("list", "withheld", required=True)
_OF_INCIDENT: Final = _key("incident_id", "incident", "id", refers="incidents")
_OF_STATEMENT: Final = _key("statement_id", "statement", "id", refers="statements")
_SOURCE: Final = _key("source_id", "source", "id", refers="sources")
_RECORD: Final = (
    _ID,
    _REF,
    _typed("integer", "version", required=True),
    _typed("datetime", "released_at", required=True),
)
_NAMED: Final = (_ID, _REF, _typed("datetime", "released_at", "of", "released_at", required=True))
_FINDING: Final = (
    _text("finding", "finding", "code", codes="finding", required=True),
    _text("finding_label", "finding", "label", required=True),
    _typed("datetime", "finding_as_of", "finding", "as_of"),
    _text("confidence", "finding", "confidence", codes="confidence"),
    _text("standard_of_proof", "finding", "standard_of_proof", codes="standard_of_proof"),
    _text("public_wording", "finding", "public_wording"),
    _typed("list", "tried", "finding", "tried"),
    _text("tried_words", "finding", "tried_words"),
    _text("would_settle", "finding", "would_settle"),
)
_JUDGED: Final = (
    *_FINDING,
    _typed("datetime", "under_review_since", "under_review", "since"),
    _text("under_review_reason", "under_review", "reason"),
    _text("tlp", "sensitivity", "tlp", codes="tlp", required=True),
    _typed("list", "handling", "sensitivity", "handling", required=True),
    Column("withheld", _withheld_in_all, "list", required=True),
    _text("sentence", required=True),
)
_CITED: Final = (
    _key("cited_statement_id", "statement", "id"),
    _key("cited_source_id", "source", "id"),
    _key("cited_note_id", "note", "id"),
    _key("cited_media_item_id", "media_item", "id"),
)


def _kind_of_record(kind: str) -> Column:
    """The key of the record an item stands in, where that is of this kind."""

    def read(row: Document) -> Any:
        return row["of"]["id"] if row["of"]["object"] == kind else None

    return Column(f"{kind}_id", read, refers=f"{kind}s")


_RECORD_OF: Final = (_kind_of_record("incident"), _kind_of_record("statement"))
_POSITION: Final = (
    _typed("number", "latitude"),
    _typed("number", "longitude"),
    _text("precision", codes="place_precision"),
)

TABLES: Final[tuple[Table, ...]] = (
    Table("parties", BOTH, _within("party"), (
        *_NAMED, _text("kind", codes="party_kind", required=True), _text("name"), _text("pseudonym"),
    ), is_shared=True),
    Table("sources", BOTH, _within("source"), (
        *_NAMED, _text("kind", codes="source_kind", required=True), _text("title"), _text("address"), _text("lang"),
        *_party("publisher"), *_dated("published")[:3],
    ), is_shared=True),
    Table("media_items", STATEMENT, _within("media_item"), (
        *_NAMED, _text("kind", codes="media_kind", required=True), _text("description"), _text("first_seen"),
        _text("address"), *_FINDING[:2], _text("authenticity", codes="media_authenticity"),
    ), is_shared=True),
    Table("incidents", INCIDENT, _itself, (
        *_RECORD, _text("title"), _text("summary"), *_dated("occurred"), _key("place_id", "place", "id"),
        _text("place_ref", "place", "ref"), _text("place", "place", "name"),
        _text("place_as_reported", "place", "as_reported"),
        _text("place_precision", "place", "precision", codes="place_precision"), _text("country", "place", "country"),
        _text("adm1_code", "place", "adm1_code"), _text("adm1_name", "place", "adm1_name"),
        _text("katottg", "place", "katottg"), _typed("number", "latitude", "place", "point", "latitude"),
        _typed("number", "longitude", "place", "point", "longitude"), _typed("list", "harm"),
        _text("means", codes="means"), *_JUDGED,
    )),
    Table("statements", STATEMENT, _itself, (
        *_RECORD, _text("kind", codes="statement_kind", required=True), *_party("party"), *_party("on_behalf_of"),
        _text("spoken_as", codes="spoken_as"), _text("role_words"), _text("said_in"),
        _text("how_known", codes="how_known"), *_dated("said"),
        _text("responsibility_position", codes="responsibility_position"), _text("checkability", codes="checkability"),
        _text("lifecycle", codes="lifecycle"), _typed("boolean", "names_nobody"),
        _key("media_item_id", "media_item", "id", refers="media_items"), *_JUDGED,
    )),
    Table("statement_incidents", STATEMENT, _listed("incidents"), (
        _key("statement_id", "of", "id", refers="statements", required=True),
        _key("incident_id", "id", refers="incidents", required=True),
    ), key=("statement_id", "incident_id")),
    Table("accusations", STATEMENT, _listed("accuses"), (
        _key("statement_id", "of", "id", refers="statements", required=True),
        _key("party_id", "party", "id", refers="parties", required=True), _text("wording"), _WITHHELD,
    ), key=("statement_id", "party_id")),
    Table("renderings", STATEMENT, _listed("renderings"), (
        _ID, _key("statement_id", "of", "id", refers="statements", required=True), _text("lang"), _text("text"),
        _text("fidelity", codes="fidelity", required=True), _text("translator", codes="translator"),
        _key("translates", "translates", refers="renderings"),
        _text("quote_check", "quote_check", "outcome", codes="quote_check"),
        _typed("datetime", "quote_checked_at", "quote_check", "checked_at"), _text("obtained", codes="obtained"),
        _typed("datetime", "captured_at"), _SOURCE, _WITHHELD,
    )),
    Table("links", STATEMENT, _listed("links"), (
        _ID, _text("type", codes="link_type", required=True), _typed("list", "cito"),
        _text("aspect", codes="aspect"), _text("basis", codes="basis"),
        _key("from_id", "from", "id", refers="statements", required=True),
        _key("to_id", "to", "id", refers="statements", required=True),
    )),
    Table("comment_requests", INCIDENT, _listed("comment_requests"), (
        _ID, _REF, *_party("asked_by"), *_party("party"), _OF_INCIDENT, _OF_STATEMENT,
        _text("state", codes="request_state", required=True), *_dated("asked"), _typed("datetime", "deadline"),
        _SOURCE, _text("sentence"), _WITHHELD,
    )),
    Table("request_events", INCIDENT, _events, (
        _key("request_id", "of", "id", refers="comment_requests", required=True),
        _typed("integer", "number", required=True), _text("outcome", codes="request_outcome", required=True),
        _typed("datetime", "happened_at", required=True), _key("reply_id", "reply", "id", refers="statements"),
    ), key=("request_id", "number")),
    Table("assessments", BOTH, _listed("assessments"), (
        _ID, *_RECORD_OF, _text("aspect", codes="aspect", required=True), *_FINDING, _WITHHELD,
    )),
    Table("figures", STATEMENT, _listed("figures"), (
        _ID, _OF_STATEMENT, _OF_INCIDENT, _text("outcome", codes="casualty_outcome", required=True),
        _text("population", codes="population", required=True), _text("demographic", codes="demographic"),
        _text("count_kind", codes="count_kind"), _text("area"), _typed("boolean", "is_incident_area"),
        *_dated("as_of"), _text("words"), _typed("integer", "min"), _typed("integer", "best"),
        _typed("integer", "max"), _WITHHELD,
    ), Scope.FIGURES),
    Table("notes", INCIDENT, _listed("notes"), (
        _ID, _REF, *_party("party"), _OF_INCIDENT, _OF_STATEMENT, _text("wording"), _text("lang"),
        _text("aspect", codes="aspect"), _SOURCE, _text("source_ref", "source", "ref"),
        _text("source_title", "source", "title"), _text("source_address", "source", "address"), _WITHHELD,
    ), Scope.NOTES),
    Table("evidence_cited", BOTH, _listed("cited", inside="evidence"), (
        _ID, *_RECORD_OF, _key("assessment_id", "assessment", refers="assessments"),
        _text("direction", codes="direction"), _key("rendering_id", "rendering"), *_CITED, _WITHHELD,
    ), Scope.EVIDENCE),
    Table("quotation_proofs", STATEMENT, _listed("quotations", inside="evidence"), (
        _key("rendering_id", "rendering", refers="renderings", required=True), *_RECORD_OF[1:], _SOURCE,
        _key("capture_id", "capture", "id"), _typed("integer", "capture_number", "capture", "number"),
        _text("obtained", "capture", "obtained", codes="obtained"),
        _typed("datetime", "captured_at", "capture", "captured_at"),
        _text("media_type", "capture", "media_type"), _text("sha256", "capture", "sha256"),
        _text("final_address", "capture", "final_address"), _text("text_sha256"),
        _text("exact", "selector", "exact"), _text("prefix", "selector", "prefix"),
        _text("suffix", "selector", "suffix"), _typed("integer", "start", "selector", "start"),
        _typed("integer", "end", "selector", "end"), _WITHHELD,
    ), Scope.EVIDENCE, key=("rendering_id",)),
    Table("ratings", BOTH, _listed("ratings"), (
        _key("evidence_id", "evidence", required=True), *_RECORD_OF, _key("assessment_id", "assessment"),
        _text("reliability", codes="reliability"), _text("credibility", codes="credibility"), *_CITED, _WITHHELD,
    ), Scope.RATINGS, key=("evidence_id",)),
    Table("exact_places", INCIDENT, _exact_place, (
        _key("incident_id", "of", "id", refers="incidents", required=True), *_POSITION,
        _key("place_id", "place", "id"),
    ), Scope.EXACT_PLACE, key=("incident_id",)),
)  # fmt: skip


def rows_of(document: Document, scope: str) -> Rows:
    """The rows that a record makes in the tables of a scope. ``document`` is the record with what the scope adds."""
    tables = [table for table in TABLES if table.scope == scope and document["object"] in table.kinds]
    if any(table.is_shared for table in tables):
        document = document | {"named": list(_named(document))}  # looked for once, for all tables
    return [(table, [table.cells(row) for row in table.rows(document)]) for table in tables]
