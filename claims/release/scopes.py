"""What a partner's token may be allowed to read."""

from typing import Final

from claims.models.release import RecordType, Scope

READ_INCIDENTS: Final = "incidents:read"
READ_STATEMENTS: Final = "statements:read"
READ_CHANGES: Final = "changes:read"
READ_BULK: Final = "bulk:read"
MANAGE_WEBHOOKS: Final = "webhooks:manage"

# A token's scope, and the part of documents it adds; the first two open the records, the next two the order in which
# they changed and whole lists in one answer. The last is the only one that lets a partner write anything.
SCOPES: Final[dict[str, str]] = {
    READ_INCIDENTS: Scope.BASE,
    READ_STATEMENTS: Scope.BASE,
    READ_CHANGES: Scope.BASE,
    READ_BULK: Scope.BASE,
    "figures:read": Scope.FIGURES,
    "notes:read": Scope.NOTES,
    "ratings:read": Scope.RATINGS,
    "evidence:read": Scope.EVIDENCE,
    "locations.exact:read": Scope.EXACT_PLACE,
    MANAGE_WEBHOOKS: Scope.BASE,
}

# The scope that opens each kind of record.
SCOPE_OF: Final[dict[str, str]] = {
    RecordType.INCIDENT.value: READ_INCIDENTS,
    RecordType.STATEMENT.value: READ_STATEMENTS,
}


def parts_of(scopes: list[str]) -> list[str]:
    """The parts of a document that these scopes add to its base, in a fixed order."""
    return [str(part) for scope, part in SCOPES.items() if scope in scopes and part != Scope.BASE]
