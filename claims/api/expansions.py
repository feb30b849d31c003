"""``expand``: whole records brought along with the one that names them, by name and in bounded number."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from claims.api.documents import readable
from claims.api.ready import lines_of
from claims.api.tokens import Caller
from claims.models import Mention
from claims.release.redaction import Document
from claims.release.scopes import READ_INCIDENTS, READ_STATEMENTS

MOST: Final = 50  # records of one name beside one record; the filters of the lists find the rest
LOOKED_AT: Final = 100  # records that name one, in other places too


def _incidents(statement: Document) -> list[str]:
    return [each["id"] for each in statement["incidents"]]


def _linked(statement: Document) -> list[str]:
    return [each["to"]["id"] for each in statement["links"]]


@dataclass(frozen=True)
class Expansion:
    """Records of ``kind`` brought along; they need ``scope``.

    ``keys`` reads from a document which records it names. ``is_reverse``: those that name this one come along, and not
    those it names.
    """

    kind: str
    scope: str
    keys: Callable[[Document], list[str]]
    is_reverse: bool = False


EXPANSIONS: Final[dict[str, dict[str, Expansion]]] = {
    "incident": {"statements": Expansion("statement", READ_STATEMENTS, _incidents, is_reverse=True)},
    "statement": {
        "incidents": Expansion("incident", READ_INCIDENTS, _incidents),
        "links": Expansion("statement", READ_STATEMENTS, _linked),
        "answered_by": Expansion("statement", READ_STATEMENTS, _linked, is_reverse=True),
    },
}


def expanded(kind: str, documents: Sequence[Document], names: Iterable[str], caller: Caller) -> list[Document]:
    """Beside each document: the records by the name of the expansion, and under ``cut`` the names that have more."""
    beside: list[Document] = [{"cut": []} for _each in documents]
    for name in names:
        for more, (found, is_cut) in zip(beside, _found(EXPANSIONS[kind][name], documents, caller), strict=True):
            more[name] = found
            if is_cut:
                more["cut"].append(name)
    return beside


def _found(expansion: Expansion, documents: Sequence[Document], caller: Caller) -> list[tuple[list[Document], bool]]:
    """For each document the records that come along, and whether there may be more."""
    named = _namers(expansion, documents, caller) if expansion.is_reverse else [expansion.keys(d) for d in documents]
    looked_at = [sorted(set(keys))[:LOOKED_AT] for keys in named]
    lines = lines_of(expansion.kind, sorted({key for keys in looked_at for key in keys}), caller)
    records = {str(key): json.loads(line) for key, line in lines.items()}
    results = []
    for document, keys, all_keys in zip(documents, looked_at, named, strict=True):
        found = [records[key] for key in keys if key in records]
        if expansion.is_reverse:
            found = [each for each in found if document["id"] in expansion.keys(each)]
        results.append((found[:MOST], len(found) > MOST or len(set(all_keys)) > LOOKED_AT))
    return results


def _namers(expansion: Expansion, documents: Sequence[Document], caller: Caller) -> list[list[str]]:
    """Of each document the keys of the readable records whose newest release names it, wherever it does."""
    namers: dict[Any, list[str]] = {each["id"]: [] for each in documents}
    readers = readable(expansion.kind, caller).values("record_id")
    pairs = Mention.objects.filter(named_id__in=list(namers), record_id__in=readers)
    for named, record in pairs.values_list("named_id", "record_id"):
        namers[str(named)].append(str(record))
    return list(namers.values())
