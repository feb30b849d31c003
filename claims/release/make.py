"""Step 6: letting partners see a version of a record, and taking it back. An editor's explicit acts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.actions.refusals import in_words
from claims.models import Incident, Mention, PublishedRecord, Release, ReleasedDocument, ReleaseWithdrawal, Statement
from claims.models.findings import Finding
from claims.models.release import WithdrawalReason
from claims.models.statement import Lifecycle
from claims.release.changes import differs
from claims.release.redaction import named_in
from claims.release.render import CEILINGS, FULLEST, Releasable, Rendering, cut, digest, read, read_statements
from harmtracker import audit, jobs
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.markings import STOPS_RELEASE, Flag, Tlp, rank
from harmtracker.models import User
from harmtracker.permissions import require
from harmtracker.records import Workflow

UNASSESSED = frozenset({Finding.UNVERIFIED, Finding.IN_PROGRESS})


def release_incident(
    *,
    incident: Incident,
    expected_version: int,
    by: User,
    statements: Sequence[Statement] = (),
    confirmed_unassessed: bool = False,
    reason: str = "",
) -> Release:
    """Let partners see an incident as it stands, and with it the statements ticked one by one.

    Statements go by the ``version`` their instances carry. An incident already released and unchanged is left as it
    is and only the statements go; with none of those either there is nothing to release. Raises ``Refused`` (nothing
    is released then), ``StaleRecord``, ``NotAllowed``. Returns the incident's release in force.
    """
    _require_person(by, "release.make")
    with audit.recording():
        _lock(incident, expected_version, by)
        for statement in sorted(statements, key=lambda each: each.pk):
            _lock(statement, statement.version, by)
            if not statement.about.filter(incident=incident).exists():
                raise Refused(
                    _("%(statement)s is not about this incident.") % {"statement": statement.ref}, field="statements"
                )
        act = _Act(by, confirmed_unassessed, reason)
        rendering, published = read(incident, timezone.now()), _published(incident)
        if statements and published is not None and _is_in_force(published, incident, rendering):
            release = published.release
        else:
            release = _release(incident, rendering, act)
        for statement, rendering in zip(statements, read_statements(statements, timezone.now()), strict=True):
            _release(statement, rendering, act)
    return release


def release_statement(
    *, statement: Statement, expected_version: int, by: User, confirmed_unassessed: bool = False, reason: str = ""
) -> Release:
    """Let partners see a statement as it stands. Raises as ``release_incident`` does."""
    _require_person(by, "release.make")
    with audit.recording():
        _lock(statement, expected_version, by)
        return _release(statement, read(statement, timezone.now()), _Act(by, confirmed_unassessed, reason))


def withdraw_release(*, record: Releasable, by: User, code: str, reason: str) -> ReleaseWithdrawal:
    """Take a released record back at once. Partners are told ``code``; ``reason`` stays in the house.

    Raises ``Refused`` when it is not released, when the code is none of ``WithdrawalReason``, or without a reason.
    """
    _require_person(by, "release.withdraw")
    if code not in WithdrawalReason.values:
        raise Refused(_("Choose why it is withdrawn."), field="code", code="withdrawal_code")
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason", code="withdrawal_reason")
    _require_visible(record, by)
    with audit.recording():
        published = PublishedRecord.objects.select_for_update().filter(record_id=record.pk).first()
        if published is None or published.withdrawal_id is not None:
            raise Refused(_("It is not released, so there is nothing to withdraw."), code="not_released")
        withdrawal = ReleaseWithdrawal.objects.create(
            release_id=published.release_id, code=code, reason=reason.strip(), withdrawn_by=by
        )
        published.withdrawal = withdrawal
        published.save(update_fields=["withdrawal", "updated_at"])
        audit.record(
            f"{_kind(record)}.release_withdrawn",
            subject=record,
            by=by,
            changes={"released": [published.release.version, None], "code": [None, code]},
            reason=reason,
            about=_incidents(record),
        )
    return withdrawal


def is_out(record: Releasable) -> bool:
    """True while partners may read a version of the record."""
    return PublishedRecord.objects.filter(record_id=record.pk, withdrawal=None).exists()


@dataclass(frozen=True)
class _Act:
    """Who releases, and what they confirmed and said to it."""

    by: User
    confirmed_unassessed: bool
    reason: str


def _release(record: Releasable, rendering: Rendering, act: _Act) -> Release:
    _refuse_what_is_not_ready(record, act.confirmed_unassessed)
    before = _published(record)
    if before is not None and _is_in_force(before, record, rendering):
        raise Refused(
            _("%(record)s is released already, and nothing has changed since.") % {"record": record.ref},
            code="release_no_changes",
        )
    by = act.by
    with in_words():
        release = Release.objects.create(
            **{_kind(record): record},
            version=record.version,
            digest=digest(rendering.for_ceiling(FULLEST, by.clearance)),
            confirmed_unassessed=act.confirmed_unassessed,
            reason=act.reason,
            released_by=by,
        )
    ReleasedDocument.objects.bulk_create(
        ReleasedDocument(
            release=release,
            record_type=_kind(record),
            record_id=record.pk,
            ceiling=ceiling,
            scope=scope,
            document=document,
        )
        for ceiling in CEILINGS[rank(record.tlp) :]
        for scope, document in cut(rendering.for_ceiling(ceiling, by.clearance)).items()
    )
    Mention.objects.filter(record_id=record.pk).delete()
    named = {key for _kind_named, key in named_in(rendering.whole)} - {str(record.pk)}
    Mention.objects.bulk_create(Mention(record_id=record.pk, named_id=key) for key in named)
    PublishedRecord.objects.update_or_create(
        record_id=record.pk,
        defaults={
            "record_type": _kind(record),
            "release": release,
            "withdrawal": None,
            "tlp": record.tlp,
            "released_tlp": record.tlp,
            "is_held": False,
        },
    )
    audit.record(
        f"{_kind(record)}.released",
        subject=record,
        by=by,
        changes={"released": [before.release.version if before else None, record.version]},
        reason=act.reason,
        about=_incidents(record),
    )
    return release


def _refuse_what_is_not_ready(record: Releasable, confirmed_unassessed: bool) -> None:
    """The database holds these rules too; here each has a sentence that names the record."""
    named = {"record": record.ref}
    if record.workflow != Workflow.APPROVED:
        raise Refused(_("%(record)s is not approved. Approve it first.") % named, code="release_approved")
    if isinstance(record, Incident) and record.merged_into_id is not None:
        raise Refused(_("%(record)s was merged into another incident.") % named, code="release_merged")
    if isinstance(record, Statement) and record.lifecycle == Lifecycle.REMOVED:
        raise Refused(_("%(record)s was removed from the record.") % named, code="release_removed")
    embargoed = record.embargo_until is not None and record.embargo_until > timezone.now()
    stopping = set(record.handling) & (STOPS_RELEASE - {Flag.EMBARGO})
    if record.tlp == Tlp.RED or stopping or embargoed:
        raise Refused(
            _("The marking of %(record)s stops release: RED, an embargo, sub judice or a legal hold.") % named,
            code="release_not_held",
        )
    if record.finding in UNASSESSED and not confirmed_unassessed:
        raise Refused(
            _('%(record)s is not assessed. Confirm that it goes out as "Not yet assessed".') % named,
            field="confirmed_unassessed",
            code="release_unassessed_confirmed",
        )


def _published(record: Releasable) -> PublishedRecord | None:
    return PublishedRecord.objects.select_related("release__released_by").filter(record_id=record.pk).first()


def _is_in_force(published: PublishedRecord, record: Releasable, rendering: Rendering) -> bool:
    """Whether what partners read says what the record says now, and nothing restricted it since."""
    if published.withdrawal_id is not None or published.is_held or published.tlp != record.tlp:
        return False
    return not differs(published, rendering)


def _lock(record: Releasable, expected_version: int, by: User) -> None:
    """Wait for whoever is writing to the record, then see that it is the one the editor looked at."""
    _require_visible(record, by)
    current = type(record).objects.select_for_update().get(pk=record.pk)
    if current.version != expected_version:
        raise StaleRecord(
            _("Someone saved this record after you opened it. Look at it again before you release it."),
            current=current,
        )
    record.refresh_from_db()


def _require_person(by: User, act: str) -> None:
    if jobs.in_background():
        raise NotAllowed(_("Only a person releases a record or takes it back."))
    require(by, act)


def _require_visible(record: Releasable, by: User) -> None:
    if not type(record).objects.visible_to(by).filter(pk=record.pk).exists():
        raise NotAllowed(_("You cannot see this record."))


def _kind(record: Releasable) -> str:
    return "incident" if isinstance(record, Incident) else "statement"


def _incidents(record: Releasable) -> list[uuid.UUID]:
    """Whose histories show the event."""
    return [record.pk] if isinstance(record, Incident) else list(record.about.values_list("incident_id", flat=True))
