"""Statements: what one party said, in which words, about which incidents."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.reexamination import incidents_of, reopen_after_change
from claims.actions.words import Words, add_words
from claims.models import Accusation, Incident, MediaItem, Rendering, Statement, StatementIncident
from claims.models.release import WithdrawalReason
from claims.models.statement import Checkability, HowKnown, Lifecycle, ResponsibilityPosition, SpokenAs, StatementKind
from claims.release.make import is_out, withdraw_release
from harmtracker import audit
from harmtracker.dates import parse_date
from harmtracker.db import plain, save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import Team, User
from harmtracker.permissions import require, require_cleared
from sources.models import Party

NEEDS_POSITION = frozenset({StatementKind.DENIAL, StatementKind.ACKNOWLEDGEMENT, StatementKind.JUSTIFICATION})
# A change of one of these touches what a finding on the statement was about.
SUBSTANCE = frozenset({"party", "kind", "said"})
WORDINGS = "accusation.wording"
"""In the event of an edit: the words in which those were accused whom the statement no longer accuses."""


@dataclass(frozen=True)
class StatementFields:
    """What an analyst states of a statement, apart from its words. ``said`` is EDTF in the zone ``said_zone``."""

    kind: str
    party: Party
    on_behalf_of: Party | None = None
    spoken_as: str = SpokenAs.OTHER
    role_words: str = ""
    said_in: str = ""
    how_known: str = HowKnown.ON_RECORD
    said: str = ""
    said_zone: str = "UTC"
    responsibility_position: str | None = None
    checkability: str = Checkability.UNCLEAR
    names_nobody: bool | None = None
    media_item: MediaItem | None = None

    def columns(self) -> dict[str, Any]:
        """Values of the model's columns. Raises ``Refused`` when the kind requires what is missing."""
        if self.kind not in StatementKind.values:
            raise Refused(_("Choose what kind of statement this is."), field="kind")
        if self.kind in NEEDS_POSITION and self.responsibility_position is None:
            raise Refused(_("Say what the party says of its own part."), field="responsibility_position")
        if self.responsibility_position not in {None, *ResponsibilityPosition.values}:
            raise Refused(_("Choose a position from the list."), field="responsibility_position")
        if self.kind == StatementKind.AUTHENTICITY_CLAIM and self.media_item is None:
            raise Refused(_("Name the photo or video this is about."), field="media_item")
        if self.kind == StatementKind.ALLEGATION and self.names_nobody is None:
            raise Refused(_("Say whom it accuses, or that it names nobody."), field="accuses")
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | parse_date(self.said, self.said_zone, field="said").fields("said")


@dataclass(frozen=True)
class Accused:
    """A party the statement accuses, in these words as said."""

    party: Party
    wording: str = ""


def log_statement(
    *,
    given: StatementFields,
    words: Words,
    incidents: Sequence[Incident],
    by: User,
    accuses: Sequence[Accused] = (),
    tlp: str = Tlp.AMBER,
    handling: list[str] | None = None,
    team: Team | None = None,
) -> Statement:
    """Log a statement with its first words, the incidents it is about and the parties it accuses, as a draft.

    It is marked from its first moment. Raises ``Refused`` for a team that is not one's own.
    """
    require(by, "statement.edit")
    require_cleared(by, tlp, team)
    columns = given.columns()
    _check_accused(given, accuses)
    if not incidents:
        raise Refused(_("Choose the incident this is about, or add a new one."), field="incidents")
    with audit.recording():
        statement = Statement.objects.create(**columns, tlp=tlp, handling=handling or [], team=team, created_by=by)
        StatementIncident.objects.bulk_create(
            StatementIncident(statement=statement, incident=incident) for incident in dict.fromkeys(incidents)
        )
        Accusation.objects.bulk_create(
            Accusation(statement=statement, party=each.party, wording=each.wording) for each in accuses
        )
        rendering = add_words(statement, words, by=by)
        audit.record(
            "statement.created",
            subject=statement,
            by=by,
            changes={
                "kind": [None, statement.kind],
                "party": [None, statement.party.ref],
                "words": [None, rendering.text[:300]],
            }
            | {name: [None, plain(each)] for name, each in {"handling": handling, "team": team}.items() if each},
            about=[incident.pk for incident in incidents],
        )
    return statement


