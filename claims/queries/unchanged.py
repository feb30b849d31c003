"""Whether what is told of an incident can have changed since: asked of the audit chain.

A change of the record commits with its event, and events are numbered in the order in which they commit. So where no
event after number n touches an incident, what was told of it at n is what would be told now
(docs/decisions/0042-a-ledger-is-arranged-in-outline.md).
"""

from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Subquery

from harmtracker.models import AuditEvent

MOST_LOOKED_THROUGH: Final = 500
"""Events since; after more of them the incident is told anew."""

# Acts that change nothing an outline is made of, whatever their subject: visits, reading, talk, what partners get.
ACTS_WITHOUT: Final = [
    "assignment.ended", "assignment.made", "capture.compared", "capture.downloaded", "capture.requested",
    "copy.suggested", "evidence.downloaded", "finding.proposed", "incident.released", "review.skipped", "source.back",
    "source.cited", "source.created", "source.gone", "source.unwatched", "source.visits_set", "source.watched",
    "statement.released",
]  # fmt: skip
# Subjects no outline reads. Of people it reads nothing: who they are decides whose outline it is.
SUBJECTS_WITHOUT: Final = [
    "claims.mediaitem", "claims.partner", "claims.partnertoken", "claims.place", "claims.remark",
    "claims.webhookendpoint", "harmtracker.job", "harmtracker.team", "harmtracker.user", "sources.capture",
]  # fmt: skip
# What belongs to incidents: of these an event touches those it names, and those its statement is or answers in. Any
# other event (on a party, a source, an affiliation) may touch every incident, and is taken to.
OF_INCIDENTS: Final = ["claims.figure", "claims.incident", "claims.link", "claims.rendering", "claims.statement"]

SINCE = """
WITH since AS MATERIALIZED (
  SELECT verb, subject_type, subject_id, about FROM harmtracker_auditevent
  WHERE sequence > %(sequence)s AND verb <> ALL(%(acts)s) AND subject_type <> ALL(%(subjects)s)
  ORDER BY sequence LIMIT %(most)s
)
SELECT newest.sequence, newest.hash,
  EXISTS (SELECT FROM harmtracker_auditevent WHERE sequence = %(sequence)s AND hash = %(hash)s)
  AND (SELECT count(*) FROM since) < %(most)s
  AND NOT EXISTS (
    SELECT FROM since WHERE CASE
      WHEN subject_type <> ALL(%(parts)s) THEN verb <> 'source.described' OR EXISTS (
        SELECT FROM claims_rendering WHERE source_id = subject_id UNION ALL
        SELECT FROM claims_outsidenote WHERE source_id = subject_id UNION ALL
        SELECT FROM sources_copy WHERE derived_id = subject_id OR original_id = subject_id)
      WHEN subject_id = %(incident)s OR %(incident)s = ANY(about) OR verb LIKE '%%.merged' OR verb LIKE '%%.separated'
      THEN true
      ELSE EXISTS (
        SELECT FROM claims_statementincident WHERE statement_id = subject_id AND incident_id = %(incident)s UNION ALL
        SELECT FROM claims_link AS link JOIN claims_statementincident AS answered
          ON answered.statement_id = link.to_statement_id AND answered.incident_id = %(incident)s
        WHERE link.from_statement_id = subject_id AND link.removed_at IS NULL)
    END)
FROM harmtracker_auditevent AS newest ORDER BY newest.sequence DESC LIMIT 1
"""


class Moment(NamedTuple):
    """A state of the record, by the newest event of the chain then."""

    sequence: int
    hash: bytes


def newest_event() -> dict[str, Subquery]:
    """Annotations of a row with the moment of which it is told, for ``moment_of``."""
    newest = AuditEvent.objects.order_by("-sequence")
    return {f"newest_{name}": Subquery(newest.values(name)[:1]) for name in Moment._fields}


def moment_of(row: Any) -> Moment | None:
    """The moment of a row annotated with ``newest_event``; None where no event has been yet."""
    return Moment(row.newest_sequence, bytes(row.newest_hash)) if row.newest_sequence else None


def unchanged(incident: Any, since: Moment) -> Moment | None:
    """The present moment where nothing touched the incident's outline since that one; None where something may have.

    One query. A chain that is another one than it was (the database was restored) is told by the hash.
    """
    values = {"sequence": since.sequence, "hash": since.hash, "incident": incident.pk, "most": MOST_LOOKED_THROUGH}
    kinds = {"acts": ACTS_WITHOUT, "subjects": SUBJECTS_WITHOUT, "parts": OF_INCIDENTS}
    with connection.cursor() as cursor:
        cursor.execute(SINCE, values | kinds)
        sequence, told, is_so = cursor.fetchone() or (0, b"", False)
    return Moment(sequence, bytes(told)) if is_so else None
