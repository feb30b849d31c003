"""Parties: whoever publishes, speaks, is accused, or is asked to speak."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.merging import refuse_merged
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp
from harmtracker.models import User
from harmtracker.permissions import require, require_cleared
from sources.models import Affiliation, Party, PartyName
from sources.models.party import AffiliationKind, NameKind, PartyKind
from sources.names import fold_name


def create_party(
    *,
    by: User,
    name: str,
    kind: str = PartyKind.UNKNOWN,
    description: str = "",
    names: tuple[tuple[str, str, str], ...] = (),
    tlp: str = Tlp.GREEN,
) -> Party:
    """Add a party. ``names`` are further ways it is written, as (text, BCP 47 language, name kind)."""
    require(by, "party.edit")
    require_cleared(by, tlp)
    name = name.strip()
    if not name:
        raise Refused(_("Write the party's name."), field="name")
    with audit.recording():
        party = Party.objects.create(name=name, kind=kind, description=description, tlp=tlp, created_by=by)
        audit.record("party.created", subject=party, by=by, changes={"name": [None, name], "kind": [None, kind]})
        _write_name(party, name, "", NameKind.OFFICIAL)
        for text, lang, name_kind in names:
            _write_name(party, text, lang, name_kind)
    return party


def edit_party(
    *, party: Party, name: str, kind: str, description: str, expected_version: int, by: User, reason: str = ""
) -> Party:
    """Save an edit made on ``expected_version``; a new name is one more way to find the party, the old one stays one.

    Raises ``StaleRecord`` when somebody saved in between.
    """
    require(by, "party.edit")
    refuse_merged(party)
    given = {"name": name.strip(), "kind": kind, "description": description.strip()}
    if not given["name"]:
        raise Refused(_("Write the party's name."), field="name")
    if kind not in PartyKind.values:
        raise Refused(_("Choose what kind of party this is."), field="kind")
    changed = {column: value for column, value in given.items() if getattr(party, column) != value}
    if not changed:
        return party
    with audit.recording():
        changes = save_version(party, expected_version, **changed)
        if "name" in changes:
            _write_name(party, party.name, "", NameKind.OFFICIAL)
        audit.record("party.edited", subject=party, by=by, changes=changes, reason=reason.strip())
    return party


def add_party_name(*, party: Party, text: str, by: User, lang: str = "", kind: str = NameKind.OFFICIAL) -> PartyName:
    """Add one more way in which the party is written. The same text again changes nothing."""
    require(by, "party.edit")
    if not text.strip():
        raise Refused(_("Write the name."), field="text")
    with audit.recording():
        name = _write_name(party, text.strip(), lang, kind)
        audit.record("party.edited", subject=party, by=by, changes={"names": [None, text.strip()]})
    return name


def remove_party_name(*, party: Party, text: str, by: User, reason: str) -> None:
    """Take a way away in which the party is written; the history keeps it. The name shown is changed by an edit."""
    require(by, "party.edit")
    if not reason.strip():
        raise Refused(_("Say why the name is taken away."), field="reason")
    if text == party.name:
        raise Refused(_("This is the name it is shown by. Change that one first."), field="text")
    with audit.recording():
        removed, _kinds = party.names.filter(text=text).delete()
        if not removed:
            raise Refused(_("It has no such name any more."), field="text")
        audit.record("party.edited", subject=party, by=by, changes={"names": [text, None]}, reason=reason.strip())


def affiliate(
    *, party: Party, body: Party, kind: str, by: User, since: date | None = None, until: date | None = None
) -> Affiliation:
    """Say that a party holds an office, belongs to a body or speaks for it, in that period."""
    require(by, "party.edit")
    if party.pk == body.pk:
        raise Refused(_("A party does not belong to itself."), field="body")
    if since and until and until < since:
        raise Refused(_("The period ends before it begins."), field="until")
    if kind not in AffiliationKind.values:
        raise Refused(_("Choose how the two are tied."), field="kind")
    try:
        with audit.recording(), transaction.atomic():
            tie = Affiliation.objects.create(party=party, body=body, kind=kind, since=since, until=until, created_by=by)
            audit.record(
                "party.affiliated", subject=party, by=by, changes={kind: [None, body.ref]}, reason=f"{since}/{until}"
            )
    except IntegrityError as error:
        raise Refused(_("This tie is recorded already."), field="body") from error
    return tie


def withdraw_tie(*, tie: Affiliation, reason: str, by: User) -> None:
    """Take a tie back: the two no longer act for one another. It stays in the history of the party that held it."""
    require(by, "party.edit")
    if not reason.strip():
        raise Refused(_("Say why the tie is withdrawn."), field="reason")
    with audit.recording():
        save_version(tie, tie.version, withdrawn_at=Now(), withdrawn_by=by, withdrawn_reason=reason.strip())
        changes = {tie.kind: [tie.body.ref, None]}
        audit.record("party.tie_withdrawn", subject=tie.party, by=by, changes=changes, reason=reason.strip())


def put_back_tie(*, tie: Affiliation, expected_version: int, by: User, reason: str = "") -> None:
    """Let a withdrawn tie hold again. Raises ``Refused`` where it was recorded anew, or an end stands no more."""
    require(by, "party.edit")
    if tie.withdrawn_at is None:
        raise Refused(_("It stands already: nobody has taken it out, or somebody has put it back."))
    try:
        with audit.recording(), transaction.atomic():
            save_version(tie, expected_version, withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
            changes = {tie.kind: [None, tie.body.ref]}
            audit.record("party.tie_put_back", subject=tie.party, by=by, changes=changes, reason=reason.strip())
    except IntegrityError as error:
        raise Refused(_("This tie is recorded already."), field="body") from error


def _write_name(party: Party, text: str, lang: str, kind: str) -> PartyName:
    name, _made = PartyName.objects.get_or_create(
        party=party, text=text, defaults={"lang": lang, "kind": kind, "folded": fold_name(text)}
    )
    return name
