"""Walks a web page (selectolax, the lexbor engine: no depth is lost) and writes its canonical text.

The walk keeps a stack of its own: fifty thousand nested elements must not exhaust Python's. Imports no Django.
"""

from __future__ import annotations

import re
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sources.addresses import AddressRefused, join
from sources.capture.metadata import Metadata
from sources.capture.text import CanonicalText, Writer, trimmed, with_bidi_flags

MOST_LINKS: Final = 5_000
DROPPED: Final = frozenset({
    "script", "style", "template", "noscript", "head", "iframe", "object", "embed", "canvas", "audio", "video",
    "svg", "datalist", "frameset",
})  # fmt: skip
BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "search", "section", "select", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "textarea",
})  # fmt: skip
CELLS: Final = frozenset({"td", "th"})
FLAGGED: Final = {
    "blockquote": "quote_block", "q": "quote_block", "figcaption": "caption", "caption": "caption",
    "article": "in_article", "main": "in_article",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
}  # fmt: skip
HIDING: Final = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
BYLINE: Final = re.compile(r"(?:^|[\s_-])(?:byline|author|authors|by-line)(?:$|[\s_-])", re.IGNORECASE)
LONGEST_BYLINE: Final = 200


class _Walk:
    """One walk over one page."""

    def __init__(self, base: str) -> None:
        self.writer = Writer()
        self.base = base
        self.links: list[tuple[str, int, int]] = []
        self.spans: list[tuple[int, int, str]] = []
        self.bylines: list[tuple[int, int]] = []
        self.times: list[str] = []
        self.signs: set[str] = set()

    def run(self, root: LexborNode) -> None:
        """Visit every node once, in document order, without recursion; None on the stack closes an element."""
        waiting: list[tuple[LexborNode | None, _Open | None]] = [(root, None)]
        preformatted = 0
        while waiting and not self.writer.is_full:
            node, opened = waiting.pop()
            if opened is not None:
                preformatted -= opened.tag == "pre"
                self.leave(opened)
            if node is None:
                continue
            if node.next is not None and node is not root:
                waiting.append((node.next, None))
            if node.is_text_node:
                self.writer.write(node.text_content or "", keep_lines=preformatted > 0)
            elif node.is_element_node and node.tag not in DROPPED:
                opened = self.enter(node)
                preformatted += opened.tag == "pre"
                waiting.append((None, opened))
                if node.first_child is not None:
                    waiting.append((node.first_child, None))

    def enter(self, node: LexborNode) -> _Open:
        """An element begins: line ends, and what must be known of it when it ends."""
        tag = node.tag or ""
        if tag in BLOCKS or tag == "br":
            self.writer.line()
        elif tag in CELLS:
            self.writer.space()
        return _Open(tag, node.attributes, self.writer.length)

    def leave(self, opened: _Open) -> None:
        """An element ended: its span goes on record under every name it earned."""
        tag, attributes, start = opened.tag, opened.attributes, opened.start
        end = self.writer.length
        if tag in BLOCKS:
            self.writer.line()
        if tag == "input" and (attributes.get("type") or "").lower() == "password":
            self.signs.add("password_field")
        if tag == "time" and attributes.get("datetime"):
            self.times.append(attributes["datetime"] or "")
        if end == start:
            return
        if is_hidden(tag, attributes):
            self.spans.append((start, end, "hidden"))
        name = "in_article" if attributes.get("role") == "main" else FLAGGED.get(tag)
        if name:
            self.spans.append((start, end, name))
        if tag == "a" and attributes.get("href"):
            self.add_link(attributes["href"] or "", start, end)
        if _names_author(attributes):
            self.bylines.append((start, end))

    def add_link(self, reference: str, start: int, end: int) -> None:
        """Keep a link to the web, made absolute; anything else is no way to another source."""
        if len(self.links) >= MOST_LINKS:
            return
        try:
            href = join(self.base, reference.strip())
        except AddressRefused:
            return
        if href.startswith(("http://", "https://")) and len(href) <= 4096:
            self.links.append((href, start, end))


class _Open:
    """An element that was entered and not yet left."""

    __slots__ = ("attributes", "start", "tag")

    def __init__(self, tag: str, attributes: dict[str, str | None], start: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.start = start


def is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether a reader sees nothing of this element, as far as its own attributes say."""
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = attributes.get("style")
    return bool(style and HIDING.search(style))


def _names_author(attributes: dict[str, str | None]) -> bool:
    named = attributes.get("rel") == "author" or attributes.get("itemprop") == "author"
    return named or bool(BYLINE.search(attributes.get("class") or ""))


def walk(html: str, charset: str, base: str) -> CanonicalText:
    """The canonical text of a page that is already decoded."""
    nought = html.count("\0")
    tree = LexborHTMLParser(html.replace("\0", "").encode("utf-8", "replace").decode())
    going = _Walk(_base_of(tree, base))
    if tree.root is not None:
        going.run(tree.root)
    text = going.writer.result()
    for begun, ended, name in going.spans:
        start, end = trimmed(text, begun, ended)
        if end > start:
            going.writer.flag(start, end, name)
    told = Metadata(tree)
    if nought:
        told.add("removed", f"U+0000 x {nought}", "bytes")
    for begun, ended in going.bylines[:5]:
        start, end = trimmed(text, begun, ended)
        if 0 < end - start <= LONGEST_BYLINE:
            told.add("byline", text[start:end], "byline")
    for moment in going.times[:5]:
        told.add("published", moment, "time")
    return CanonicalText(
        text,
        title=told.first("title"),
        lang=told.first("lang"),
        published=told.first("published"),
        byline=told.first("byline"),
        site_name=told.first("site_name"),
        metadata=told.values,
        links=_listed(going.links, text),
        flags=with_bidi_flags(going.writer, text),
        signs=sorted(going.signs | told.signs),
        charset=charset,
        is_cut=going.writer.is_full,
    )


def _base_of(tree: LexborHTMLParser, base: str) -> str:
    """Where relative links start from: the page's own <base>, read against where it was fetched."""
    element = tree.css_first("base[href]")
    reference = element.attributes.get("href") if element else None
    if not reference:
        return base
    try:
        return join(base, reference)
    except AddressRefused:
        return base


def _listed(links: list[tuple[str, int, int]], text: str) -> list[dict[str, Any]]:
    listed = []
    for href, begun, ended in links:
        start, end = trimmed(text, begun, ended)
        if end > start:
            listed.append({"href": href, "text": text[start : min(end, start + 300)], "start": start})
    return sorted(listed, key=lambda link: link["start"])
