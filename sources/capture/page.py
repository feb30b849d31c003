"""Walks a web page (selectolax, the lexbor engine: no depth is lost) and writes its canonical text.

The walk keeps a stack of its own: fifty thousand nested elements must not exhaust Python's. Imports no Django.
"""

from __future__ import annotations

import re
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sources.addresses import AddressRefused, join
from sources.capture import platforms
from sources.capture.hiding import Sheet, sheet_of
from sources.capture.metadata import Metadata
from sources.capture.signs import MANY_ARTICLES, holds_comments, signs_of, signs_of_element
from sources.capture.text import MOST_FLAGS, MOST_NODES, NODE_DEPTH, CanonicalText, Writer, trimmed, with_bidi_flags

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
BYLINE: Final = re.compile(r"(?:^|[\s_-])(?:byline|author|authors|by-line)(?:$|[\s_-])", re.IGNORECASE)
LONGEST_BYLINE: Final = 200


class _Walk:
    """One walk over one page."""

    def __init__(self, base: str, sheet: Sheet) -> None:
        self.writer = Writer()
        self.base = base
        self.sheet = sheet
        self.links: list[tuple[str, int, int]] = []
        self.spans: list[tuple[int, int, str]] = []
        self.hidden: list[tuple[int, int]] = []
        self.nodes: list[tuple[int, _Open]] = []
        self.bylines: list[tuple[int, int]] = []
        self.times: list[str] = []
        self.signs: set[str] = set()

    def run(self, root: LexborNode) -> None:
        """Visit every node once, in document order, without recursion; None on the stack closes an element."""
        top = _Open("", {}, 0, None)
        waiting: list[tuple[LexborNode | None, _Open]] = [(root, top)]
        preformatted = 0
        while waiting and not self.writer.is_full:
            node, parent = waiting.pop()
            if node is None:
                preformatted -= parent.tag == "pre"
                self.leave(parent)
                continue
            if node.next is not None and node is not root:
                waiting.append((node.next, parent))
            if node.is_text_node:
                self.write(node.text_content or "", parent, keep_lines=preformatted > 0)
            elif node.is_element_node:
                tag = node.tag or ""
                number = parent.count(tag)
                if tag in DROPPED:
                    continue
                opened = self.enter(node, tag, parent, number)
                preformatted += tag == "pre"
                waiting.append((None, opened))
                if node.first_child is not None:
                    waiting.append((node.first_child, opened))

    def write(self, words: str, parent: _Open, *, keep_lines: bool) -> None:
        """Words of one text node; where they stand goes on record whenever the block around them changes."""
        before = self.writer.length
        self.writer.write(words, keep_lines=keep_lines)
        if self.writer.length > before and len(self.nodes) < MOST_NODES:
            block = parent.block
            if not self.nodes or self.nodes[-1][1] is not block:
                self.nodes.append((before, block))

    def enter(self, node: LexborNode, tag: str, parent: _Open, number: int) -> _Open:
        """An element begins: line ends, and what must be known of it when it ends."""
        if tag in BLOCKS or tag == "br":
            self.writer.line()
        elif tag in CELLS:
            self.writer.space()
        return _Open(tag, node.attributes, self.writer.length, parent, number)

    def leave(self, opened: _Open) -> None:
        """An element ended: its span goes on record under every name it earned."""
        tag, attributes, start = opened.tag, opened.attributes, opened.start
        end = self.writer.length
        if tag in BLOCKS:
            self.writer.line()
        if opened.counts.get("article", 0) >= MANY_ARTICLES:
            self.signs.add("many_articles")
        if not attributes and tag != "dialog":
            if end > start and tag in FLAGGED:
                self.spans.append((start, end, FLAGGED[tag]))
            return
        if tag == "time" and attributes.get("datetime"):
            self.times.append(attributes["datetime"] or "")
        is_hidden = end > start and self.sheet.hides(tag, attributes)
        self.signs.update(signs_of_element(tag, attributes, end > start and not is_hidden))
        if end == start:
            return
        if is_hidden:
            self.hidden.append((start, end))
        self.name_span(opened, end)
        if tag == "a" and attributes.get("href"):
            self.add_link(attributes["href"] or "", start, end)
        if _names_author(attributes):
            self.bylines.append((start, end))

    def name_span(self, opened: _Open, end: int) -> None:
        """The flag an element with words earns by its tag, its role or its names."""
        attributes = opened.attributes
        is_article = attributes.get("role") == "main" or attributes.get("itemprop") == "articleBody"
        name = "in_article" if is_article else FLAGGED.get(opened.tag)
        if name:
            self.spans.append((opened.start, end, name))
        if holds_comments(opened.tag, attributes):
            self.spans.append((opened.start, end, "comment"))

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

    def flag(self, text: str) -> None:
        """Put every span on record: what is hidden first and whole, whatever else must be left out."""
        for begun, ended in _joined(self.hidden):
            start, end = trimmed(text, begun, ended)
            if end > start:
                self.writer.flags.append({"start": start, "end": end, "flag": "hidden"})
        for begun, ended, name in self.spans:
            start, end = trimmed(text, begun, ended)
            if end > start:
                self.writer.flag(start, end, name)

    def node_flags(self, text: str) -> list[dict[str, Any]]:
        """For every stretch of text the block it stands in. Gaps between them are line ends."""
        flags = []
        ends = [*(begun for begun, _ in self.nodes), len(text)]
        for (begun, block), ended in zip(self.nodes, ends[1:], strict=True):
            start, end = trimmed(text, begun, ended)
            if end > start:
                flags.append({"start": start, "end": end, "flag": "node", "path": block.path()})
        return flags


