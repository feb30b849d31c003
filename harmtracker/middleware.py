"""What every answer carries: an id for the log, its language, and the word that private pages are kept nowhere."""

import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from uuid_utils import uuid7

from harmtracker.logs import request_id

type Answer = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("harmtracker.requests")

_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


class RequestIdMiddleware:
    """Names the request in the log and in its answer; a proxy's own id is kept if it is plain."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if _ID.fullmatch(given) else str(uuid7()))
        began = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            # The path without its query: that may hold what somebody searches for.
            facts = {"method": request.method, "path": request.path, "status": response.status_code}
            logger.info("answered", extra=facts | {"milliseconds": round((time.monotonic() - began) * 1000)})
        finally:
            request_id.reset(token)
        return response


class PlainAddressesMiddleware:
    """No address of ours holds a NUL, which the database cannot be asked for: such a page does not exist.

    The export says the same in its own form: its keys are read before the database is asked.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info and not request.path_info.startswith("/api/"):
            raise Http404
        return self.get_response(request)


class NotOpenedMiddleware:
    """An address that only takes forms says so to whoever opens it, by a reload, a bookmark or the address bar.

    Without words a browser shows an error of its own, as though the service were down.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.path_info.startswith("/api/"):
            return response
        page = render(request, "errors/405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page


class LanguageMiddleware:
    """A person reads in the language they chose, else in the one their browser asks for.

    Partners read the export, refusals included, in the language of the installation, whatever their client asks for:
    two partners must not hold different words of one record. Comes after AuthenticationMiddleware.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_for_partners = request.path_info.startswith("/api/")
        language = settings.LANGUAGE_CODE if is_for_partners else _language_of(request)
        # What the thread does next is not in this person's language.
        with translation.override(language):
            response = self.get_response(request)
        if not is_for_partners:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            response.headers.setdefault("Content-Language", language)
        return response


def _language_of(request: HttpRequest) -> str:
    chosen = request.user.language if request.user.is_authenticated else ""
    return chosen or translation.get_language_from_request(request)


class PrivatePagesMiddleware:
    """Nothing a signed-in person saw stays in the browser or in a proxy; signing out clears what did."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in or request.user.is_authenticated:
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        if was_signed_in and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response
