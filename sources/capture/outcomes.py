"""How a capture ended: one code, what a person reads, and whether trying again can help.

The codes are those of the design note on captures (transport state x verdict). They are stored, shown to
partners and never reused. This module imports no model, so models may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE


class Family(TextChoices):
    """What sort of fact an outcome is. "Refused", "unreachable" and "missing" are three different facts."""

    CAPTURED = "captured", _("Captured")
    ADDRESS = "address", _("Address not accepted")
    UNREACHABLE = "unreachable", _("Unreachable")
    REFUSED = "refused", _("Refused our visit")
    MISSING = "missing", _("Not there")
    REDIRECT = "redirect", _("Redirected astray")
    LIMIT = "limit", _("Over a limit")
    CONTENT = "content", _("Not a page we can read")
    READING = "reading", _("Could not be read")
    VERDICT = "verdict", _("Not the article")
    SYSTEM = "system", _("Our own fault")


class Again(TextChoices):
    """Who, if anybody, tries again."""

    NEVER = "never", _("Trying again cannot help")
    LATER = "later", _("Worth trying again later")
    PERSON = "person", _("A person may try again")


class Outcome(TextChoices):
    """The end of one capture. A 200 is not a capture: only the family `captured` is."""

    OK = "ok", _("Captured")
    OK_PARTIAL = "ok.partial", _("Captured in part")

    URL_INVALID = "url.invalid", _("Not a link")
    URL_SCHEME = "url.scheme", _("Not a web address")
    URL_PORT = "url.port", _("Unusual port")
    URL_CREDENTIALS = "url.credentials", _("Name or password in the address")
    URL_LENGTH = "url.length", _("Address too long")
    SSRF_BLOCKED = "ssrf.blocked", _("Not a public address")

    DNS_NXDOMAIN = "dns.nxdomain", _("No such site")
    DNS_TEMP = "dns.temp", _("Name could not be looked up")
    TCP_REFUSED = "tcp.refused", _("Connection refused")
    TCP_TIMEOUT = "tcp.timeout", _("No answer")
    TCP_RESET = "tcp.reset", _("Connection broken off")
    TLS_INVALID = "tls.invalid", _("Certificate not valid")
    TLS_EXPIRED = "tls.expired", _("Certificate expired")

    HTTP_404 = "http.404", _("Page not found (404)")
    HTTP_410 = "http.410", _("Page withdrawn (410)")
    HTTP_451 = "http.451", _("Blocked for legal reasons (451)")
    HTTP_401 = "http.401", _("Log-in demanded (401)")
    HTTP_403 = "http.403", _("Visit refused (403)")
    HTTP_429 = "http.429", _("Asked to slow down (429)")
    HTTP_4XX = "http.4xx", _("Request refused (4xx)")
    HTTP_5XX = "http.5xx", _("Site failing (5xx)")
    HTTP_BROKEN = "http.broken", _("Answer makes no sense")

    REDIRECT_LOOP = "redirect.loop", _("Redirects in a circle")
    REDIRECT_TOOMANY = "redirect.toomany", _("Too many redirects")
    REDIRECT_HOME = "redirect.home", _("Redirected to the front page")
    REDIRECT_DOWNGRADE = "redirect.downgrade", _("Redirected to an unprotected address")

    SIZE_HEADER = "size.header", _("Announced as too large")
    SIZE_STREAMED = "size.streamed", _("Too large")
    SIZE_DECODED = "size.decoded", _("Too large once unpacked")
    SIZE_HEADERS = "size.headers", _("Headers too large")
    RATIO = "ratio", _("Packed suspiciously tight")
    TIME_TOTAL = "time.total", _("Took too long")
    BODY_TRUNCATED = "body.truncated", _("Broke off midway")

    TYPE_UNSUPPORTED = "type.unsupported", _("Kind of file not supported")
    TYPE_MISMATCH = "type.mismatch", _("Not the kind of file it claims to be")

    PARSE_TIMEOUT = "parse.timeout", _("Reading took too long")
    PARSE_MEMORY = "parse.memory", _("Reading took too much memory")
    PARSE_CRASH = "parse.crash", _("Reading failed")
    PARSE_DISAGREE = "parse.disagree", _("Two readers disagree")

    VERDICT_CHALLENGE = "verdict.challenge", _("A check for robots")
    VERDICT_LOGIN = "verdict.login", _("A log-in page")
    VERDICT_PAYWALL = "verdict.paywall", _("Only a teaser before a paywall")
    VERDICT_CONSENT = "verdict.consent", _("Only a consent form")
    VERDICT_SOFT404 = "verdict.soft404", _("Says that the page does not exist")
    VERDICT_DELETED_POST = "verdict.deleted_post", _("The post was deleted")
    VERDICT_EMPTY = "verdict.empty", _("No words in it")
    VERDICT_NOT_ARTICLE = "verdict.not_article", _("Not an article")

    ROBOTS_DISALLOW = "robots.disallow", _("Robots are asked to stay away")
    STORE_FULL = "store.full", _("No room to keep it")
    STORE_HASH_MISMATCH = "store.hash_mismatch", _("Stored bytes are damaged")
    WORKER_LOST = "worker.lost", _("The work was interrupted")
    ATTEST_FAILED = "attest.failed", _("No time-stamp")

    @property
    def facts(self) -> Facts:
        """Family, sentence and retry policy of this outcome."""
        return FACTS[self]

    @property
    def sentence(self) -> StrOrPromise:
        """What a person reads: what happened and what to do."""
        return FACTS[self].sentence

    @property
    def family(self) -> Family:
        """What sort of fact this is."""
        return FACTS[self].family

    @property
    def again(self) -> Again:
        """Who may try again."""
        return FACTS[self].again

    @property
    def retry_seconds(self) -> int | None:
        """Seconds to wait before trying by itself; None unless `again` is LATER."""
        return FACTS[self].seconds

    @property
    def is_captured(self) -> bool:
        """Whether there is text to quote from."""
        return FACTS[self].family == Family.CAPTURED


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an outcome besides its code. `seconds` is set only when `again` is LATER."""

    family: Family
    sentence: StrOrPromise
    again: Again
    seconds: int | None = None


