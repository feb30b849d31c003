"""What a Data Package says of its own tables (Data Package 2.0, Table Schema 2.0), and the note that goes with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings

from claims.api.bulk.relations import Column, Table
from claims.api.vocabularies import VOCABULARIES
from claims.release.redaction import Document

PROFILES: Final = "https://datapackage.org/profiles/2.0"
# Lists are JSON within a cell: texts may hold any sign a list could be divided by.
TYPES: Final = {"list": "array"}
NOTE: Final = """# {organisation}: the record as tables

For the partner it was given to, up to the marking TLP:{ceiling}. Handle each record by its own `tlp` (Traffic Light
Protocol 2.0) and `handling`. This file grants no licence: what may be published, and how, is what you agreed with
{organisation}.

`finding` is the organisation's; `responsibility_position` is what a party says of itself. Neither follows from the
other. "Could not independently confirm" says nothing on truth. Print `sentence` as it stands.

An empty cell means not known, not applicable, or withheld; it is withheld if, and only if, `withheld` names its
pointer in the JSON. A cell that began with `=`, `+`, `-`, `@`, tab or return has an apostrophe in front, so that no
spreadsheet runs it. Lists are JSON.

True as of number {change_seq} of the stream of changes. `manifest.json` holds the SHA-256 of every file and the hash of
the audit event of that number. What is withdrawn later is a tombstone in the changes: delete it from your copies.
"""


def descriptor(tables: Sequence[Table], files: Mapping[str, Document], about: Document) -> dict[str, Any]:
    """The content of `datapackage.json`; ``files`` tells the bytes, sha256 and rows of each table's file."""
    return {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": f"harmtracker-{about['ceiling'].lower().replace('_', '-')}",
        "id": about["id"],
        "title": f"{settings.HARMTRACKER_ORGANISATION}: statements on civilian harm",
        "description": "See README.md for how to handle and how to read it.",
        "version": str(about["change_seq"]),
        "resources": [_resource(table, files[path_of(table)]) for table in tables],
    }


def path_of(table: Table) -> str:
    """Where in the archive a table stands."""
    return f"data/{table.name}.csv"


def _resource(table: Table, file: Document) -> dict[str, Any]:
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": table.name,
        "path": path_of(table),
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [_foreign_key(column, table) for column in table.columns if column.refers],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {"name": column.name, "type": TYPES.get(column.type, column.type)}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.codes:
        constraints["enum"] = list(VOCABULARIES[column.codes].values)
    return told | ({"constraints": constraints} if constraints else {})


def _foreign_key(column: Column, table: Table) -> dict[str, Any]:
    """A table refers to itself by naming no other."""
    other = {} if column.refers == table.name else {"resource": column.refers}
    return {"fields": [column.name], "reference": other | {"fields": ["id"]}}
