"""Rows of all tables, waiting to be copied in the order in which they refer to one another."""

from typing import Any

import psycopg

from bench.tables import Table
from claims import models as claims
from harmtracker.models import AuditEvent, Team, User
from sources import models as sources

# What a decision moves; with the rules on, the database derives it itself.
UNASSESSED = {
    "finding": "unverified",
    "stage": "unverified",
    "standing_id": None,
    "under_review_since": None,
    "under_review_reason": "",
}

TABLES: dict[str, Table] = {
    "team": Table(Team),
    "user": Table(User),
    "party": Table(sources.Party),
    "party_name": Table(sources.PartyName),
    "affiliation": Table(sources.Affiliation),
    "place": Table(claims.Place),
    "place_name": Table(claims.PlaceName),
    "source": Table(sources.Source),
    "copy": Table(sources.Copy),
    "blob": Table(sources.Blob),
    "capture": Table(sources.Capture),
    "incident": Table(claims.Incident),
    "media_item": Table(claims.MediaItem),
    "statement": Table(claims.Statement),
    "about": Table(claims.StatementIncident),
    "accusation": Table(claims.Accusation),
    "rendering": Table(claims.Rendering),
    "quote_check": Table(claims.QuoteCheck),
    "figure": Table(claims.Figure),
    "link": Table(claims.Link),
    "request": Table(claims.CommentRequest),
    "request_event": Table(claims.CommentRequestEvent),
    "assessment": Table(claims.Assessment),
    "evidence": Table(claims.Evidence),
    # One after another: the second decision on a record builds on what the first one did.
    "decision1": Table(claims.Decision),
    "decision2": Table(claims.Decision),
    "decision3": Table(claims.Decision),
    "audit": Table(AuditEvent),
}


class Batch:
    """Collects rows; ``flush`` copies them.

    Not ``checked``: triggers and foreign keys sleep, which is quick, and the generator alone answers for the rules.
    ``checked``: every trigger runs and the findings are left to the decisions, so that a row the rules forbid is
    refused. Both lead to the same rows (a test compares them). The audit chain is always linked by its trigger.
    """

    def __init__(self, *, checked: bool = False) -> None:
        self._checked = checked
        self._rows: dict[str, list[list[Any]]] = {name: [] for name in TABLES}
        self.copied = 0

    def add(self, table: str, **given: Any) -> None:
        self._rows[table].append(TABLES[table].row(given))

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def flush(self, connection: psycopg.Connection) -> None:
        """Copy all rows collected so far. Needs a superuser's connection unless ``checked``."""
        self.copied += len(self)
        for name, rows in self._rows.items():
            if rows:
                self._sleep(connection, asleep=not self._checked and name != "audit")
                table = TABLES[name]
                derives = self._checked and "standing_id" in table.columns
                table.copy(connection, [table.with_values(row, UNASSESSED) for row in rows] if derives else rows)
                self._rows[name] = []
        self._sleep(connection, asleep=False)

    def _sleep(self, connection: psycopg.Connection, *, asleep: bool) -> None:
        if not self._checked:
            connection.execute(f"SET session_replication_role = {'replica' if asleep else 'origin'}")
