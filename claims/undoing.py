"""What can be undone by a press, and how: each inverse finds its record as far as the person may see it."""

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.actions.alarm import reopen_alarm
from claims.actions.assignment import assign, end_assignment
from claims.actions.comment_request import take_outcome_back
from claims.actions.following import follow, stop_following
from claims.actions.link import remove_link
from claims.actions.party import put_back_tie
from claims.actions.put_back import put_back_figure, put_back_link, put_back_note, put_back_rendering
from claims.actions.review import give_back
from claims.actions.statement import set_lifecycle
from claims.actions.statement_incidents import add_incident, remove_incident
from claims.actions.workflow import undo_step
from claims.models import (
    Alarm,
    Assessment,
    Assignment,
    CommentRequestEvent,
    Figure,
    Incident,
    Link,
    MediaItem,
    OutsideNote,
    Rendering,
    Statement,
)
from claims.queries.asked import requests_seen_by
from claims.queries.conversation import page_of, talked_about_by
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.undo import Undone, inverse
from harmtracker.wording import for_the_record
from sources.catalogue import reopen_copy
from sources.models import Affiliation, Copy, Source
from sources.shown import parties_shown_to, sources_shown_to

UNDONE: Final = gettext_lazy("Undone")
"""Why it was done, as the history keeps it."""
MOVED: dict[str, type[Any]] = {"incident": Incident, "statement": Statement, "mediaitem": MediaItem, "source": Source}


