"""Public posts on Telegram, read from the page that other sites embed (`?embed=1&mode=tme`).

The page of a post itself holds only a frame; the embedded page holds the words, the time, the channel and where a
forwarded post came from. Imports no Django (reading child process).
"""

from __future__ import annotations

import re
from typing import Final

import ada_url
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sources.capture.metadata import Metadata

HOSTS: Final = frozenset({"t.me", "www.t.me", "telegram.me", "telegram.dog"})
POST: Final = re.compile(r"/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})/(\d{1,12})/?")
# First steps of paths that lead to something else than a channel.
RESERVED: Final = frozenset({
    "joinchat", "addstickers", "addemoji", "addtheme", "share", "proxy", "socks", "login", "confirmphone",
    "setlanguage", "boost", "giftcode", "invoice", "contact",
})  # fmt: skip
# Of a post's own parameters only these say which post is meant.
KEPT: Final = re.compile(r"(?:single|comment=\d+|thread=\d+|t=\d+)")
EMBEDDED: Final = "embed=1&mode=tme"
NOT_FOUND: Final = re.compile(r"post not found", re.IGNORECASE)
PICTURE_OF: Final = re.compile(r"background-image\s*:\s*url\(\s*['\"]?(https?://[^'\")]+)", re.IGNORECASE)
LONGEST_TITLE: Final = 120

MESSAGE: Final = ".tgme_widget_message"
WORDS: Final = ".js-message_text, .tgme_widget_message_text"
# What belongs to another post or to the frame around this one.
FOREIGN: Final = (
    "tgme_widget_message_reply", "tgme_widget_message_link_preview", "tgme_widget_message_user",
    "tgme_widget_message_user_photo",
)  # fmt: skip


def address_to_visit(address: str) -> str:
    """Where to fetch what an address names: the embedded page of a public Telegram post, else the address itself.

    The address handed in stays what it is; only the visit goes elsewhere. Pure: no network, nothing raised.
    """
    try:
        url = ada_url.URL(address)
    except ValueError:
        return address
    post = POST.fullmatch(url.pathname)
    if not post or not is_post_address(url) or url.protocol not in ("http:", "https:") or url.port:
        return address
    kept = [pair for pair in url.search.removeprefix("?").split("&") if KEPT.fullmatch(pair)]
    return f"https://t.me/{post.group(1)}/{post.group(2)}?{'&'.join([EMBEDDED, *kept])}"


def is_post_address(url: ada_url.URL) -> bool:
    """Whether an address is that of a public post."""
    post = POST.fullmatch(url.pathname)
    return url.hostname in HOSTS and post is not None and post.group(1).lower() not in RESERVED


def describe(tree: LexborHTMLParser, told: Metadata) -> set[str]:
    """Put what an embedded post says of itself on record; its signs (post, post:missing, post:elsewhere).

    "Post not found" is what Telegram says of a post that was deleted, and of one that never was.
    """
    message = _message(tree)
    if message is None:
        complaint = tree.css_first(".tgme_widget_message_error")
        if complaint is not None and NOT_FOUND.fullmatch(_said(complaint)):
            return {"post:missing"}
        is_card = tree.css_first(".tgme_page") is not None and tree.css_first("[data-telegram-post]") is None
        return {"post:elsewhere"} if is_card else set()
    _describe_author(message, told)
    _describe_media(message, told)
    words = next((_first_line(node) for node in message.css(WORDS) if not _is_foreign(node, message)), "")
    if words:
        told.put_first("title", words[:LONGEST_TITLE], "telegram")
    told.put_first("site_name", "Telegram", "telegram")
    for moment in message.css(".tgme_widget_message_date time[datetime], .tgme_widget_message_info time[datetime]"):
        told.put_first("published", moment.attributes.get("datetime"), "telegram")
    told.add("post", message.attributes.get("data-post"), "telegram")
    return {"post"}


def _message(tree: LexborHTMLParser) -> LexborNode | None:
    """The post of a page, None where there is none: only a real one carries its name under data-post."""
    return next((found for found in tree.css(MESSAGE) if found.attributes.get("data-post")), None)


def _describe_author(message: LexborNode, told: Metadata) -> None:
    owner = message.css_first(".tgme_widget_message_owner_name, .tgme_widget_message_author_name")
    if owner is not None:
        told.put_first("channel", _said(owner), "telegram")
        told.put_first("channel_url", owner.attributes.get("href"), "telegram")
    signature = message.css_first(".tgme_widget_message_from_author")
    by = signature if signature is not None else owner
    if by is not None:
        told.put_first("byline", _said(by), "telegram")
    forwarded = message.css_first(".tgme_widget_message_forwarded_from_name")
    if forwarded is not None:
        told.add("forwarded_from", _said(forwarded), "telegram")
        told.add("forwarded_url", forwarded.attributes.get("href"), "telegram")
    writer = message.css_first(".tgme_widget_message_forwarded_from_author")
    if writer is not None:
        told.add("forwarded_author", _said(writer), "telegram")
    views = message.css_first(".tgme_widget_message_views")
    if views is not None:
        told.add("views", _said(views), "telegram")
    meta = message.css_first(".tgme_widget_message_meta")
    if meta is not None and "edited" in _said(meta).lower():
        told.add("edited", "edited", "telegram")


def _describe_media(message: LexborNode, told: Metadata) -> None:
    """Addresses of pictures and videos in the post itself, without faces of people and previews of links."""
    for photo in message.css(".tgme_widget_message_photo_wrap"):
        found = PICTURE_OF.search(photo.attributes.get("style") or "")
        if found and not _is_foreign(photo, message):
            told.add("media_kind", "image", "telegram")
            told.add("content_url", found.group(1), "telegram")
    for video in message.css("video[src]"):
        if not _is_foreign(video, message):
            told.add("media_kind", "video", "telegram")
            told.add("content_url", video.attributes.get("src"), "telegram")
    for thumbnail in message.css(".tgme_widget_message_video_thumb"):
        found = PICTURE_OF.search(thumbnail.attributes.get("style") or "")
        if found and not _is_foreign(thumbnail, message):
            told.add("media_kind", "video", "telegram")
            told.add("thumbnail", found.group(1), "telegram")
    for length in message.css(".message_video_duration")[:1]:
        told.add("duration", _said(length), "telegram")
    for name in message.css(".tgme_widget_message_document_title")[:5]:
        told.add("file_name", _said(name), "telegram")


def _is_foreign(node: LexborNode, message: LexborNode) -> bool:
    """Whether a node lies in a part of the post that shows something else."""
    above = node.parent
    while above is not None and above != message:
        if any(name in (above.attributes.get("class") or "").split() for name in FOREIGN):
            return True
        above = above.parent
    return False


def _first_line(words: LexborNode) -> str:
    """The words of a post up to its first line break."""
    pieces: list[str] = []
    for node in words.traverse(include_text=True):
        if node.tag == "br" and "".join(pieces).strip():
            break
        if node.is_text_node:
            pieces.append(node.text_content or "")
    return " ".join("".join(pieces).split())


def _said(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())
