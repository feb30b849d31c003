"""What of a page no reader sees, as far as its own markup says. Imports no Django (reading child process).

A span flagged hidden cannot be quoted, so a rule that may err errs towards what is seen: where one rule of a style
sheet hides a class and another, longer one shows it again, nothing is flagged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser

MOST_STYLE: Final = 500_000  # characters of style sheets looked at
MOST_RULES: Final = 20_000

INLINE: Final = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
DISPLAY: Final = re.compile(r"(?:^|[;\s])display\s*:\s*([a-z-]+)", re.IGNORECASE)
SIMPLE: Final = re.compile(r"(?:[a-z][a-z0-9]*)?([.#][A-Za-z_][\w-]*)")
NAMES: Final = re.compile(r"[.#][A-Za-z_][\w-]*")

# Names that frameworks give to text meant for screen readers only (Bootstrap, Tailwind, WordPress, GOV.UK, HTML5 BP).
READ_ALOUD: Final = frozenset({
    "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screen-reader-only", "screenreader",
    "u-visually-hidden", "u-hidden-visually", "govuk-visually-hidden", "is-visually-hidden", "hidden-visually",
})  # fmt: skip
# Sites mark the whole page so while a dialogue is open over it; its words are there to be seen behind.
NEVER_BY_ARIA: Final = frozenset({"html", "body", "main", "article"})
# Hidden until a script has run, as protection against flicker: every reader with a browser sees them.
NEVER_BY_SHEET: Final = frozenset({"html", "body"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """Classes (".name") and ids ("#name") that the page's own style sheets take off the screen."""

    hidden: frozenset[str] = frozenset()

    def hides(self, tag: str, attributes: dict[str, str | None]) -> bool:
        """Whether a reader sees nothing of this element."""
        if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
            return True
        style = attributes.get("style")
        if style and INLINE.search(style):
            return True
        if (attributes.get("aria-hidden") or "").lower() == "true" and tag not in NEVER_BY_ARIA:
            return True
        classes = (attributes.get("class") or "").split()
        if not READ_ALOUD.isdisjoint(classes) and "not-sr-only" not in classes:
            return True
        if not self.hidden or tag in NEVER_BY_SHEET:
            return False
        identity = attributes.get("id")
        named = bool(identity) and f"#{identity}" in self.hidden
        return named or any(f".{name}" in self.hidden for name in classes)


def sheet_of(tree: LexborHTMLParser) -> Sheet:
    """What the `<style>` elements of a page hide by a class or an id alone."""
    shown: dict[str, bool] = {}
    shown_elsewhere: set[str] = set()
    left = MOST_STYLE
    for element in tree.css("style"):
        if left <= 0 or (element.attributes.get("media") or "all").lower() not in ("all", "screen"):
            continue
        parent = element.parent
        if parent is not None and parent.tag == "noscript":
            continue
        content = (element.text() or "")[:left]
        left -= len(content)
        _read_rules(content, shown, shown_elsewhere)
    return Sheet(frozenset(name for name, is_shown in shown.items() if not is_shown and name not in shown_elsewhere))


def _read_rules(content: str, shown: dict[str, bool], shown_elsewhere: set[str]) -> None:
    """Add to `shown` what rules for one class or id say of it, and to `shown_elsewhere` what longer rules show."""
    for selectors, declarations in _top_rules(_without_comments(content)):
        displays = DISPLAY.findall(declarations)
        if not displays:
            continue
        is_shown = displays[-1].lower() != "none"
        for selector in selectors.split(","):
            simple = SIMPLE.fullmatch(selector.strip())
            if simple:
                shown[simple.group(1)] = is_shown
            elif is_shown:
                shown_elsewhere.update(NAMES.findall(selector))


def _without_comments(content: str) -> str:
    """A style sheet without its comments; one that never ends takes the rest with it (CSS Syntax 4.3.2)."""
    kept, position = [], 0
    while (begun := content.find("/*", position)) >= 0:
        kept.append(content[position:begun])
        ended = content.find("*/", begun + 2)
        if ended < 0:
            return " ".join(kept)
        position = ended + 2
    return " ".join([*kept, content[position:]])


def _top_rules(content: str) -> list[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on every screen: none from within @media, @supports, …

    Rules within an at-rule may show again what is hidden outside, so they count, but only for showing.
    """
    rules: list[tuple[str, str]] = []
    depth, start, selectors, within = 0, 0, "", 0
    for found in re.finditer(r"[{};]", content):
        mark, at = found.group(), found.start()
        if mark == "{":
            head = content[start:at].strip()
            if head.startswith("@"):
                within += 1
            else:
                selectors = head
            depth += 1
        elif mark == "}":
            if selectors:
                # A name that no element bears makes a rule within an at-rule a longer one: it can only show.
                prefix = ".within-at-rule " if within else ""
                rules.append((",".join(prefix + one for one in selectors.split(",")), content[start:at]))
                selectors = ""
            elif within:
                within -= 1
            depth = max(0, depth - 1)
        elif selectors:
            continue  # a declaration ends; the rule goes on
        start = at + 1
        if len(rules) >= MOST_RULES:
            break
    return rules
