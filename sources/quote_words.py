"""Words that change what a sentence says, in the languages most captured pages are in. Data for `quote_check`."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS: Final = _words(
    """
    not no never nobody none nothing neither nor without cannot не нет ни никто никогда ничего нельзя без ні
    немає нема ніхто ніколи нічого жоден жодний жодної жодного nicht kein keine keiner nie niemand ohne
    """
)
HEDGES: Final = _words(
    """
    alleged allegedly reportedly may might could possibly perhaps apparently probably likely seems appears
    якобы возможно вероятно видимо нібито можливо ймовірно очевидно angeblich vielleicht mutmaßlich
    """
)
ATTRIBUTIONS: Final = _words(
    """
    said says told claimed claims stated states denied denies according added announced reported сказал
    сказала заявил заявила сообщил утверждает сказав сказала заявив заявила повідомив стверджує sagte
    erklärte
    """
)
# Numbers, months and days; "may" is left out, being a hedge more often than a month.
NUMBERS: Final = _words(
    """
    one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand
    thousands million millions january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow
    """
)
# Words that carry a capital only because a sentence begins with them.
OPENERS: Final = _words(
    """
    a an and as at but by for from he her his how i if in indeed is it its no nor of on or our she so that
    the their there these they this those to we what when where who yes you в во и а но на он она они это мы
    я не у з із та це він вона вони ми що der die das und ein eine wir er sie es
    """
)
