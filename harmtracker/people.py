"""Accounts: made, changed and closed by an administrator, never by a person for themselves. Editors are shown each."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery, TextChoices, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from harmtracker import audit
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.markings import Flag, Tlp
from harmtracker.models import AuditEvent, Role, Team, User
from harmtracker.models.user import Language, MailRhythm
from harmtracker.permissions import require

PASSWORD_BYTES = 15
SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 10


VERBS: dict[str, str | Promise] = {
    "person.created": _("made an account"),
    "person.changed": _("changed an account"),
    "person.closed": _("closed an account"),
    "person.opened": _("opened an account again"),
    "person.passphrase_replaced": _("replaced a password"),
}
FIELDS: dict[str, str | Promise] = {
    "role": _("Role"),
    "clearance": _("Clearance"),
    "flags": _("May see through"),
    "teams": _("Teams"),
    "review_share": _("Read by an editor, in percent"),
}
CODES: dict[str, type[TextChoices]] = {"role": Role, "clearance": Tlp, "flags": Flag}


def create_person(
    *,
    username: str,
    name: str,
    role: str,
    by: User,
    clearance: str = "",
    flags: Sequence[str] = (),
    teams: Iterable[Team] = (),
) -> tuple[User, str]:
    """Make an account; returns it with its first password, which is kept nowhere in plain. Raises ``Refused``.

    Without ``clearance`` a viewer is cleared to GREEN and everyone else to AMBER.
    """
    require(by, "people.manage")
    username, name = username.strip(), name.strip()
    if not username:
        raise Refused(_("Give the name to sign in with."), field="username")
    if not name:
        raise Refused(_("Give the name shown beside what this person does."), field="name")
    clearance = clearance or (Tlp.GREEN if role == Role.VIEWER else Tlp.AMBER)
    _check(role, clearance, flags)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with audit.recording():
        try:
            with transaction.atomic():
                person = User.objects.create_user(
                    username, password, name=name, role=role, clearance=clearance, flags=sorted(flags)
                )
        except IntegrityError as error:
            raise Refused(_("Somebody signs in with this name already."), field="username") from error
        person.teams.set(teams)
        _record("person.created", person, by, {key: [None, value] for key, value in standing_of(person).items()})
    return person, password


def change_person(
    *,
    person: User,
    role: str,
    clearance: str,
    flags: Sequence[str],
    teams: Iterable[Team],
    expected_stamp: str,
    by: User,
    reason: str,
    review_share: int | None = None,
) -> None:
    """Grant a role, a clearance, flags and teams, and say which percentage of the person's work an editor has to read
    (None: as it is). Raises ``Refused``, ``StaleRecord``, ``NotAllowed`` for oneself.
    """
    require(by, "people.manage")
    _refuse_oneself(person, by)
    _check(role, clearance, flags)
    if review_share is not None and not 0 <= review_share <= 100:
        raise Refused(_("Give a percentage from 0 to 100."), field="review_share")
    if not reason.strip():
        raise Refused(_("Say why. Every editor reads it."), field="reason")
    with audit.recording():
        current = _lock(person, expected_stamp)
        before = standing_of(current)
        current.role, current.clearance, current.flags = role, clearance, sorted(flags)
        if review_share is not None:
            current.review_share = review_share
        current.save(update_fields=["role", "clearance", "flags", "review_share"])
        current.teams.set(teams)
        after = standing_of(current)
        changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        if changes:
            _record("person.changed", current, by, changes, reason)


def set_person_active(*, person: User, is_active: bool, expected_stamp: str, by: User, reason: str) -> None:
    """Close an account, which ends every session of it at once, or open it again. What the person did stays theirs."""
    require(by, "people.manage")
    _refuse_oneself(person, by)
    if not reason.strip():
        raise Refused(_("Say why. Every editor reads it."), field="reason")
    with audit.recording():
        current = _lock(person, expected_stamp)
        if current.is_active == is_active:
            return
        current.is_active = is_active
        current.save(update_fields=["is_active"])
        verb = "person.opened" if is_active else "person.closed"
        _record(verb, current, by, {"is_active": [not is_active, is_active]}, reason)


def new_password(*, person: User, by: User) -> str:
    """Replace a person's password; it is shown once, and every session of theirs ends."""
    require(by, "people.manage")
    _refuse_oneself(person, by)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with audit.recording():
        person.set_password(password)
        person.save(update_fields=["password"])
        _record("person.passphrase_replaced", person, by, {})
    return password


def change_own_password(*, person: User, password: str) -> None:
    """A person sets a password of their own; their other sessions end."""
    with audit.recording():
        person.set_password(password)
        person.save(update_fields=["password"])
        _record("person.passphrase_replaced", person, person, {})


def choose_language(*, person: User, language: str) -> None:
    """The language a person reads the pages in; empty is the one their browser asks for. One we lack changes nothing.

    No event of the record: it says how somebody reads, not what they did.
    """
    if language in {"", *Language.values}:
        person.language = language
        person.save(update_fields=["language"])


