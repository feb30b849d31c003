"""Undoing what was said of visits to a source, by the same ordinary actions."""

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, may
from harmtracker.undo import Undone, inverse, offer
from harmtracker.wording import for_the_record
from sources.catalogue import set_visit_policy
from sources.models import Source
from sources.models.source import VisitPolicy
from sources.recheck import watch_source
from sources.shown import sources_shown_to

UNDONE = gettext_lazy("Undone")


def offer_to_undo_visits(request: SignedInRequest, source: Source, *, before: str) -> None:
    """Say that the policy was saved, with a button where this person may set back what it was ``before``."""
    is_allowed = before != VisitPolicy.PUBLIC_LINK or may(request.user, "source.allow_visits")
    if source.visit_policy == before or not is_allowed:
        messages.success(request, _("Saved."))
        return
    held = {"pk": str(source.pk), "version": source.version, "policy": before}
    offer(request, _("Saved."), visits_set, back=source.get_absolute_url(), **held)


@inverse
def visits_set(*, by: User, pk: str, version: int, policy: str) -> Undone:
    """Say again of a source what was said before: whether its site may be contacted."""
    found = _source(by, pk)
    _refuse_done(is_done=found.visit_policy == policy)
    reason = for_the_record(UNDONE)
    set_visit_policy(source=found, policy=policy, expected_version=version, reason=reason, by=by)
    words = _("Undone. %(answer)s, as before.") % {"answer": found.get_visit_policy_display()}
    return Undone(words, found.get_absolute_url())


@inverse
def watch_set(*, by: User, pk: str, watch: bool, reason: str) -> Undone:
    """Visit a source again on the schedule, or pause it again for the ``reason`` that stood there."""
    found = _source(by, pk)
    _refuse_done(is_done=found.watch == watch)
    watch_source(source=found, watch=watch, reason=reason, by=by)
    words = _("Undone: it is watched again.") if watch else _("Undone: visits are paused again.")
    return Undone(words, found.get_absolute_url())


def _source(by: User, pk: str) -> Source:
    found: Source | None = sources_shown_to(by).filter(pk=pk).first()
    if found is None:
        raise Refused(_("It is not there any more, as far as you may see."))
    return found


def _refuse_done(*, is_done: bool) -> None:
    if is_done:
        raise Refused(_("Somebody has done it meanwhile."))
