"""Sensitivity of a record: who may see it (TLP 2.0) and how it has to be handled."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (FIRST), from open to closed."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER_STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


TLP_ORDER: tuple[str, ...] = tuple(Tlp.values)


def rank(tlp: str) -> int:
    """0 for CLEAR up to 4 for RED."""
    return TLP_ORDER.index(tlp)


def up_to(ceiling: str) -> list[str]:
    """The markings a reader with this ceiling may see. RED is never among them: it is shown to named people only."""
    return [tlp for tlp in TLP_ORDER[: rank(ceiling) + 1] if tlp != Tlp.RED]


class Flag(models.TextChoices):
    """How a record has to be handled; a record may carry several."""

    VICTIM_IDENTITY = "victim_identity", _("Victim identity")
    MINOR = "minor", _("Minor")
    WITNESS_IDENTITY = "witness_identity", _("Witness identity")
    SOURCE_IDENTITY = "source_identity", _("Source identity")
    PRECISE_LOCATION = "precise_location", _("Precise location")
    GRAPHIC = "graphic", _("Graphic")
    SEXUAL_VIOLENCE = "sexual_violence", _("Sexual violence")
    MILITARY_SENSITIVE = "military_sensitive", _("Military sensitive")
    SUB_JUDICE = "sub_judice", _("Sub judice")
    EMBARGO = "embargo", _("Embargo")
    LEGAL_HOLD = "legal_hold", _("Legal hold")


# Flags that withhold fields from readers who are not cleared for them; the others act on showing or releasing.
WITHHOLDING = frozenset(
    {
        Flag.VICTIM_IDENTITY,
        Flag.MINOR,
        Flag.WITNESS_IDENTITY,
        Flag.SOURCE_IDENTITY,
        Flag.SEXUAL_VIOLENCE,
        Flag.PRECISE_LOCATION,
        Flag.MILITARY_SENSITIVE,
    }
)
# What a flag takes away from a reader who sees the record and not through the flag. As in the export
# (claims/release/redaction.py): one table for lists, pages, forms and choices.
HIDES_SPEAKER = frozenset({Flag.WITNESS_IDENTITY, Flag.SOURCE_IDENTITY})
HIDES_WORDS = frozenset(
    {Flag.VICTIM_IDENTITY, Flag.MINOR, Flag.SEXUAL_VIOLENCE, Flag.PRECISE_LOCATION, Flag.MILITARY_SENSITIVE}
)
HIDES_SOURCE = frozenset({Flag.WITNESS_IDENTITY, Flag.SOURCE_IDENTITY})
HIDES_WHERE_SAID = HIDES_SPEAKER | {Flag.PRECISE_LOCATION}
HIDES_NAME = frozenset({Flag.VICTIM_IDENTITY, Flag.MINOR, Flag.WITNESS_IDENTITY, Flag.SOURCE_IDENTITY})
HIDES_PLACE = frozenset({Flag.PRECISE_LOCATION})
HIDES_SUMMARY = WITHHOLDING  # free text may hold whatever the flag protects; titles: docs/decisions/0050
STOPS_RELEASE = frozenset({Flag.SUB_JUDICE, Flag.LEGAL_HOLD, Flag.EMBARGO})


def is_raised(old_tlp: str, old_flags: list[str], new_tlp: str, new_flags: list[str]) -> bool:
    """True when nothing is loosened: the new marking is at least as strict in every respect."""
    return rank(new_tlp) >= rank(old_tlp) and set(old_flags) <= set(new_flags)