def switch_single_keys(*, person: User, are_on: bool) -> None:
    """Whether single keys act as short cuts for this person. No event of the record, as with the language."""
    person.single_keys = are_on
    person.save(update_fields=["single_keys"])


def set_mail(*, person: User, email: str, mail: str) -> None:
    """Where a person's news goes by mail and how often. Raises ``Refused`` for what cannot be sent, ``NotAllowed``.

    The event says how often, not where to: the chain is kept for ever, and read by others.
    """
    require(person, "news.read")
    email = email.strip()
    if mail not in MailRhythm.values:
        raise Refused(_("Choose how often from the list."), field="mail")
    if mail != MailRhythm.NEVER and not settings.MAILERS:
        raise Refused(_("Mail is not set up here."), field="mail")
    if mail != MailRhythm.NEVER and not email:
        raise Refused(_("Give the address it should go to."), field="email")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(_("This is not the address of a mailbox."), field="email") from error
    with audit.recording():
        before, is_first = person.mail, person.mail == MailRhythm.NEVER
        person.email, person.mail = email, mail
        if is_first:  # mail begins with what happens from now on
            person.mailed_up_to = max(person.mailed_up_to, audit.newest_sequence())
        person.save(update_fields=["email", "mail", "mailed_up_to"])
        if before != mail:
            _record("person.mail_set", person, person, {"mail": [before, mail]})


def create_team(*, name: str, by: User) -> Team:
    """Make a team, empty. Raises ``Refused`` for a name that is taken."""
    require(by, "people.manage")
    name = name.strip()
    if not name:
        raise Refused(_("Give the team a name."), field="name")
    with audit.recording():
        try:
            with transaction.atomic():
                team = Team.objects.create(name=name)
        except IntegrityError as error:
            raise Refused(_("There is a team of this name already."), field="name") from error
        audit.record("team.created", subject=team, by=by, changes={"name": [None, name]})
    return team


def standing_of(person: User) -> dict[str, Any]:
    """What a person has been granted, as the history shows it."""
    return {
        "role": person.role,
        "clearance": person.clearance,
        "flags": sorted(person.flags),
        "teams": sorted(person.teams.values_list("name", flat=True)),
        "review_share": person.review_share,
    }


def stamp_of(person: User) -> str:
    """Changes whenever what the person has been granted does: tells an outdated page from a fresh one."""
    text = json.dumps([standing_of(person), person.is_active], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Grant:
    """One thing an administrator did to an account, in words. ``changes`` name each field with both its values."""

    at: datetime
    by: str
    words: str
    whom: str
    changes: list[str]
    reason: str


def recent_grants() -> list[Grant]:
    """What administrators lately did to accounts: shown to every editor."""
    events = AuditEvent.objects.filter(
        subject_type=User._meta.label_lower, verb__in=VERBS, at__gte=timezone.now() - SHOWN_FOR
    ).order_by("-sequence")
    person = User.objects.filter(pk=OuterRef("subject_id")).values(
        shown=Coalesce(NullIf("name", Value("")), "username")
    )
    rows: Any = events.annotate(person=Subquery(person))[:MOST_SHOWN]
    return [_grant(event, event.person) for event in rows]


def _grant(event: AuditEvent, person: str | None) -> Grant:
    changes = [
        f"{FIELDS[name]}: {_said(name, old)} → {_said(name, new)}"
        if _said(name, old)
        else f"{FIELDS[name]}: {_said(name, new)}"
        for name, (old, new) in event.changes.items()
        if name in FIELDS and (old or new)
    ]
    whom = person or str(event.subject_id)
    return Grant(event.at, event.actor_name, str(VERBS[event.verb]), whom, changes, event.reason)


def _said(name: str, value: Any) -> str:
    """A granted value in words; codes in the words people choose them by."""
    if isinstance(value, list):
        return ", ".join(_said(name, each) for each in value)
    labels = dict(CODES[name].choices) if name in CODES else {}
    return str(labels.get(value, value if value is not None else ""))


def _refuse_oneself(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise NotAllowed(_("Nobody changes their own account here. Ask another administrator."))


def _check(role: str, clearance: str, flags: Sequence[str]) -> None:
    if role not in Role.values:
        raise Refused(_("Choose a role from the list."), field="role")
    if clearance not in Tlp.values:
        raise Refused(_("Choose a clearance from the list."), field="clearance")
    if not set(flags) <= set(Flag.values):
        raise Refused(_("Choose flags from the list."), field="flags")


def _lock(person: User, expected_stamp: str) -> User:
    current = User.objects.select_for_update().get(pk=person.pk)
    if stamp_of(current) != expected_stamp:
        raise StaleRecord(
            _("Another administrator changed this account after you opened it. Look at it as it stands now."),
            current=current,
        )
    return current


def _record(verb: str, person: User, by: User, changes: dict[str, Any], reason: str = "") -> None:
    audit.record(verb, subject=person, by=by, changes=changes, reason=reason.strip())
