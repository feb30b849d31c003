"""How often an address may guess. Counted in PostgreSQL: exact with many threads, closed when the broker is down."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from harmtracker.models import SignInFailure

FAILURES = 10
WITHIN = timedelta(minutes=1)
KEPT = timedelta(days=1)
LOCK = 4713  # beside 4711 (audit chain) and 4712 (links)


def begin_try(address: str) -> SignInFailure | None:
    """Count a try as failed until it succeeds; None when this address has failed ten times within a minute.

    Counting and adding are one step under a lock, so many tries at once do not slip through.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, address])
        if SignInFailure.objects.filter(address=address, at__gt=Now() - WITHIN).count() >= FAILURES:
            return None
        SignInFailure.objects.filter(at__lt=Now() - KEPT).delete()
        return SignInFailure.objects.create(address=address)


def succeeded(attempt: SignInFailure) -> None:
    """The try was none to be counted after all."""
    attempt.delete()


def address_of(forwarded: str, peer: str) -> str:
    """The address a request came from: the peer's, or with trusted proxies before us what the outermost of them saw."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    count = settings.TRUSTED_PROXIES
    return hops[-count] if count and len(hops) >= count else peer
