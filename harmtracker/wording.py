"""How the record is put into words for a person: findings, dates with their precision, ranges, speech, hostile text.

Pure functions from codes and values to text; no HTML and no database, so pages, dossiers and the export say the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, override, pgettext
from django.utils.translation import gettext as _

MOST_KEPT: Final = 4096


def kept_by_language[**Given, Said](put: Callable[Given, Said]) -> Callable[Given, Said]:
    """Decorator: remember what was said in which language. A page says the same few dates and checks many times."""

    def put_in(_language: str | None, *given: Any, **named: Any) -> Said:
        return put(*given, **named)

    kept: Callable[..., Said] = lru_cache(maxsize=MOST_KEPT)(put_in)

    @wraps(put)
    def said(*given: Given.args, **named: Given.kwargs) -> Said:
        return kept(get_language(), *given, **named)

    return said


FINDING_WORDS: Final[dict[str, str | Promise]] = {
    "unverified": gettext_lazy("Not yet assessed"),
    "in_progress": gettext_lazy("In progress"),
    "could_not_confirm": gettext_lazy("Could not independently confirm"),
    "partly_corroborated": gettext_lazy("Partly corroborated"),
    "corroborated": gettext_lazy("Corroborated"),
    "verified": gettext_lazy("Verified"),
    "contradicted": gettext_lazy("Contradicted by evidence"),
    "refuted": gettext_lazy("Refuted"),
    "not_checkable": gettext_lazy("Not a checkable claim"),
    "withdrawn": gettext_lazy("Finding withdrawn"),
}
"""The words a finding is shown in, complete and exact; a shorter form would say something else."""


def for_the_record(sentence: str | Promise) -> str:
    """A sentence of the program's own that is stored: in the language of the installation, whoever pressed."""
    with override(settings.LANGUAGE_CODE):
        return str(sentence)


# ---- Quote check ----


class QuoteCheckWords(NamedTuple):
    """How a quote check is shown: ``tone`` is exact, attention, altered, missing, unchecked or none."""

    tone: str
    icon: str
    words: str


@kept_by_language
def quote_check_words(code: str, capture: str = "") -> QuoteCheckWords:
    """Good news is quiet and bad news is loud. ``capture`` names the capture in words ("capture 2").

    ``code`` is a quote check of the domain, or "none" for words that are no quotation. Raises KeyError otherwise.
    """
    where = capture or _("the captured text")
    known = {
        "exact": ("exact", "exact", _("Exact in %(where)s")),
        "format_only": ("exact", "exact", _("Same words in %(where)s, other punctuation or spacing")),
        "moved": ("attention", "exact", _("Same words, moved within %(where)s")),
        "ambiguous": ("attention", "unchecked", _("Stands more than once in %(where)s")),
        "edited": ("altered", "altered", _("Words changed in %(where)s")),
        "missing": ("missing", "missing", _("Not in %(where)s")),
        "unchecked": ("unchecked", "unchecked", _("Not looked for yet")),
        "none": ("none", "doc", _("Paraphrase, no quotation")),
    }
    tone, icon, words = known[code]
    return QuoteCheckWords(tone, icon, words % {"where": where})


# ---- Dates ----

DATE_PART: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}))?)?)?")
FORMAT_OF_PARTS: Final = {1: "Y", 2: "F Y", 3: "j M Y", 5: "j M Y, H:i"}


INFLECTED: Final = frozenset({"uk", "ru"})
"""Languages in which a month after its day stands in the genitive, and is written small."""


def dated(moment: date, form: str) -> str:
    """The moment in a form of Django's ("j M Y"), with the month as the language of the page wants it there."""
    if get_language() not in INFLECTED:
        return date_format(moment, form)
    if "j" in form:
        return date_format(moment, form.replace("M", "E").replace("F", "E"))
    return date_format(moment, form).lower()


def short_day(moment: date) -> str:
    """A day where there is little room: "3 Apr 2022", "03.04.2022" in languages whose months cannot be cut short."""
    return date_format(moment, "d.m.Y" if get_language() in INFLECTED else "j M Y")


class PartialDate(NamedTuple):
    """A year, month, day or minute, as precise as it was reported; ``parts`` is 1, 2, 3 or 5."""

    begins_at: datetime
    parts: int

    def in_words(self) -> str:
        return dated(self.begins_at, FORMAT_OF_PARTS[self.parts])


