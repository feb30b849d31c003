"""Numbers and dates in a text, each under one spelling whatever the language: "twenty", "двадцять" and 20 are 20."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from sources.copies.lexicon import HUNDRED, LANGUAGES, MILLION, MONTHS, NUMBER_WORDS, ONE, THOUSAND, WEEKDAYS

TOKEN: Final = re.compile(r"\d+(?:[.,  ]\d{3})+(?![\d])|\d+(?:[.,]\d+)?|[^\W\d_]+(?:[’'\-][^\W\d_]+)*")
FULL_DATE: Final = re.compile(r"\b(?:(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))\b")
CLOCK: Final = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\b(?:UTC|GMT)\s?[+\-−]\d{1,2}\b")
ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@[\w.-]{1,255}")
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
LAST_DAY: Final = 31
GERMAN_PAIR: Final = re.compile(r"^(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und(\w+ig|\w+ßig)$")
RANKS: Final = frozenset({"st", "nd", "rd", "th", "er", "of", "го", "е"})  # may stand between a day and its month
AND: Final = frozenset({"and", "et"})
LONGEST_NUMBER: Final = 15  # digits; longer ones are keys of databases
STEM_TAIL: Final = 4  # letters of a case ending


@dataclass(frozen=True, slots=True)
class Found:
    """A number or date at code points ``start`` to ``end``; ``key`` is how it is compared.

    Numbers: digits. Dates: ``--04-03`` (a day, its year not told), ``2022-04-03``,
    ``--04`` (a month), ``2022``, ``sun``.
    """

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def numbers_and_dates(text: str, lang: str) -> tuple[list[Found], list[Found]]:
    """All numbers but one, and all dates, in order. ``lang`` is one of LANGUAGES; any other reads as English."""
    dates, blanked = _full_dates(text)
    words = [_Word(each.group(), each.start(), each.end()) for each in TOKEN.finditer(blanked)]
    taken: set[int] = set()
    dates += _told_dates(words, lang if lang in LANGUAGES else "en", taken)
    numbers = _numbers(words, lang if lang in LANGUAGES else "en", taken)
    return numbers, sorted(dates, key=lambda found: found.start)


def _full_dates(text: str) -> tuple[list[Found], str]:
    """Dates in digits, and the text with them, clock times and addresses blanked out."""
    blanked = ADDRESS.sub(lambda each: " " * len(each.group()), text)
    blanked = CLOCK.sub(lambda each: " " * len(each.group()), blanked)
    dates = []
    for each in FULL_DATE.finditer(blanked):
        year, month, day = each.group(1, 2, 3) if each.group(1) else (each.group(6), each.group(5), each.group(4))
        if 1 <= int(month) <= len(MONTHS["en"]) and 1 <= int(day) <= LAST_DAY:
            dates.append(Found(f"{year}-{int(month):02}-{int(day):02}", each.start(), each.end()))
    return dates, FULL_DATE.sub(lambda each: " " * len(each.group()), blanked)


def _told_dates(words: list[_Word], lang: str, taken: set[int]) -> list[Found]:
    """Months with their day and year where they stand beside them, weekdays and years; ``taken`` gets their places."""
    found = []
    for at, word in enumerate(words):
        if at in taken:
            continue
        plain = _plain(word.text)
        if month := _read(plain, lang, "month"):
            if found_date := _around_month(words, at, int(month), taken):
                found.append(found_date)
        elif weekday := _read(plain, lang, "weekday"):
            taken.add(at)
            found.append(Found(weekday, word.start, word.end))
        elif _is_year(word.text) and at not in taken:
            taken.add(at)
            found.append(Found(word.text, word.start, word.end))
    return found


def _around_month(words: list[_Word], at: int, month: int, taken: set[int]) -> Found | None:
    """The day before or after the month, the year behind it. "may" and "mars" without either are no months."""
    places = [at]
    day = 0
    for beside in (at - 1, at - 2, at - 3, at + 1):
        if not 0 <= beside < len(words):
            continue
        digits = re.sub(r"(?<=\d)(?:st|nd|rd|th|er)$", "", words[beside].text)
        near = abs(words[beside].start - words[at].start) < 2 * STEM_TAIL + len(words[at].text)
        between = beside > at or all(words[each].text in RANKS for each in range(beside + 1, at))
        if digits.isdecimal() and 1 <= int(digits) <= LAST_DAY and near and between and beside not in taken:
            day = int(digits)
            places.append(beside)
            break
    behind = max(places) + 1
    year = words[behind].text if behind < len(words) and _is_year(words[behind].text) else ""
    if year:
        places.append(behind)
    if not day and not year and (words[at].text.islower() or words[at].text == "May"):
        return None
    taken.update(places)
    start, end = words[min(places)].start, words[max(places)].end
    if day:
        return Found(f"{year or '-'}-{month:02}-{day:02}", start, end)
    return Found(f"--{month:02}", start, end)


def _is_year(text: str) -> bool:
    return len(text) == len("2022") and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR


def _numbers(words: list[_Word], lang: str, taken: set[int]) -> list[Found]:
    found = []
    at = 0
    while at < len(words):
        skipped = at in taken or _is_ordinal(words, at)
        value, length = (None, 1) if skipped else _number_at(words, at, lang, taken)
        if value is not None and value != 1:
            found.append(Found(_written(value), words[at].start, words[at + length - 1].end))
        at += length
    return found


def _is_ordinal(words: list[_Word], at: int) -> bool:
    """The 21st century, the 1-я: a rank and not a count."""
    behind = words[at + 1] if at + 1 < len(words) else None
    touches = behind is not None and behind.start == words[at].end
    return words[at].text[0].isdecimal() and touches


def _number_at(words: list[_Word], at: int, lang: str, taken: set[int]) -> tuple[float | None, int]:
    """The number that begins here, and of how many words it is made; None and 1 when there is none."""
    value = _one_word(words[at].text, lang)
    length = 1
    if value is None:
        return None, 1
    while at + length < len(words) and at + length not in taken and _close(words, at + length):
        word = words[at + length].text
        plain = _plain(word)
        if plain in HUNDRED and value < 100:
            value *= 100
        elif plain in THOUSAND and value < 1_000_000:
            value *= 1_000
        elif plain in MILLION:
            value *= 1_000_000
        elif plain in AND and _goes_on(words, at + length + 1, lang, value):
            pass
        elif not word[0].isdecimal() and (more := _one_word(word, lang)) and _fits_behind(value, more):
            value += more
        else:
            break
        length += 1
    return value, length


def _goes_on(words: list[_Word], at: int, lang: str, value: float) -> bool:
    more = _one_word(words[at].text, lang) if at < len(words) and not words[at].text[0].isdecimal() else None
    return bool(more and value >= 20 and _fits_behind(value, more))


def _close(words: list[_Word], at: int) -> bool:
    return words[at].start - words[at - 1].end <= 1


def _fits_behind(value: float, more: float) -> bool:
    """Whether a smaller number word goes on with the larger one before it: twenty-one, двісті сорок."""
    return any(value % scale == 0 and value >= scale > more for scale in (1_000, 100, 10))


def _one_word(text: str, lang: str) -> float | None:
    if text[0].isdecimal():
        return _digits(text)
    plain = _plain(text).replace("quatre-vingt-", "quatre-vingts-")
    if plain in ONE:
        return 1.0
    if value := _read(plain, lang, "number"):
        return float(value)
    if lang == "de" and (pair := GERMAN_PAIR.match(plain)):
        unit, ten = _read(pair[1], lang, "number") or "1", _read(pair[2], lang, "number")
        return float(unit) + float(ten) if ten else None
    if "-" in plain:
        parts = [_one_word(part, lang) for part in re.sub(r"^quatre-vingts", "80", plain).split("-") if part]
        if len(parts) > 1 and all(parts):
            return sum(part for part in parts if part)
    return None


def is_number_word(plain: str, lang: str) -> bool:
    """Whether a word, in small letters, is a number in that language: it may open a sentence with a capital."""
    return _one_word(plain, lang) is not None


def _digits(text: str) -> float | None:
    """Digits with thousands set apart by a comma, a point or a space, or with a decimal fraction."""
    if len(text) > LONGEST_NUMBER:
        return None
    if re.fullmatch(r"\d+(?:[.,  ]\d{3})+", text):
        return float(re.sub(r"\D", "", text))
    return float(text.replace(",", "."))


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


@cache
def _tables(lang: str, sort: str) -> tuple[dict[str, str], dict[str, str]]:
    """Whole words and stems of one language, each to its value."""
    table = {"month": MONTHS, "weekday": WEEKDAYS, "number": NUMBER_WORDS}[sort][lang]
    whole: dict[str, str] = {}
    stems: dict[str, str] = {}
    for value, forms in table.items():
        for form in forms:
            (stems if form.endswith("*") else whole)[_plain(form.rstrip("*"))] = value
    return whole, stems


def _read(plain: str, lang: str, sort: str) -> str:
    """The value of a month, weekday or number word, "" when it is none."""
    whole, stems = _tables(lang, sort)
    if plain in whole:
        return whole[plain]
    for length in range(len(plain), max(2, len(plain) - STEM_TAIL - 1), -1):
        if plain[:length] in stems:
            return stems[plain[:length]]
    return ""
