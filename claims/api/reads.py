"""Who read what: one row for each answer, written before the answer is sent."""

import json
from typing import Final

from django.db import connection

from claims.models import PartnerRead

# For each answer Django would write this SQL anew, which takes longer than PostgreSQL needs to carry it out.
PUT: Final = """
INSERT INTO claims_partnerread (id, token_id, endpoint, query, ceiling, status, record_ref, change_seq)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s, %s)
"""


def put_on_record(read: PartnerRead) -> None:
    """Write down that an answer was given; the database puts the time to it."""
    row = (read.endpoint, json.dumps(read.query), read.ceiling, read.status, read.record_ref, read.change_seq)
    with connection.cursor() as cursor:
        cursor.execute(PUT, (read.pk, read.token_id, *row))
