"""Undo: after an act whose inverse is an action of its own, the sentence that says so carries a button.

The button holds a signed reference to that inverse and what it needs to know. It works for the person it was made for,
for a quarter of an hour, and only while nothing else has happened to the record: the inverse checks the version it was
told, as any other action does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harmtracker.errors import Refused, StaleRecord
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, require

SALT: Final = "undo"
KEPT_FOR: Final = 15 * 60  # seconds
TAG: Final = "undo:"
"""Before the reference, among the tags of the message that offers it."""
MOVED_ON: Final = gettext_lazy("The record has moved on since. Nothing was undone; its history says what happened.")


@dataclass(frozen=True)
class Undone:
    """What was undone, in a sentence, and the page that shows it."""

    words: str
    url: str


Inverse = Callable[..., Undone]
_INVERSES: dict[str, Inverse] = {}


def inverse(function: Inverse) -> Inverse:
    """Register an inverse: called with ``by`` and the arguments it was offered with, all of them JSON.

    It finds the record again as far as ``by`` may see it, and raises ``Refused`` where nothing can be undone any more.
    """
    name = f"{function.__module__}.{function.__name__}"
    if name in _INVERSES:
        raise ValueError(name)
    _INVERSES[name] = function
    return function


def offer(request: SignedInRequest, words: str, function: Inverse, *, back: str, **arguments: Any) -> None:
    """Say that something was done, with a button that undoes it. ``back`` is where a refusal is said."""
    name = f"{function.__module__}.{function.__name__}"
    held = {"name": name, "user": str(request.user.pk), "back": back, "arguments": arguments}
    messages.success(request, words, extra_tags=TAG + signing.dumps(held, salt=SALT, compress=True))


def token_of(message: Any) -> str:
    """The reference a message carries; "" for a message without."""
    tags = message.extra_tags or ""
    return tags.removeprefix(TAG) if tags.startswith(TAG) else ""


def undo(request: HttpRequest, token: str, *, by: User) -> str:
    """Call the inverse the reference names, and say what became of it. Returns the address to go on to; "" for none."""
    require(by, "act.undo")
    try:
        held = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:  # and SignatureExpired, which is one
        held = None
    if held is None or held["user"] != str(by.pk) or held["name"] not in _INVERSES:
        messages.error(request, _("This can no longer be undone by a press. The history leads to what stood before."))
        return ""
    try:
        undone = _INVERSES[held["name"]](by=by, **held["arguments"])
    except StaleRecord:
        messages.error(request, str(MOVED_ON))
    except Refused as refusal:
        messages.error(request, _("Not undone. %(why)s") % {"why": refusal.message})
    else:
        messages.success(request, undone.words)
        return undone.url
    return str(held["back"])
