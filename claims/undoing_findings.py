"""Undoing what was just done to a finding, as far as the rules allow; where they do not, a sentence says why."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from claims.actions.assessment import withdraw_proposal
from claims.actions.taking_back import put_down, take_back, why_not_put_down, why_not_taken_back
from claims.listing.proposals import proposals_shown_to
from claims.models import Assessment
from claims.undoing import UNDONE, one_of
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest
from harmtracker.undo import Undone, inverse, offer
from harmtracker.wording import for_the_record


@inverse
def finding_proposed(*, by: User, pk: str) -> Undone:
    """Take a proposal back that was just made and that nobody has decided on."""
    found = one_of(proposals_shown_to(by).filter(proposed_by=by, decision=None), pk)
    withdraw_proposal(assessment=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the proposal is taken back."), found.subject.get_absolute_url())


@inverse
def taken_up(*, by: User, pk: str) -> Undone:
    """Put down what was just taken up."""
    found = one_of(_own(by).filter(proposed_by=by), pk)
    put_down(taken_up=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: it is put down again."), found.subject.get_absolute_url())


@inverse
def concluded(*, by: User, pk: str) -> Undone:
    """Withdraw a finding that one has just concluded or approved."""
    found = one_of(_own(by), pk)
    take_back(concluded=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the finding is taken back."), found.subject.get_absolute_url())


def offer_to_put_down(request: SignedInRequest, words: str, made: Assessment, *, back: str) -> None:
    """Say that a record was taken up, with a button where it can be put down again."""
    _offer(request, words, why_not_put_down(made), taken_up, made, back)


def offer_to_take_back(request: SignedInRequest, words: str, made: Assessment, *, back: str) -> None:
    """Say that a finding was concluded, with a button where one person may take it back; else why not."""
    _offer(request, words, why_not_taken_back(made), concluded, made, back)


def _offer(request: SignedInRequest, words: str, why_not: str, function: Any, made: Assessment, back: str) -> None:
    if why_not:
        messages.success(request, f"{words} {why_not}")
    else:
        offer(request, words, function, back=back, pk=str(made.pk))


def _own(by: User) -> QuerySet[Assessment]:
    """Assessments this person decided on."""
    rows: QuerySet[Assessment] = proposals_shown_to(by).filter(decision__decided_by=by)
    return rows
