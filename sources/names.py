"""Names across scripts and spellings: folding for look-ups, and the ones named in a text.

Zelensky, Zelenskyy and Зеленський are one party; Bucha, Буча, Butscha, Bukha and Bouha one place. Ukrainian is
transliterated by the 2010 national standard (Cabinet of Ministers, No 55); the Cyrillic is always kept beside it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu",
    "я": "ia", "’": "", "'": "", "ы": "y", "э": "e", "ё": "e", "ъ": "",
}  # fmt: skip
# Ways in which one sound is written in Latin letters; applied after transliteration, in this order.
SPELLINGS = (
    ("shch", "sh"), ("tsch", "h"), ("tch", "h"), ("sch", "sh"), ("ch", "h"), ("kh", "h"), ("ou", "u"), ("yy", "y"),
    ("iy", "y"), ("ij", "y"), ("ii", "y"), ("yi", "y"), ("iu", "u"), ("yu", "u"), ("ia", "a"), ("ya", "a"),
    ("ie", "e"), ("ye", "e"), ("zh", "z"), ("ks", "x"), ("w", "v"), ("j", "y"), ("i", "y"),
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
MIN_NAME = 3
LONGEST_FOLDED = 200  # the column ``folded`` of names of parties and places
CYRILLIC = re.compile(r"[\u0400-\u052f]")
POSSESSIVE = re.compile(r"[’'`]s?$", re.IGNORECASE)
# Endings of cases, as ``fold`` writes them; vowels at the end fall anyway.
CASE_ENDING = re.compile(r"(?<=...)(?:shyn[ay]?|shynou|oho|omu|ymy|amy|oyu|ah|am|om|em|ym|yh)$")
# Letters that one language writes for the sound another writes otherwise: s and z, g and h, sh and ch, c and k.
ONE_SOUND = (("qu", "kv"), ("sh", "h"), ("th", "t"), ("ph", "f"), ("z", "s"), ("g", "h"), ("q", "k"), ("c", "k"))
FEW_CONSONANTS = 3


def transliterate(text: str) -> str:
    """Cyrillic to Latin, letter by letter; everything else is left as it is."""
    return "".join(UKRAINIAN.get(letter, letter) for letter in text.lower())


def fold(text: str) -> str:
    """The spelling look-ups compare: lower case, Latin, without accents, common spellings of one sound made equal."""
    plain = unicodedata.normalize("NFKD", transliterate(unicodedata.normalize("NFC", text)))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = []
    for word in re.findall(r"[a-z0-9]+", plain.casefold()):
        sounded = word
        for written, sound in SPELLINGS:
            sounded = sounded.replace(written, sound)
        words.append(_once(sounded))
    return " ".join(words)


def fold_name(text: str) -> str:
    """What a name is looked up by, as much of it as is kept: a sound may take more letters in Latin than it had."""
    return fold(text)[:LONGEST_FOLDED]


def skeleton(name: str) -> str:
    """What is left of one name in every language that spells it: Бучі and Butscha, Selenskyj and Зеленського.

    Coarser than ``fold``: case endings of Cyrillic words and vowels fall away. A name of few consonants keeps its
    vowels but the last ones, or it would resemble everything. "" for a name without letters.
    """
    bare = POSSESSIVE.sub("", name)
    folded = fold(bare).replace(" ", "")
    if CYRILLIC.search(bare):
        folded = CASE_ENDING.sub("", folded)
    for written, sound in ONE_SOUND:
        folded = folded.replace(written, sound)
    begins = re.sub(r"^[aeiouy]+", "a", folded)
    consonants = re.sub("ts$", "k", _once(begins[:1] + re.sub(r"[aeiouy]", "", begins[1:])))  # Лозівка, Лозівці
    if len(consonants.lstrip("a")) >= FEW_CONSONANTS:
        return consonants
    return _once(re.sub(r"[aeiouy]+$", "", begins) or begins)


def _once(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


class Named(Protocol):
    """A row that says how something is written (PartyName, PlaceName)."""

    text: str
    folded: str


@dataclass(frozen=True)
class Mention:
    """A known name found in a text: ``start`` and ``end`` are code points, ``written`` the words there."""

    name: Named
    written: str
    start: int
    end: int


def mentions(text: str, names: Iterable[Named]) -> list[Mention]:
    """Where the text names any of ``names``, compared folded and word by word; longest first at each place.

    Nothing is guessed: a word that only resembles a name ("Bhutan" for Bucha) is not found.
    """
    words = [(match.start(), match.end(), fold(match.group())) for match in WORD.finditer(text)]
    by_first: dict[str, list[tuple[list[str], Named]]] = {}
    for name in names:
        folded = name.folded.split()
        if folded and len(name.folded) >= MIN_NAME:
            by_first.setdefault(folded[0], []).append((folded, name))
    found = []
    position = 0
    while position < len(words):
        match = _longest(words, position, by_first)
        if match is None:
            position += 1
            continue
        length, name = match
        start, end = words[position][0], words[position + length - 1][1]
        found.append(Mention(name, text[start:end], start, end))
        position += length
    return found


def _longest(
    words: list[tuple[int, int, str]], position: int, by_first: dict[str, list[tuple[list[str], Named]]]
) -> tuple[int, Named] | None:
    best: tuple[int, Named] | None = None
    for folded, name in by_first.get(words[position][2], []):
        here = [word for _start, _end, word in words[position : position + len(folded)]]
        if here == folded and (best is None or len(folded) > best[0]):
            best = len(folded), name
    return best
