"""Verdicts on a page that was sent with success: is it what was asked for, or something that only looks like it?

Every rule needs what the page is made of (its address, its title as a whole, its markup) and how little it says;
a word in the body alone never decides. When in doubt a page is an article, and a person sees what it says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import ada_url

from sources.capture.fetch import Fetched
from sources.capture.outcomes import Outcome
from sources.capture.phrases import (
    CHALLENGE_TITLE,
    CHALLENGE_WORDS,
    CONSENT_TITLE,
    LOGIN_TITLE,
    MISSING_TITLE,
    WEAK_CHALLENGE_TITLE,
    segments_of,
)
from sources.capture.text import CanonicalText

# A challenge, a log-in form or an excuse is short; an article that merely speaks of one is not.
SHORT: Final = 1_500
FEW_WORDS: Final = 600
HARDLY_ANY: Final = 200
PARAGRAPH: Final = 60  # code points; what is shorter is a menu, a heading or a button
TEASER: Final = 1_500
LONG_TEASER: Final = 4_000  # where the page itself says that the paid part is missing

LANGUAGE_PATH: Final = r"/(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?"
HOME_PATH: Final = re.compile(LANGUAGE_PATH + r"(?:(?:index|default|home|main)(?:\.\w{2,5})?/?)?", re.IGNORECASE)
ASKED_FOR_HOME: Final = re.compile(LANGUAGE_PATH + r"(?:index\.\w{2,5})?", re.IGNORECASE)
# What redirects add to the address of a front page. Anything else (?p=123) may be the page itself.
NOISE: Final = re.compile(
    r"(?:guccounter|guce_referrer(?:_sig)?|gdpr|consent|cookies?|redirect(?:ed|_from)?|from|ref|utm_\w+|lang|hl"
    r"|error|not_?found|404|msg|status)(?:=.*)?",
    re.IGNORECASE,
)
LOGIN_PATH: Final = re.compile(
    r"/(?:log-?in|sign-?in|authwall|auth|anmelden|login_?form|wp-login)(?:\.\w{2,5})?(?:/|$)", re.IGNORECASE
)
LOGIN_HOST: Final = re.compile(r"^(?:login|signin|sso|auth|accounts?|passport|id)\.", re.IGNORECASE)
LOGIN_PLACES: Final = (  # host, path: log-in pages that are made by script and hold no form
    (re.compile(r"(?:^|\.)instagram\.com$"), re.compile(r"^/accounts/login/?$")),
    (re.compile(r"(?:^|\.)facebook\.com$"), re.compile(r"^/(?:login|checkpoint)(?:[/.]|$)")),
    (re.compile(r"(?:^|\.)linkedin\.com$"), re.compile(r"^/(?:authwall|uas/login|checkpoint)(?:/|$)")),
    (re.compile(r"^(?:x|twitter|mobile\.twitter)\.com$"), re.compile(r"^/(?:i/flow/login|login)/?$")),
    (re.compile(r"^accounts\.google\.com$"), re.compile(r"^/")),
    (re.compile(r"^login\.(?:vk|ok)\.(?:com|ru)$"), re.compile(r"^/")),
)
CONSENT_HOST: Final = re.compile(r"^(?:consent|guce|myprivacy|cmp|zustimmung|privacy-?wall)\.", re.IGNORECASE)
CONSENT_PATH: Final = re.compile(
    r"/(?:consent|collectconsent|privacy-?wall|privacy-?gate|cookie-?wall|cookie-?consent|zustimmung)(?:\.\w{2,5})?(?:/|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Page:
    """What the rules look at. `words` are those a reader sees."""

    fetched: Fetched
    text: CanonicalText
    words: str

    @cached_property
    def first(self) -> ada_url.URL:
        """The address that was asked for."""
        return ada_url.URL(self.fetched.submitted)

    @cached_property
    def last(self) -> ada_url.URL:
        """The address the page came from."""
        return ada_url.URL(self.fetched.href)

    @property
    def was_redirected(self) -> bool:
        """Whether another address was visited than the one asked for."""
        return len(self.fetched.hops) > 1

    @cached_property
    def segments(self) -> list[str]:
        """The title, taken apart at the marks that set off a site's name."""
        return segments_of(self.text.title)

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """Start and words of every line that a reader sees, without readers' comments."""
        return self.text.lines()

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Start and length of every paragraph a reader sees of which less than half stands in links."""
        starts = [start for start, _ in self.lines]
        linked = [0] * len(starts)
        for link in self.text.links:
            linked[bisect_right(starts, link["start"]) - 1] += len(link["text"])
        return [
            (start, len(line))
            for (start, line), within in zip(self.lines, linked, strict=True)
            if len(line) >= max(PARAGRAPH, within * 2)
        ]

    @cached_property
    def prose(self) -> int:
        """Code points in paragraphs."""
        return sum(length for _, length in self.paragraphs)

    @cached_property
    def article_prose(self) -> int:
        """Code points in paragraphs of the article, or of the page where the markup does not set an article off."""
        within = self.text.spans("in_article")
        if not within:
            return self.prose
        starts = [start for start, _ in within]
        return sum(
            length
            for at, length in self.paragraphs
            if (found := bisect_right(starts, at)) and at < within[found - 1][1]
        )

    @cached_property
    def link_words(self) -> int:
        """Code points that stand in links."""
        return sum(len(link["text"]) for link in self.text.links)

    @property
    def is_short(self) -> bool:
        """Whether there is less than any article has."""
        return len(self.words) < SHORT

    @property
    def says_article(self) -> bool:
        """Whether the page calls itself an article."""
        return "article" in self.text.signs

    def has(self, sign: str) -> bool:
        """Whether the markup bears a sign (`sources.capture.signs`)."""
        return sign in self.text.signs


def is_challenge(page: Page) -> bool:
    """A check for robots, known by its header, by parts only such a page has, or by its whole title."""
    header = page.fetched.header
    if header("cf-mitigated").lower() == "challenge" or header("x-amzn-waf-action").lower() in ("challenge", "captcha"):
        return True
    if not page.is_short or page.says_article or page.has("post"):
        return False
    if any(sign.startswith("challenge:") for sign in page.text.signs):
        return True
    if page.prose >= FEW_WORDS:
        return False
    if any(CHALLENGE_TITLE.fullmatch(segment) for segment in page.segments):
        return True
    is_weak = any(WEAK_CHALLENGE_TITLE.fullmatch(segment) for segment in page.segments)
    return is_weak and (page.has("captcha") or bool(CHALLENGE_WORDS.search(page.words)))


def is_deleted_post(page: Page) -> bool:
    """A platform's own excuse in place of a post: the sign is set for the exact host and marker only."""
    return page.has("post:missing")


