"""Query parameters: each is declared; one that is not is refused by name, for a filter silently ignored discloses."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter

from claims.api.problems import WrongParameter

WRITTEN_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?"
)
# NUL, which PostgreSQL's text cannot hold, and what Django puts in place of bytes that are no UTF-8.
UNREADABLE: Final = frozenset("\0\N{REPLACEMENT CHARACTER}")
INSTANT: Final = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
    "examples": ["2022-04-03"],
}


@dataclass(frozen=True)
class Parameter:
    """A query parameter. ``read`` turns its text into a value or raises ValueError with a sentence."""

    name: str
    read: Callable[[str], Any]
    description: str
    schema: Mapping[str, Any]

    def documented(self) -> OpenApiParameter:
        # A list is one text with commas; said of nothing else, for it means nothing there.
        style: Any = {"style": "form", "explode": False} if self.schema.get("type") == "array" else {}
        return OpenApiParameter(
            self.name, dict(self.schema), OpenApiParameter.QUERY, description=self.description, **style
        )


def read_parameters(asked: QueryDict, declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """The values of what was asked. Raises ``WrongParameter`` for the first name that is unknown, twice or wrong."""
    values: dict[str, Any] = {}
    for name, texts in asked.lists():
        if name not in declared:
            raise WrongParameter(name, _("There is no such parameter here."))
        if len(texts) != 1:
            raise WrongParameter(name, _("Give this parameter once."))
        if UNREADABLE & set(texts[0]):
            raise WrongParameter(name, _("This value cannot be read."))
        try:
            values[name] = declared[name].read(texts[0])
        except ValueError as error:
            raise WrongParameter(name, str(error)) from error
    return values


def code(name: str, choices: type[TextChoices], description: str) -> Parameter:
    """One code of a vocabulary."""
    return one_of(name, choices.values, description)


def one_of(name: str, known: Sequence[str], description: str) -> Parameter:
    """One of these words."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(_("Not a code of this vocabulary."))
        return text

    return Parameter(name, read, description, {"type": "string", "enum": list(known)})


def names(name: str, known: Sequence[str], description: str) -> Parameter:
    """Some of these names, with commas between them, each once."""

    def read(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        for each in chosen:
            if each not in known:
                raise ValueError(_("There is nothing of this name: %(name)s.") % {"name": each[:40]})
        if len(set(chosen)) < len(chosen):
            raise ValueError(_("Name each once."))
        return chosen

    items = {"type": "string", "enum": list(known)}
    return Parameter(name, read, description, {"type": "array", "items": items, "minItems": 1, "uniqueItems": True})


def key(name: str, description: str) -> Parameter:
    """The id of a record."""
    return Parameter(name, read_key, description, {"type": "string", "format": "uuid"})


def read_key(text: str) -> str:
    """A UUID in its plain lowercase form, the only one in which ids are given out."""
    try:
        found = str(uuid.UUID(text))
    except ValueError as error:
        raise ValueError(_("Not an id.")) from error
    if found != text:
        raise ValueError(_("Not an id."))
    return found


def instant(name: str, description: str) -> Parameter:
    """A day (its beginning at UTC) or an instant with its offset (RFC 3339)."""
    return Parameter(name, _read_instant, description, INSTANT)


def _read_instant(text: str) -> datetime:
    if not WRITTEN_INSTANT.fullmatch(text):
        raise ValueError(_("Write a day as 2022-04-03 or an instant as 2022-04-03T09:30:00Z."))
    try:
        moment = datetime.fromisoformat(text.upper())
        # PostgreSQL knows no offset beyond 16 hours, RFC 3339 does.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(_("There is no such day.")) from error


def past(name: str, description: str) -> Parameter:
    """A day (its end at UTC, or now) or an instant with its offset, that does not lie ahead."""

    def read(text: str) -> datetime:
        moment = _read_instant(text)
        now = timezone.now()
        if len(text) <= len("2022-04-03") and moment <= now:
            return min(moment + timedelta(days=1, microseconds=-1), now)
        if moment > now:
            raise ValueError(_("This lies ahead."))
        return moment

    return Parameter(name, read, description, INSTANT)


def whole_number(name: str, description: str, least: int, most: int, default: int) -> Parameter:
    """An integer within bounds."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise ValueError(_("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
        return int(text)

    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(name, read, description, schema)


def text(name: str, description: str) -> Parameter:
    """Text taken as it stands."""
    return Parameter(name, str, description, {"type": "string"})


def written_as(name: str, pattern: str, example: str, description: str) -> Parameter:
    """Text of a form, such as the code of a region. ``pattern`` reads alike in Python and in ECMA-262."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(_("Write it as %(example)s.") % {"example": example})
        return text

    schema = {"type": "string", "pattern": f"^{pattern}$", "examples": [example]}
    return Parameter(name, read, description, schema)
