"""Links found in captured text, those worth following first: the way from a bad copy to the ministry's own post."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

SENTENCE_END: Final = re.compile(r"[.!?…][\"'»”’)\]]*\s+|\n+")
# Words by which a text says whose words it passes on, in the languages our sources are written in.
ATTRIBUTION: Final = re.compile(
    r"\b(?:said|says|told|stated|announced|according to|reported|reports|wrote|posted|claimed|denied|quoted"
    r"|statement|press release"
    r"|sagte|erklärte|teilte mit|laut|zufolge|berichtete[nt]?|schrieb|behauptete"
    r"|selon|d['’]après|a déclaré|a affirmé|a annoncé|a écrit|rapporte"
    r"|заявил[аио]?|сообщил[аио]?|сообщает|сообщают|по словам|по данным|согласно|написал[аио]?|рассказал[аио]?"
    r"|утверждает|опроверг(?:ла|ли|ло)?|цитирует|передает"
    r"|заяви(?:в|ла|ло|ли)|повідоми(?:в|ла|ло|ли)|повідомля(?:є|ють)|за словами|за даними|згідно"
    r"|написа(?:в|ла|ло|ли)|розпові(?:в|ла|ло|ли)|стверджу(?:є|ють)|спростува(?:в|ла|ло|ли)|цитує|пише|пишет)\b",
    re.IGNORECASE,
)
LOOKED_AT: Final = 300  # code points on each side of a link, for a sentence without an end
QUOTED, ATTRIBUTED, IN_ARTICLE, ELSEWHERE, UNSEEN = range(5)


def links_by_worth(links: Iterable[dict[str, Any]], flags: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The links of a capture, each address once: in quotations, then in sentences that name a speaker, then in the
    article, then elsewhere; last those in hidden text and readers' comments. Within each, in the order of the text.

    `links`, `flags` and `text` are a capture's own. The place kept of an address is its worthiest.
    """
    spans = _spans_by_name(flags)
    breaks = [0, *(found.end() for found in SENTENCE_END.finditer(text))]
    ranked = sorted(
        (
            (_worth(link["start"], spans, breaks, text), link["start"], number, link)
            for number, link in enumerate(links)
        ),
        key=lambda entry: entry[:3],
    )
    found: dict[str, dict[str, Any]] = {}
    for _worth_of_it, _start, _number, link in ranked:
        found.setdefault(link["href"], link)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans in order, none overlapping another."""

    starts: list[int]
    ends: list[int]

    def hold(self, at: int) -> bool:
        """Whether a place lies in one of them."""
        found = bisect_right(self.starts, at)
        return bool(found) and at < self.ends[found - 1]


NONE: Final = _Spans([], [])


def _spans_by_name(flags: Iterable[dict[str, Any]]) -> dict[str, _Spans]:
    spans: dict[str, _Spans] = {}
    for flag in sorted(flags, key=lambda flag: (flag["start"], -flag["end"])):
        held = spans.setdefault(flag["flag"], _Spans([], []))
        if held.ends and flag["start"] <= held.ends[-1]:
            held.ends[-1] = max(held.ends[-1], flag["end"])
        else:
            held.starts.append(flag["start"])
            held.ends.append(flag["end"])
    return spans


def _worth(start: int, spans: dict[str, _Spans], breaks: Sequence[int], text: str) -> int:
    if spans.get("hidden", NONE).hold(start) or spans.get("comment", NONE).hold(start):
        return UNSEEN
    if spans.get("quote_block", NONE).hold(start):
        return QUOTED
    is_article = spans.get("in_article", NONE).hold(start)
    sentence = bisect_right(breaks, start)
    end = breaks[sentence] if sentence < len(breaks) else len(text)
    words = text[max(breaks[sentence - 1], start - LOOKED_AT) : min(end, start + LOOKED_AT)]
    # A menu may say "Press releases"; only a sentence, or the article itself, attributes.
    if ATTRIBUTION.search(words) and (is_article or len(words) >= 60):
        return ATTRIBUTED
    return IN_ARTICLE if is_article else ELSEWHERE