def _never(family: Family, sentence: StrOrPromise) -> Facts:
    return Facts(family, sentence, Again.NEVER)


def _person(family: Family, sentence: StrOrPromise) -> Facts:
    return Facts(family, sentence, Again.PERSON)


def _later(family: Family, sentence: StrOrPromise, seconds: int) -> Facts:
    return Facts(family, sentence, Again.LATER, seconds)


FACTS: Final[dict[Outcome, Facts]] = {
    Outcome.OK: _never(Family.CAPTURED, _("The page was captured and can be quoted.")),
    Outcome.OK_PARTIAL: _person(
        Family.CAPTURED,
        _(
            "Captured, though not everything in it can be quoted: part of the page is missing, or it is a picture or"
            " video without words. Check that what you need is there; else upload it."
        ),
    ),
    Outcome.URL_INVALID: _never(
        Family.ADDRESS,
        _("This is not a link. Copy the whole address from the browser, with https:// in front."),
    ),
    Outcome.URL_SCHEME: _never(
        Family.ADDRESS,
        _("Only http and https links can be captured. Upload the file or paste the text instead."),
    ),
    Outcome.URL_PORT: _never(
        Family.ADDRESS,
        _("This link names an unusual port, which we do not visit. Upload the page instead."),
    ),
    Outcome.URL_CREDENTIALS: _never(
        Family.ADDRESS,
        _("This link carries a user name or password. Remove it, or upload the page instead."),
    ),
    Outcome.URL_LENGTH: _never(Family.ADDRESS, _("This link is too long. Upload the page instead.")),
    Outcome.SSRF_BLOCKED: _never(
        Family.ADDRESS,
        _("This link leads to an address that is not public, so it was not visited. Upload the page instead."),
    ),
    Outcome.DNS_NXDOMAIN: _person(
        Family.UNREACHABLE,
        _("No site of this name exists. Check the spelling, or upload a copy of the page."),
    ),
    Outcome.DNS_TEMP: _later(
        Family.UNREACHABLE,
        _("The name of the site could not be looked up just now. Retry, or upload the page."),
        5,
    ),
    Outcome.TCP_REFUSED: _person(
        Family.UNREACHABLE,
        _("The site refused the connection. Retry later, or upload a copy of the page."),
    ),
    Outcome.TCP_TIMEOUT: _later(
        Family.UNREACHABLE,
        _("The site did not answer in time. Retry later, or upload a copy of the page."),
        5,
    ),
    Outcome.TCP_RESET: _person(
        Family.UNREACHABLE,
        _("The site broke off the connection. Retry later, or upload a copy of the page."),
    ),
    Outcome.TLS_INVALID: _person(
        Family.UNREACHABLE,
        _("The certificate of the site is not valid, so nothing was read from it. Upload a copy of the page."),
    ),
    Outcome.TLS_EXPIRED: _person(
        Family.UNREACHABLE,
        _("The certificate of the site has expired, so nothing was read from it. Upload a copy of the page."),
    ),
    Outcome.HTTP_404: _person(
        Family.MISSING,
        _("The site says there is no such page (404). One answer does not mean it was removed: check the link."),
    ),
    Outcome.HTTP_410: _person(
        Family.MISSING,
        _("The site says the page was taken away (410). Upload a copy if you have one."),
    ),
    Outcome.HTTP_451: _person(
        Family.REFUSED,
        _("The site withholds the page for legal reasons (451). Upload a copy if you have one."),
    ),
    Outcome.HTTP_401: _person(
        Family.REFUSED,
        _("The site wants a log-in (401), and we do not log in. Upload the page instead."),
    ),
    Outcome.HTTP_403: _person(
        Family.REFUSED,
        _("The site refused our visit (403). That says nothing about the page. Upload it instead."),
    ),
    Outcome.HTTP_429: _later(
        Family.REFUSED,
        _("The site asked us to come less often (429). Retry later, or upload the page."),
        15 * MINUTE,
    ),
    Outcome.HTTP_4XX: _person(
        Family.REFUSED,
        _("The site refused the request. Check the link, or upload a copy of the page."),
    ),
    Outcome.HTTP_5XX: _later(
        Family.UNREACHABLE,
        _("The site is failing just now. Retry later, or upload a copy of the page."),
        5,
    ),
    Outcome.HTTP_BROKEN: _person(
        Family.UNREACHABLE,
        _("The site sent an answer that is not valid. Retry later, or upload a copy of the page."),
    ),
    Outcome.REDIRECT_LOOP: _person(
        Family.REDIRECT,
        _("The link sends visitors round in a circle. Open it in a browser and upload the page."),
    ),
    Outcome.REDIRECT_TOOMANY: _person(
        Family.REDIRECT,
        _("The link redirects more than five times. Hand in the address where it ends."),
    ),
    Outcome.REDIRECT_HOME: _person(
        Family.REDIRECT,
        _("The site sent us to its front page instead. The page may have moved: search for it there."),
    ),
    Outcome.REDIRECT_DOWNGRADE: _person(
        Family.REDIRECT,
        _("The link leads from a protected address to an unprotected one, which we do not follow. Upload the page."),
    ),
    Outcome.SIZE_HEADER: _never(
        Family.LIMIT,
        _("The site announces more than 25 MB. Upload the part you need, or paste the text."),
    ),
    Outcome.SIZE_STREAMED: _never(
        Family.LIMIT,
        _("The page is larger than 25 MB. Upload the part you need, or paste the text."),
    ),
    Outcome.SIZE_DECODED: _never(
        Family.LIMIT,
        _("The page unpacks to more than 25 MB. Upload the part you need, or paste the text."),
    ),
    Outcome.SIZE_HEADERS: _never(
        Family.LIMIT,
        _("The headers sent by the site are larger than any real page needs. Upload the page instead."),
    ),
    Outcome.RATIO: _never(
        Family.LIMIT,
        _("The page unpacks to more than a hundred times its size, as attacks do. Upload it instead."),
    ),
    Outcome.TIME_TOTAL: _person(
        Family.LIMIT,
        _("The site sent the page too slowly. Retry later, or upload a copy of the page."),
    ),
    Outcome.BODY_TRUNCATED: _person(
        Family.LIMIT,
        _("The page broke off before its end. Retry, or upload a copy of the page."),
    ),
    Outcome.TYPE_UNSUPPORTED: _never(
        Family.CONTENT,
        _("This kind of file cannot be read here. Upload a PDF or web page, or paste the text."),
    ),
    Outcome.TYPE_MISMATCH: _person(
        Family.CONTENT,
        _("The file is not of the kind it claims to be. Open it yourself, then paste the text."),
    ),
    Outcome.PARSE_TIMEOUT: _person(
        Family.READING,
        _("The bytes are kept, but reading them took too long. Paste the text you need."),
    ),
    Outcome.PARSE_MEMORY: _person(
        Family.READING,
        _("The bytes are kept, but reading them took too much memory. Paste the text you need."),
    ),
    Outcome.PARSE_CRASH: _person(
        Family.READING,
        _("The bytes are kept, but they could not be read. Paste the text you need."),
    ),
    Outcome.PARSE_DISAGREE: _person(
        Family.READING,
        _("The bytes are kept, but two ways of reading them disagree. Compare with the page itself."),
    ),
    Outcome.VERDICT_CHALLENGE: _person(
        Family.REFUSED,
        _("The site answered with a check for robots, not with the page. Upload the page instead."),
    ),
    Outcome.VERDICT_LOGIN: _person(
        Family.REFUSED,
        _("The site answered with a log-in form, not with the page. Upload the page instead."),
    ),
    Outcome.VERDICT_PAYWALL: _person(
        Family.REFUSED,
        _("Only the beginning before a paywall was sent. Upload the whole page if you may read it."),
    ),
    Outcome.VERDICT_CONSENT: _person(
        Family.REFUSED,
        _("The site answered with a consent form, not with the page. Upload the page instead."),
    ),
    Outcome.VERDICT_SOFT404: _person(
        Family.MISSING,
        _("The site answered, but with words saying the page does not exist. Check the link."),
    ),
    Outcome.VERDICT_DELETED_POST: _person(
        Family.MISSING,
        _("The platform says this post is not there: deleted, withdrawn or never public. Upload a copy if you can."),
    ),
    Outcome.VERDICT_EMPTY: _person(
        Family.VERDICT,
        _("There are no words in it to quote (a picture or a scan, perhaps). Type or paste the words from it."),
    ),
    Outcome.VERDICT_NOT_ARTICLE: _person(
        Family.VERDICT,
        _("This is a list or front page, not an article. Hand in the article itself."),
    ),
    Outcome.ROBOTS_DISALLOW: _person(
        Family.REFUSED,
        _("The site asks robots to stay away from this page. Upload the page instead."),
    ),
    Outcome.STORE_FULL: _later(
        Family.SYSTEM,
        _("There is no room left to keep the page. Tell an administrator; it will be tried again."),
        HOUR,
    ),
    Outcome.STORE_HASH_MISMATCH: _person(
        Family.SYSTEM,
        _("The stored bytes no longer match their hash. Tell an administrator at once."),
    ),
    Outcome.WORKER_LOST: _person(
        Family.SYSTEM,
        _("The work was interrupted several times. Retry, or upload the page instead."),
    ),
    Outcome.ATTEST_FAILED: _later(
        Family.SYSTEM,
        _("The page is captured, but its time-stamp could not be had yet. Nothing to do."),
        HOUR,
    ),
}
