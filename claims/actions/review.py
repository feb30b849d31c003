"""Taking turns in the review queue: who looks at what just now, so that two people do not read the same pages.

A turn gives no right and takes none away: whoever may decide still may. It ends by itself, on the database's clock.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of
from claims.models import Assessment, ReviewTurn
from claims.models.review import ReviewKind
from harmtracker import audit, jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import User
from harmtracker.permissions import require

TURN = timedelta(minutes=20)
LONGEST_REASON = 500
SKIPPED = "review.skipped"


def take_turn(*, subject: Any, by: User) -> ReviewTurn:
    """Take something that waits for review, or keep it for another twenty minutes.

    Raises ``Refused`` while somebody else has it; whose turn is over loses it to whoever asks first.
    """
    _require_person(by)
    rows = ReviewTurn.objects.filter(pk=subject.pk)
    kept = rows.filter(taken_by=by, until__gt=Now()).update(until=Now() + TURN)
    if not kept:
        taken = {"taken_by": by, "taken_at": Now(), "until": Now() + TURN}
        free = rows.filter(Q(until__lte=Now()) | Q(taken_by=by))
        if not free.update(**taken):
            try:
                with transaction.atomic():
                    ReviewTurn.objects.create(subject_id=subject.pk, kind=kind_of(subject), **taken)
            except IntegrityError as error:
                raise Refused(_taken(subject.pk), code="taken") from error
    return rows.select_related("taken_by").get()


def give_back(*, subject: Any, by: User) -> bool:
    """Give up one's own turn; False when there was none (any more)."""
    _require_person(by)
    return bool(ReviewTurn.objects.filter(pk=subject.pk, taken_by=by).delete()[0])


def skip(*, subject: Any, reason: str, by: User) -> None:
    """Leave something for somebody else to look at, saying why. One's own "next" passes it by for a day."""
    _require_person(by)
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why you skip it: whoever comes next reads it."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Use at most 500 characters."), field="reason")
    record = subject.subject if isinstance(subject, Assessment) else subject
    with audit.recording():
        ReviewTurn.objects.filter(pk=subject.pk, taken_by=by).delete()
        about = [record.pk, *incidents_of(record)]
        audit.record(SKIPPED, subject=subject, held_by=record, by=by, reason=reason, about=about)


def kind_of(subject: Any) -> str:
    """The kind of what waits, as a turn records it."""
    return ReviewKind(subject._meta.model_name.replace("mediaitem", ReviewKind.MEDIA_ITEM))


def _taken(key: uuid.UUID) -> str:
    turn = ReviewTurn.objects.filter(pk=key).select_related("taken_by").first()
    who = str(turn.taken_by) if turn else _("Somebody")
    return str(_("%(who)s has taken this just now. You may decide all the same.") % {"who": who})


def _require_person(by: User) -> None:
    require(by, "review.take")
    if jobs.in_background():
        raise NotAllowed(_("Only a person takes a turn."))
