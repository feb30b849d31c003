"""What a page says of itself: JSON-LD, then OpenGraph and meta elements, then the markup. Every value keeps where
it came from, and rivals are kept beside it. Imports no Django (reading child process)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

LARGEST_JSON: Final = 1_000_000
LONGEST_VALUE: Final = 400
MOST_VALUES: Final = 10
MOST_NODES: Final = 2_000

# name of ours -> names of meta elements (property or name), best first
META: Final = {
    "title": ("og:title", "twitter:title"),
    "site_name": ("og:site_name", "application-name"),
    "byline": ("article:author", "author", "parsely-author"),
    "published": ("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "pubdate"),
    "modified": ("article:modified_time", "og:updated_time", "last-modified"),
    "lang": ("og:locale",),
    "description": ("og:description", "description"),
}


class Metadata:
    """Values by name, in the order in which they are believed. `signs`: not_free, if the page says it is not."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.values: dict[str, list[dict[str, str]]] = {}
        self.signs: set[str] = set()
        self._from_json(tree)
        self._from_meta(tree)
        self._from_markup(tree)

    def add(self, name: str, value: object, origin: str) -> None:
        """Keep a value that is text, once for each origin."""
        if not isinstance(value, str):
            return
        clean = " ".join(value.replace("\0", "").encode("utf-8", "ignore").decode().split())[:LONGEST_VALUE]
        held = self.values.setdefault(name, [])
        entry = {"value": clean, "from": origin}
        if clean and entry not in held and len(held) < MOST_VALUES:
            held.append(entry)
        if not held:
            del self.values[name]

    def first(self, name: str) -> str:
        """The value believed most, "" if there is none."""
        held = self.values.get(name)
        return held[0]["value"] if held else ""

    def _from_json(self, tree: LexborHTMLParser) -> None:
        for script in tree.css('script[type="application/ld+json"]')[:20]:
            content = script.text()
            if len(content) > LARGEST_JSON:
                continue
            try:
                told = json.loads(content)
            except (ValueError, RecursionError):
                continue
            for node in _nodes(told):
                self._from_node(node)

    def _from_node(self, node: dict[str, Any]) -> None:
        if not ({"headline", "articleBody", "datePublished"} & node.keys()):
            return
        self.add("title", node.get("headline"), "json-ld")
        self.add("published", node.get("datePublished"), "json-ld")
        self.add("modified", node.get("dateModified"), "json-ld")
        self.add("lang", node.get("inLanguage"), "json-ld")
        for author in _as_list(node.get("author")):
            self.add("byline", author.get("name") if isinstance(author, dict) else author, "json-ld")
        for publisher in _as_list(node.get("publisher")):
            self.add("site_name", publisher.get("name") if isinstance(publisher, dict) else publisher, "json-ld")
        if str(node.get("isAccessibleForFree")).lower() == "false":
            self.signs.add("not_free")

    def _from_meta(self, tree: LexborHTMLParser) -> None:
        told: dict[str, list[str]] = {}
        for element in tree.css("meta[content]")[:MOST_NODES]:
            attributes = element.attributes
            key = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
            told.setdefault(key.strip(), []).append(attributes.get("content") or "")
        for name, keys in META.items():
            for key in keys:
                for value in told.get(key, []):
                    # A profile's address is not a name.
                    if not (name == "byline" and value.startswith(("http://", "https://"))):
                        self.add(name, value.replace("_", "-") if name == "lang" else value, key)

    def _from_markup(self, tree: LexborHTMLParser) -> None:
        title = tree.css_first("head > title")
        self.add("title", title.text() if title else None, "title")
        lang = tree.root.attributes.get("lang") if tree.root else None
        if lang:  # what the markup says of its own language is believed before what it says of its locale
            rivals = self.values.pop("lang", [])
            self.add("lang", lang, "html")
            self.values.setdefault("lang", []).extend(rivals)
        canonical = tree.css_first('link[rel="canonical"]')
        self.add("canonical", canonical.attributes.get("href") if canonical else None, "link")


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _nodes(told: object) -> Iterator[dict[str, Any]]:
    """Every object in a JSON-LD document, outermost first, at most MOST_NODES."""
    waiting, count = [told], 0
    while waiting and count < MOST_NODES:
        count += 1
        value = waiting.pop(0)
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
