"""Forms for what is stated of a party, a place or a media item that is held. Each is an edit of a version seen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.conflict import opened_field
from claims.models.media_item import MediaKind
from claims.models.place import PlacePrecision
from harmtracker.markings import HIDES_PLACE, HIDES_SOURCE, HIDES_WORDS
from harmtracker.models import User
from sources.models.party import PartyKind

REASON_LENGTH = 500


class DescribeForm(forms.Form):
    """What every such form has: the version it was opened on, and why it is changed, asked last."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = opened_field()
    reason = forms.CharField(label=_("Why it is changed"), required=False, max_length=REASON_LENGTH)

    WITHHELD: dict[str, frozenset[Any]] = {}
    """Fields that a flag takes away from who does not see through it: they are not asked, and stay as they are."""

    def __init__(self, *args: Any, record: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in withheld_from(user, record, self.WITHHELD):
            del self.fields[name]
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])


def withheld_from(user: User, record: Any, fields: dict[str, frozenset[Any]]) -> list[str]:
    """Which of the fields the record's flags take away from this person."""
    return [name for name, flags in fields.items() if not user.sees_through(record.handling, flags)]


class PartyDescribeForm(DescribeForm):
    """Name, kind and description. A new name is added to the names; the old one still finds the party."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As it is shown. The name it had stays one of its names.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PartyKind.choices)
    description = forms.CharField(
        label=_("Description"), max_length=300, required=False, help_text=_("Enough to tell it from others.")
    )


class PlaceForm(DescribeForm):
    """Name, kind of area, codes and point."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As it is shown. The name it had stays one of its names.")
    )
    precision = forms.ChoiceField(label=_("Kind of area"), choices=PlacePrecision.choices)
    country = forms.RegexField(
        label=_("Country"),
        regex=r"^[A-Z]{2}$",
        required=False,
        help_text=_("Two letters (ISO 3166-1): UA."),
        error_messages={"invalid": _("Write the two capital letters of the country: UA.")},
    )
    adm1_code = forms.RegexField(
        label=_("Code of the region"),
        regex=r"^[A-Z]{2}-[A-Z0-9]{1,3}$",
        required=False,
        help_text=_("ISO 3166-2: UA-32."),
        error_messages={"invalid": _("Write a code such as UA-32.")},
    )
    adm1_name = forms.CharField(label=_("Region"), max_length=120, required=False)
    katottg = forms.RegexField(
        label=_("KATOTTG"),
        regex=r"^UA[0-9]{17}$",
        required=False,
        help_text=_("Ukrainian code of administrative units: UA and 17 digits."),
        error_messages={"invalid": _("Write UA and 17 digits.")},
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False, help_text=_("Degrees, WGS 84: 50.5470."))
    longitude = forms.FloatField(label=_("Longitude"), required=False)

    WITHHELD = {"latitude": HIDES_PLACE, "longitude": HIDES_PLACE}


class MediaEditForm(DescribeForm):
    """What tells a photo or video from others. Which source and file it came with stay as they were put down."""

    description = forms.CharField(
        label=_("What it shows, in words"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=MediaKind.choices)
    first_seen = forms.CharField(
        label=_("First seen"), max_length=40, required=False, help_text=_("2022-04-02, or empty.")
    )
    address = forms.CharField(label=_("Address"), max_length=2000, required=False)

    WITHHELD = {"description": HIDES_WORDS, "address": HIDES_SOURCE}
