"""A form that arrives after its session has ended is kept through signing in: nothing typed is ever lost.

The server stores nothing for strangers. The form travels sealed in the sign-in page and comes back with the password;
the person then looks at it and sends it again. Files cannot travel so and have to be chosen again.
"""

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

SALT = "harmtracker.kept_forms"
LASTS = 24 * 60 * 60  # seconds
MOST = 500_000  # characters
NOT_TYPED = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Kept:
    """Where the form was sent, and its fields as (name, value) in the order in which they stood."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool


def keep(request: HttpRequest) -> str:
    """The form of this request, sealed; "" when there is nothing in it or too much of it."""
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values if name != NOT_TYPED]
    if not fields or sum(len(value) for _name, value in fields) > MOST:
        return ""
    held = {"path": request.get_full_path(), "fields": fields, "had_files": bool(request.FILES)}
    return signing.dumps(held, salt=SALT, compress=True)


def kept(sealed: str) -> Kept | None:
    """What was sealed; None when it is not ours or too old."""
    try:
        held = signing.loads(sealed, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Kept(held["path"], [(name, value) for name, value in held["fields"]], held["had_files"])


def ask_to_send_again(request: HttpRequest, form: Kept) -> HttpResponse:
    """The page that shows a person who has signed in again what was kept."""
    response = render(request, "signed_in_again.html", {"kept": form})
    add_never_cache_headers(response)
    return response
