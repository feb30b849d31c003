"""Words that change what a sentence says, in the languages most captured pages are in. Data for `quote_check`.

Ukrainian, Russian, German, English and French. Words are casefolded; stems stand for all their endings.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS: Final = _words(
    """
    not no never nobody none nothing nowhere neither nor without cannot hardly barely unable
    не нет нету ни никто никого никому никогда нигде ничего ничто нельзя никак никакой никакая никакие никаких без
    ні немає нема ніхто нікого нікому ніколи ніде нічого ніщо неможна жоден жодна жодний жодне жодної жодного жодному
    жодних
    nicht kein keine keinen keinem keiner keines nie niemals niemand niemanden niemandem nichts nirgends ohne weder
    ne n pas jamais aucun aucune rien sans ni nullement guère
    """
)
# Put before a word, they turn it round: armed, unarmed; виновен, невиновен.
NEGATING_PREFIXES: Final = ("un", "in", "im", "il", "ir", "dis", "non", "non-", "не", "без", "бес", "un-", "nicht")
HEDGES: Final = _words(
    """
    alleged allegedly reportedly may might could possibly perhaps apparently probably likely seems appears seemingly
    purportedly supposedly presumably about approximately around roughly almost nearly suspected unconfirmed
    якобы возможно вероятно видимо кажется около примерно почти предположительно неподтверждённым неподтвержденным
    нібито можливо ймовірно очевидно мабуть здається близько приблизно майже імовірно начебто ніби
    angeblich vielleicht mutmaßlich möglicherweise wahrscheinlich anscheinend offenbar etwa rund fast soll sollen
    vermutlich wohl
    prétendument présumé présumée présumés peut-être probablement apparemment semble semblent environ presque serait
    seraient aurait auraient pourrait pourraient
    """
)
ATTRIBUTIONS: Final = _words(
    """
    said says say told tells claimed claims claim stated states denied denies according added announced reported
    reports insisted insists alleged confirmed confirms acknowledged admitted warned argued wrote tweeted
    сказал сказала сказали заявил заявила заявили сообщил сообщила сообщили утверждает утверждал утверждала
    утверждают отметил отметила добавил добавила подтвердил подтвердила отрицает отрицал признал признала написал
    написала словам
    сказав сказали заявляє заявив повідомив повідомила повідомили стверджує стверджував стверджувала стверджують
    зазначив зазначила додав додала підтвердив підтвердила заперечує заперечив визнав визнала написав словами
    sagte sagten erklärte erklärten behauptete behauptet behaupten betonte teilte bestritt bestreitet bestätigte
    berichtete schrieb zufolge laut
    dit déclaré déclare affirmé affirme assuré annoncé indiqué nié confirmé ajouté écrit selon reconnu prétend
    """
)
# Written numbers, months and days; "may" is left out, being a hedge more often than a month.
NUMBERS: Final = _words(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen dozens hundred hundreds
    thousand thousands million millions billion billions half twice first second third fourth fifth both
    january february march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday yesterday today tomorrow
    один одна одно одного одной одному два две двух двум дві двох двом три трёх трех трьох чотири чотирьох шість шести
    шесть семь семи сім восемь восьми вісім десять десяти дев'ять девять девяти п'ять п'яти пять пяти сто ста сорок
    сорока оба обе обидва обидві мая май травня травень вчера учора сегодня сьогодні завтра вчора
    null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf beide hundert tausend dutzend dutzende
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonnabend
    sonntag gestern heute morgen halb
    zéro deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente
    quarante cinquante soixante cent cents mille douzaine dizaine dizaines centaine centaines milliers moitié
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi
    vendredi samedi dimanche hier aujourd'hui demain
    """
)
# Beginnings of numbers, months and days that are declined, and of numbers written in one word.
NUMBER_STEMS: Final = (
    "twenty-", "thirty-", "forty-", "fifty-", "sixty-", "seventy-", "eighty-", "ninety-",
    "двадцят", "двадцат", "тридцят", "тридцат", "п'ятдес", "пятьдес", "пятидес", "шістдес", "шестьдес", "шестидес",
    "сімдес", "семьдес", "семидес", "вісімдес", "восемьдес", "восьмидес", "дев'янос", "девянос", "одинадцят",
    "одиннадцат", "дванадцят", "двенадцат", "тринадцят", "тринадцат", "чотирнадцят", "четырнадцат", "п'ятнадцят",
    "пятнадцат", "шістнадцят", "шестнадцат", "сімнадцят", "семнадцат", "вісімнадцят", "восемнадцат", "дев'ятнадцят",
    "девятнадцат", "двісті", "двести", "триста", "чотириста", "четыреста", "п'ятсот", "пятьсот", "шістсот", "шестьсот",
    "сімсот", "семьсот", "вісімсот", "восемьсот", "дев'ятсот", "девятьсот", "сотн", "сотен", "тисяч", "тысяч",
    "мільйон", "миллион", "мільярд", "миллиард", "десятк", "дюжин", "четыр", "четвер", "перш", "перв", "втор",
    "трет", "січн", "січень", "январ", "лют", "феврал", "берез", "март", "квітн", "квітень", "апрел", "червн",
    "червень", "июн", "липн", "липень", "июл", "серпн", "серпень", "август", "вересн", "вересень", "сентябр", "жовтн",
    "жовтень", "октябр", "листопад", "ноябр", "грудн", "грудень", "декабр", "понеділ", "понедельн", "вівтор", "вторник",
    "середу", "середа", "среду", "среда", "четверг", "п'ятниц", "пятниц", "субот", "суббот", "неділ", "воскрес",
    "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig", "dreizehn", "vierzehn",
    "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn", "einund", "zweiund", "dreiund", "vierund", "fünfund",
    "sechsund", "siebenund", "achtund", "neunund", "million", "milliard", "hundert", "tausend",
    "vingt-", "trente-", "quarante-", "cinquante-", "soixante-", "quatre-vingt",
)  # fmt: skip
# Words that carry a capital only because a sentence begins with them.
OPENERS: Final = _words(
    """
    a an and as at but by for from he her his how i if in indeed is it its no nor of on or our she so that
    the their there these they this those to we what when where who yes you while after before during since
    в во и а но на он она оно они это мы я не у с со к по от до за из для что как так все наш наша наши их его её
    і з із зі та це він вона воно вони ми що як так усі всі від до за для наш наша наші їх його її цей ця ці
    der die das dem den des und ein eine einen einem wir er sie es ich aber im am vom zum zur mit von nach bei auf
    le la les l un une des du de et il elle ils elles nous vous je ce cette ces mais dans sur par pour avec au aux en
    """
)
