"""What people say about a source: who published it, what it is, and which other source it was made from."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from harmtracker import audit, jobs
from harmtracker.dates import parse_date
from harmtracker.db import plain, save_version
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import User
from harmtracker.permissions import require
from sources.copies.suggest import compared
from sources.models import Copy, Party, Source
from sources.models.copy import CopyKind, CopyState
from sources.models.source import SourceKind, VisitPolicy


@dataclass(frozen=True)
class SourceFields:
    """What a person states of a source. ``published`` is EDTF, as reported; ``lang`` a BCP 47 tag."""

    title: str
    kind: str = SourceKind.ARTICLE
    publisher: Party | None = None
    lang: str = ""
    published: str = ""
    published_zone: str = "UTC"


@dataclass(frozen=True)
class DateHeld:
    """How a row held a date of publication: its bounds in the zone of that time, and where it had been taken from."""

    start: datetime | None
    end: datetime | None
    taken_from: str


def describe_source(
    *,
    source: Source,
    given: SourceFields,
    expected_version: int,
    by: User,
    reason: str = "",
    date_held: DateHeld | None = None,
) -> Source:
    """Save what a person states of a source. Raises ``StaleRecord`` when somebody saved in between.

    ``date_held`` gives the date back as it was held before, instead of reading ``published`` anew.
    """
    require(by, "source.hand_in")
    if given.kind not in SourceKind.values:
        raise Refused(_("Choose what kind of source this is."), field="kind")
    columns = {each.name: getattr(given, each.name) for each in fields(given) if each.name != "published_zone"}
    columns["title"] = given.title.strip()[:400]
    if date_held is not None:
        columns |= {"published_start": date_held.start, "published_end": date_held.end}
        columns |= {"published_from": date_held.taken_from}
    elif given.published != source.published:
        reported = parse_date(given.published, given.published_zone, field="published")
        columns |= {"published_start": reported.start, "published_end": reported.end, "published_from": ""}
    changed = {name: value for name, value in columns.items() if plain(getattr(source, name)) != plain(value)}
    if not changed:
        return source
    with audit.recording():
        changes = save_version(source, expected_version, **changed)
        audit.record("source.edited", subject=source, by=by, changes=changes, reason=reason.strip())
    return source


def set_visit_policy(*, source: Source, policy: str, expected_version: int, by: User, reason: str = "") -> Source:
    """Say whether we may visit the source's site. Whoever hands in may forbid it; an editor allows it, with a reason.

    What is under way or due is not stopped here: whatever visits asks the policy again before it does.
    """
    require(by, "source.hand_in")
    if policy not in VisitPolicy.values:
        raise Refused(_("Choose whether the site may be contacted."), field="visit_policy")
    if policy == source.visit_policy:
        return source
    if policy == VisitPolicy.PUBLIC_LINK:
        require(by, "source.allow_visits")
        if not source.submitted_address:
            raise Refused(_("This source has no address to visit."), field="visit_policy")
        if not reason.strip():
            raise Refused(_("Say why the site may be contacted after all."), field="reason")
    with audit.recording():
        changes = save_version(source, expected_version, visit_policy=policy)
        audit.record("source.visits_set", subject=source, by=by, changes=changes, reason=reason.strip())
    return source


def suggest_copy(*, derived: Source, original: Source, kind: str, by: User) -> Copy:
    """Suggest that one source was made from the other. The same suggestion again gives the row that stands.

    Their texts are compared at once, so that whoever decides sees what speaks for it. Raises Refused where an editor
    dismissed it: that one is decided anew, with a reason, or not at all.
    """
    require(by, "copy.suggest")
    if derived.pk == original.pk:
        raise Refused(_("A source is not a copy of itself."), field="original")
    if kind not in CopyKind.values:
        raise Refused(_("Choose what kind of copy this is."), field="kind")
    held = Copy.objects.filter(derived=derived, original=original).first()
    if held is not None and held.state == CopyState.DISMISSED:
        raise Refused(_("This was looked at and dismissed. An editor can decide it anew below."), field="original")
    if held is not None:
        return held
    score, evidence = compared(derived, original) or (None, {})
    try:
        with audit.recording(), transaction.atomic():
            copy = Copy.objects.create(
                derived=derived, original=original, kind=kind, score=score, evidence=evidence, created_by=by
            )
            audit.record("copy.suggested", subject=derived, by=by, changes={"copy_of": [None, original.ref]})
    except IntegrityError as error:
        raise Refused(_("This copy is recorded already."), field="original") from error
    return copy


def decide_copy(
    *, copy: Copy, confirm: bool, by: User, reason: str = "", kind: str = "", expected_version: int | None = None
) -> Copy:
    """Confirm or dismiss a copy; what was decided may be decided anew. Sources tied by confirmed copies are one origin.

    A dismissal, and every change of a decision, needs a reason. ``kind`` replaces the kind suggested. When copies are
    confirmed, quotations are looked for across both and whoever tied them as corroborating is told: work of a job.
    Raises ``StaleRecord`` when somebody decided since ``expected_version``.
    """
    require(by, "copy.confirm")
    if jobs.in_background():
        raise NotAllowed(_("Only a person confirms a copy."))
    state = CopyState.CONFIRMED if confirm else CopyState.DISMISSED
    if kind and kind not in CopyKind.values:
        raise Refused(_("Choose what kind of copy this is."), field="kind")
    if not reason.strip() and not confirm:
        raise Refused(_("Say why it is no copy."), field="reason")
    if not reason.strip() and copy.state not in (CopyState.SUGGESTED, state):
        raise Refused(_("This was decided before. Say why it is decided anew."), field="reason")
    version = copy.version if expected_version is None else expected_version
    decided = {"state": state, "decided_at": Now(), "decided_by": by, "decided_reason": reason.strip()}
    with audit.recording():
        changes = save_version(copy, version, **decided, kind=kind or copy.kind)
        told = {name: change for name, change in changes.items() if name in ("state", "kind")}
        told |= {"copy_of": [None, copy.original.ref]} if told else {}
        audit.record(f"copy.{state}", subject=copy.derived, by=by, changes=told, reason=reason)
        if state == CopyState.CONFIRMED:
            jobs.enqueue("copy.confirmed", f"{copy.pk} {copy.version}", by=by)
    return copy


def reopen_copy(*, copy: Copy, expected_version: int, by: User, reason: str = "") -> Copy:
    """Take a decision back: the copy awaits one again. What was found because of the decision stays where it stands.

    Raises ``StaleRecord`` when somebody decided since ``expected_version``.
    """
    require(by, "copy.confirm")
    if jobs.in_background():
        raise NotAllowed(_("Only a person decides on a copy."))
    if copy.state == CopyState.SUGGESTED:
        raise Refused(_("It awaits a decision already."))
    undecided = {"state": CopyState.SUGGESTED, "decided_at": None, "decided_by": None, "decided_reason": ""}
    with audit.recording():
        changes = save_version(copy, expected_version, **undecided)
        told = {"state": changes["state"], "copy_of": [None, copy.original.ref]}
        audit.record("copy.reopened", subject=copy.derived, by=by, changes=told, reason=reason.strip())
    return copy
