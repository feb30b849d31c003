"""How much of a record is sent: ``fields`` for less of its document, ``expand`` for records it has to do with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from claims.api.expansions import EXPANSIONS, MOST, expanded
from claims.api.parameters import Parameter, names
from claims.api.problems import MissingScope, WrongParameter
from claims.api.ready import written
from claims.api.serializers.incident import IncidentSerializer
from claims.api.serializers.shared import ALWAYS_SENT
from claims.api.serializers.statement import StatementSerializer
from claims.api.tokens import Caller
from claims.release.redaction import Document
from claims.release.scopes import SCOPES

KNOWN: Final[dict[str, tuple[str, ...]]] = {
    "incident": tuple(IncidentSerializer().fields),
    "statement": tuple(StatementSerializer().fields),
}
FIELDS: Final = {
    kind: names(
        "fields", known, "Only these fields; `object`, `id` and `sensitivity` always come along: `ref,sentence`."
    )
    for kind, known in KNOWN.items()
}
EXPAND: Final = {
    kind: names(
        "expand",
        tuple(known),
        f"Whole records that come along under `expanded`, at most {MOST} of each name; each needs its own scope.",
    )
    for kind, known in EXPANSIONS.items()
}


def shaping(kind: str) -> tuple[Parameter, ...]:
    """The parameters that say how much of a record is sent."""
    return FIELDS[kind], EXPAND[kind]


@dataclass(frozen=True)
class Shape:
    """What is sent of the records of ``kind``: these ``fields`` (None: all), and what comes along."""

    kind: str
    caller: Caller
    fields: tuple[str, ...] | None
    expansions: tuple[str, ...]

    @classmethod
    def of(cls, kind: str, asked: dict[str, Any], caller: Caller) -> Self:
        """As it was asked for. Raises ``MissingScope`` for what lies outside the token's scopes."""
        fields, expansions = asked.get("fields"), asked.get("expand", ())
        for scope, part in SCOPES.items():
            if part in (fields or ()) and part not in caller.parts:
                raise MissingScope(scope)
        for name in expansions:
            if not caller.has(scope := EXPANSIONS[kind][name].scope):
                raise MissingScope(scope)
        if expansions and "as_of" in asked:
            raise WrongParameter("expand", _("This does not go together with as_of."))
        if expansions and asked.get("limit", MOST) > MOST:
            raise WrongParameter("limit", _("With expand a page has at most %(most)s records.") % {"most": MOST})
        return cls(kind, caller, None if fields is None else ALWAYS_SENT + fields, expansions)

    def lines(self, lines: Sequence[bytes]) -> list[bytes]:
        """Records written out, cut down and with what comes along."""
        if self.fields is None and not self.expansions:
            return list(lines)
        return [written(each) for each in self.documents([json.loads(line) for line in lines])]

    def documents(self, documents: Sequence[Document]) -> list[Document]:
        """The same of documents. ``sensitivity.redacted`` still names every field that is withheld."""
        shaped = [self._cut_down(each) for each in documents]
        if self.expansions:
            beside = expanded(self.kind, documents, self.expansions, self.caller)
            return [each | {"expanded": more} for each, more in zip(shaped, beside, strict=True)]
        return shaped

    def _cut_down(self, document: Document) -> Document:
        if self.fields is None:
            return document
        return {name: value for name, value in document.items() if name in self.fields}