class _Open:
    """An element that was entered and not yet left. `number` counts elements of its tag among its siblings."""

    __slots__ = ("attributes", "block", "counts", "number", "parent", "start", "tag")

    def __init__(
        self, tag: str, attributes: dict[str, str | None], start: int, parent: _Open | None, number: int = 1
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.start = start
        self.parent = parent
        self.number = number
        self.counts: dict[str, int] = {}
        self.block: _Open = self if parent is None or tag in BLOCKS or tag in CELLS else parent.block

    def count(self, tag: str) -> int:
        """One more child of this tag; its number."""
        self.counts[tag] = self.counts.get(tag, 0) + 1
        return self.counts[tag]

    def path(self) -> str:
        """Where the element stands, as a CSS selector; only its last NODE_DEPTH steps where it lies deeper."""
        steps: list[str] = []
        element: _Open | None = self
        while element is not None and element.tag and len(steps) < NODE_DEPTH:
            only = element.tag in ("html", "body")  # a page has one of each
            steps.append(element.tag if only else f"{element.tag}:nth-of-type({element.number})")
            element = element.parent
        is_whole = element is None or not element.tag
        return ("" if is_whole else "… > ") + " > ".join(reversed(steps))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, overlapping ones made one. Past MOST_FLAGS of them the rest of the page counts as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and (start <= joined[-1][1] or len(joined) >= MOST_FLAGS):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _names_author(attributes: dict[str, str | None]) -> bool:
    return attributes.get("rel") == "author" or bool(BYLINE.search(attributes.get("class") or ""))


def walk(html: str, charset: str, base: str) -> CanonicalText:
    """The canonical text of a page that is already decoded."""
    nought = html.count("\0")
    tree = LexborHTMLParser(html.replace("\0", "").encode("utf-8", "replace").decode())
    going = _Walk(_base_of(tree, base), sheet_of(tree))
    if tree.root is not None:
        going.run(tree.root)
    text = going.writer.result()
    going.flag(text)
    told = Metadata(tree)
    platform_signs = platforms.describe(tree, told, base)
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
        flags=[*with_bidi_flags(going.writer, text), *going.node_flags(text)],
        signs=sorted(going.signs | told.signs | signs_of(tree) | platform_signs),
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
