"""What came back: the article, or something that only looks like an answer. Conservative: when in doubt, a page
is a capture, and a person sees what it says."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import ada_url

from sources.capture.fetch import Fetched
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText

# A challenge, a log-in form or an excuse is short; an article that merely speaks of one is not.
SHORT: Final = 1_500

BINARY_STARTS: Final = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"PK\x05\x06", b"RIFF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!",
    b"\x7fELF", b"MZ", b"OggS", b"ID3", b"\x00\x00\x00\x18ftyp", b"\x00\x00\x00\x20ftyp", b"\xd0\xcf\x11\xe0",
)  # fmt: skip
MARKUP: Final = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body|\?xml|!--|meta|title|p|div|article|h1)\b", re.I)

CHALLENGE_TITLE: Final = re.compile(
    r"just a moment|attention required|ddos-guard|access denied|checking your browser|verify(?:ing)? (?:that )?you are"
    r" (?:a )?human|are you a robot|pardon our interruption|security check|bot verification|один момент"
    r"|проверка браузера",
    re.IGNORECASE,
)
CHALLENGE_WORDS: Final = re.compile(
    r"enable javascript and cookies to continue|checking (?:if the site connection is secure|your browser before)"
    r"|complete the (?:security check|captcha)|verify (?:that )?you are (?:a )?human"
    r"|unusual traffic from your computer",
    re.IGNORECASE,
)
LOGIN_TITLE: Final = re.compile(r"\b(?:log ?in|sign ?in|anmelden)\b|вход|увійти|вхід|войти|авторизац", re.IGNORECASE)
LOGIN_PATH: Final = re.compile(r"/(?:accounts?/)?(?:log-?in|sign-?in|auth|authwall|checkpoint)\b", re.IGNORECASE)
MISSING_TITLE: Final = re.compile(
    r"^\W*(?:error\W*)?(?:404\b|410\b|page (?:was )?not found|not found|page (?:does not exist|unavailable)"
    r"|seite nicht gefunden|страница не найдена|сторінку не знайдено|сторінка не знайдена|ошибка 404|помилка 404)",
    re.IGNORECASE,
)
CONSENT_HOST: Final = re.compile(r"^consent\.", re.IGNORECASE)


class Kind(StrEnum):
    """What bytes are read as."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"


class WrongType(Exception):
    """The bytes are of no kind that can be read. `outcome` is TYPE_UNSUPPORTED or TYPE_MISMATCH."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def kind_of(media_type: str, body: bytes) -> Kind:
    """What to read bytes as, from what they are and only then from what they claim. Raises WrongType."""
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return Kind.PDF
    if media_type == "application/pdf":
        raise WrongType(Outcome.TYPE_MISMATCH)
    claims_words = media_type in ("text/html", "application/xhtml+xml") or media_type.startswith("text/")
    if body.startswith(BINARY_STARTS):
        raise WrongType(Outcome.TYPE_MISMATCH if claims_words else Outcome.TYPE_UNSUPPORTED)
    if media_type in ("text/html", "application/xhtml+xml") or MARKUP.match(body[:1024]):
        return Kind.HTML
    if media_type in ("text/plain", "text/markdown"):
        return Kind.TEXT
    raise WrongType(Outcome.TYPE_UNSUPPORTED)


def judge(fetched: Fetched | None, text: CanonicalText | None) -> Outcome:
    """The outcome of a capture from how the visit went (None for what was handed over) and what was read.

    A site that sends a robot check with status 403 refused our visit either way; the check is the truer name.
    """
    words = text.visible() if text else ""
    if fetched and text and _is_challenge(fetched, text.title, words):
        return Outcome.VERDICT_CHALLENGE
    if fetched and fetched.outcome not in (Outcome.OK, Outcome.BODY_TRUNCATED):
        return fetched.outcome
    if text is None or not any(character.isalnum() for character in words):
        return (
            Outcome.BODY_TRUNCATED if fetched and fetched.outcome == Outcome.BODY_TRUNCATED else Outcome.VERDICT_EMPTY
        )
    verdict = _verdict(fetched, text, words) if fetched else None
    if verdict:
        return verdict
    in_part = text.is_cut or (fetched is not None and fetched.outcome == Outcome.BODY_TRUNCATED)
    return Outcome.OK_PARTIAL if in_part else Outcome.OK


def _verdict(fetched: Fetched, text: CanonicalText, words: str) -> Outcome | None:
    """What a 200 was instead of an article, None when nothing speaks against it."""
    first, last = ada_url.URL(fetched.submitted), ada_url.URL(fetched.href)
    is_short = len(words) < SHORT
    if CONSENT_HOST.match(last.hostname) and not CONSENT_HOST.match(first.hostname):
        return Outcome.VERDICT_CONSENT
    if is_short and MISSING_TITLE.search(text.title):
        return Outcome.VERDICT_SOFT404
    if (
        is_short
        and "password_field" in text.signs
        and (LOGIN_PATH.search(last.pathname) or LOGIN_TITLE.search(text.title))
    ):
        return Outcome.VERDICT_LOGIN
    if len(fetched.hops) > 1 and last.pathname == "/" and not last.search and first.pathname != "/":
        return Outcome.REDIRECT_HOME
    if is_short and "not_free" in text.signs:
        return Outcome.VERDICT_PAYWALL
    return None


def _is_challenge(fetched: Fetched, title: str, words: str) -> bool:
    if fetched.header("cf-mitigated").lower() == "challenge":
        return True
    return len(words) < SHORT and bool(CHALLENGE_TITLE.search(title) or CHALLENGE_WORDS.search(words))
