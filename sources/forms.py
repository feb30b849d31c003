"""The hand-in box: a link, many links, a pasted text or a file."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from harmtracker.markings import Tlp
from sources.models.source import VisitPolicy

# A single field cannot tell a link from words by shape alone; this many words in a row are text, not an address.
WORDS_OF_TEXT = 4


class HandInForm(forms.Form):
    """Exactly one of a link, many links, a text and a file. Shape only: the intake decides what may be visited."""

    address = forms.CharField(
        label=_("Link"),
        required=False,
        strip=False,
        help_text=_("The address of an article, a post or a document."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    links = forms.CharField(
        label=_("Or many links"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One to a line, up to 5,000. They wait behind links that people hand in one by one."),
    )
    visit_policy = forms.ChoiceField(
        label=_("May the site be contacted?"),
        choices=[
            (VisitPolicy.PUBLIC_LINK, _("Public link: visit it now")),
            (VisitPolicy.DO_NOT_CONTACT, _("Do not contact the site: I will upload the page")),
        ],
        initial=VisitPolicy.PUBLIC_LINK,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("A visit shows the site our address."),
    )
    text = forms.CharField(
        label=_("Or pasted text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Kept as you paste it, line breaks included, and marked as pasted."),
    )
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("HTML, plain text or PDF, up to 25 MB."))
    title = forms.CharField(label=_("Title"), required=False, max_length=400)
    reason = forms.CharField(
        label=_("Why it is pasted or uploaded"),
        required=False,
        max_length=300,
        help_text=_("For example: the page is gone."),
    )
    tlp = forms.ChoiceField(
        label=_("Marking"),
        required=False,
        choices=[("", _("By the kind of source")), *Tlp.choices[:4]],
        help_text=_("A public link starts as GREEN, everything else as AMBER."),
    )
    into = forms.CharField(required=False, widget=forms.HiddenInput)
    cited_by = forms.CharField(required=False, widget=forms.HiddenInput)
    answers = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        filled = [
            name for name in ("address", "links", "text", "file") if given.get(name) and self._is_filled(given[name])
        ]
        if not filled:
            self.add_error("address", _("Paste a link, or a text, or choose a file."))
        elif len(filled) > 1:
            self.add_error("address", _("Give one thing at a time: a link, many links, a text or a file."))
        elif filled == ["address"] and self._are_links(given["address"].split()):
            self._move("links", "\n".join(given["address"].split()))
            self.add_error("links", _("These are several links: one to a line now. Look them over and send them."))
        elif filled == ["address"] and len(given["address"].split()) >= WORDS_OF_TEXT:
            self._move("text", given["address"])
            self.add_error(
                "text", _("This is text, not a link. Line breaks may be lost: paste it here again, or send it.")
            )
        return given

    def _move(self, field: str, words: str) -> None:
        """A one-line box has swallowed the line breaks: what it held goes to its own field, to be looked at."""
        moved = QueryDict(mutable=True)
        moved.update({**self.data.dict(), field: words, "address": ""})  # type: ignore[attr-defined]
        self.data = moved

    @staticmethod
    def _are_links(words: list[str]) -> bool:
        return len(words) > 1 and all(word.startswith(("http://", "https://")) for word in words)

    @staticmethod
    def _is_filled(value: Any) -> bool:
        return not isinstance(value, str) or bool(value.strip())


class CompareForm(forms.Form):
    """A second person records having compared a pasted or uploaded capture with the publication."""

    note = forms.CharField(
        label=_("What did you compare it with?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
