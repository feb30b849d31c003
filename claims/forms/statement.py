"""The statement form of the Reader: whose words, what kind, when, about what, and what they answer."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.marking import FirstMarkingForm
from claims.models.link import Aspect, Basis, LinkType
from claims.models.statement import Checkability, HowKnown, ResponsibilityPosition, SpokenAs, StatementKind
from harmtracker.markings import Tlp
from harmtracker.wording import told_plainly
from sources.models.party import PartyKind

OTHER = "other"
PROTECTED = "protected_witness"
# What the words are: fidelity and translator in one choice, as people think of it.
WORDS_ARE = {
    "verbatim": (_("Verbatim: the speaker's own words"), "verbatim", ""),
    "publisher": (_("Translation, by the publisher"), "translation", "publisher"),
    "speaker": (_("Translation, by the speaker"), "translation", "speaker"),
    "paraphrase": (_("Paraphrase, in my words"), "paraphrase", ""),
    "summary": (_("Summary, in my words"), "summary", ""),
}
PLACE = re.compile(r"[0-9]{1,9}:[0-9]{1,9}")
WITH_EMPTY = [("", "—")]
SUGGESTED, OTHERS = _("It may answer"), _("Other statements")
MOST_AT_ONCE = 24
BY_KIND = _("By the kind")  # claims/by_kind.py says what that is


def offer(form: forms.Form, field: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Set what can be chosen in a field, as (code, words) or (words of a group, such pairs)."""
    cast(forms.ChoiceField, form.fields[field]).choices = [
        (told_plainly(first), [(code, told_plainly(words)) for code, words in second])
        if isinstance(second, list)
        else (first, told_plainly(second))
        for first, second in choices
    ]


