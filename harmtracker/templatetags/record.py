"""Template tags of the record: status, marking, quote check, dates, ranges, other people's words.

    {% load record %}
    {% icon "warn" %}                          an icon of components/icons.html, silent for screen readers
    {% finding code %}  {% finding code label %}   icon, words, colour; size="xl" heads a page
    {% tlp code %}                             TLP 2.0 label
    {% quote_check code %}  {% quote_check code "capture 2" %}   codes of the quote check, or "none" for a paraphrase
    {% edtf value %}  {% edtf value precision zone %}   a reported date in words, EDTF and zone on hover
    {% utc moment %}  {% reltime moment %}     a moment of ours, in UTC or as how long ago
    {{ day|on:"j M Y" }}                       a day, its month in the case the language wants
    <p{% house_lang %}>                        around words in the language of the installation
    {% range low high %}  {% range low high at_least=True %}   numbers given; None is "not stated"
    {% untrusted text %}                       text from outside, isolated, hidden characters made visible
    {{ title|plainly }}                        the same inside a translated sentence
    {% named name %}                           the same for a name; one that mixes scripts says so
    {% speech text lang %}                     direct speech in quotation marks of its language
    <form{% draft_key %}>                      on pages whose typing is kept (harmtracker.drafts); nothing elsewhere
    {% undo_token message as token %}          the reference of the button that undoes what a message says was done
    {% desk_number as number %}                what waited on the desk when the person was last there; "" for none
    {{ name|initials }}                        two letters for the account button
    {{ form|error_count }}                     how many things there are to mend

Everything is built with format_html: nothing here marks a string as safe.
"""

from datetime import date, datetime

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from harmtracker import permissions, undo, wording
from harmtracker.markings import Tlp
from harmtracker.menu import kept_number

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon that says nothing itself: words always stand beside it."""
    return format_html('<svg class="i" width="16" height="16" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def finding(code: str, label: str = "", size: str = "") -> SafeString:
    """A finding as shape, complete words and colour. Without ``label`` the words of the domain are used."""
    return format_html(
        '<span class="status{}" data-status="{}">{}<span>{}</span></span>',
        f" status-{size}" if size else "",
        code,
        icon(f"st-{code}"),
        label or wording.FINDING_WORDS[code],
    )


@register.simple_tag
def tlp(code: str) -> SafeString:
    """The Traffic Light Protocol label in its own black."""
    return format_html('<b class="tlp" data-tlp="{}">{}</b>', code, Tlp(code).label)


@register.simple_tag
def quote_check(code: str, capture: str = "") -> SafeString:
    """Whether the quoted words stand in the captured text: exact is quiet, altered and missing are loud."""
    shown = wording.quote_check_words(code, str(capture))
    return format_html('<span class="chk" data-check="{}">{}{}</span>', shown.tone, icon(shown.icon), shown.words)


@register.simple_tag
def edtf(value: str | None, precision: str = "", zone: str = "") -> SafeString:
    """A reported date in words; what was written down, and the zone it is counted in, stay readable on hover."""
    words = wording.date_words(value or "", precision)
    if not value or precision == "unknown":
        return format_html('<span class="nil">{}</span>', words)
    return format_html('<span class="date" title="{}">{}</span>', f"{value} {zone}".strip(), words)


@register.filter
def on(moment: date | None, form: str) -> str:
    """A day in a form of Django's, with the month in the case the language wants; nothing for none."""
    return wording.dated(moment, form) if moment else ""


@register.filter
def short_day(moment: date) -> str:
    """A day on the axis of a drawing."""
    return wording.short_day(moment)


@register.simple_tag
def utc(moment: datetime | None) -> SafeString:
    """A moment of ours: day, time and "UTC"."""
    if moment is None:
        return format_html('<span class="nil">{}</span>', _("not stated"))
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), wording.in_utc(moment))