def is_consent(page: Page) -> bool:
    """A form about cookies in place of the page."""
    if CONSENT_HOST.match(page.last.hostname) and not CONSENT_HOST.match(page.first.hostname):
        return True
    if page.says_article and page.prose >= FEW_WORDS:
        return False
    if page.was_redirected and CONSENT_PATH.search(page.last.pathname) and not CONSENT_PATH.search(page.first.pathname):
        return True
    named = any(CONSENT_TITLE.fullmatch(segment) for segment in page.segments)
    return named and page.prose < (SHORT if page.has("consent_form") else FEW_WORDS)


def is_soft_404(page: Page) -> bool:
    """Words that the page does not exist, sent with a status that says it does."""
    if page.prose >= (HARDLY_ANY if page.says_article else FEW_WORDS):
        return False
    if page.has("error_page") or any(MISSING_TITLE.fullmatch(segment) for segment in page.segments):
        return True
    heading = page.text.first_heading()
    return page.prose < HARDLY_ANY and bool(MISSING_TITLE.fullmatch(heading))


def is_login(page: Page) -> bool:
    """A log-in form in place of the page."""
    if page.has("post:log_in"):
        return True
    if page.was_redirected and any(
        host.search(page.last.hostname) and path.search(page.last.pathname) for host, path in LOGIN_PLACES
    ):
        return True
    if not page.has("password_field") or page.prose >= FEW_WORDS:
        return False
    at_login = bool(LOGIN_PATH.search(page.last.pathname)) or bool(LOGIN_HOST.match(page.last.hostname))
    return at_login or any(LOGIN_TITLE.fullmatch(segment) for segment in page.segments)


def is_sent_home(page: Page) -> bool:
    """The front page instead of a page below it, also in another language or after a round by a consent form."""
    if not page.was_redirected or page.says_article:
        return False
    return _is_home(page.last) and not _is_home(page.first, ASKED_FOR_HOME)


def is_paywall(page: Page) -> bool:
    """The beginning of an article before a paywall: the page says that it is not free, and sends little of it."""
    if page.has("not_free"):
        if page.has("paid_part:present"):
            return False
        if page.has("paid_part:absent") or page.has("paid_part:short"):
            return page.article_prose < LONG_TEASER
        return page.article_prose < TEASER
    return (page.has("locked") and page.article_prose < FEW_WORDS) or (
        page.has("paywall_box") and page.article_prose < HARDLY_ANY
    )


def is_list(page: Page) -> bool:
    """A front page or a list of links to articles. A short report under a long menu is none."""
    if page.says_article or not page.words:
        return False
    if page.has("post:elsewhere"):
        return True
    count, share = len(page.text.links), page.link_words / len(page.words)
    if _is_home(page.last):
        is_dense = count >= 15 and share >= 0.4 and page.prose < TEASER
        return is_dense or (page.has("many_articles") and count >= 10 and page.prose < LONG_TEASER)
    if page.has("list") and count >= 15 and page.prose < FEW_WORDS:
        return True
    return count >= 30 and share >= 0.6 and page.prose < HARDLY_ANY


# In the order in which they are asked: the first that holds names the page.
RULES: Final[tuple[tuple[Callable[[Page], bool], Outcome], ...]] = (
    (is_consent, Outcome.VERDICT_CONSENT),
    (is_soft_404, Outcome.VERDICT_SOFT404),
    (is_login, Outcome.VERDICT_LOGIN),
    (is_sent_home, Outcome.REDIRECT_HOME),
    (is_paywall, Outcome.VERDICT_PAYWALL),
    (is_list, Outcome.VERDICT_NOT_ARTICLE),
)


def verdict_on(page: Page) -> Outcome | None:
    """What a page is instead of an article, None when nothing speaks against it.

    A platform's post is what it is: its title is its first line, which anybody may write.
    """
    if page.has("post"):
        return None
    return next((outcome for holds, outcome in RULES if holds(page)), None)


def _is_home(url: ada_url.URL, path: re.Pattern[str] = HOME_PATH) -> bool:
    """Whether an address is that of a front page: no path, or only a language, and nothing asked for."""
    pairs = [pair for pair in url.search.removeprefix("?").split("&") if pair]
    return bool(path.fullmatch(url.pathname)) and all(NOISE.fullmatch(pair) for pair in pairs)