def parse_part(text: str) -> PartialDate | None:
    """``2022``, ``2022-04``, ``2022-04-03`` or ``2022-04-03T09:30``; None for anything else, or no such day."""
    match = DATE_PART.fullmatch(text)
    if match is None:
        return None
    numbers = [int(number) for number in match.groups() if number is not None]
    year, month, day, hour, minute = [*numbers, *(1, 1, 1, 0, 0)[len(numbers) :]]
    try:
        # A reported date is wall-clock time where it was said; it is shown as written, so no zone is applied.
        return PartialDate(datetime(year, month, day, hour, minute, tzinfo=UTC), len(numbers))
    except ValueError:
        return None


@kept_by_language
def date_words(value: str, precision: str = "") -> str:
    """A date of the EDTF profile in words: "3 Apr 2022", "March 2022", "27 Feb to 30 Mar 2022", "about 3 Apr 2022".

    An empty value, or ``precision`` unknown, reads "not stated". A value outside the profile (harmtracker.dates) is
    returned as it stands: showing it beats hiding it.
    """
    value = value.strip()
    if not value or precision == "unknown":
        return _("not stated")
    core, mark = (value[:-1], value[-1]) if value[-1] in "?~%" else (value, "")
    words = span_words(core)
    if words is None:
        return value
    if mark in {"~", "%"}:
        words = _("about %(date)s") % {"date": words}
    if mark in {"?", "%"}:
        words = _("%(date)s, uncertain") % {"date": words}
    return words


def span_words(core: str) -> str | None:
    """The words of a date or of a closed interval without its mark; None outside the profile."""
    is_once = core.startswith("[") and core.endswith("]")
    first_text, between, last_text = core[1:-1].partition("..") if is_once else core.partition("/")
    first = parse_part(first_text)
    if first is None or (is_once and not between):
        return None
    if not between:
        return first.in_words()
    last = parse_part(last_text)
    if last is None:
        return None
    span = interval_words(first, last)
    return _("once within %(span)s") % {"span": span} if is_once else span


def interval_words(first: PartialDate, last: PartialDate) -> str:
    """Both ends, leaving out of the first what the second repeats."""
    same_year = first.begins_at.year == last.begins_at.year
    if first == last:
        return last.in_words()
    beginning = first.in_words()
    if first.parts == last.parts == 3 and same_year:
        same_month = first.begins_at.month == last.begins_at.month
        beginning = dated(first.begins_at, "j" if same_month else "j M")
    elif first.parts == last.parts == 2 and same_year:
        beginning = dated(first.begins_at, "F")
    return _("%(first)s to %(last)s") % {"first": beginning, "last": last.in_words()}


# ---- Moments ----

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@kept_by_language
def in_utc(moment: datetime) -> str:
    """ "5 Apr 2022, 09:12 UTC": every time of ours is shown in UTC and says so."""
    return _("%(moment)s UTC") % {"moment": dated(moment.astimezone(UTC), "j M Y, H:i")}


