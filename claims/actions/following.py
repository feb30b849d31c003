"""Following an incident, by one's own wish: what happens in it is told on one's desk, and by mail if one wants mail."""

from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.moved_rows import Watched
from claims.models import Assignment, Following, Incident, Remark
from harmtracker.errors import NotAllowed
from harmtracker.models import User
from harmtracker.permissions import require

ACT = "incident.follow"


def follow(*, incident: Incident, by: User) -> None:
    """Hear from now on what happens in the incident. Twice is once."""
    require(by, ACT)
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise NotAllowed(_("You cannot see this incident."))
    Following.objects.get_or_create(user=by, incident=incident)


def stop_following(*, incident: Incident, by: User) -> None:
    """Hear no more of it. It may be an incident one no longer sees."""
    require(by, ACT)
    Following.objects.filter(user=by, incident=incident).delete()


def carry_over(*, duplicate: Any, into: Any, by: User) -> None:
    """A record was merged: what was said about it, who looks after it and who follows it go to the one that stays."""
    Remark.objects.filter(subject_id=duplicate.pk).update(subject_id=into.pk)
    given = Assignment.objects.filter(subject_id=duplicate.pk)
    has_other = Assignment.objects.filter(subject_id=into.pk, ended_at=None).values_list("assignee", flat=True)
    given.filter(ended_at=None, assignee__in=list(has_other)).update(ended_at=Now(), ended_by=by)
    given.update(subject_id=into.pk)
    if isinstance(duplicate, Incident):
        followed = Following.objects.filter(incident=duplicate)
        follows_it = Following.objects.filter(incident=into).values_list("user", flat=True)
        followed.exclude(user__in=list(follows_it)).update(incident=into)
        followed.delete()


def carried_over(duplicate: Any) -> list[Watched]:
    """The rows ``carry_over`` touches."""
    about = Q(subject_id=duplicate.pk)
    followed = [Watched(Following, Q(incident=duplicate))] if isinstance(duplicate, Incident) else []
    columns = ("subject_id", "ended_at", "ended_by_id")
    return [Watched(Remark, about, ("subject_id",)), Watched(Assignment, about, columns), *followed]
