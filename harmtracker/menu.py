"""The number beside "Desk" in the menu: what waited when the person was last there.

To count it on every page would take longer than most pages do. So the browser keeps it, in a cookie signed for that
person: on a browser that two people share neither reads the other's number.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from harmtracker.models import User

COOKIE: Final = "desk"


def keep_number(response: HttpResponse, user: User, number: str) -> None:
    """Let the menu of other pages show this number to this person until the browser is closed."""
    response.set_signed_cookie(
        COOKIE, number, salt=_salt(user), secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def kept_number(request: HttpRequest, user: User) -> str:
    """The number that was kept for this person; "" for none."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=_salt(user)) or "")


def _salt(user: User) -> str:
    return f"{COOKIE} {user.pk}"
