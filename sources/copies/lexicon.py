"""Numbers, months and days of the week in the five languages most captured pages are in. Data, and nothing else.

Slavic words are given as stems that a case ending may follow; the others as they are written.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "uk", "ru", "de", "fr")


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines of ``value: word word`` as value -> words."""
    rows = (line.split(":") for line in text.strip().splitlines())
    return {value.strip(): tuple(words.split()) for value, words in rows}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whole forms; a stem ends in "*", and up to four letters may follow it.
MONTHS: Final = {
    "en": _table("""
        1: january jan
        2: february feb
        3: march
        4: april apr
        5: may
        6: june jun
        7: july jul
        8: august aug
        9: september sept sep
        10: october oct
        11: november nov
        12: december dec
    """),
    "uk": _table("""
        1: січ*
        2: лют*
        3: берез*
        4: квіт*
        5: трав*
        6: черв*
        7: лип*
        8: серп*
        9: верес*
        10: жовт*
        11: листопад*
        12: груд*
    """),
    "ru": _table("""
        1: январ*
        2: феврал*
        3: март*
        4: апрел*
        5: май мая мае маем
        6: июн*
        7: июл*
        8: август*
        9: сентябр*
        10: октябр*
        11: ноябр*
        12: декабр*
    """),
    "de": _table("""
        1: januar jänner
        2: februar
        3: märz
        4: april
        5: mai
        6: juni
        7: juli
        8: august
        9: september
        10: oktober
        11: november
        12: dezember
    """),
    "fr": _table("""
        1: janvier
        2: février
        3: mars
        4: avril
        5: mai
        6: juin
        7: juillet
        8: août
        9: septembre
        10: octobre
        11: novembre
        12: décembre
    """),
}
WEEKDAYS: Final = {
    "en": _table("""
        mon: monday
        tue: tuesday
        wed: wednesday
        thu: thursday
        fri: friday
        sat: saturday
        sun: sunday
    """),
    "uk": _table("""
        mon: понеділ*
        tue: вівтор*
        wed: серед*
        thu: четвер*
        fri: п'ятниц*
        sat: субот*
        sun: неділ*
    """),
    "ru": _table("""
        mon: понедельник*
        tue: вторник*
        wed: среда среду среды среде
        thu: четверг*
        fri: пятниц*
        sat: суббот*
        sun: воскресенье воскресенья воскресный
    """),
    "de": _table("""
        mon: montag montagabend
        tue: dienstag dienstagabend
        wed: mittwoch
        thu: donnerstag
        fri: freitag
        sat: samstag sonnabend
        sun: sonntag
    """),
    "fr": _table("""
        mon: lundi
        tue: mardi
        wed: mercredi
        thu: jeudi
        fri: vendredi
        sat: samedi
        sun: dimanche
    """),
}
# One is an article in most languages and says nothing; it is left out, except where it ends a compound.
NUMBER_WORDS: Final = {
    "en": _table("""
        2: two both
        3: three
        4: four
        5: five
        6: six
        7: seven
        8: eight
        9: nine
        10: ten
        11: eleven
        12: twelve dozen
        13: thirteen
        14: fourteen
        15: fifteen
        16: sixteen
        17: seventeen
        18: eighteen
        19: nineteen
        20: twenty
        30: thirty
        40: forty
        50: fifty
        60: sixty
        70: seventy
        80: eighty
        90: ninety
    """),
    "uk": _table("""
        2: два дві двох двома двом
        3: три трьох трьом троє
        4: чотири чотирьох чотирьом четверо
        5: п'ять п'яти п'ятьох п'ятеро
        6: шість шести шістьох шестеро
        7: сім семи сімох семеро
        8: вісім восьми вісьмох
        9: дев'ять дев'яти дев'ятьох
        10: десять десяти десятьох
        11: одинадцят*
        12: дванадцят*
        13: тринадцят*
        14: чотирнадцят*
        15: п'ятнадцят*
        16: шістнадцят*
        17: сімнадцят*
        18: вісімнадцят*
        19: дев'ятнадцят*
        20: двадцят*
        30: тридцят*
        40: сорок сорока
        50: п'ятдесят*
        60: шістдесят*
        70: сімдесят*
        80: вісімдесят*
        90: дев'яносто дев'яноста
        100: сто ста сотня
        200: двісті двохсот
        300: триста трьохсот
        400: чотириста
        500: п'ятсот
        600: шістсот
        700: сімсот
        800: вісімсот
        900: дев'ятсот
    """),
    "ru": _table("""
        2: два две двух двумя двум двое
        3: три трех трёх трем трое
        4: четыре четырех четырёх четверо
        5: пять пяти пятеро
        6: шесть шести шестеро
        7: семь семи семеро
        8: восемь восьми
        9: девять девяти
        10: десять десяти
        11: одиннадцат*
        12: двенадцат*
        13: тринадцат*
        14: четырнадцат*
        15: пятнадцат*
        16: шестнадцат*
        17: семнадцат*
        18: восемнадцат*
        19: девятнадцат*
        20: двадцат*
        30: тридцат*
        40: сорок сорока
        50: пятьдесят пятидесяти
        60: шестьдесят шестидесяти
        70: семьдесят семидесяти
        80: восемьдесят восьмидесяти
        90: девяносто девяноста
        100: сто ста сотня
        200: двести двухсот
        300: триста трехсот трёхсот
        400: четыреста
        500: пятьсот
        600: шестьсот
        700: семьсот
        800: восемьсот
        900: девятьсот
    """),
    "de": _table("""
        2: zwei
        3: drei
        4: vier
        5: fünf
        6: sechs
        7: sieben
        8: acht
        9: neun
        10: zehn
        11: elf
        12: zwölf dutzend
        13: dreizehn
        14: vierzehn
        15: fünfzehn
        16: sechzehn
        17: siebzehn
        18: achtzehn
        19: neunzehn
        20: zwanzig
        30: dreißig dreissig
        40: vierzig
        50: fünfzig
        60: sechzig
        70: siebzig
        80: achtzig
        90: neunzig
    """),
    "fr": _table("""
        2: deux
        3: trois
        4: quatre
        5: cinq
        6: six
        7: sept
        8: huit
        9: neuf
        10: dix dizaine
        11: onze
        12: douze douzaine
        13: treize
        14: quatorze
        15: quinze
        16: seize
        20: vingt vingtaine
        30: trente
        40: quarante
        50: cinquante
        60: soixante
        80: quatre-vingts
    """),
}
ONE: Final = _words("one один одна одне одного одной ein eins un une")
HUNDRED: Final = _words("hundred hundert cent cents")
THOUSAND: Final = _words(
    "thousand thousands тисяча тисячі тисяч тисячу тис тысяча тысячи тысяч тысячу тыс tausend mille milliers"
)
MILLION: Final = _words(
    "million millions млн мільйон мільйони мільйонів мільйона миллион миллиона миллионов millionen mio"
)
