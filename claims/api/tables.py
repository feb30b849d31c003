"""Documents as rows of a table. The JSON is the lossless form: a table has one line for each record."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from claims.release.redaction import Document

Cell = str | int | float | None
Column = tuple[str, Callable[[Document], Cell]]
SEVERAL: Final = " | "
# What a spreadsheet takes for a formula, with signs before it that are lost on the way. An apostrophe makes it text.
FORMULA: Final = re.compile(r"[\x00-\x1f]*[=+\-@]|[\t\r]")


def value_at(*path: str) -> Callable[[Document], Any]:
    """The value a path leads to; None where a step of it is null or absent."""

    def read(document: Document) -> Any:
        value: Any = document
        for name in path:
            value = (value or {}).get(name)
        return value

    return read


def at(*path: str) -> Callable[[Document], Cell]:
    """The same as it stands in a cell."""
    value_of = value_at(*path)

    def read(document: Document) -> Cell:
        value = value_of(document)
        return ("yes" if value else "no") if isinstance(value, bool) else value

    return read


def several(name: str, *path: str) -> Callable[[Document], Cell]:
    """The values of a list, in its order."""

    def read(document: Document) -> Cell:
        return SEVERAL.join(str(at(*path)(each) or "") if path else str(each) for each in document.get(name) or [])

    return read


def _called(name: str) -> Callable[[Document], Cell]:
    """A party by its name, else by the pseudonym that stands for it."""
    return lambda document: at(name, "name")(document) or at(name, "pseudonym")(document)


def _words(part: str) -> Callable[[Document], Cell]:
    """Of the first rendering: the words as they were quoted stand before paraphrases."""

    def read(document: Document) -> Cell:
        renderings = sorted(document["renderings"] or [], key=lambda each: each["fidelity"] not in QUOTED)
        return at(*part.split("."))(renderings[0]) if renderings else None

    return read


def _links(document: Document) -> str:
    return SEVERAL.join(f"{each['type']}:{each['to']['id']}" for each in document["links"])


def _withheld(document: Document) -> str:
    return SEVERAL.join(each["pointer"] for each in document["sensitivity"]["redacted"])


QUOTED: Final = ("verbatim", "translation")
_RECORD: Final[tuple[Column, ...]] = (
    ("id", at("id")),
    ("ref", at("ref")),
    ("version", at("version")),
    ("released_at", at("released_at")),
)
_JUDGED: Final[tuple[Column, ...]] = (
    ("finding", at("finding", "code")),
    ("finding_label", at("finding", "label")),
    ("finding_as_of", at("finding", "as_of")),
    ("under_review_since", at("under_review", "since")),
    ("tlp", at("sensitivity", "tlp")),
    ("handling", lambda document: SEVERAL.join(document["sensitivity"]["handling"])),
    ("withheld", _withheld),
    ("sentence", at("sentence")),
)


def _dated(name: str) -> tuple[Column, ...]:
    return (
        (name, at(name, "reported")),
        (f"{name}_start", at(name, "start")),
        (f"{name}_end", at(name, "end")),
        (f"{name}_precision", at(name, "precision")),
    )


COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "incident": (
        *_RECORD,
        ("title", at("title")),
        ("summary", at("summary")),
        *_dated("occurred"),
        ("place_id", at("place", "id")),
        ("place", at("place", "name")),
        ("place_as_reported", at("place", "as_reported")),
        ("place_precision", at("place", "precision")),
        ("country", at("place", "country")),
        ("adm1_code", at("place", "adm1_code")),
        ("latitude", at("place", "point", "latitude")),
        ("longitude", at("place", "point", "longitude")),
        ("harm", several("harm")),
        ("means", at("means")),
        *_JUDGED,
    ),
    "statement": (
        *_RECORD,
        ("kind", at("kind")),
        ("party_id", at("party", "id")),
        ("party", _called("party")),
        ("on_behalf_of", _called("on_behalf_of")),
        ("spoken_as", at("spoken_as")),
        ("said_in", at("said_in")),
        ("how_known", at("how_known")),
        *_dated("said"),
        ("responsibility_position", at("responsibility_position")),
        ("checkability", at("checkability")),
        ("lifecycle", at("lifecycle")),
        ("names_nobody", at("names_nobody")),
        ("accuses_ids", several("accuses", "party", "id")),
        ("accuses", several("accuses", "party", "name")),
        ("incident_ids", several("incidents", "id")),
        ("words", _words("text")),
        ("words_lang", _words("lang")),
        ("words_fidelity", _words("fidelity")),
        ("words_obtained", _words("obtained")),
        ("words_source", _words("source.address")),
        ("quote_check", _words("quote_check.outcome")),
        ("links", _links),
        *_JUDGED,
    ),
}


def inert(cell: Cell) -> Cell:
    """Text that a spreadsheet would run, made text; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def header(kind: str) -> bytes:
    """The line of column names."""
    return line([name for name, _read in COLUMNS[kind]])


def row(document: Document) -> bytes:
    """A record as one line (RFC 4180, UTF-8)."""
    return line([inert(read(document)) for _name, read in COLUMNS[document["object"]]])


def line(cells: Iterable[Cell]) -> bytes:
    """Cells as one line (RFC 4180, UTF-8)."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().replace("\0", "").encode()
