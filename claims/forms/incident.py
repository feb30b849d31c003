"""The form of an incident: what happened, when, and where, the place being found by any of its names."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.conflict import opened_field
from claims.forms.marking import MARKING, FirstMarkingForm
from claims.lookups import places_named, with_code
from claims.models import Incident, Place
from claims.models.incident import Harm, Means
from claims.models.place import PlacePrecision
from harmtracker.markings import HIDES_PLACE, HIDES_SUMMARY
from harmtracker.models import User
from harmtracker.wording import told_plainly

MOST_OFFERED = 6


class IncidentForm(FirstMarkingForm):
    """What an analyst states of an incident. ``place`` is a name in any spelling; several of that name are offered."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What happened, and where: Killings of civilians in Bucha.")
    )
    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    occurred = forms.CharField(
        label=_("When it happened"),
        required=False,
        max_length=40,
        help_text=_("A day 2022-03-09, a month 2022-03, a stretch 2022-02-27/2022-03-30; ~ about, ? uncertain."),
    )
    occurred_zone = forms.CharField(
        label=_("Time zone of the place"), max_length=40, initial="Europe/Kyiv", help_text=_("Such as Europe/Kyiv.")
    )
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=200,
        help_text=_("A name in any spelling, or a reference."),
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    place_choice = forms.ChoiceField(label=_("Which of these?"), required=False, widget=forms.RadioSelect)
    is_new_place = forms.BooleanField(
        label=_("Add the place: it is not held yet"),
        required=False,
        help_text=_("Only after the spelling was looked up; a misspelt place is not a new one."),
    )
    place_as_reported = forms.CharField(label=_("Place as reported"), required=False, max_length=200)
    place_precision = forms.ChoiceField(
        label=_("How closely it is known"), choices=PlacePrecision.choices, initial=PlacePrecision.SETTLEMENT
    )
    harm = forms.MultipleChoiceField(
        label=_("Harm"), required=False, choices=Harm.choices, widget=forms.CheckboxSelectMultiple
    )
    means = forms.ChoiceField(label=_("Means"), choices=Means.choices, initial=Means.UNKNOWN)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.found_place: Place | None = None
        if self.is_bound:
            self._offer_places()

    def _offer_places(self) -> None:
        """Places of that name, so that a choice sent back is one of those offered."""
        words = str(self.data.get("place", "")).replace("\x00", "").strip()
        self.places = list(places_named(self.user, words)[:MOST_OFFERED]) if words else []
        choices = [
            (place.ref, f"{told_plainly(place.name)}, {place.adm1_name or place.country} ({place.ref})")
            for place in self.places
        ]
        self.fields["place_choice"].choices = choices if len(choices) > 1 else []  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("place") or given.get("is_new_place"):
            return given
        chosen = given.get("place_choice") or (self.places[0].ref if len(self.places) == 1 else "")
        self.found_place = next((place for place in self.places if place.ref == chosen), None)
        if not self.places:
            self.add_error("place", _("No place is held under this name. Check the spelling, or add the place."))
        elif self.found_place is None:
            self.add_error("place_choice", _("Several places are called so. Choose which one is meant."))
        return given


class IncidentEditForm(IncidentForm):
    """An edit made on a version that was seen. The marking has a page of its own."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opened = opened_field()
    reason = forms.CharField(label=_("Why it is changed"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for marking in MARKING:
            self.fields.pop(marking, None)


def as_it_stands(incident: Incident, user: User) -> dict[str, Any]:
    """The incident as initial values of its form; place and summary are left empty where withheld from this person."""
    plain = ("title", "summary", "occurred", "occurred_zone", "place_as_reported", "place_precision", "harm", "means")
    stands = {name: getattr(incident, name) for name in plain} | {"version": incident.version}
    place = Place.objects.visible_to(user).filter(incidents=incident).first()
    stands["place"] = with_code(place) if place else ""
    return stands | dict.fromkeys(withheld_fields(incident, user), "")


def withheld_fields(incident: Incident, user: User) -> list[str]:
    """Fields a flag takes away from this person. They are left empty in the form, and stay when left empty."""
    withheld = [] if user.sees_through(incident.handling, HIDES_SUMMARY) else ["summary"]
    return withheld if user.sees_through(incident.handling, HIDES_PLACE) else [*withheld, "place", "place_as_reported"]
