"""Who read what: one row for each answer, written before the answer is sent."""

import json
from typing import Final

from claims.models import PartnerToken
from harmtracker.identity import new_id
from harmtracker.prepared import planned

# For each answer Django would write this SQL anew, which takes longer than PostgreSQL needs to carry it out.
PUT: Final = """
INSERT INTO claims_partnerread (id, token_id, endpoint, query, ceiling, status, record_ref, change_seq)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s, %s)
"""


def put_on_record(
    token: PartnerToken,
    *,
    endpoint: str,
    query: dict[str, str],
    ceiling: str,
    status: int,
    record_ref: str,
    change_seq: int | None,
) -> None:
    """Write down that an answer was given (see ``PartnerRead``); the database puts the time to it."""
    row = (new_id(), token.pk, endpoint, json.dumps(query), ceiling, status, record_ref, change_seq)
    with planned() as cursor:
        cursor.execute(PUT, row)
