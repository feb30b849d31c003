"""How two wordings differ, word by word, and what each difference touches. Pure functions.

The class of a difference does not depend on how much it changes: deleting "not" leaves a likeness of 97 in 100. Names
are known by their capital letter, so in scripts without capitals they count as other words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sources.quote_words import ATTRIBUTIONS, HEDGES, NEGATING_PREFIXES, NEGATIONS, NUMBER_STEMS, NUMBERS, OPENERS
from sources.quotes import IGNORED, folded_words


class EditClass(TextChoices):
    """What an edit touches. The first three change what was said, whatever the score."""

    NEGATION = "negation", _("Negation")
    NUMBER = "number", _("Number or date")
    NAME = "name", pgettext_lazy("edit", "Name")
    HEDGE = "hedge", _("Hedge")
    ATTRIBUTION = "attribution", _("Attribution")
    PUNCTUATION = "punctuation", _("Punctuation")
    OTHER = "other", _("Other words")


RED: Final = frozenset({EditClass.NEGATION, EditClass.NUMBER, EditClass.NAME})
LONGEST_COMPARED: Final = 4000  # tokens of both wordings together; longer ones count as replaced whole


@dataclass(frozen=True, slots=True)
class Operation:
    """One difference: words before, words now ("" for none), what it touches, and where.

    ``at`` counts code points of the earlier wording: there ``before`` stands, or ``after`` was put in.
    """

    edit: EditClass
    before: str
    after: str
    at: int = 0

    @property
    def is_red(self) -> bool:
        """Whether it changes what was said."""
        return self.edit in RED


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a wording with its changes marked: ``change`` is "" (stands), "removed" or "added"."""

    text: str
    change: str = ""
    edit: str = ""

    @property
    def is_red(self) -> bool:
        return self.edit in RED


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark of a wording: as it stands, as it is compared, and from where to where."""

    text: str
    plain: str
    start: int
    end: int


_UNSEEN: Final = "".join(sorted(IGNORED))
_LETTER: Final = rf"[\w\u0300-\u036f{_UNSEEN}]"
WORD: Final = re.compile(rf"{_LETTER}+(?:['’ʼ.,:-]{_LETTER}+)*|[^\w\s]")
AMOUNT: Final = frozenset("%‰$€£₴₽¥°")
MINUS: Final = frozenset("-−–")


def tokens(text: str) -> list[Token]:
    """Words and marks in their order; capital letters, dress of quotation marks and unseen characters are no
    difference."""
    found = ((match, folded_words(match.group(), cased=False)) for match in WORD.finditer(text))
    return [Token(match.group(), plain, match.start(), match.end()) for match, plain in found if plain]


def operations(before: str, after: str) -> list[Operation]:
    """The differences between two wordings, word by word, each with its class."""
    old, new = tokens(before), tokens(after)
    if len(old) + len(new) > LONGEST_COMPARED:
        same = [token.plain for token in old] == [token.plain for token in new]
        return [] if same else [Operation(_class_of(old, new), before, after)]
    compared = SequenceMatcher(None, [token.plain for token in old], [token.plain for token in new], autojunk=False)
    return [
        Operation(
            _class_of(old[i:j], new[k:m], old[j : j + 1], new[m : m + 1]),
            _words(before, old[i:j]),
            _words(after, new[k:m]),
            old[i].start if i < len(old) else len(before),
        )
        for tag, i, j, k, m in compared.get_opcodes()
        if tag != "equal"
    ]


def pieces(wording: str, changes: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """The earlier wording with its stored operations marked in it, for showing what changed word by word."""
    made: list[Piece] = []
    position = 0
    for change in sorted(changes, key=lambda each: int(each.get("at", 0))):
        at, before, after = int(change.get("at", 0)), str(change["before"]), str(change["after"])
        edit = str(change["class"])
        if at > position:
            made.append(Piece(wording[position:at]))
            position = at
        if before:
            made.append(Piece(before, "removed", edit))
            if wording.startswith(before, position):
                position += len(before)
        if after:
            made.append(Piece(after, "added", edit))
    if position < len(wording):
        made.append(Piece(wording[position:]))
    return made


def is_negation(word: str) -> bool:
    """Whether a word denies: not, can't, n'ont, не, kein."""
    plain = folded_words(word, cased=False)
    return plain in NEGATIONS or plain.endswith("n't") or plain.startswith("n'")


def _words(text: str, taken: list[Token]) -> str:
    return text[taken[0].start : taken[-1].end] if taken else ""


def _class_of(
    old: list[Token], new: list[Token], after_old: Iterable[Token] = (), after_new: Iterable[Token] = ()
) -> EditClass:
    """The gravest thing an edit touches; what stands on both sides of it was not touched."""
    removed, added = _only_in(old, new), _only_in(new, old)
    touched = [*removed, *added]
    words = [token for token in touched if token.plain[0].isalnum()]
    if any(is_negation(token.text) for token in words) or _is_turned_round(removed, added):
        return EditClass.NEGATION
    if any(_is_number(token.plain) for token in words) or _is_amount(old, new, after_old, after_new):
        return EditClass.NUMBER
    if not words:
        return EditClass.PUNCTUATION
    if any(_is_name(token) for token in words):
        return EditClass.NAME
    if any(token.plain in HEDGES for token in words):
        return EditClass.HEDGE
    if any(token.plain in ATTRIBUTIONS for token in words):
        return EditClass.ATTRIBUTION
    return EditClass.OTHER


def _only_in(these: list[Token], those: list[Token]) -> list[Token]:
    """What one side has more often than the other."""
    spare = Counter(token.plain for token in those)
    found = []
    for token in these:
        if spare[token.plain]:
            spare[token.plain] -= 1
        else:
            found.append(token)
    return found


def _is_turned_round(removed: list[Token], added: list[Token]) -> bool:
    """Whether a word got or lost a negating prefix: armed, unarmed; винен, невинен."""
    return any(
        longer.endswith(shorter) and longer.removesuffix(shorter) in NEGATING_PREFIXES
        for one in removed
        for other in added
        for shorter, longer in (sorted((one.plain, other.plain), key=len),)
        if len(shorter) > 2
    )


def _is_number(plain: str) -> bool:
    return (
        any(character.isnumeric() for character in plain)
        or plain in NUMBERS
        or plain.startswith(NUMBER_STEMS)
        or any(part in NUMBERS for part in plain.split("-"))
    )


def _is_amount(old: list[Token], new: list[Token], after_old: Iterable[Token], after_new: Iterable[Token]) -> bool:
    """Whether a sign was touched that changes a number: per cent, a currency, a minus."""
    if any(token.text in AMOUNT for token in (*_only_in(old, new), *_only_in(new, old))):
        return True
    return any(
        sign.text in MINUS and number.plain[0].isdecimal()
        for side in ([*old, *after_old], [*new, *after_new])
        for sign, number in pairwise(side)
        if sign in (*_only_in(old, new), *_only_in(new, old))
    )


def _is_name(token: Token) -> bool:
    return token.text[0].isupper() and token.plain not in OPENERS