class FirstInHand(forms.RadioSelect):
    """Radio buttons of which the first has the focus when the page opens."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if option["index"] == "0":
            option["attrs"]["autofocus"] = True
        return option


class PassageForm(forms.Form):
    """A passage of captured text and where it stands. Offsets are UTF-16 units, as browsers count."""

    exact = forms.CharField(
        label=_("Words, as captured"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Select them in the text, or paste them here letter by letter."),
    )
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    place = forms.ChoiceField(label=_("Which of these places?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get("place", ""))
        if PLACE.fullmatch(chosen):
            # Chosen among places offered before; whether the words stand there is checked when they are taken.
            self.offer_places([(chosen, str(_("The place chosen before")))])

    def clean_exact(self) -> str:
        """The words with line ends as the canonical text has them: browsers send CR LF."""
        return str(self.cleaned_data["exact"]).replace("\r\n", "\n")

    def offer_places(self, places: list[tuple[str, str]]) -> None:
        """Let the person choose among the places where the words stand: (UTF-16 "start:end", words around it)."""
        offer(self, "place", places)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = given.get("place")
        if chosen:
            given["start"], given["end"] = (int(part) for part in chosen.split(":"))
        return given


class WordsForm(PassageForm):
    """The words of a statement, and what they are."""

    words_are = forms.ChoiceField(
        label=_("These words are"), choices=[(code, words[0]) for code, words in WORDS_ARE.items()], initial="verbatim"
    )
    text = forms.CharField(
        label=_("What was said, in my words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For a paraphrase or summary only, without quotation marks."),
    )
    lang = forms.CharField(
        label=_("Language of the words"), max_length=35, help_text=_("Its code, such as en, uk, ru.")
    )
    attribution = forms.CharField(
        label=_("Who is quoted, in the words of the text"),
        required=False,
        max_length=600,
        widget=forms.TextInput(attrs={"list": "attributions", "autocomplete": "off"}),
        help_text=_("“said Zelensky on Sunday”, letter by letter; watched like the quotation."),
    )
    attribution_start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    attribution_end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    attributions: tuple[str, ...] = ()  # offered, never set unasked


class StatementForm(WordsForm, FirstMarkingForm):
    """Everything an analyst states of a statement. Names are looked up; an unknown one can be added from here."""

    party_near = forms.ChoiceField(label=_("Named nearby"), required=False, widget=FirstInHand)
    party = forms.CharField(
        label=_("Who says it"), required=False, max_length=200, help_text=_("A name in any spelling, or a reference.")
    )
    party_kind = forms.ChoiceField(
        label=_("Not held yet? Add it as"),
        required=False,
        choices=[("", _("do not add")), (PROTECTED, _("Witness whose name is withheld")), *PartyKind.choices],
    )
    on_behalf_of = forms.CharField(label=_("On whose behalf"), required=False)
    kind = forms.ChoiceField(label=_("What kind"), choices=StatementKind.choices, widget=forms.RadioSelect)
    responsibility_position = forms.ChoiceField(
        label=_("What it says of its own part"),
        required=False,
        choices=[("", _("Not asked")), *ResponsibilityPosition.choices],
    )
    accuses = forms.CharField(
        label=_("Whom it accuses"),
        required=False,
        help_text=_("Names, separated by semicolons. Asked of every allegation."),
    )
    accuses_wording = forms.CharField(label=_("The accused, as said"), required=False, max_length=300)
    names_nobody = forms.BooleanField(label=_("It names nobody"), required=False)
    media_item = forms.ChoiceField(label=_("Which photo or video"), required=False)
    media_description = forms.CharField(
        label=_("Or a new one, in words"), required=False, max_length=300, help_text=_("For an authenticity claim.")
    )
    said = forms.CharField(
        label=_("Said on"), required=False, max_length=40, help_text=_("2022-04-03, 2022-04, or empty.")
    )
    said_zone = forms.CharField(label=_("Time zone"), required=False, max_length=40, initial="UTC")
    spoken_as = forms.ChoiceField(
        label=_("In the role of"),
        required=False,
        choices=[("", _("As before in this source, or by who they are")), *SpokenAs.choices],
    )
    role_words = forms.CharField(label=_("Role, as given"), required=False, max_length=160)
    said_in = forms.CharField(label=_("Said in"), required=False, max_length=200)
    how_known = forms.ChoiceField(label=_("How we know"), choices=HowKnown.choices, initial=HowKnown.ON_RECORD)
    checkability = forms.ChoiceField(
        label=_("Can it be checked"), required=False, choices=[("", BY_KIND), *Checkability.choices]
    )
    incidents = forms.MultipleChoiceField(label=_("About"), required=False, widget=forms.CheckboxSelectMultiple)
    other_incident = forms.CharField(
        label=_("Another incident"), required=False, help_text=_("Its reference or title.")
    )
    new_incident = forms.CharField(label=_("Or a new incident: what happened, where"), required=False, max_length=200)
    new_incident_occurred = forms.CharField(label=_("When it happened"), required=False, max_length=40)
    answers = forms.ChoiceField(label=_("Answers which statement"), required=False)
    also_answers = forms.MultipleChoiceField(
        label=_("And answers these as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("In the same way and on the same point. Each becomes a link of its own."),
    )
    link_type = forms.ChoiceField(label=_("How"), required=False, choices=[("", BY_KIND), *LinkType.choices])
    aspect = forms.ChoiceField(label=_("On which point"), required=False, choices=[("", BY_KIND), *Aspect.choices])
    basis = forms.ChoiceField(label=_("Does the speaker refer to it"), required=False, choices=Basis.choices)
    link_reason = forms.CharField(label=_("Why we tie them"), required=False)

    def offer(
        self,
        *,
        near: list[tuple[str, str]],
        incidents: list[tuple[str, str]],
        statements: list[tuple[str, str]],
        suggested: list[tuple[str, str]],
        media_items: list[tuple[str, str]],
    ) -> None:
        """What can be chosen here: parties named nearby, incidents, statements to answer and media items.

        ``suggested`` are statements these words may answer, each with the reason; they stand first, none is chosen.
        """
        offer(self, "party_near", [*near, (OTHER, str(_("Somebody else")))] if near else [])
        if not near:
            # The words came from the text, so the first question is who says them.
            self.fields["party"].widget.attrs["autofocus"] = True
        offer(self, "incidents", incidents)
        first = {ref for ref, _words in suggested}
        others = [each for each in statements if each[0] not in first]
        grouped = [(str(SUGGESTED), suggested), (str(OTHERS), others)] if suggested else others
        offer(self, "answers", [*WITH_EMPTY, *grouped])
        offer(self, "also_answers", [*suggested, *others][:MOST_AT_ONCE])
        offer(self, "media_item", [*WITH_EMPTY, *media_items])

    def lose_focus(self) -> None:
        """No field has the focus when the page opens: there are no words yet to say anything of."""
        self.fields["party"].widget.attrs.pop("autofocus", None)
        near: Any = self.fields["party_near"]
        near.widget = forms.RadioSelect(choices=near.choices)

    def speaker(self) -> str:
        """The reference chosen among those named nearby, else the name written."""
        near = self.cleaned_data.get("party_near")
        return str(near) if near and near != OTHER else str(self.cleaned_data["party"]).strip()


class MoreWordsForm(WordsForm):
    """Words that belong to a statement held already: another language, another outlet."""

    add_to = forms.ChoiceField(label=_("Add these words to"), widget=forms.Select(attrs={"autofocus": True}))


class NoteForm(PassageForm):
    """What another body said about verification, in its exact words."""

    party = forms.CharField(label=_("Who says so"), widget=forms.TextInput(attrs={"autofocus": True}))
    incident = forms.ChoiceField(label=_("About which incident"))
    aspect = forms.ChoiceField(label=_("On which point"), choices=Aspect.choices)
    tlp = forms.ChoiceField(label=_("Marking"), choices=Tlp.choices[:4], initial=Tlp.AMBER)
