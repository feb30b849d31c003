"""Undoing what was just added or put back: it is taken out as a person would take it out, and stays in the history.

A record is set aside, which is an editor's; whoever may not do that is not offered it.
"""

from typing import Any, Final

from django.contrib import messages
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.actions.figure import withdraw_figure
from claims.actions.note import withdraw_note
from claims.actions.party import remove_party_name, withdraw_tie
from claims.actions.remark import take_back
from claims.actions.set_aside import set_aside
from claims.actions.statement import withdraw_rendering
from claims.actions.witness import set_pseudonym
from claims.actions.workflow import move
from claims.models import Figure, Incident, OutsideNote, Place, Remark, Rendering, Statement
from claims.queries.conversation import page_of, talked_about_by
from claims.undoing import MOVED, UNDONE, figures_for, notes_for, one_of, renderings_for, ties_for
from harmtracker import audit
from harmtracker.errors import Refused, StaleRecord
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import SignedInRequest, may
from harmtracker.records import Workflow
from harmtracker.undo import MOVED_ON, Undone, inverse, offer
from harmtracker.wording import for_the_record
from sources.models import Affiliation, Party
from sources.shown import parties_shown_to

REFERENCE: Final = {"party": parties_shown_to, "place": Place.objects.visible_to}
"""Records without a workflow, as far as a person may see them."""


@inverse
def figure_added(*, by: User, pk: str, version: int) -> Undone:
    """Withdraw a number that was just added."""
    found: Figure = _still(one_of(figures_for(by).filter(withdrawn_at=None), pk), version)
    withdraw_figure(figure=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: it does not count any more."), found.incident.get_absolute_url() + "#figures")


@inverse
def table_added(*, by: User, versions: dict[str, int]) -> Undone:
    """Withdraw all numbers of a table that was just added, each key with its version."""
    with audit.recording():
        return [figure_added(by=by, pk=key, version=version) for key, version in versions.items()][-1]


@inverse
def rendering_added(*, by: User, pk: str, version: int) -> Undone:
    """Withdraw words that were just added to a statement."""
    found: Rendering = _still(one_of(renderings_for(by).filter(withdrawn_at=None), pk), version)
    withdraw_rendering(rendering=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the words are withdrawn."), found.statement.get_absolute_url())


@inverse
def note_added(*, by: User, pk: str, version: int) -> Undone:
    """Withdraw an outside note that was just added."""
    found: OutsideNote = _still(one_of(notes_for(by).filter(withdrawn_at=None), pk), version)
    withdraw_note(note=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the note is withdrawn."), found.incident.get_absolute_url())


@inverse
def remark_made(*, by: User, pk: str) -> Undone:
    """Take back what one has just said."""
    found: Remark = one_of(Remark.objects.filter(created_by=by), pk)
    record = one_of(talked_about_by(by, found.subject_kind), str(found.subject_id))
    take_back(remark=found, record=record, by=by)
    return Undone(_("Undone: your words are taken back."), page_of(record.ref, "discussion"))


@inverse
def tie_added(*, by: User, pk: str, version: int) -> Undone:
    """Withdraw a tie between parties that was just recorded."""
    found: Affiliation = _still(one_of(ties_for(by).filter(withdrawn_at=None), pk), version)
    withdraw_tie(tie=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the tie is withdrawn."), reverse("party-edit", args=[found.party.ref]))


@inverse
def name_added(*, by: User, pk: str, text: str) -> Undone:
    """Take a name away again that was just added to a party."""
    found: Party = one_of(parties_shown_to(by), pk)
    remove_party_name(party=found, text=text, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the name is taken away."), reverse("party-edit", args=[found.ref]))


@inverse
def pseudonym_given(*, by: User, pk: str, version: int, before: str) -> Undone:
    """Give a party the pseudonym it had before, or none."""
    found: Party = one_of(parties_shown_to(by), pk)
    set_pseudonym(party=found, pseudonym=before, expected_version=version, by=by)
    return Undone(_("Undone: the pseudonym is as it was before."), reverse("party-edit", args=[found.ref]))


@inverse
def record_made(*, by: User, kind: str, pk: str, version: int) -> Undone:
    """Set a record aside that was just made, or a party or place that was just put back."""
    rows = REFERENCE[kind](by) if kind in REFERENCE else MOVED[kind].objects.visible_to(by)
    found: Any = one_of(rows, pk)
    told = {"record": found, "expected_version": version, "reason": for_the_record(UNDONE), "by": by}
    if kind in REFERENCE:
        set_aside(**told)
    elif _others_went_on_with(found, by):
        raise Refused(_("Something else has happened to the record since."))
    else:
        move(to=Workflow.SET_ASIDE, **told)
    return Undone(_("Undone: %(ref)s is set aside.") % {"ref": found.ref}, found.get_absolute_url())


def offer_to_set_aside(request: SignedInRequest, words: str, made: Statement | Incident | Any) -> None:
    """Say that a record was made, with a button for whoever may set it aside."""
    if not may(request.user, "record.set_aside"):
        messages.success(request, words)
        return
    kind = made._meta.model_name
    held = {"kind": kind, "pk": str(made.pk), "version": made.version}
    offer(request, words, record_made, back=made.get_absolute_url(), **held)


def _others_went_on_with(made: Any, by: User) -> bool:
    """Whether somebody else has done something to the record that was made, or under it: a statement, a remark."""
    events = AuditEvent.objects.filter(Q(about__contains=[made.pk]) | Q(subject_id=made.pk), actor_id__isnull=False)
    return events.exclude(actor_id=by.pk).exists()


def _still(made: Any, version: int) -> Any:
    """What was just added, unless something has happened to it since."""
    if made.version != version:
        raise StaleRecord(MOVED_ON, current=made)
    return made
