"""How often a token may ask. Counted in PostgreSQL, in one statement: exact under any number of threads and hosts."""

import math
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from claims.api.problems import Problem
from claims.models import PartnerToken

# A row of its own for each token: busy partners wait for nobody but themselves. After a crash of the database counting
# begins anew: the table is kept out of its log.
COUNT: Final = """
INSERT INTO claims_tokenuse (token_id, minute, count)
SELECT id, date_trunc('minute', clock_timestamp()), 1 FROM claims_partnertoken WHERE {which}
ON CONFLICT (token_id) DO UPDATE SET minute = excluded.minute,
  count = CASE WHEN claims_tokenuse.minute = excluded.minute THEN claims_tokenuse.count + 1 ELSE 1 END
RETURNING count, extract(epoch FROM minute + interval '1 minute' - clock_timestamp())::float8 AS seconds
"""
WINDOW = 60


@dataclass(frozen=True)
class Rate:
    """What is left of a token's minute: ``left`` requests, and ``seconds`` until the next minute."""

    most: int
    left: int
    seconds: int

    def told(self) -> dict[str, int] | None:
        """The same as a document, this request counted; None where there is no limit."""
        if not self.most:
            return None
        left = max(0, self.left)
        return {"per_minute": self.most, "used": self.most - left, "left": left, "begins_anew_in": self.seconds}

    def headers(self) -> dict[str, str]:
        """The fields of the IETF's RateLimit draft; nothing where there is no limit."""
        if not self.most:
            return {}
        policy, rest = f'"token";q={self.most};w={WINDOW}', f'"token";r={max(0, self.left)};t={self.seconds}'
        return {"RateLimit-Policy": policy, "RateLimit": rest}


class TooOften(Problem):
    """The minute's requests are used up. ``retry_after`` in seconds."""

    def __init__(self, rate: Rate) -> None:
        detail = _("This token asked more than %(most)s times in a minute. Wait %(seconds)s seconds.") % {
            "most": rate.most,
            "seconds": rate.seconds,
        }
        super().__init__(429, "rate", detail, retry_after=rate.seconds)


def count_request(token: PartnerToken) -> Rate:
    """Count one request of this token. The caller refuses when ``left`` is below 0."""
    most = settings.EXPORT_REQUESTS_PER_MINUTE
    if not most:
        return Rate(0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(which="id = %s"), [token.pk])
        count, seconds = cursor.fetchone()
    return rate_of(count, seconds)


def rate_of(count: int, seconds: float) -> Rate:
    """What is left after so many requests in a minute that ends in ``seconds``."""
    most = settings.EXPORT_REQUESTS_PER_MINUTE
    return Rate(most, most - count, max(1, math.ceil(seconds)))
