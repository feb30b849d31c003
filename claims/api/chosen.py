"""``fields``: only some of a document, for those who need no more."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from claims.api.parameters import Parameter
from claims.api.problems import MissingScope, WrongParameter
from claims.api.serializers.incident import IncidentSerializer
from claims.api.serializers.statement import StatementSerializer
from claims.api.tokens import Caller
from claims.release.redaction import Document
from claims.release.scopes import SCOPES

ALWAYS: Final = ("object", "id", "sensitivity")
SHAPES: Final = {"incident": IncidentSerializer, "statement": StatementSerializer}


def _read(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(",")))
    if not all(names):
        raise ValueError(_("Name fields with commas between them: ref,title."))
    return names


FIELDS: Final = Parameter(
    "fields",
    _read,
    "Only these fields, with commas between them; `object`, `id` and `sensitivity` always come along.",
    {"type": "string", "examples": ["ref,sentence"]},
)


def chosen(kind: str, asked: dict[str, Any], caller: Caller) -> tuple[str, ...] | None:
    """The fields to send; None for all. Raises ``WrongParameter`` for an unknown one, ``MissingScope``."""
    names: tuple[str, ...] | None = asked.get(FIELDS.name)
    if names is None:
        return None
    known = set(SHAPES[kind]().fields)
    for name in names:
        if name not in known:
            raise WrongParameter(FIELDS.name, _("There is no field of this name: %(name)s.") % {"name": name[:40]})
        for scope, part in SCOPES.items():
            if part == name and part not in caller.parts:
                raise MissingScope(scope)
    return ALWAYS + names


def cut_down(document: Document, names: Iterable[str] | None) -> Document:
    """The document with these fields only. ``sensitivity.redacted`` still names every field that is withheld."""
    if names is None:
        return document
    kept = set(names)
    return {name: value for name, value in document.items() if name in kept}
