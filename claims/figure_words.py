"""A number as somebody gave it, in words, read into least, best and most: "at least 20" is least 20 and nothing else.

What is read is always shown to a person before it is kept. What is not fully understood is not read at all: "dozens",
"20 of the 300" and "20 vehicles" give no number, and none is ever guessed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from claims.number_words import MULTIPLIERS, number_at

MOST: Final = 2_000_000_000
"""Persons; the greatest number the column holds is a little more."""
LONGEST_DIGITS: Final = 15
GROUPED = re.compile(r"\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2}(?!\d))?")
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")

# Phrases by what they say of the number, each before or after it. The longest that fits is taken.
PHRASES: Final[dict[str, str]] = {
    "least": "at least; no fewer than; not fewer than; no less than; not less than; a minimum of; minimum; "
    "не менее; не менее чем; не меньше; как минимум; по меньшей мере; по крайней мере; минимум; "
    "щонайменше; не менше; не менше ніж; не менш як; принаймні; як мінімум; мінімум",
    "or_more": "or more; and more; +; и более; и больше; или более; или больше; і більше; або більше; та більше",
    "more": "more than; over; above; in excess of; более; более чем; больше; больше чем; свыше; "
    "понад; більше; більше ніж; більше як; більш як; більш ніж",
    "most": "at most; up to; no more than; not more than; as many as; a maximum of; maximum; "
    "не более; не более чем; не больше; максимум; щонайбільше; не більше; не більше ніж; не більш як",
    "less": "less than; fewer than; under; below; менее; менее чем; меньше; меньше чем; менше; менше ніж; менш як; "
    "менш ніж",
    "about": "about; around; approximately; roughly; some; nearly; almost; circa; ca; ~; ≈; "
    "около; примерно; приблизительно; порядка; почти; близько; приблизно; майже; біля; орієнтовно",
    "from": "from; between; от; від",
    "to": "to; -; or; до; или; або; чи",
    "and": "and; and at; but; ,; и; і; та; й; но; але",
    "none": "none; nobody; no one; никто; никого; ни одного; ніхто; нікого; жодного; жодної",
    "no": "no; нет; немає",
}
NOUN_WORDS: Final = """
    people persons person civilians civilian residents inhabitants bodies body corpses dead killed deaths death
    injured wounded missing casualties casualty victims victim detained abducted men women children boys girls adults
    человек человека людей людина людини осіб особи особа чоловік мирных мирні мирних жителей жителя жителів мешканців
    погибших погибло погибли погиб убитых убиты убито загиблих загинуло загинули вбито вбитих раненых ранено ранены
    поранених поранено пропавших зниклих жертв жертвы жертви тел тела тіл тіла детей дітей мужчин женщин чоловіків
    жінок were was been have has of the reported including
