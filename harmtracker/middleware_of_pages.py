"""What only people's pages need of the way through the middleware. A call with a token passes it by.

Partners sign in to nothing, hold no cookie and fill in no form; looking for all that took longer than checking a token.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxMiddleware

from harmtracker.middleware import PrivatePagesMiddleware


def is_by_token(request: HttpRequest) -> bool:
    """Whether a program calls with a token. Not by the address alone: people open the export's own pages too."""
    return request.path_info.startswith("/api/") and "HTTP_AUTHORIZATION" in request.META


def _passed_by(middleware: type[Any]) -> type[Any]:
    class OfPages(middleware):
        def __call__(self, request: HttpRequest) -> HttpResponse:
            if is_by_token(request):
                return self.get_response(request)  # type: ignore[no-any-return]
            return super().__call__(request)  # type: ignore[no-any-return]

    return OfPages


Sessions = _passed_by(SessionMiddleware)
Authentication = _passed_by(AuthenticationMiddleware)
Messages = _passed_by(MessageMiddleware)
PrivatePages = _passed_by(PrivatePagesMiddleware)
Htmx = _passed_by(HtmxMiddleware)
