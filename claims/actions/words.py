"""The words a statement is logged with, anchored in captured text."""

from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from claims.models import QuoteCheck, Rendering, Statement
from claims.models.rendering import Fidelity, QuoteOutcome, Translator
from claims.quote_checks import check_later
from harmtracker.errors import Refused
from harmtracker.models import User
from sources.attributions import FIELD, locate
from sources.models import Capture
from sources.quotes import Selector, select

QUOTE_MARKS = "\"“”«»„'’‘"


@dataclass(frozen=True)
class Words:
    """Words as given. From a capture: ``exact`` with UTF-16 offsets as the page sends them, or without.

    For a paraphrase or summary ``text`` is ours and ``exact`` the passage it rests on. Our own translation names the
    rendering it translates and has no capture. ``attribution`` are the captured words that say who is quoted.
    """

    lang: str
    fidelity: str = Fidelity.VERBATIM
    capture: Capture | None = None
    exact: str = ""
    utf16_start: int | None = None
    utf16_end: int | None = None
    text: str = ""
    translator: str = ""
    translates: Rendering | None = None
    attribution: str = ""
    attribution_utf16_start: int | None = None
    attribution_utf16_end: int | None = None

    @property
    def is_quotation(self) -> bool:
        """Captured words themselves, as against words of ours."""
        return self.fidelity == Fidelity.VERBATIM or self.translator in (Translator.SPEAKER, Translator.PUBLISHER)


def add_words(statement: Statement, words: Words, *, by: User) -> Rendering:
    """Write a rendering and its quote check. Raises ``Refused``: words not captured, a paraphrase in quotes."""
    selector = anchor(words)
    text = selector.exact if words.is_quotation and selector else words.text.strip()
    _check_own_words(words, text)
    rendering = Rendering(
        statement=statement,
        lang=words.lang,
        text=text,
        fidelity=words.fidelity,
        translator=words.translator,
        source=words.capture.source if words.capture else None,
        capture=words.capture,
        translates=words.translates,
        created_by=by,
    )
    if selector and words.capture:
        rendering.exact, rendering.prefix, rendering.suffix = selector.exact, selector.prefix, selector.suffix
        rendering.start, rendering.end = selector.start, selector.end
        rendering.text_sha256 = words.capture.text_sha256
    _attribute(rendering, words, selector)
    try:
        with transaction.atomic():
            rendering.save(force_insert=True)
    except DatabaseError as error:
        raise Refused(
            _("These words do not stand there in the captured text. Select them again."), field="exact"
        ) from error
    if selector and words.capture:
        # In its own capture a quotation is exact by construction; later captures add checks of their own.
        QuoteCheck.objects.create(
            rendering=rendering,
            capture=words.capture,
            outcome=QuoteOutcome.EXACT,
            attribution_outcome=QuoteOutcome.EXACT if rendering.attribution_exact else "",
        )
        check_later(rendering)
    return rendering


def _attribute(rendering: Rendering, words: Words, selector: Selector | None) -> None:
    """Anchor the attribution beside the passage. Raises ``Refused`` naming the field "attribution"."""
    if not words.attribution.strip():
        return
    if selector is None or words.capture is None:
        raise Refused(_("An attribution stands beside words taken from the text. Select those first."), field=FIELD)
    text = words.capture.text
    start, end = locate(
        text,
        words.attribution,
        selector,
        words.attribution_utf16_start,
        words.attribution_utf16_end,
        flags=words.capture.flags,
    )
    rendering.attribution_start, rendering.attribution_end = start, end
    rendering.attribution_exact = text[start:end]


def anchor(words: Words) -> Selector | None:
    """Where the words stand in the captured text, or None for words of ours that point at no passage.

    Raises ``sources.quotes.QuoteRefused`` (not found, several places, outside, hidden), or ``Refused``.
    """
    if words.capture is None:
        if words.is_quotation:
            raise Refused(_("A quotation needs the captured text it stands in."), field="exact", code="quote.capture")
        return None
    if not words.capture.is_readable:
        raise Refused(_("This capture has no text to quote from."), field="exact", code="quote.capture")
    if not words.exact and not words.is_quotation:
        return None
    return select(words.capture.text, words.exact, words.utf16_start, words.utf16_end, flags=words.capture.flags)


def _check_own_words(words: Words, text: str) -> None:
    if not words.lang:
        raise Refused(_("Say which language the words are in."), field="lang")
    if words.fidelity == Fidelity.TRANSLATION and not words.translator:
        raise Refused(_("Say who translated the words."), field="translator")
    if words.is_quotation:
        return
    if not text:
        raise Refused(_("Write what was said in your own words."), field="text")
    if words.fidelity != Fidelity.TRANSLATION and text[0] in QUOTE_MARKS and text[-1] in QUOTE_MARKS:
        raise Refused(
            _("A paraphrase is never inside quotation marks. Remove them, or select the words as a quotation."),
            field="text",
        )
    if words.translator in (Translator.TRACKER_HUMAN, Translator.TRACKER_MACHINE) and words.translates is None:
        raise Refused(_("Our own translation names the words it translates."), field="translates")
