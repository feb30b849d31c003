"""A record as partners read it: the whole document, redacted for a ceiling, cut into what each scope may read."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from claims.models import Incident, Statement
from claims.models.release import Scope
from claims.release.incident import whole_incident
from claims.release.marks import Names, Reader, marks_of
from claims.release.mentions import moment
from claims.release.redaction import Document, named_in, redact
from claims.release.sentences import sentence, sentence_of_request
from claims.release.statement import whole_statements
from harmtracker.markings import TLP_ORDER, Tlp, rank

Releasable = Incident | Statement
FRAGMENTS: dict[str, tuple[str, ...]] = {
    "incident": (Scope.NOTES, Scope.EVIDENCE, Scope.RATINGS, Scope.EXACT_PLACE),
    "statement": (Scope.FIGURES, Scope.NOTES, Scope.EVIDENCE, Scope.RATINGS),
}
CEILINGS: tuple[str, ...] = TLP_ORDER[: rank(Tlp.RED)]
FULLEST: str = CEILINGS[-1]
# Said of the act of releasing, not of the record: these alone are no change worth another release.
STAMPS = frozenset({"version", "released_at", "sentence"})


@dataclass(frozen=True)
class Rendering:
    """Everything one record may show to anybody, read once; ``for_ceiling`` takes out what a ceiling may not see."""

    whole: Document
    reader: Reader

    def for_ceiling(self, ceiling: str, clearance: str = Tlp.RED) -> Document:
        """The document for partners up to ``ceiling``, shown nothing the releasing editor is not cleared for."""
        return redact(self.whole, replace(self.reader, ceiling=ceiling).below(clearance))


def read(record: Releasable, released_at: datetime | None = None, also: Names = ()) -> Rendering:
    """Read a record and today's markings of all it names, and of those ``also`` named.

    Texts are in the language of the installation.
    """
    with translation.override(settings.LANGUAGE_CODE):
        whole = whole_incident(record) if isinstance(record, Incident) else whole_statements([record])[0]
        return _stamped([record], [whole], released_at, also)[0]


def read_statements(statements: Sequence[Statement], released_at: datetime) -> list[Rendering]:
    """The same of several, in their order, with as many questions as for one."""
    with translation.override(settings.LANGUAGE_CODE):
        return _stamped(statements, whole_statements(statements), released_at, ())


def _stamped(
    records: Sequence[Releasable], wholes: list[Document], released_at: datetime | None, also: Names
) -> list[Rendering]:
    for whole in wholes:
        whole["released_at"] = moment(released_at or timezone.now())
        whole["sentence"] = sentence(whole)
        for asked in whole.get("comment_requests", ()):
            asked["sentence"] = sentence_of_request(asked, whole["released_at"])
    marks = marks_of({*named_in(wholes), *also})
    return [
        Rendering(whole, Reader(FULLEST, marks, team_id=record.team_id))
        for record, whole in zip(records, wholes, strict=True)
    ]


def cut(document: Document) -> dict[str, Document]:
    """A redacted document by scope. Each part keeps the entries for what is withheld in it."""
    parts = FRAGMENTS[document["object"]]
    entries = document["sensitivity"]["redacted"]
    base = {name: value for name, value in document.items() if name not in parts}
    base["sensitivity"] = base["sensitivity"] | {"redacted": [each for each in entries if _part(each) not in parts]}
    fragments = {
        name: {name: document[name], "redacted": [each for each in entries if _part(each) == name]} for name in parts
    }
    return {str(Scope.BASE): base} | {str(name): fragment for name, fragment in fragments.items()}


def join(base: Document, fragments: list[Document]) -> Document:
    """The reverse of ``cut`` for the scopes a reader has."""
    joined = dict(base)
    entries = list(base["sensitivity"]["redacted"])
    for fragment in fragments:
        entries += fragment["redacted"]
        joined |= {name: value for name, value in fragment.items() if name != "redacted"}
    joined["sensitivity"] = base["sensitivity"] | {"redacted": entries}
    return joined


def digest(document: Document) -> str:
    """SHA-256 (hex) over the canonical JSON of what a document says, leaving out the stamps of its release."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def canonical(document: Document) -> str:
    said: dict[str, Any] = {name: value for name, value in document.items() if name not in STAMPS}
    if asked := said.get("comment_requests"):  # their sentences say as of when they were released
        said["comment_requests"] = [_unstamped(each) for each in asked]
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _unstamped(part: Document) -> Document:
    return {name: value for name, value in part.items() if name not in STAMPS}


def _part(entry: dict[str, str]) -> str:
    return entry["pointer"].split("/")[1]
