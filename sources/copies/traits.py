"""What a text is recognised by: names, numbers and dates in their order, quotations, and a sketch of its wording.

Pure functions. Names and numbers outlive a translation, even a bad one; wording outlives a reprint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from sources.copies.known_names import COMMON_NAMES, GERMAN_NOUN_ENDINGS, NO_NAMES, OPENERS, SAME_THING
from sources.copies.lexicon import LANGUAGES
from sources.copies.numbers import is_number_word, numbers_and_dates
from sources.names import CYRILLIC, POSSESSIVE, WORD, fold, skeleton
from sources.quotes import SENTENCE_END

METHOD: Final = 1  # raise it when the same text would give other traits: stored ones are then taken anew
SHINGLE: Final = 4  # words
KEPT_OF: Final = 8  # one shingle in so many is kept in a sketch
MOST_SKETCHED: Final = 600
MOST_ANCHORS: Final = 1_000
MOST_TEXT: Final = 200_000  # characters; what a book tells in its first chapters is enough to know it by
LONGEST_NAME: Final = 60
MOST_QUOTATIONS: Final = 60
LONGEST_KEY: Final = 80
SHORTEST_ARTICLE: Final = 200  # characters
QUOTED: Final = re.compile(
    r"“([^“”]{3,600})”|«([^«»]{3,600})»|„([^“”„]{3,600})[“”]|\"([^\"\n]{3,600})\"|»([^«»]{3,600})«"
)
LETTERS_ONLY_UK: Final = re.compile(r"[іїєґ]", re.IGNORECASE)
LETTERS_ONLY_RU: Final = re.compile(r"[ыэъё]", re.IGNORECASE)
FUNCTION_WORDS: Final = {
    "en": re.compile(r"\b(?:the|of|and|was|said|were|that)\b", re.IGNORECASE),
    "de": re.compile(r"\b(?:der|die|und|das|nicht|wurde|den)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|les|des|une|dans|est|du)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name, number or date where it stands. ``key`` is compared; ``sort`` is "name", "number" or "date".

    "opener" is a word that may be a name or have its capital only from beginning a sentence.
    """

    sort: str
    key: str
    written: str
    start: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words in quotation marks, without them."""

    words: str
    start: int
    sentence: int


@dataclass(frozen=True)
class Traits:
    """What was taken from one text. ``shingles`` are all of them, ``sketch`` those that are stored.

    ``outlet`` are the keys of the outlet's own name, which says nothing of what the text tells.
    """

    lang: str
    words: int
    anchors: Sequence[Anchor] = ()
    quotations: Sequence[Quotation] = ()
    shingles: frozenset[int] = frozenset()
    outlet: frozenset[str] = frozenset()

    def keys(self, sort: str) -> list[str]:
        """Each name, number or date once, in the order of first appearance."""
        return list(dict.fromkeys(anchor.key for anchor in self.anchors if anchor.sort == sort))

    @property
    def sketch(self) -> list[int]:
        """One shingle hash in eight, by its value, so that sketches of two texts choose the same ones."""
        return sorted(each for each in self.shingles if each % KEPT_OF == 0)[:MOST_SKETCHED]


def traits_of(text: str, lang: str = "", outlet: str = "") -> Traits:
    """The traits of a text. ``lang`` is BCP 47; for "" and unknown ones it is guessed from letters and small words.

    ``outlet`` is the name of who published it.
    """
    text = text[:MOST_TEXT]
    language = lang.split("-")[0].casefold()
    if language not in LANGUAGES:
        language = guess_language(text)
    starts = _sentences(text)
    numbers, dates = numbers_and_dates(text, language)
    found = [Anchor("number", each.key, text[each.start : each.end], each.start, 0) for each in numbers]
    found += [Anchor("date", each.key, text[each.start : each.end], each.start, 0) for each in dates]
    found += _names(text, language, starts)
    anchors = sorted(found, key=lambda anchor: anchor.start)[:MOST_ANCHORS]
    words = re.findall(r"\w+", text.casefold())
    return Traits(
        lang=language,
        words=len(words),
        anchors=[_placed(anchor, starts) for anchor in anchors],
        quotations=_quotations(text, starts),
        shingles=_shingles(words),
        outlet=_outlet(outlet, language),
    )


def told_text(text: str, flags: Sequence[Mapping[str, Any]]) -> str:
    """Of a captured page, what its article tells; the whole page where no article is marked. Hidden text falls.

    ``flags`` are those of canonical text. A page's menus and notices are on all pages of its outlet and prove nothing.
    """
    marked = bytearray(len(text))
    for flag in flags:
        if flag["flag"] == "in_article":
            marked[flag["start"] : flag["end"]] = b"\1" * (flag["end"] - flag["start"])
    if sum(marked) < SHORTEST_ARTICLE:
        marked = bytearray(b"\1" * len(text))
    for flag in flags:
        if flag["flag"] == "hidden":
            marked[flag["start"] : flag["end"]] = bytes(flag["end"] - flag["start"])
    return "".join(letter if kept else "\n" * (letter == "\n") for letter, kept in zip(text, marked, strict=True))


def guess_language(text: str) -> str:
    """One of LANGUAGES, English when nothing speaks for another one."""
    if len(CYRILLIC.findall(text)) * 3 > len(text):
        return "uk" if len(LETTERS_ONLY_UK.findall(text)) >= len(LETTERS_ONLY_RU.findall(text)) else "ru"
    return max(FUNCTION_WORDS, key=lambda lang: len(FUNCTION_WORDS[lang].findall(text)))


def _sentences(text: str) -> list[int]:
    return [0, *(end.end() for end in SENTENCE_END.finditer(text))]


def sentence_of(start: int, starts: list[int]) -> int:
    """Which sentence a place lies in, by its number."""
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= start else (low, middle)
    return low


def _placed(anchor: Anchor, starts: list[int]) -> Anchor:
    return Anchor(anchor.sort, anchor.key, anchor.written, anchor.start, sentence_of(anchor.start, starts))


def _names(text: str, lang: str, starts: list[int]) -> list[Anchor]:
    """Words with a capital that are names, as far as one can tell without a dictionary."""
    opens = {starts[number] for number in range(len(starts))}
    found = list(WORD.finditer(text))
    small = {each.group().casefold() for each in found if each.group()[0].islower()}
    names = []
    sure: set[str] = set()
    for number, each in enumerate(found):
        word = each.group()
        if not word[0].isupper() or not _is_name(word, lang):
            continue
        before = text[: each.start()].rstrip()[-1:]
        begins = each.start() in opens or before in '“«„"‘»–—-:.!?•' or not before
        followed = number + 1 < len(found) and found[number + 1].group()[0].isupper()
        if begins and (word.casefold() in small or (lang == "de" and not followed)):
            continue
        bare = POSSESSIVE.sub("", word)
        if key := name_key(bare):
            names.append(Anchor("opener" if begins and not followed else "name", key, bare, each.start(), 0))
            sure |= {key} if names[-1].sort == "name" or bare.isupper() else set()
    return [replace(each, sort="name") if each.key in sure else each for each in names]


def _is_name(word: str, lang: str) -> bool:
    plain = POSSESSIVE.sub("", word).casefold()
    if not 2 <= len(plain) <= LONGEST_NAME or plain in OPENERS or all(part in NO_NAMES for part in plain.split("-")):
        return False
    if is_number_word(plain, lang):
        return False
    if lang == "de" and not word.isupper():
        return not plain.endswith(GERMAN_NOUN_ENDINGS)
    return True


@cache
def _same_thing() -> dict[str, str]:
    """Every listed spelling, as written and as a skeleton, to the one it is compared under."""
    known = {}
    for line in SAME_THING.strip().splitlines():
        spellings = line.split()
        for spelling in spellings:
            known[spelling] = spellings[0]
    return known


@cache
def common_keys() -> frozenset[str]:
    """Keys of the names that nearly every report of the war has."""
    return frozenset(name_key(name) for name in COMMON_NAMES)


def name_key(name: str) -> str:
    """How a single name is compared: a listed translation, an abbreviation as it stands, else its skeleton."""
    plain = name.casefold().replace("’", "'")
    if known := _same_thing().get(plain):
        return known
    if name.isupper() and len(name) <= 6:  # an abbreviation has no vowels to lose
        return fold(name).replace(" ", "")[:LONGEST_KEY]
    return skeleton(name)[:LONGEST_KEY]


def _outlet(name: str, lang: str) -> frozenset[str]:
    """Keys of the words of an outlet's name that are names; what stands in brackets behind it is none of them."""
    words = (each.group() for each in WORD.finditer(re.sub(r"\(.*?\)", "", name)))
    return frozenset(name_key(word) for word in words if word[0].isupper() and _is_name(word, lang)) - {""}


def comparable(key: str) -> str:
    """A day without its year, as most reports write it; anything else as it is."""
    return f"-{key[4:]}" if len(key) == len("2022-04-03") and key[4] == "-" else key


def _quotations(text: str, starts: list[int]) -> list[Quotation]:
    found: list[Quotation] = []
    for each in QUOTED.finditer(text):
        words = next(group for group in each.groups() if group is not None).strip()
        if words and len(found) < MOST_QUOTATIONS:
            found.append(Quotation(words.rstrip(","), each.start(), sentence_of(each.start(), starts)))
    return found


def _shingles(words: list[str]) -> frozenset[int]:
    """Hashes of all runs of four words: 63 bits, the same in every process."""
    return frozenset(
        int.from_bytes(blake2b(" ".join(words[at : at + SHINGLE]).encode(), digest_size=8).digest()) >> 1
        for at in range(len(words) - SHINGLE + 1)
    )
