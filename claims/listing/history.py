"""The history of a record in words: each event with what it changed, as far as the reader may know it today."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from claims.event_words import field_words, verb_words
from claims.models import Incident, MediaItem, OutsideNote, Place, Statement
from claims.models.comment_request import RequestOutcome
from claims.models.findings import Finding
from claims.models.link import LinkType
from claims.queries.history import Stretch, newest_of
from harmtracker import wording
from harmtracker.db import plain
from harmtracker.markings import HIDES_NAME, HIDES_WORDS, Flag
from harmtracker.models import Team, User
from sources.models import Party
from sources.models.party import AffiliationKind
from sources.quote_edits import Piece
from sources.shown import parties_shown_to, sources_shown_to

HASHED: Final = "hmac:"
DERIVED: Final = re.compile(r"_(start|end|precision|at|by)$")
"""Columns that follow from others, or repeat who and when: the event says that already."""
NOT_DERIVED: Final = frozenset({"place_precision"})
MOVED: Final = frozenset({"statements", "affiliation"})
"""Under a merge: the rows that came to point elsewhere, by reference, whoever may see them."""
KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REFERENCE: Final = re.compile(r"(?:IN|ST|SO|PA|PL|ME|NO|CR)-[A-Z0-9]{4,10}")
OPEN: Final = frozenset({"workflow", "tlp", "handling", "stage", "lifecycle", "released"})
"""Fields whose values no flag takes away: the page of the record shows them to everybody who sees it."""
PSEUDONYM: Final = "pseudonym"
"""Shown where a flag withholds a party's name from the reader, and then without the reference."""
LONG: Final = 24
"""Characters of both values; longer ones are shown as one text with its changes marked."""
MOST_TOKENS: Final = 3000
TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Change:
    """One field an event changed. Long words come as ``pieces``; ``restore_url`` is "" where nothing is restored."""

    name: str
    label: str
    old: str
    new: str
    pieces: list[Piece]
    is_restricted: bool = False
    restore_url: str = ""


@dataclass(frozen=True)
class Happening:
    """An event with its changes."""

    event: Any
    words: str
    changes: list[Change]


def happenings(
    stretch: Stretch, record: Any, user: User, *, edit_url: str, restorable: Iterable[str]
) -> list[Happening]:
    """The events of one page in words. One query more, for the names of what they refer to.

    ``restorable`` are the fields of ``record`` itself whose earlier value its edit page, at ``edit_url``, takes over.
    """
    told = _Teller(_names(stretch.events, user), record, edit_url, frozenset(restorable))
    return [Happening(event, verb_words(event.verb), told.changes_of(event)) for event in stretch.events]


def happened_meanwhile(record: Any, user: User) -> list[Happening]:
    """The last events of a record in words, for who wrote something while somebody else changed it. Two queries."""
    return happenings(Stretch(newest_of(record, user), None), record, user, edit_url="", restorable=())


@dataclass(frozen=True)
class _Teller:
    """Puts values into words. ``names`` are those of records the reader may see, by key and by reference."""

    names: dict[str, str]
    record: Any
    edit_url: str
    restorable: frozenset[str]

    def changes_of(self, event: Any) -> list[Change]:
        shown = {name: values for name, values in event.changes.items() if _is_shown(name, values)}
        return [self._change(event, name, *values) for name, values in shown.items()]

    def _change(self, event: Any, name: str, old: Any, new: Any) -> Change:
        if (event.is_withheld and name not in OPEN) or _is_hashed(old) or _is_hashed(new):
            return Change(name, self._label(name), "", "", [], is_restricted=True)
        before, after = self._words(event, name, old), self._words(event, name, new)
        pieces = word_changes(before, after) if before and after and len(before) + len(after) > LONG else []
        return Change(name, self._label(name), before, after, pieces, restore_url=self._restore_url(event, name, old))

    def _restore_url(self, event: Any, name: str, old: Any) -> str:
        if event.subject_id != self.record.pk or name not in self.restorable or not event.verb.endswith(".edited"):
            return ""
        if _stands(self.record, name, old):
            return ""
        return f"{self.edit_url}?{urlencode({'restore': event.sequence, 'field': name})}"

    def _label(self, name: str) -> str:
        labels: dict[str, Any] = {**dict(LinkType.choices), **dict(AffiliationKind.choices)}
        return str(labels[name]) if name in labels else field_words(name)

    def _words(self, event: Any, name: str, value: Any) -> str:
        """A value as people read it; "" for none."""
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if event.subject_type == "claims.figure" and isinstance(value, list):
            return _amount(value)
        if isinstance(value, list):
            return ", ".join(self._words(event, name, each) for each in value)
        text = str(value)
        if KEY.fullmatch(text) or REFERENCE.fullmatch(text):
            return self.names.get(text, _("withheld"))
        return str(_codes(event.subject_type, name).get(text, text))