@inverse
def withdrawn_figure(*, by: User, pk: str, version: int) -> Undone:
    """Put a figure back that was just withdrawn."""
    found: Figure = one_of(figures_for(by), pk)
    put_back_figure(figure=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the number counts again."), found.incident.get_absolute_url() + "#figures")


@inverse
def withdrawn_rendering(*, by: User, pk: str, version: int) -> Undone:
    """Put words back that were just withdrawn."""
    found: Rendering = one_of(renderings_for(by), pk)
    put_back_rendering(rendering=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the words stand again."), found.statement.get_absolute_url())


@inverse
def withdrawn_note(*, by: User, pk: str, version: int) -> Undone:
    """Put a note back that was just withdrawn."""
    found: OutsideNote = one_of(notes_for(by), pk)
    put_back_note(note=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the note stands again."), found.get_absolute_url())


@inverse
def removed_link(*, by: User, pk: str, version: int) -> Undone:
    """Put a link back that was just removed."""
    found: Link = one_of(links_for(by), pk)
    put_back_link(link=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the link stands again."), found.from_statement.get_absolute_url())


@inverse
def added_link(*, by: User, pk: str, version: int) -> Undone:
    """Remove a link that was just made."""
    found: Link = one_of(links_for(by).filter(removed_at=None, version=version), pk)
    remove_link(link=found, reason=for_the_record(UNDONE), by=by)
    return Undone(_("Undone: the link is removed."), found.to_statement.get_absolute_url())


@inverse
def withdrawn_tie(*, by: User, pk: str, version: int) -> Undone:
    """Put a tie between parties back that was just withdrawn."""
    found: Affiliation = one_of(ties_for(by), pk)
    put_back_tie(tie=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: the tie holds again."), reverse("party-edit", args=[found.party.ref]))


@inverse
def lifecycle_set(*, by: User, pk: str, version: int, lifecycle: str, reason: str) -> Undone:
    """Give a statement back the state it had before."""
    found: Statement = one_of(Statement.objects.visible_to(by), pk)
    set_lifecycle(statement=found, lifecycle=lifecycle, reason=reason, expected_version=version, by=by)
    words = _("Undone. %(ref)s: %(state)s.") % {"ref": found.ref, "state": found.get_lifecycle_display()}
    return Undone(words, found.get_absolute_url())


@inverse
def step_taken(*, by: User, kind: str, pk: str, version: int) -> Undone:
    """Take back the step of the workflow a record just made."""
    rows = sources_shown_to(by) if kind == "source" else MOVED[kind].objects.visible_to(by)
    found: Any = one_of(rows, pk)
    undo_step(record=found, expected_version=version, by=by)
    words = _("Undone. %(ref)s: %(state)s.") % {"ref": found.ref, "state": found.get_workflow_display()}
    return Undone(words, found.get_absolute_url())


@inverse
def put_under_incident(*, by: User, pk: str, incident: str, version: int) -> Undone:
    """Take a statement out of an incident it was just put under."""
    found: Statement = one_of(Statement.objects.visible_to(by), pk)
    about: Incident = one_of(Incident.objects.visible_to(by), incident)
    remove_incident(statement=found, incident=about, reason=for_the_record(UNDONE), expected_version=version, by=by)
    return Undone(_("Undone: it is not about “%(title)s”.") % {"title": about.title}, found.get_absolute_url())


@inverse
def taken_out_of_incident(*, by: User, pk: str, incident: str, version: int) -> Undone:
    """Put a statement back under an incident it was just taken out of."""
    found: Statement = one_of(Statement.objects.visible_to(by), pk)
    about: Incident = one_of(Incident.objects.visible_to(by), incident)
    add_incident(statement=found, incident=about, reason=for_the_record(UNDONE), expected_version=version, by=by)
    return Undone(_("Undone: it is about “%(title)s” again.") % {"title": about.title}, found.get_absolute_url())


@inverse
def outcome_added(*, by: User, pk: str) -> Undone:
    """Take an outcome of a request for comment back that was just recorded."""
    seen = requests_seen_by(by).filter(incident__in=Incident.objects.visible_to(by))
    found: CommentRequestEvent = one_of(CommentRequestEvent.objects.filter(request__in=seen, created_by=by), pk)
    take_outcome_back(event=found, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: nothing is told of it any more."), found.request.get_absolute_url())


@inverse
def alarm_answered(*, by: User, pk: str) -> Undone:
    """Take the answer to an alarm back."""
    found: Alarm = one_of(Alarm.objects.filter(for_user=by, answered_at__isnull=False), pk)
    reopen_alarm(alarm=found, by=by)
    return Undone(_("Undone. It waits for an answer again."), reverse("desk"))


@inverse
def turn_taken(*, by: User, kind: str, pk: str) -> Undone:
    """Give a turn back that was just taken."""
    models: dict[str, type[Any]] = MOVED | {"assessment": Assessment}
    if not give_back(subject=models[kind](pk=pk), by=by):
        raise Refused(_("It is not your turn any more."))
    return Undone(_("Undone: given back."), reverse("review"))


@inverse
def copy_decided(*, by: User, pk: str, version: int, beside: str) -> Undone:
    """Take the decision on a copy back: it is a suggestion again."""
    shown = sources_shown_to(by)
    found: Copy = one_of(Copy.objects.filter(derived__in=shown, original__in=shown), pk)
    reopen_copy(copy=found, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: it awaits a decision again."), reverse("source-copies", args=[beside]))


@inverse
def assigned(*, by: User, pk: str, instead_of: str) -> Undone:
    """End an assignment that was just made; whoever looked after the record before does so again."""
    made: Assignment = one_of(Assignment.objects.filter(ended_at=None).select_related("assignee"), pk)
    record = one_of(talked_about_by(by, made.subject_kind), str(made.subject_id))
    with audit.recording():
        end_assignment(assignment=made, record=record, by=by)
        before = Assignment.objects.filter(pk=instead_of).select_related("assignee").first() if instead_of else None
        if before is not None:
            assign(record=record, assignee=before.assignee, task=before.task, by=by)
    words = _("Undone: %(name)s does not look after it.") % {"name": made.assignee}
    return Undone(words, page_of(record.ref, "discussion"))


@inverse
def assignment_ended(*, by: User, pk: str) -> Undone:
    """Let the person look after the record again whose assignment was just ended."""
    ended: Assignment = one_of(Assignment.objects.filter(ended_at__isnull=False).select_related("assignee"), pk)
    record = one_of(talked_about_by(by, ended.subject_kind), str(ended.subject_id))
    assign(record=record, assignee=ended.assignee, task=ended.task, by=by)
    words = _("Undone: %(name)s looks after it again.") % {"name": ended.assignee}
    return Undone(words, page_of(record.ref, "discussion"))


@inverse
def followed(*, by: User, pk: str, follows: bool) -> Undone:
    """Stop following, or follow again, as it was before."""
    found: Incident = one_of(Incident.objects.visible_to(by), pk)
    (stop_following if follows else follow)(incident=found, by=by)
    words = _("Undone: you do not follow it.") if follows else _("Undone: you follow it again.")
    return Undone(words, found.get_absolute_url())


def figures_for(user: User) -> QuerySet[Figure]:
    """Figures this person may see, withdrawn ones too."""
    seen = {"statement__in": Statement.objects.visible_to(user), "incident__in": Incident.objects.visible_to(user)}
    return Figure.objects.filter(**seen).select_related("incident", "statement")


def renderings_for(user: User) -> QuerySet[Rendering]:
    """Words of statements this person may see, withdrawn ones too."""
    rows = Rendering.objects.filter(statement__in=Statement.objects.visible_to(user))
    return rows.select_related("statement", "translates")


def notes_for(user: User) -> QuerySet[OutsideNote]:
    """Outside notes this person may see, withdrawn ones too."""
    rows: QuerySet[OutsideNote] = OutsideNote.objects.visible_to(user)
    return rows.filter(incident__in=Incident.objects.visible_to(user)).select_related("incident")


def ties_for(user: User) -> QuerySet[Affiliation]:
    """Ties between parties this person may see both of, withdrawn ones too."""
    shown = parties_shown_to(user)
    return Affiliation.objects.filter(party__in=shown, body__in=shown).select_related("party", "body")


def links_for(user: User) -> QuerySet[Link]:
    """Links this person may see both ends of, removed ones too."""
    seen = Statement.objects.visible_to(user)
    rows = Link.objects.filter(from_statement__in=seen, to_statement__in=seen)
    return rows.select_related("from_statement", "to_statement")


def one_of(rows: QuerySet[Any], pk: str) -> Any:
    """The row of this key. Raises ``Refused`` where these rows hold none."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refused(_("It is not there any more, as far as you may see."))
    return found
