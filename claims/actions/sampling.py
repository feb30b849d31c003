"""Which records an editor need not read: a sample is taken of what a proven analyst sends for review.

How large it is an administrator says for each person (``User.review_share``, percent; new people 100). What is passed
becomes approved and nothing else: it goes to no partner before an editor releases it, and its history says that nobody
read it.
"""

import hashlib
import hmac
from typing import Any, Final

from django.conf import settings
from django.db.models import OuterRef, Subquery

from claims.models import QuoteCheck, Rendering, Statement
from claims.models.rendering import QuoteOutcome
from claims.models.statement import Lifecycle, StatementKind
from harmtracker import jobs
from harmtracker.markings import STOPS_RELEASE, WITHHOLDING, Tlp
from harmtracker.models import AuditEvent, Role, User
from harmtracker.records import Workflow

STANDS: Final = frozenset({QuoteOutcome.EXACT, QuoteOutcome.FORMAT_ONLY})


def is_passed_unread(record: Any, by: User) -> bool:
    """Whether a record that this person sends for review is approved without a second reader.

    Never what another person made, what is RED or carries a flag that withholds or stops release, what an editor once
    sent back or set aside, an allegation that accuses somebody, or a statement whose quotation does not stand.
    """
    if by.role != Role.ANALYST or by.review_share >= 100 or record.created_by_id != by.pk or jobs.in_background():
        return False
    return draw(record) >= by.review_share and not is_always_read(record)


def draw(record: Any) -> int:
    """A number from 0 to 99 that nobody can foresee and that stays the same however often the record is sent."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"review sample {record.pk}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) % 100


def is_always_read(record: Any) -> bool:
    """Whether the record is one that an editor reads whoever sends it."""
    if record.tlp == Tlp.RED or set(record.handling) & (WITHHOLDING | STOPS_RELEASE):
        return True
    if isinstance(record, Statement) and (_accuses(record) or not _quotations_stand(record)):
        return True
    kind = record._meta.model_name
    come_back = [f"{kind}.{step}" for step in (Workflow.CHANGES_REQUESTED, Workflow.SET_ASIDE)]
    return AuditEvent.objects.filter(subject_id=record.pk, verb__in=come_back).exists()


def _accuses(statement: Statement) -> bool:
    is_current = statement.lifecycle == Lifecycle.CURRENT
    return not is_current or (statement.kind == StatementKind.ALLEGATION and statement.accuses.exists())


def _quotations_stand(statement: Statement) -> bool:
    """Whether every quotation stands as it was taken, with its attribution, in the newest capture of its source."""
    checks = QuoteCheck.objects.filter(rendering=OuterRef("pk"), capture__source=OuterRef("source"))
    newest = checks.order_by("-capture__number")
    quoted = Rendering.objects.filter(statement=statement, withdrawn_at=None, start__isnull=False)
    found = quoted.annotate(
        outcome=Subquery(newest.values("outcome")[:1]), attributed=Subquery(newest.values("attribution_outcome")[:1])
    ).values_list("outcome", "attributed")
    return all(outcome in STANDS and attributed in {"", *STANDS} for outcome, attributed in found)
