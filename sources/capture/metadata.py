"""What a page says of itself: JSON-LD, then OpenGraph and meta elements, then microdata and the markup. Every value
keeps where it came from, and rivals are kept beside it. Imports no Django (reading child process)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

LARGEST_JSON: Final = 1_000_000
LONGEST_VALUE: Final = 400
LONGEST_ADDRESS: Final = 2_000
MOST_VALUES: Final = 10
MOST_NODES: Final = 2_000
A_FEW: Final = 4  # articles described on a page that is one itself, its related ones among them
MOST_SELECTORS: Final = 10
SHORT_PART: Final = 300  # code points of the part called paid; less is its beginning

# name of ours -> names of meta elements (property or name), best first
META: Final = {
    "title": ("og:title", "twitter:title"),
    "site_name": ("og:site_name", "application-name"),
    "byline": ("article:author", "author", "parsely-author"),
    "published": ("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date",
                  "dc.date.issued", "dcterms.created", "pubdate", "parsely-pub-date", "sailthru.date"),
    "modified": ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"),
    "lang": ("og:locale", "content-language"),
    "description": ("og:description", "description"),
    "content_url": ("og:video:secure_url", "og:video:url", "og:video"),
    "duration": ("og:video:duration", "video:duration"),
    "uploaded": ("og:video:release_date", "ya:ovs:upload_date"),
    "thumbnail": ("og:image:secure_url", "og:image:url", "og:image", "twitter:image"),
}  # fmt: skip
# name of ours -> microdata property (schema.org), best first
MICRODATA: Final = {
    "title": ("headline",),
    "byline": ("author",),
    "published": ("datePublished",),
    "modified": ("dateModified",),
    "duration": ("duration",),
    "uploaded": ("uploadDate",),
    "content_url": ("contentUrl", "contentURL"),
    "thumbnail": ("thumbnailUrl",),
    "lang": ("inLanguage",),
}
ADDRESSES: Final = frozenset({"content_url", "thumbnail", "embed_url", "channel_url", "canonical"})

WRITTEN: Final = frozenset({
    "Article", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle", "BlogPosting", "LiveBlogPosting", "Report",
    "SocialMediaPosting", "DiscussionForumPosting", "ScholarlyArticle", "TechArticle", "SatiricalArticle",
})  # fmt: skip
SHOWN: Final = {"VideoObject": "video", "ImageObject": "image", "Photograph": "image", "Clip": "video"}
COLLECTIONS: Final = frozenset({"CollectionPage", "SearchResultsPage"})
# Only a selector this plain is looked up in the page; a stranger's selector may be anything.
PLAIN_SELECTOR: Final = re.compile(r"[a-z]*[.#][A-Za-z_][\w-]*")


class Metadata:
    """Values by name, in the order in which they are believed, and the signs that a page gives of its own kind."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.values: dict[str, list[dict[str, str]]] = {}
        self.signs: set[str] = set()
        self._tree = tree
        self._written = 0
        self._from_json(tree)
        if self._written > A_FEW:
            self.signs.add("list")
        elif self._written:
            self.signs.add("article")
        self._from_meta(tree)
        self._from_microdata(tree)
        self._from_markup(tree)

    def add(self, name: str, value: object, origin: str) -> None:
        """Keep a value that is text, once for each origin."""
        if not isinstance(value, str):
            return
        longest = LONGEST_ADDRESS if name in ADDRESSES else LONGEST_VALUE
        clean = " ".join(value.replace("\0", "").encode("utf-8", "ignore").decode().split())[:longest]
        held = self.values.setdefault(name, [])
        entry = {"value": clean, "from": origin}
        if clean and entry not in held and len(held) < MOST_VALUES:
            held.append(entry)
        if not held:
            del self.values[name]

    def put_first(self, name: str, value: object, origin: str) -> None:
        """Keep a value that is believed before all others of its name."""
        rivals = self.values.pop(name, [])
        self.add(name, value, origin)
        self.values.setdefault(name, []).extend(rivals)
        if not self.values[name]:
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
            nodes = list(_nodes(told))
            # What is about the text comes before what is about a picture within it.
            for node in sorted(nodes, key=lambda node: not ({"headline", "articleBody"} & node.keys())):
                self._from_node(node)

    def _from_node(self, node: dict[str, Any]) -> None:
        kinds = {str(kind) for kind in _as_list(node.get("@type"))}
        if kinds & COLLECTIONS:
            self.signs.add("list")
        shown = next((SHOWN[kind] for kind in sorted(kinds) if kind in SHOWN), "")
        if shown:
            self._from_shown(node, shown)
        if {"headline", "articleBody", "datePublished"} & node.keys():
            self._from_written(node, kinds)

    def _from_written(self, node: dict[str, Any], kinds: set[str]) -> None:
        self._written += bool(kinds & WRITTEN)
        self.add("title", node.get("headline"), "json-ld")
        self.add("published", node.get("datePublished"), "json-ld")
        self.add("modified", node.get("dateModified"), "json-ld")
        for language in _as_list(node.get("inLanguage")):
            self.add("lang", language.get("alternateName") if isinstance(language, dict) else language, "json-ld")
        self._add_names("byline", node.get("author"))
        self._add_names("site_name", node.get("publisher"))
        if _says_no(node.get("isAccessibleForFree")):
            self.signs.add("not_free")
        for part in _as_list(node.get("hasPart"))[:MOST_SELECTORS]:
            if isinstance(part, dict) and _says_no(part.get("isAccessibleForFree")):
                self.signs.add("not_free")
                self._look_for_paid_part(part.get("cssSelector"))

    def _from_shown(self, node: dict[str, Any], kind: str) -> None:
        """A video or picture: what a media item needs to know of it."""
        if kind == "image" and not ({"uploadDate", "datePublished", "author", "creator", "exifData"} & node.keys()):
            return  # a logo or a preview picture, as every article has
        self.add("media_kind", kind, "json-ld")
        self.add("title", node.get("name"), "json-ld")
        self.add("uploaded", node.get("uploadDate"), "json-ld")
        self.add("published", node.get("datePublished") or node.get("uploadDate"), "json-ld")
        self.add("duration", node.get("duration"), "json-ld")
        for name, key in (("content_url", "contentUrl"), ("embed_url", "embedUrl"), ("thumbnail", "thumbnailUrl")):
            for value in _as_list(node.get(key)):
                self.add(name, value, "json-ld")
        for role in ("author", "creator"):
            self._add_names("channel", node.get(role))
            for who in _as_list(node.get(role)):
                self.add("channel_url", who.get("url") if isinstance(who, dict) else None, "json-ld")

    def _add_names(self, name: str, who: object) -> None:
        for one in _as_list(who):
            self.add(name, one.get("name") if isinstance(one, dict) else one, "json-ld")

    def _look_for_paid_part(self, selectors: object) -> None:
        """Whether the part that JSON-LD calls paid was sent. Of several parts the best sent decides."""
        for selector in _as_list(selectors)[:MOST_SELECTORS]:
            for plain in str(selector).split(",", MOST_SELECTORS)[:MOST_SELECTORS]:
                if PLAIN_SELECTOR.fullmatch(plain.strip()):
                    parts = self._tree.css(plain.strip())[:20]
                    length = sum(len((part.text() or "").strip()) for part in parts)
                    state = "absent" if not length else "short" if length < SHORT_PART else "present"
                    self.signs.add(f"paid_part:{state}")

    def _from_meta(self, tree: LexborHTMLParser) -> None:
        told: dict[str, list[str]] = {}
        for element in tree.css("meta[content]")[:MOST_NODES]:
            attributes = element.attributes
            names = (attributes.get(key) for key in ("property", "name", "itemprop", "http-equiv"))
            key = next((name for name in names if name), "").lower()
            told.setdefault(key.strip(), []).append(attributes.get("content") or "")
        for name, keys in META.items():
            for key in keys:
                for value in told.get(key, []):
                    # A profile's address is not a name.
                    if not (name == "byline" and value.startswith(("http://", "https://"))):
                        self.add(name, value.replace("_", "-") if name == "lang" else value, key)
        kinds = {value.lower() for value in told.get("og:type", [])}
        if "article" in kinds:
            self.signs.add("article")
        if any(kind.startswith("video") for kind in kinds):
            self.add("media_kind", "video", "og:type")

    def _from_microdata(self, tree: LexborHTMLParser) -> None:
        told: dict[str, list[LexborNode]] = {}
        for element in tree.css("[itemprop]")[:MOST_NODES]:
            for key in (element.attributes.get("itemprop") or "").split():
                told.setdefault(key, []).append(element)
        for name, keys in MICRODATA.items():
            for key in keys:
                for element in told.get(key, [])[:MOST_VALUES]:
                    self.add(name, _said_by(element), "microdata")

    def _from_markup(self, tree: LexborHTMLParser) -> None:
        title = tree.css_first("head > title")
        self.add("title", title.text() if title else None, "title")
        # What the markup says of its own language is believed before what it says of its locale.
        self.put_first("lang", tree.root.attributes.get("lang") if tree.root else None, "html")
        canonical = tree.css_first('link[rel="canonical"]')
        self.add("canonical", canonical.attributes.get("href") if canonical else None, "link")


def _said_by(element: LexborNode) -> str | None:
    """The value of a microdata property: an attribute meant for machines, else the words (HTML, "microdata")."""
    attributes = element.attributes
    for key in ("content", "datetime", "href", "src"):
        if attributes.get(key):
            return None if element.tag == "a" and key == "href" else attributes[key]
    if attributes.get("itemtype"):
        within = element.css_first('[itemprop="name"]')
        if within is not None:
            return within.attributes.get("content") or within.text()
    return element.text()[: LONGEST_VALUE * 2]


def _says_no(value: object) -> bool:
    return str(value).lower() in ("false", "no", "http://schema.org/false", "https://schema.org/false")


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