def since(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, in the largest whole unit up to thirty days; older moments, and those ahead, as a date in UTC."""
    passed = (now or timezone.now()) - moment
    if passed < timedelta(0) or passed >= 30 * DAY:
        return dated(moment.astimezone(UTC), "j M Y")
    if passed < MINUTE:
        return _("just now")
    if passed < HOUR:
        return _("%(number)s min ago") % {"number": passed // MINUTE}
    if passed < DAY:
        return _("%(number)s h ago") % {"number": passed // HOUR}
    days = passed // DAY
    return ngettext("%(number)s day ago", "%(number)s days ago", days) % {"number": days}


# ---- Figures ----


def range_words(low: int | None, high: int | None, at_least: bool = False) -> str:
    """ "20 to 300", "at least 20", "up to 300", "13", "not stated". None is unknown, never 0.

    ``at_least`` says that a higher number is not excluded although ``high`` is known.
    """
    if high is None:
        if low is None:
            return pgettext("number", "not stated")
        return _("at least %(low)s") % {"low": grouped(low)}
    if low is None:
        return (_("at least %(low)s") if at_least else _("up to %(low)s")) % {"low": grouped(high)}
    if low == high:
        return _("at least %(low)s") % {"low": grouped(low)} if at_least else grouped(low)
    template = _("%(low)s to at least %(high)s") if at_least else _("%(low)s to %(high)s")
    return template % {"low": grouped(low), "high": grouped(high)}


def grouped(number: int) -> str:
    """The number with its thousands set apart in the reader's manner."""
    return number_format(number, use_l10n=True, force_grouping=True)


# ---- Speech ----

QUOTATION_MARKS: Final[dict[str, tuple[str, str]]] = {
    "ru": ("«", "»"),
    "uk": ("«", "»"),
    "be": ("«", "»"),
    "fr": ("«\u202f", "\u202f»"),
    "es": ("«", "»"),
    "it": ("«", "»"),
    "de": ("„", "“"),
    "cs": ("„", "“"),
    "pl": ("„", "”"),
    "ro": ("„", "”"),
}
CLOSING_OF: Final[dict[str, str]] = {"“": "”", "«": "»", "„": "“”", "‘": "’", "‹": "›", '"': '"', "「": "」"}


def quotation_marks(text: str, lang: str) -> tuple[str, str]:
    """The marks to set around ``text``: those of its language, or none when the text brings its own."""
    if has_own_marks(text):
        return "", ""
    return QUOTATION_MARKS.get(lang.split("-")[0].lower(), ("“", "”"))


def has_own_marks(text: str) -> bool:
    """Whether one pair of quotation marks holds the whole text. “fake” and “staged” are two pairs and do not."""
    text = text.strip()
    if len(text) < 2 or text[0] not in CLOSING_OF or text[-1] not in CLOSING_OF[text[0]]:
        return False
    inside = text[1:-1]
    depth = 0
    for character in inside:
        if character in CLOSING_OF[text[0]]:
            depth -= 1
        elif character == text[0]:
            depth += 1
        if depth < 0:
            return False
    return True


# ---- Text from strangers ----

HIDDEN: Final = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"
)
"""Characters nobody sees that reorder or pad text (after Unicode TR 36). Joiners stay: scripts and emoji need them."""
HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co"})


class Part(NamedTuple):
    """A run of text as it stands, or one character that has to be shown by its number."""

    text: str
    is_hidden: bool

    @property
    def name(self) -> str:
        """The Unicode name of a hidden character, for whoever wonders what it does."""
        return unicodedata.name(self.text, _("control character")).lower()


def is_hidden(character: str) -> bool:
    """Whether a character would work on the reader unseen: controls, overrides, tags, lone surrogates, private use."""
    if character in "\t\n\r":
        return False
    is_tag = "\U000e0000" <= character <= "\U000e007f"
    return character in HIDDEN or is_tag or unicodedata.category(character) in HIDDEN_CATEGORIES


def visible_parts(text: str) -> Iterator[Part]:
    """Cut text from outside into plain runs and hidden characters, in order, losing nothing."""
    # Whatever is_hidden names is not printable; nearly all text is, and need not be walked letter by letter.
    if text and text.isprintable():
        yield Part(text, False)
        return
    run: list[str] = []
    for character in text:
        if not is_hidden(character):
            run.append(character)
            continue
        if run:
            yield Part("".join(run), False)
            run = []
        yield Part(character, True)
    if run:
        yield Part("".join(run), False)


def told_plainly(text: str) -> str:
    """Text from outside where no mark-up can stand (an option, a message): a hidden character by its number."""
    if text.isprintable():
        return text
    return "".join(f"[U+{ord(part.text):04X}]" if part.is_hidden else part.text for part in visible_parts(text))


@lru_cache(maxsize=MOST_KEPT)
def mixes_scripts(name: str) -> bool:
    """Whether one word of a name has letters of two scripts that look alike, as no honest spelling does."""
    if name.isascii():
        return False
    return any(len({_script_of(letter) for letter in word} - {""}) > 1 for word in re.split(r"[\W\d_]+", name))


def _script_of(letter: str) -> str:
    """The script by the name Unicode gives the letter; "" for scripts that are not taken for one another."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return script if script in {"LATIN", "CYRILLIC", "GREEK"} else ""


# ---- People ----


def initials_of(name: str) -> str:
    """Two letters for the account button: first and last word, or the first two letters of a single one."""
    words = [word for word in re.split(r"[\s._@-]+", name) if word]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()