@register.simple_tag
def reltime(moment: datetime | None) -> SafeString:
    """How long ago, with the exact moment on hover."""
    if moment is None:
        return format_html('<span class="nil">{}</span>', _("not stated"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), wording.in_utc(moment), wording.since(moment)
    )


@register.simple_tag(name="range")
def number_range(low: int | None, high: int | None, at_least: bool = False) -> SafeString:
    """Numbers given for one outcome; unknown is said in grey words, 0 is said only for zero."""
    words = wording.range_words(low, high, at_least)
    if low is None and high is None:
        return format_html('<span class="nil">{}</span>', words)
    return format_html('<span class="amount">{}</span>', words)


@register.simple_tag
def untrusted(text: str | None) -> SafeString:
    """Text from outside in its own direction, escaped, with hidden characters shown by number."""
    return format_html("<bdi>{}</bdi>", _with_hidden_shown(text or ""))


@register.filter
def plainly(text: str | None) -> str:
    """Text from outside inside a sentence of ours: a hidden character by its number."""
    return wording.told_plainly(text or "")


@register.simple_tag
def named(name: str | None) -> SafeString:
    """A name from outside, as ``untrusted`` shows it; one that mixes scripts within a word says so."""
    shown = untrusted(name)
    if not wording.mixes_scripts(name or ""):
        return shown
    return format_html('{} <span class="tag">{}</span>', shown, _("letters of two scripts"))


@register.simple_tag
def speech(text: str, lang: str = "") -> SafeString:
    """Direct speech in the quotation marks of its language, unless it brings its own."""
    opening, closing = wording.quotation_marks(text, lang)
    return format_html(
        '<blockquote lang="{}" dir="auto">{}{}{}</blockquote>', lang, opening, _with_hidden_shown(text), closing
    )


def _with_hidden_shown(text: str) -> SafeString:
    if text.isprintable():  # so nothing in it is hidden; see wording.visible_parts
        return escape(text)
    return format_html_join("", "{}", ((_shown(part),) for part in wording.visible_parts(text)))


def _shown(part: wording.Part) -> str | SafeString:
    """Plain text as it is; a hidden character as a chip. static/js/captured.js counts the chip by its ``data-code``."""
    if not part.is_hidden:
        return part.text
    code = f"{ord(part.text):04X}"
    return format_html('<span class="hidden-char" title="{}" data-code="{}">U+{}</span>', part.name, code, code)


@register.simple_tag
def house_lang() -> SafeString:
    """The ``lang`` of words written for partners, on a page whose reader has chosen another language."""
    language = settings.LANGUAGE_CODE
    return SafeString("") if get_language() == language else format_html(' lang="{}"', language)


@register.filter
def may(user: object, act: str) -> bool:
    """Whether the person's role includes the act: what is not theirs is not offered."""
    return permissions.may(user, act)


@register.simple_tag
def undo_token(message: object) -> str:
    """What the button sends that undoes what the message says was done; "" where there is nothing to undo."""
    return undo.token_of(message)


@register.simple_tag(takes_context=True)
def desk_number(context: Context) -> str:
    """How many things waited for the person when they were last on the desk; "" for none, and outside a request."""
    request, user = context.get("request"), context.get("user")
    return kept_number(request, user) if request is not None and user is not None else ""


@register.filter
def initials(name: object) -> str:
    """Two letters standing for a person."""
    return wording.initials_of(str(name))


@register.filter
def error_count(form: BaseForm) -> int:
    """How many sentences the person has to act on, over all fields."""
    return sum(len(sentences) for sentences in form.errors.values())


@register.simple_tag(takes_context=True)
def draft_key(context: Context) -> SafeString:
    """Attributes of a form whose typing is kept: whose draft it is, and where the script sends it."""
    drafting = getattr(context.get("request"), "drafting", None)
    if drafting is None:
        return SafeString("")
    return format_html(' data-draft="{}" data-draft-to="{}"', drafting.key, reverse("draft-save"))
