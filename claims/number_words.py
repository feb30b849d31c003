"""Numbers written out in English, Ukrainian and Russian, as reports write them: nominative and genitive."""

from dataclasses import dataclass
from typing import Final

UNITS: Final[dict[str, int]] = {}
TENS: Final[dict[str, int]] = {}
HUNDREDS: Final[dict[str, int]] = {}
MULTIPLIERS: Final[dict[str, int]] = {}
DOZEN: Final = frozenset({"dozen", "дюжина", "дюжины", "дюжини"})
HUNDRED: Final = frozenset({"hundred"})
ARTICLES: Final = frozenset({"a", "an", "one"})


def _fill(table: dict[str, int], forms: dict[int, str]) -> None:
    table.update((form, value) for value, text in forms.items() for form in text.split())


_fill(
    UNITS,
    {
        0: "zero ноль нуль нуля",
        1: "one один одна одно одного одной одне однієї",
        2: "two два две двух дві двох",
        3: "three три трех трьох",
        4: "four четыре четырех чотири чотирьох",
        5: "five пять пяти п'ять п'яти",
        6: "six шесть шести шість шести",
        7: "seven семь семи сім семи",
        8: "eight восемь восьми вісім восьми",
        9: "nine девять девяти дев'ять дев'яти",
        10: "ten десять десяти",
        11: "eleven одиннадцать одиннадцати одинадцять одинадцяти",
        12: "twelve двенадцать двенадцати дванадцять дванадцяти",
        13: "thirteen тринадцать тринадцати тринадцять тринадцяти",
        14: "fourteen четырнадцать четырнадцати чотирнадцять чотирнадцяти",
        15: "fifteen пятнадцать пятнадцати п'ятнадцять п'ятнадцяти",
        16: "sixteen шестнадцать шестнадцати шістнадцять шістнадцяти",
        17: "seventeen семнадцать семнадцати сімнадцять сімнадцяти",
        18: "eighteen восемнадцать восемнадцати вісімнадцять вісімнадцяти",
        19: "nineteen девятнадцать девятнадцати дев'ятнадцять дев'ятнадцяти",
    },
)
_fill(
    TENS,
    {
        20: "twenty двадцать двадцати двадцять двадцяти",
        30: "thirty тридцать тридцати тридцять тридцяти",
        40: "forty сорок сорока",
        50: "fifty пятьдесят пятидесяти п'ятдесят п'ятдесяти",
        60: "sixty шестьдесят шестидесяти шістдесят шістдесяти",
        70: "seventy семьдесят семидесяти сімдесят сімдесяти",
        80: "eighty восемьдесят восьмидесяти вісімдесят вісімдесяти",
        90: "ninety девяносто девяноста дев'яносто дев'яноста",
    },
)
_fill(
    HUNDREDS,
    {
        100: "сто ста",
        200: "двести двухсот двісті двохсот",
        300: "триста трехсот трьохсот",
        400: "четыреста четырехсот чотириста чотирьохсот",
        500: "пятьсот пятисот п'ятсот п'ятисот",
        600: "шестьсот шестисот шістсот шестисот",
        700: "семьсот семисот сімсот семисот",
        800: "восемьсот восьмисот вісімсот восьмисот",
        900: "девятьсот девятисот дев'ятсот дев'ятисот",
    },
)
_fill(
    MULTIPLIERS,
    {
        1_000: "thousand тысяча тысячи тысяч тысячу тыс тисяча тисячі тисяч тисячу тис",
        1_000_000: "million миллион миллиона миллионов млн мільйон мільйона мільйонів",
    },
)
BEGINS: Final = UNITS.keys() | TENS.keys() | HUNDREDS.keys() | HUNDRED | DOZEN | {"a", "half"}
"""Words a number written out may begin with."""


@dataclass
class _Sum:
    """A number as far as it was read: whole thousands in ``total``, the rest in ``part``."""

    total: int = 0
    part: int = 0
    step: int = 10**9  # what is added next has to be smaller than this

    def add(self, word: str) -> bool:
        """Take one more word; False, and nothing changed, where it does not continue this number."""
        for table, floor in ((UNITS, 1), (TENS, 10), (HUNDREDS, 100)):
            if word in table and self._fits(table[word], floor):
                self.part += table[word]
                self.step = floor if table is not UNITS or table[word] < 10 else 1
                return True
        if word in HUNDRED and 0 <= self.part < 10 and self.step > 0 and (self.part or self.step > 100):
            self.part, self.step = (self.part or 1) * 100, 100
            return True
        if word in MULTIPLIERS and (self.part or not self.total) and MULTIPLIERS[word] < (self.total or 10**9):
            self.total += (self.part or 1) * MULTIPLIERS[word]
            self.part, self.step = 0, MULTIPLIERS[word]
            return True
        return False

    def _fits(self, value: int, floor: int) -> bool:
        return self.step > (10 if 10 <= value < 20 else floor) and (value > 0 or self.step == 10**9)


def number_at(words: list[str], at: int, *, joins: bool = True) -> tuple[int, int] | None:
    """The number written out from position ``at`` on: its value and the position after it; None where none begins.

    ``joins`` says that "and" may stand inside ("one hundred and five"); between two numbers of a range it may not.
    """
    if dozens := _dozens(words, at):
        return dozens
    start = at + (words[at] == "a" and at + 1 < len(words) and words[at + 1] in HUNDRED | MULTIPLIERS.keys())
    if words[start] not in BEGINS | MULTIPLIERS.keys() or words[start] in {"a", "half"}:
        return None
    read, position = _Sum(), start
    while position < len(words):
        is_joint = joins and words[position] == "and" and _goes_on(read, words, position + 1)
        if not is_joint and not read.add(words[position]):
            break
        position += 1
    return (read.total + read.part, position) if position > start else None


def _goes_on(read: _Sum, words: list[str], at: int) -> bool:
    if read.step < 100 or at >= len(words):
        return False
    return _Sum(read.total, read.part, read.step).add(words[at])


def _dozens(words: list[str], at: int) -> tuple[int, int] | None:
    """ "half a dozen", "a dozen", "two dozen", "dozen"."""
    if words[at : at + 2] == ["half", "a"] and words[at + 2 : at + 3] and words[at + 2] in DOZEN:
        return 6, at + 3
    if words[at] in DOZEN:
        return 12, at + 1
    following = words[at + 1 : at + 2]
    if following and following[0] in DOZEN:
        if words[at] in ARTICLES:
            return 12, at + 2
        if words[at] in UNITS:
            return 12 * UNITS[words[at]], at + 2
    return None
