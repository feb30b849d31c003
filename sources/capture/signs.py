"""What the markup of a page gives away about what it is: small words for the judge, found where the page is read.

A sign is read from elements, their names and their scripts, never from the words of an article, so that a report
about log-ins, paywalls or checks for robots bears none of them. Imports no Django (reading child process).

challenge:NAME    parts that only a check for robots of that vendor has
captcha           a captcha somewhere on the page (a comment form may have one)
password_field    a field for a password
not_free          the page says in JSON-LD that it is not accessible for free
paid_part:STATE   present, short or absent: the part its JSON-LD calls paid
locked            a meta element calls this text locked or metered
paywall_box       a box with words that its class or id calls a paywall
consent_form      a form that saves a choice about cookies
error_page        the template for a page that is not there
article, list     the page calls itself an article, or a collection of others
many_articles     four or more <article> elements side by side
post, post:missing, post:elsewhere, post:log_in   a platform's post, its excuse, its channel's card, its log-in
picture, video    the bytes are a picture or a video and no page
"""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

MANY_ARTICLES: Final = 4
MOST_SCRIPTS: Final = 200
SCRIPT_LOOKED_AT: Final = 20_000

# Ids and classes that stand only on the page of a check for robots.
CHALLENGE_IDS: Final = {
    "challenge-form": "cloudflare", "cf-challenge-running": "cloudflare", "challenge-error-text": "cloudflare",
    "challenge-running": "cloudflare", "cf-error-details": "cloudflare", "px-captcha": "perimeterx",
    "px-captcha-wrapper": "perimeterx", "sec-if-cpt-container": "akamai", "anubis_challenge": "anubis",
    "captcha-form": "google", "checkbox-captcha-form": "yandex", "ddg-captcha": "ddos-guard",
}  # fmt: skip
CHALLENGE_CLASSES: Final = {"CheckboxCaptcha": "yandex", "cf-error-title": "cloudflare"}
CAPTCHAS: Final = frozenset({"g-recaptcha", "h-captcha", "cf-turnstile", "smart-captcha", "frc-captcha"})
# Where scripts and frames of a check come from, or what they say. Cloudflare's own script stands on many ordinary
# pages as well; only the page of the check sets `_cf_chl_opt`.
CHALLENGE_SOURCES: Final = (
    (re.compile(r"ddos-guard/js-challenge|check\.ddos-guard\.net/check\.js"), "ddos-guard"),
    (re.compile(r"(?:geo|ct)\.captcha-delivery\.com"), "datadome"),
    (re.compile(r"/__qrator/"), "qrator"),
    (re.compile(r"\.token\.awswaf\.com/.*/challenge\.js"), "aws"),
)
CHALLENGE_SCRIPTS: Final = (
    (re.compile(r"window\._cf_chl_opt\s*="), "cloudflare"),
    (re.compile(r"sucuri_cloudproxy_js"), "sucuri"),
    (re.compile(r"window\.gokuProps\s*="), "aws"),
)
IMPERVA_FRAME: Final = re.compile(r"_Incapsula_Resource\?")

PAYWALL_NAMES: Final = frozenset({
    "paywall", "article-paywall", "article__paywall", "paywall-container", "paywall-wrapper", "paywall-overlay",
    "paywall-content", "c-paywall", "js-paywall", "paywall__content", "piano-paywall", "piano-inline", "regwall",
    "subscription-required", "subscribe-wall", "premium-paywall", "paid-barrier",
})  # fmt: skip
LOCKED_TIERS: Final = frozenset({"locked", "metered"})
CONSENT_ACTION: Final = re.compile(r"^https?://consent\.|(?:^|/)(?:save-?consent|consent/(?:save|collect)|collectconsent)",
                                   re.IGNORECASE)  # fmt: skip