def _is_shown(name: str, values: Any) -> bool:
    is_pair = isinstance(values, list) and len(values) == 2
    is_derived = DERIVED.search(name) is not None and name not in NOT_DERIVED
    return is_pair and not is_derived and "." not in name and name not in MOVED


def _stands(record: Any, name: str, old: Any) -> bool:
    """Whether the field holds this value today, so that there is nothing to restore."""
    if name == "accuses":
        return False
    column = record._meta.get_field(name).attname
    value = getattr(record, column)
    return bool(plain(str(value) if column != name and value else value) == old)


def _is_hashed(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(HASHED)


def _amount(bounds: list[Any]) -> str:
    least, best, most = [*bounds, None, None, None][:3]
    low = least if least is not None else best
    high = most if most is not None else best
    return wording.range_words(low, high, high is None)


def _codes(subject_type: str, name: str) -> dict[Any, Any]:
    """The words of a coded column of this kind of record; {} for text."""
    if name == "stage":
        return dict(Finding.choices)
    if name == "handling":
        return dict(Flag.choices)
    if name == "outcome" and subject_type == "claims.commentrequest":
        return dict(RequestOutcome.choices)
    try:
        column: Any = apps.get_model(subject_type)._meta.get_field(name)
    except (FieldDoesNotExist, LookupError):
        return {}
    column = getattr(column, "base_field", column)
    return dict(getattr(column, "flatchoices", None) or [])


def word_changes(old: str, new: str) -> list[Piece]:
    """Two texts as one, word by word, with what was taken out and put in. Very long ones count as replaced whole."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    if len(a) + len(b) > MOST_TOKENS:
        return [Piece(old, "removed"), Piece(new, "added")]
    changed = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    parts = [(tag != "equal", "".join(a[i:j]), "".join(b[k:m])) for tag, i, j, k, m in changed]
    return [piece for part in _joined(parts) for piece in _pieces(*part)]


def _joined(parts: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """White space that stands between two changes is read as part of the change."""
    made: list[tuple[bool, str, str]] = []
    for at, (is_changed, old, new) in enumerate(parts):
        is_between = 0 < at < len(parts) - 1 and old.isspace()
        if made and made[-1][0] and (is_changed or is_between):
            made[-1] = (True, made[-1][1] + old, made[-1][2] + new)
        else:
            made.append((is_changed, old, new))
    return made


def _pieces(is_changed: bool, old: str, new: str) -> list[Piece]:
    if not is_changed:
        return [Piece(old)]
    return [Piece(text, change) for text, change in ((old, "removed"), (new, "added")) if text]


def _names(events: list[Any], user: User) -> dict[str, str]:
    """Names of the records that the changes refer to and the reader may see, by key and by reference. One query."""
    values = {text for event in events for pair in event.changes.values() for text in _texts(pair)}
    keys = {text for text in values if KEY.fullmatch(text)}
    refs = {text for text in values if REFERENCE.fullmatch(text)}
    if not keys and not refs:
        return {}
    unseen = sorted(HIDES_NAME - set(user.flags))
    kinds: list[tuple[QuerySet[Any], str]] = [
        (parties_shown_to(user), "name"),
        (Place.objects.visible_to(user), "name"),
        (Incident.objects.visible_to(user), "title"),
        (sources_shown_to(user), "title"),
        (MediaItem.objects.visible_to(user).seen_through(user, HIDES_WORDS), "description"),
        (Statement.objects.visible_to(user), "ref"),
        (OutsideNote.objects.visible_to(user), "ref"),
        (Party.objects.visible_to(user).filter(handling__overlap=unseen).exclude(pseudonym=""), PSEUDONYM),
    ]
    rows = [
        queryset.order_by()
        .filter(Q(pk__in=keys) | Q(ref__in=refs))
        .values_list("pk", Cast("ref", CharField()), Cast(name, CharField()), Value(name == PSEUDONYM))
        for queryset, name in kinds
    ]
    teams = Team.objects.filter(pk__in=keys).order_by()
    rows.append(teams.values_list("pk", Value("", CharField()), Cast("name", CharField()), Value(False)))
    named: dict[str, str] = {}
    for key, ref, name, is_pseudonym in rows[0].union(*rows[1:], all=True).order_by():
        words = name if is_pseudonym or not ref or name == ref else f"{name} ({ref})"
        named |= {str(key): words or ref, ref: words or ref}
    return named


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def edit_page_of(kind: str, ref: str) -> str:
    """The address of the page on which a record of this kind is edited."""
    return reverse(EDIT_PAGES.get(kind, f"{kind}-edit"), args=[ref])


EDIT_PAGES: Final = {"party": "party-describe"}