"""
NOUNS: Final = frozenset(NOUN_WORDS.split())
SAID_OF: Final = sorted(
    ((phrase.strip().split(" "), kind) for kind, text in PHRASES.items() for phrase in text.split(";")),
    key=lambda each: -len(each[0]),
)
Token = tuple[str, int]


@dataclass(frozen=True)
class Read:
    """Whole persons, None for "not stated"."""

    least: int | None = None
    best: int | None = None
    most: int | None = None

    @property
    def numbers(self) -> tuple[int | None, int | None, int | None]:
        return self.least, self.best, self.most

    @property
    def low(self) -> int | None:
        return self.best if self.least is None else self.least

    @property
    def high(self) -> int | None:
        return self.best if self.most is None else self.most

    @property
    def is_lawful(self) -> bool:
        stated = [number for number in self.numbers if number is not None]
        return bool(stated) and stated == sorted(stated) and stated[0] >= 0 and stated[-1] <= MOST


def read_figure(text: str) -> Read | None:
    """What the words say of a number of persons, in English, Ukrainian or Russian; None where that is not clear."""
    tokens = _tokens(_folded(text))
    if tokens is None:
        return None
    shape = " ".join(kind for kind, _number in tokens)
    numbers = [number for kind, number in tokens if kind == "number"]
    made = SHAPES.get(shape)
    found = made(*numbers) if made else None
    return found if found and found.is_lawful else None


SHAPES: Final[dict[str, Callable[..., Read]]] = {
    "number": lambda n: Read(best=n),
    "about number": lambda n: Read(best=n),
    "none": lambda: Read(best=0),
    "least number": lambda n: Read(least=n),
    "number or_more": lambda n: Read(least=n),
    "more number": lambda n: Read(least=n + 1),
    "most number": lambda n: Read(most=n),
    "to number": lambda n: Read(most=n),  # «до 300»
    "less number": lambda n: Read(most=n - 1),
    "number to number": lambda low, high: Read(least=low, most=high),
    "about number to number": lambda low, high: Read(least=low, most=high),
    "from number to number": lambda low, high: Read(least=low, most=high),
    "from number and number": lambda low, high: Read(least=low, most=high),
    "least number most number": lambda low, high: Read(least=low, most=high),
    "least number and most number": lambda low, high: Read(least=low, most=high),
    "least number to number": lambda low, high: Read(least=low, most=high),
    "more number less number": lambda low, high: Read(least=low + 1, most=high - 1),
    "more number and less number": lambda low, high: Read(least=low + 1, most=high - 1),
    "least number and about number": lambda low, best: Read(least=low, best=best),
}


def _folded(text: str) -> str:
    """One way of writing: small letters, plain spaces, hyphens and apostrophes."""
    text = SPACES.sub(" ", text.casefold().strip().strip("«»“”„\"'.!")).replace("ё", "е")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return re.sub(r"[\u2018\u2019\u02bc`]", "'", text)


def _tokens(text: str) -> list[Token] | None:
    """What the words say, in order, without the nouns; None where one is not known."""
    pieces = _pieces(text)
    if pieces is None:
        return None
    tokens: list[Token] = []
    at = 0
    while at < len(pieces):
        taken = _number(pieces, at, tokens) or _phrase(pieces, at)
        if taken is None:
            if pieces[at] not in NOUNS:
                return None
            tokens += [("noun", 0)] if tokens == [("no", 0)] else []
            at += 1
            continue
        token, at = taken
        if token[0] == "to" and pieces[at - 1] == "-" and not tokens:
            return None  # a sign, not a range
        tokens.append(token)
    if tokens == [("no", 0), ("noun", 0)]:
        return [("none", 0)]
    return tokens


def _pieces(text: str) -> list[str] | None:
    """Words, numbers in digits and signs; None where something else stands between."""
    pieces, at = [], 0
    while at < len(text):
        if text[at] in " .;:()":
            at += 1
            continue
        found = GROUPED.match(text, at) or WORD.match(text, at)
        piece = found.group() if found else text[at]
        if not found and piece not in "+-~≈,":
            return None
        pieces.append(piece)
        at += len(piece)
    return pieces


def _number(pieces: list[str], at: int, tokens: list[Token]) -> tuple[Token, int] | None:
    """A number in digits, with "thousand" behind it or not, or one written out."""
    if pieces[at][0].isdecimal():
        return _digits(pieces, at)
    if pieces[at] == "-":
        return None
    between = bool(tokens) and tokens[0][0] == "from"
    written = _without_hyphens(pieces, at)
    found = number_at(written, 0, joins=not between) if written else None
    if found is None:
        return None
    value, used = found
    return ("number", value), _after(pieces, at, used)


def _digits(pieces: list[str], at: int) -> tuple[Token, int] | None:
    digits, following = pieces[at], pieces[at + 1] if at + 1 < len(pieces) else ""
    if len(digits) > LONGEST_DIGITS:
        return None
    is_whole = digits.isdecimal() or re.fullmatch(r"\d{1,3}(?:[ ,.]\d{3})+", digits) is not None
    whole = int(re.sub(r"\D", "", digits)) if is_whole else 0
    if following in MULTIPLIERS:
        number = whole * MULTIPLIERS[following] if is_whole else _fraction(digits, MULTIPLIERS[following])
        return (("number", number), at + 2) if number is not None else None
    return (("number", whole), at + 1) if is_whole else None


def _fraction(digits: str, times: int) -> int:
    whole, _point, part = digits.replace(",", ".").partition(".")
    return int(whole) * times + int(part) * times // int(10 ** len(part))


def _without_hyphens(pieces: list[str], at: int) -> list[str]:
    """The words from here on, a hyphen between two of them left out ("twenty-three"), up to what is no word."""
    words: list[str] = []
    while at < len(pieces) and (pieces[at] == "-" or WORD.fullmatch(pieces[at])):
        words += [] if pieces[at] == "-" else [pieces[at]]
        at += 1
    return words


def _after(pieces: list[str], at: int, used: int) -> int:
    """The position after this many words, hyphens between them passed over."""
    while used:
        used -= pieces[at] != "-"
        at += 1
    return at


def _phrase(pieces: list[str], at: int) -> tuple[Token, int] | None:
    for phrase, kind in SAID_OF:
        if pieces[at : at + len(phrase)] == phrase:
            return (kind, 0), at + len(phrase)
    return None
