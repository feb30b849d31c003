"""What platforms for posts and videos say of their own pages: which platform it is, and whether the post is there.

A post counts as missing only by the exact host and by what that platform itself writes into such a page, never by
words that anybody may post. Imports no Django (reading child process).
"""

from __future__ import annotations

import re
from typing import Final

import ada_url
from selectolax.lexbor import LexborHTMLParser

from sources.capture import telegram
from sources.capture.metadata import Metadata

PLATFORMS: Final = (
    (re.compile(r"(?:^|\.)(?:youtube\.com|youtube-nocookie\.com|youtu\.be)$"), "YouTube"),
    (re.compile(r"^(?:www\.|mobile\.)?(?:x|twitter)\.com$"), "X"),
    (re.compile(r"(?:^|\.)facebook\.com$|^fb\.watch$"), "Facebook"),
    (re.compile(r"(?:^|\.)instagram\.com$"), "Instagram"),
    (re.compile(r"(?:^|\.)tiktok\.com$"), "TikTok"),
    (re.compile(r"(?:^|\.)vimeo\.com$"), "Vimeo"),
    (re.compile(r"(?:^|\.)(?:dailymotion\.com|dai\.ly)$"), "Dailymotion"),
    (re.compile(r"(?:^|\.)rutube\.ru$"), "Rutube"),
    (re.compile(r"(?:^|\.)(?:vk\.com|vkvideo\.ru|vk\.ru)$"), "VK"),
    (re.compile(r"(?:^|\.)ok\.ru$"), "OK"),
    (re.compile(r"^(?:www\.)?(?:t\.me|telegram\.(?:me|dog|org))$"), "Telegram"),
)
VIDEO_HOSTS: Final = frozenset({"YouTube", "Vimeo", "Dailymotion", "Rutube", "TikTok"})
POST_PATHS: Final = {
    "X": re.compile(r"/(?:\w{1,20}|i/web)/status/\d+"),
    "Facebook": re.compile(r"/(?:.+/)?(?:posts|videos|photos|permalink\.php|story\.php|watch|reel|share)\b"),
}
PLAYABLE: Final = re.compile(r'"playabilityStatus"\s*:\s*\{\s*"status"\s*:\s*"([A-Z_]+)"')
SCRIPT_LOOKED_AT: Final = 2_000_000
# X writes "Something went wrong" into the same place: only this sentence is about the post.
X_EXCUSE: Final = re.compile(r"this page doesn['’]t exist", re.IGNORECASE)
# The heading of the page that Facebook shows in place of a post that is gone or not public.
FACEBOOK_EXCUSES: Final = frozenset({
    "this content isn't available right now", "this content isn't available at the moment", "content not found",
    "dieser inhalt ist derzeit nicht verfügbar", "ce contenu n'est pas disponible pour le moment",
    "этот контент сейчас недоступен", "цей вміст зараз недоступний",
})  # fmt: skip


def platform_of(address: str) -> str:
    """The name of the platform an address belongs to, "" for any other site."""
    try:
        host = ada_url.URL(address).hostname
    except ValueError:
        return ""
    return next((name for pattern, name in PLATFORMS if pattern.search(host)), "")


def describe(tree: LexborHTMLParser, told: Metadata, base: str) -> set[str]:
    """Name the platform of a page fetched from `base` and of videos within it; signs of what became of its post."""
    for frame in tree.css("iframe[src]")[:50]:
        source = frame.attributes.get("src") or ""
        if platform_of(source) in VIDEO_HOSTS:
            told.add("embed_url", source, "iframe")
            told.add("embed_platform", platform_of(source), "iframe")
    platform = platform_of(base)
    if not platform:
        return set()
    told.add("platform", platform, "address")
    url = ada_url.URL(base)
    if platform == "Telegram":
        return telegram.describe(tree, told) if telegram.is_post_address(url) else set()
    if platform == "YouTube":
        return _youtube(tree)
    path = POST_PATHS.get(platform)
    if path is None or not path.match(url.pathname):
        return set()
    is_missing = _x_is_missing(tree) if platform == "X" else _facebook_is_missing(tree)
    return {"post:missing"} if is_missing else set()


def _youtube(tree: LexborHTMLParser) -> set[str]:
    """ERROR is a video that was removed or never was; LOGIN_REQUIRED one that is private or for adults."""
    for script in tree.css("script:not([src])")[:100]:
        found = PLAYABLE.search((script.text() or "")[:SCRIPT_LOOKED_AT])
        if found:
            return {"ERROR": {"post:missing"}, "LOGIN_REQUIRED": {"post:log_in"}}.get(found.group(1), set())
    return set()


def _x_is_missing(tree: LexborHTMLParser) -> bool:
    detail = tree.css_first('[data-testid="error-detail"]')
    return detail is not None and bool(X_EXCUSE.search(detail.text())) and tree.css_first("article") is None


def _facebook_is_missing(tree: LexborHTMLParser) -> bool:
    headings = (
        " ".join(node.text().split()).replace("’", "'").lower() for node in tree.css("h1, h2, head > title")[:5]
    )
    return any(heading in FACEBOOK_EXCUSES for heading in headings)
