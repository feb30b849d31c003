"""The form with which a photo or video becomes a media item."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models.media_item import MediaKind
from harmtracker.markings import Flag, Tlp


class MediaItemForm(forms.Form):
    """What a person says of a photo or video. Shape only: dates and clearance are the action's to judge."""

    description = forms.CharField(
        label=_("Description"), max_length=300, help_text=_("In words: what is seen, where, from which side.")
    )
    kind = forms.ChoiceField(label=_("What it is"), choices=MediaKind.choices)
    first_seen = forms.CharField(label=_("First seen"), required=False, max_length=40, help_text=_("2022-04-03."))
    address = forms.CharField(label=_("Address"), required=False, max_length=2000)
    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices, widget=forms.RadioSelect)
    handling = forms.MultipleChoiceField(
        label=_("Handling"), required=False, choices=Flag.choices, widget=forms.CheckboxSelectMultiple
    )