def edit_statement(
    *,
    statement: Statement,
    given: StatementFields,
    expected_version: int,
    by: User,
    accuses: Sequence[Accused] | None = None,
    reason: str = "",
) -> Statement:
    """Save an edit made on ``expected_version``; None for ``accuses`` leaves the accused as they are.

    Raises ``StaleRecord`` when somebody saved in between. A change of speaker, kind or date opens a re-examination.
    """
    require(by, "statement.edit")
    columns = given.columns()
    _check_accused(given, accuses if accuses is not None else _present_accused(statement))
    changed = {name: value for name, value in columns.items() if plain(getattr(statement, name)) != plain(value)}
    with audit.recording():
        changes = save_version(statement, expected_version, **changed)
        if accuses is not None:
            changes |= _replace_accused(statement, accuses)
        audit.record(
            "statement.edited", subject=statement, by=by, changes=changes, reason=reason, about=incidents_of(statement)
        )
        if SUBSTANCE & set(changes):
            reopen_after_change(statement, changes, by=by)
    return statement


def add_rendering(*, statement: Statement, words: Words, by: User) -> Rendering:
    """Add the words in another language or from another source. No other rendering is touched."""
    require(by, "statement.edit")
    with audit.recording():
        rendering = add_words(statement, words, by=by)
        audit.record(
            "rendering.added",
            subject=rendering,
            held_by=statement,
            by=by,
            changes={"words": [None, rendering.text[:300]], "statement": [None, statement.ref]},
            about=incidents_of(statement),
        )
    return rendering


def withdraw_rendering(*, rendering: Rendering, reason: str, by: User) -> None:
    """Take words back; they stay in the history. The last words of a statement cannot be taken back."""
    require(by, "statement.edit")
    if not reason.strip():
        raise Refused(_("Say why these words are withdrawn."), field="reason")
    statement = rendering.statement
    with audit.recording():
        Statement.objects.select_for_update().get(pk=statement.pk)
        if not statement.renderings.filter(withdrawn_at=None).exclude(pk=rendering.pk).exists():
            raise Refused(_("A statement keeps at least one rendering. Add the right words first."))
        save_version(rendering, rendering.version, withdrawn_at=Now(), withdrawn_by=by, withdrawn_reason=reason)
        changes = {"words": [rendering.text[:300], None]}
        audit.record(
            "rendering.withdrawn",
            subject=rendering,
            held_by=statement,
            by=by,
            changes=changes,
            reason=reason,
            about=incidents_of(statement),
        )
        reopen_after_change(statement, changes, by=by)


def set_lifecycle(*, statement: Statement, lifecycle: str, reason: str, expected_version: int, by: User) -> Statement:
    """Mark a statement as corrected, superseded or retracted by its speaker, removed by us, or current again.

    Removing, and bringing back what was removed, are an editor's. Removal takes a released statement back from
    partners in the same transaction.
    """
    require(by, "record.set_aside" if Lifecycle.REMOVED in (lifecycle, statement.lifecycle) else "statement.edit")
    if lifecycle != Lifecycle.CURRENT and not reason.strip():
        raise Refused(_("Say why."), field="reason")
    current = lifecycle == Lifecycle.CURRENT
    with audit.recording():
        if lifecycle == Lifecycle.REMOVED and is_out(statement):
            withdraw_release(record=statement, by=by, code=WithdrawalReason.DELETED, reason=reason)
        changes = save_version(
            statement,
            expected_version,
            lifecycle=lifecycle,
            lifecycle_reason="" if current else reason,
            lifecycle_at=None if current else Now(),
            lifecycle_by=None if current else by,
        )
        audit.record(
            "statement.edited", subject=statement, by=by, changes=changes, reason=reason, about=incidents_of(statement)
        )
    return statement


def _check_accused(given: StatementFields, accuses: Sequence[Accused]) -> None:
    if given.kind != StatementKind.ALLEGATION:
        return
    if given.names_nobody and accuses:
        raise Refused(_("It cannot both accuse a party and name nobody."), field="accuses")
    if not given.names_nobody and not accuses:
        raise Refused(_("Say whom it accuses, or that it names nobody."), field="accuses")


def _present_accused(statement: Statement) -> list[Accused]:
    return [Accused(row.party, row.wording) for row in statement.accuses.select_related("party")]


def _replace_accused(statement: Statement, accuses: Sequence[Accused]) -> dict[str, list[Any]]:
    held = {row.party.ref: row.wording for row in statement.accuses.select_related("party")}
    before, after = sorted(held), sorted(each.party.ref for each in accuses)
    if before == after:
        return {}
    lost = [[ref, held[ref]] for ref in before if ref not in after and held[ref]]
    statement.accuses.all().delete()
    Accusation.objects.bulk_create(
        Accusation(statement=statement, party=each.party, wording=each.wording) for each in accuses
    )
    return {"accuses": [before, after]} | ({WORDINGS: [lost, None]} if lost else {})
