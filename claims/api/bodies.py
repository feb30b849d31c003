"""Reading what a partner sends: one JSON object whose members are declared. What nobody declared is refused by name."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from claims.api.problems import Problem

MOST_BYTES: Final = 16 * 1024
JSON: Final = "application/json"

type Reader = Callable[[Any], Any]


class WrongBody(Problem):
    """What was sent is no JSON object, or one of its members is unknown or wrong; ``name`` says which."""

    def __init__(self, detail: Any, name: str | None = None) -> None:
        super().__init__(400, "body", detail, **({"parameter": name} if name else {}))


def read_body(request: Request, declared: Mapping[str, Reader], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The members of the body as their readers give them. Each reader raises ValueError with a sentence.

    Raises ``Problem``: 413 for too much, 415 for what is not called JSON, 400 for the rest.
    """
    sent = _object(request)
    values = {}
    for name, value in sent.items():
        if name not in declared:
            raise WrongBody(_("There is no such member here."), name[:100])
        try:
            values[name] = declared[name](value)
        except ValueError as error:
            raise WrongBody(str(error), name) from error
    for name in required:
        if name not in values:
            raise WrongBody(_("This member is needed."), name)
    return values


def text(value: Any) -> str:
    """Text without control signs that no database holds."""
    if not isinstance(value, str) or not value.strip() or "\0" in value or not value.isprintable():
        raise ValueError(_("Give a line of text."))
    return value


def texts(value: Any) -> list[str]:
    """A list of texts, each once, and not empty."""
    if not isinstance(value, list) or not value:
        raise ValueError(_("Give a list of texts with one text or more."))
    found = [text(each) for each in value]
    if len(set(found)) < len(found):
        raise ValueError(_("Give each of them once."))
    return found


def truth(value: Any) -> bool:
    """``true`` or ``false`` and nothing that only looks like it."""
    if not isinstance(value, bool):
        raise ValueError(_("Give true or false."))
    return value


def _object(request: Request) -> dict[str, Any]:
    if (request.content_type or "").partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "media_type", _("Send JSON, and call it application/json."))
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if not announced.isdecimal() or int(announced[:12]) > MOST_BYTES:
        raise Problem(413, "too_large", _("This is more than can be meant. Send less."))
    try:
        sent = json.loads(request._request.body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise WrongBody(_("This is no JSON in which each member stands once.")) from error
    if not isinstance(sent, dict):
        raise WrongBody(_("Send one JSON object."))
    return sent


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError
    return names
