"""Which statement about an incident: one of those offered, or any other by its reference."""

from collections.abc import Mapping
from typing import ClassVar, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.queries.offered import MOST_OFFERED, as_written
from claims.queries.voices import Voice


class OfferedStatements(forms.Form):
    """A form with a list of statements in its field ``chosen_in``; to be given them by ``offer``."""

    chosen_in: ClassVar[str] = "statement"

    other = forms.CharField(
        label=_("Or another statement, by its reference"),
        required=False,
        max_length=12,
        help_text=_("Of many statements those logged last are in the list."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def asked_for(self) -> list[str]:
        """References that were chosen or written already."""
        return as_written(str(self[name].value() or "") for name in (self.chosen_in, "other"))

    def offer(self, heard: Mapping[str, Voice]) -> None:
        """Take the statements, by reference. No reference is asked for where all are in the list."""
        self.heard = heard
        listed = cast(forms.ChoiceField, self.fields[self.chosen_in])
        none = [] if listed.required else [("", "—")]
        listed.choices = [*none, *((ref, voice.in_short) for ref, voice in heard.items())]
        if len(heard) < MOST_OFFERED:
            del self.fields["other"]

    def clean_other(self) -> str:
        ref = str(self.cleaned_data["other"]).strip().upper()
        if ref and ref not in self.heard:
            raise forms.ValidationError(_("You see no statement about this incident under this reference."))
        return ref

    @property
    def chosen(self) -> Voice | None:
        """The statement of a form that is valid; None where none was chosen."""
        return self.heard.get(self.cleaned_data.get("other") or self.cleaned_data[self.chosen_in])


class StatementChoiceForm(OfferedStatements):
    """What forms begin with that say something of one statement."""

    statement = forms.ChoiceField(label=_("Who says it, in which statement"))

    @property
    def voice(self) -> Voice:
        """The statement of a form that is valid."""
        return self.heard[self.cleaned_data.get("other") or self.cleaned_data["statement"]]
