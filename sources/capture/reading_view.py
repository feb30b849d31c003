"""The reading view: an article's paragraphs without what stands around them (trafilatura), for reading only.

Quotations are never anchored here: of real ones it loses one in sixty, speakers in block quotations among them.
Whatever fails here leaves the view empty and the capture whole. Imports no Django (reading child process); the
libraries are loaded on first use and stay.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Final

from sources.capture import second_reader
from sources.capture.hiding import READ_ALOUD

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LARGEST: Final = 6_000_000  # characters of markup that are read a second time
LARGEST_FOR_GUESS: Final = 500_000  # characters of markup searched for a date
MOST_ELEMENTS: Final = 20_000  # of which a reading view is made: fifty thousand small paragraphs took seven seconds
LONGEST: Final = 400_000  # code points of the view
SECONDS: Final = 2  # of processor time, for each of the steps

HIDDEN: Final = [
    "//template",
    "//*[@hidden]",
    "//*[contains(translate(@style, ' DISPLAYNO', 'displayno'), 'display:none')]",
    "//*[@aria-hidden='true' and not(self::body or self::main or self::article or self::html)]",
    "//*[" + " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in sorted(READ_ALOUD)) + "]",
]


@dataclass(frozen=True, slots=True)
class SecondReading:
    """`reading`: paragraphs of the article, one a line, "" if none could be made out. `agreement`: 0 to 1, None if
    nothing could be compared. `shares_nothing`: the two readers found two different texts."""

    reading: str = ""
    agreement: float | None = None
    shares_nothing: bool = False
    date: str = ""


class _TooSlow(Exception):
    """The reading took more processor time than it is worth."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupt what runs within after so much processor time. The timer and its handler are put back as they were."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def read_again(html: str, canonical: str, *, guess_date: bool) -> SecondReading:
    """Read a decoded page with the other parser: compare it with its canonical text, and make the reading view.

    `guess_date`: the page states no date of publication, so htmldate is asked for the likeliest day.
    """
    if len(html) > LARGEST:
        return SecondReading()
    import trafilatura  # noqa: F401  # loading is not what the time limit is for

    tree = _or_none(lambda: _parsed(html.replace("\0", "")))
    if tree is None:
        return SecondReading()
    words = _or_none(lambda: second_reader.words_of(tree))
    agreement, shares_nothing = None, False
    if words is not None:
        first = second_reader.words_in(canonical)
        agreement = round(second_reader.agreement_of(first, words), 3)
        shares_nothing = second_reader.share_nothing(first, words)
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS:
        return SecondReading("", agreement, shares_nothing)
    date = _or_none(lambda: _guessed(tree)) if guess_date and len(html) <= LARGEST_FOR_GUESS else ""
    return SecondReading(_or_none(lambda: _article(tree)) or "", agreement, shares_nothing, date or "")


def _or_none[T](work: Callable[[], T]) -> T | None:
    """What some work on a stranger's page comes to, None if it fails or takes too long."""
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        with _at_most(SECONDS):
            return work()
    except (_TooSlow, LxmlError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return None


def _parsed(html: str) -> HtmlElement:
    from lxml import html as lxml_html  # type: ignore[import-untyped]

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    return lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)


def _guessed(tree: HtmlElement) -> str:
    import htmldate

    return htmldate.find_date(tree, original_date=True) or ""


def _article(tree: HtmlElement) -> str:
    import trafilatura

    found = trafilatura.extract(tree, include_comments=False, prune_xpath=HIDDEN, output_format="txt")
    lines = (" ".join(line.split()) for line in (found or "").replace("\0", "").split("\n"))
    return "\n".join(line for line in lines if line)[:LONGEST]
