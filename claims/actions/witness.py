"""Protected witnesses: held under a pseudonym, their name for those alone who are cleared for it."""

import re
from string import ascii_uppercase

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Incident
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import HIDES_NAME, TLP_ORDER, Flag, Tlp, rank
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import require
from sources.models import Party, PartyName
from sources.models.party import NameKind, PartyKind
from sources.names import fold_name

LETTERS = re.compile(r"\b[A-Z]{1,2}$")
LONGEST = 80


def create_witness(*, incident: Incident, by: User, name: str = "", description: str = "") -> Party:
    """Add a witness of the incident under the next pseudonym (Witness A, Witness B). The name may stay unknown.

    Marked like the incident, as far as ``by`` is cleared, and with the flag witness_identity from its first moment.
    """
    require(by, "party.edit")
    with audit.recording():
        Incident.objects.select_for_update().get(pk=incident.pk)  # two at once would both be Witness A
        stands = next_pseudonym(incident)
        tlp = min(max(incident.tlp, Tlp.GREEN, key=rank), _most_for(by), key=rank)
        party = Party.objects.create(
            kind=PartyKind.WITNESS,
            name=name.strip() or f"{stands}, {incident.ref}",
            pseudonym=stands,
            description=description.strip(),
            tlp=tlp,
            handling=[Flag.WITNESS_IDENTITY],
            team=incident.team if incident.team_id in by.team_ids() else None,
            created_by=by,
        )
        PartyName.objects.create(party=party, text=party.name, kind=NameKind.OFFICIAL, folded=fold_name(party.name))
        audit.record(
            "party.created",
            subject=party,
            by=by,
            changes={"name": [None, party.name], "pseudonym": [None, stands]},
            about=[incident.pk],
        )
    return party


def set_pseudonym(*, party: Party, pseudonym: str, expected_version: int, by: User) -> Party:
    """Give a party whose name is withheld a pseudonym, or take it away ("")."""
    require(by, "party.edit")
    pseudonym = pseudonym.strip()
    if pseudonym and HIDES_NAME.isdisjoint(party.handling):
        raise Refused(
            _("A pseudonym stands for a name that is withheld. Set the marking of the party first."), field="pseudonym"
        )
    if len(pseudonym) > LONGEST:
        raise Refused(_("At most 80 characters."), field="pseudonym")
    if pseudonym and fold_name(pseudonym) in set(party.names.values_list("folded", flat=True)):
        raise Refused(_("This is one of its names. Choose other words."), field="pseudonym")
    with audit.recording():
        changes = save_version(party, expected_version, pseudonym=pseudonym)
        audit.record("party.edited", subject=party, by=by, changes=changes)
    return party


def next_pseudonym(incident: Incident) -> str:
    """The first of Witness A to Witness ZZ that no witness of the incident has, in the language of the installation.

    All are looked at, also those the person at the desk may not see: two people under one pseudonym would be taken
    for one.
    """
    made_for = AuditEvent.objects.filter(verb="party.created", about__contains=[incident.pk]).values("subject_id")
    spoke = Party.objects.filter(statements__incidents=incident) | Party.objects.filter(pk__in=made_for)
    taken = {found.group() for words in spoke.values_list("pseudonym", flat=True) if (found := LETTERS.search(words))}
    letters = [*ascii_uppercase, *(one + two for one in ascii_uppercase for two in ascii_uppercase)]
    free = next(each for each in letters if each not in taken)
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("Witness %(letter)s") % {"letter": free}


def _most_for(by: User) -> str:
    """The highest marking a person could put on a new record and still see it; RED is put on it afterwards."""
    return TLP_ORDER[min(rank(by.clearance), rank(Tlp.AMBER_STRICT))]