ERROR_CLASSES: Final = frozenset({"error404", "error-404", "page-404", "page-not-found", "http-404"})
COMMENT_NAMES: Final = frozenset({
    "comments", "comment-list", "commentlist", "comments-area", "comments-list", "comments-section",
    "comment-section", "comments-wrapper", "comments-container", "comments__list", "reader-comments",
    "user-comments", "article-comments", "post-comments", "disqus_thread", "fb-comments", "vk_comments",
    "hypercomments_widget",
})  # fmt: skip
COMMENT_TYPES: Final = ("schema.org/Comment", "schema.org/UserComments")
NEVER_COMMENTS: Final = frozenset({"html", "body", "main", "article", "a", "span", "button", "h1", "h2", "h3", "time"})


def signs_of(tree: LexborHTMLParser) -> set[str]:
    """Signs that stand in scripts, frames, the head and the page as a whole."""
    signs = _script_signs(tree)
    for frame in tree.css("iframe[src]")[:MOST_SCRIPTS]:
        source = frame.attributes.get("src") or ""
        if IMPERVA_FRAME.search(source):
            signs.add("challenge:imperva")
        signs |= {f"challenge:{name}" for pattern, name in CHALLENGE_SOURCES if pattern.search(source)}
    for meta in tree.css("meta[name][content]")[:MOST_SCRIPTS]:
        name, content = (meta.attributes.get("name") or "").lower(), (meta.attributes.get("content") or "").lower()
        if name == "prerender-status-code" and content in ("404", "410"):
            signs.add("error_page")
    for meta in tree.css('meta[property="article:content_tier"], meta[name="article:content_tier"]')[:1]:
        if (meta.attributes.get("content") or "").lower() in LOCKED_TIERS:
            signs.add("locked")
    body = tree.body
    if body is not None and not ERROR_CLASSES.isdisjoint((body.attributes.get("class") or "").split()):
        signs.add("error_page")
    return signs


def _script_signs(tree: LexborHTMLParser) -> set[str]:
    signs = set()
    for script in tree.css("script")[:MOST_SCRIPTS]:
        source = script.attributes.get("src") or ""
        patterns, words = (CHALLENGE_SOURCES, source) if source else (CHALLENGE_SCRIPTS, script.text() or "")
        for pattern, name in patterns:
            if pattern.search(words[:SCRIPT_LOOKED_AT]):
                signs.add(f"challenge:{name}")
        if script.attributes.get("id") == "anubis_challenge":
            signs.add("challenge:anubis")
    return signs


def signs_of_element(tag: str, attributes: dict[str, str | None], has_words: bool) -> list[str]:
    """Signs that one element of the body gives. `has_words`: it holds words that are not hidden."""
    found: list[str] = []
    names = _names(attributes)
    if names:
        found += [f"challenge:{CHALLENGE_IDS[name]}" for name in names & CHALLENGE_IDS.keys()]
        found += [f"challenge:{CHALLENGE_CLASSES[name]}" for name in names & CHALLENGE_CLASSES.keys()]
        if not CAPTCHAS.isdisjoint(names):
            found.append("captcha")
        if has_words and not PAYWALL_NAMES.isdisjoint(names):
            found.append("paywall_box")
    if tag == "input" and (attributes.get("type") or "").lower() == "password":
        found.append("password_field")
    if tag == "form" and CONSENT_ACTION.search(attributes.get("action") or ""):
        found.append("consent_form")
    if attributes.get("itemprop") == "articleBody" and has_words:
        found.append("article")
    return found


def holds_comments(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element holds what readers wrote below an article, by its exact name or its microdata."""
    if tag in NEVER_COMMENTS:
        return False
    if attributes.get("itemprop") == "comment" or (attributes.get("itemtype") or "").endswith(COMMENT_TYPES):
        return True
    return not COMMENT_NAMES.isdisjoint(_names(attributes))


def _names(attributes: dict[str, str | None]) -> set[str]:
    names = set((attributes.get("class") or "").split())
    identity = attributes.get("id")
    if identity:
        names.add(identity)
    return names
