"""Which incidents a statement is about: one more, or one less, after it was logged."""

import uuid

from django.db import connection
from django.utils.translation import gettext_lazy as _

from claims.models import CommentRequest, Figure, Incident, Link, OutsideNote, Statement, StatementIncident
from claims.models.link import Basis
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require

LINKS_LOCK = 4712
"""The advisory lock the trigger on links takes: no link appears while we look which ones there are."""


def add_incident(
    *, statement: Statement, incident: Incident, expected_version: int, by: User, reason: str = ""
) -> StatementIncident:
    """Put a statement under a further incident; it stays one row.

    Partners read it there with the next release. Raises ``StaleRecord``, or ``Refused`` when it is there already.
    """
    require(by, "statement.edit")
    if incident.merged_into_id is not None:
        raise Refused(_("This incident was merged into another. Choose that one."), field="incident")
    with audit.recording():
        save_version(statement, expected_version)
        about, is_new = StatementIncident.objects.get_or_create(statement=statement, incident=incident)
        if not is_new:
            raise Refused(_("It is about this incident already."), field="incident")
        _record(statement, incident, [None, incident.ref], reason, by)
    return about


def remove_incident(*, statement: Statement, incident: Incident, reason: str, expected_version: int, by: User) -> None:
    """Take a statement out of an incident it is not about after all. The history keeps that it was there.

    Raises ``Refused`` for the last incident, and while a figure, a note, a request or a link rests on this one.
    """
    require(by, "statement.edit")
    if not reason.strip():
        raise Refused(_("Say why it is not about this incident."), field="reason")
    with audit.recording():
        save_version(statement, expected_version)
        about = StatementIncident.objects.filter(statement=statement, incident=incident)
        if not about.exists():
            raise Refused(_("It is not about this incident."), field="incident")
        if not statement.about.exclude(incident=incident).exists():
            raise Refused(_("A statement is about at least one incident. Add the right one first."), field="incident")
        _refuse_while_something_rests_on_it(statement, incident, by)
        _record(statement, incident, [incident.ref, None], reason.strip(), by)
        about.delete()


def _refuse_while_something_rests_on_it(statement: Statement, incident: Incident, by: User) -> None:
    if Figure.objects.filter(statement=statement, incident=incident, withdrawn_at=None).exists():
        raise Refused(_("It gives figures for this incident. Withdraw them first."), field="incident")
    notes = OutsideNote.objects.filter(statement=statement, incident=incident, withdrawn_at=None)
    requests = CommentRequest.objects.filter(statement=statement, incident=incident)
    links = _links_that_need(statement, incident)
    seen = Statement.objects.visible_to(by)
    tied = sorted({*seen.filter(pk__in=_far_ends(links, statement)).values_list("ref", flat=True)})
    if tied:
        raise Refused(
            _("Its explicit links with %(refs)s need an incident both are about. Remove them first.")
            % {"refs": ", ".join(tied)},
            field="incident",
            code="link_shares_incident",
        )
    if notes.visible_to(by).exists():
        raise Refused(_("An outside note on it stands under this incident. Withdraw the note first."), field="incident")
    if requests.visible_to(by).exists():
        raise Refused(_("A comment request about it stands under this incident."), field="incident")
    if links or notes.exists() or requests.exists():
        raise Refused(_("The record needs it to be about this incident. Ask an editor."), field="incident")


def links_locked() -> None:
    """Let no link appear until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINKS_LOCK])


def _links_that_need(statement: Statement, incident: Incident) -> list[Link]:
    """Explicit links whose two ends would share no incident without this one."""
    links_locked()
    standing = Link.objects.filter(removed_at=None, basis=Basis.EXPLICIT)
    links = [*standing.filter(from_statement=statement), *standing.filter(to_statement=statement)]
    left = statement.about.exclude(incident=incident).values("incident")
    sharing = set(
        StatementIncident.objects.filter(statement__in=_far_ends(links, statement), incident__in=left).values_list(
            "statement", flat=True
        )
    )
    return [link for link in links if not sharing & set(_far_ends([link], statement))]


def _far_ends(links: list[Link], statement: Statement) -> list[uuid.UUID]:
    return [key for link in links for key in (link.from_statement_id, link.to_statement_id) if key != statement.pk]


def _record(statement: Statement, incident: Incident, change: list[str | None], reason: str, by: User) -> None:
    # In the histories of this incident and of the statement, not of its other incidents: who sees those may not see it.
    audit.record(
        "statement.edited",
        subject=statement,
        by=by,
        changes={"incident": change},
        reason=reason,
        about=[incident.pk],
    )
