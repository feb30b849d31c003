"""Refusals as problem documents (RFC 9457). One body for each kind: a 404 says nothing about why."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, str | Promise] = {
    400: _("This cannot be asked"),
    401: _("A token is needed"),
    403: _("The token does not include this"),
    404: _("Not found"),
    405: _("Not by this method"),
    406: _("Not in this format"),
    409: _("Not as things stand"),
    410: _("Withdrawn"),
    412: _("Changed meanwhile"),
    413: _("Too much"),
    414: _("Too long an address"),
    415: _("Not in this format"),
    416: _("Beyond the end"),
    428: _("A version is needed"),
    429: _("Too often"),
    503: _("Not at the moment"),
}
NOT_FOUND = _("There is nothing here that this token may read.")


class Problem(exceptions.APIException):
    """A refusal with a stable ``code`` and members of its own."""

    headers: Mapping[str, str] = {}  # of the answer, beside those that all have

    def __init__(self, status_code: int, code: str, detail: str | Promise, **members: Any) -> None:
        super().__init__(str(detail), code)
        self.status_code = status_code
        self.problem_code = code
        self.members = members


class WrongParameter(Problem):
    """A query parameter that is unknown, repeated or malformed: named, never ignored."""

    def __init__(self, name: str, detail: str | Promise) -> None:
        super().__init__(400, "parameter", detail, parameter=name)


class TooLong(Problem):
    """An address of more than ``most`` characters. gunicorn takes longer ones, so that this is said by us."""

    def __init__(self, most: int) -> None:
        detail = _("An address may have %(most)s characters. Ask for less at a time.") % {"most": most}
        super().__init__(414, "address", detail)


class Unavailable(Problem):
    """The database is not there, or too busy. Whoever asks again later is answered."""

    def __init__(self) -> None:
        super().__init__(503, "unavailable", _("This cannot be read at the moment. Try again later."), retry_after=30)


class MissingScope(Problem):
    """The token lacks a scope; told to its holder by name."""

    def __init__(self, scope: str) -> None:
        detail = _("The token lacks the scope %(scope)s.") % {"scope": scope}
        super().__init__(403, "scope", detail, scope=scope)


class BeyondTheEnd(Problem):
    """A range of bytes that begins behind the last of the ``size`` there are."""

    def __init__(self, size: int) -> None:
        super().__init__(416, "range", _("The file ends before that."))
        self.headers = {"Content-Range": f"bytes */{size}"}


class NotInThisFormat(Problem):
    """Nothing here comes in a format that the ``Accept`` header names; ``formats`` are those that there are."""

    def __init__(self, formats: list[str]) -> None:
        detail = _("This comes as %(formats)s.") % {"formats": ", ".join(formats)}
        super().__init__(406, "not_acceptable", detail, formats=formats)


class Withdrawn(Problem):
    """The tombstone of a record this token could once read: why it went and when, and nothing of what it said."""

    def __init__(
        self, *, record_id: str, reason: str, reason_label: str, withdrawn_at: str, into: str | None = None
    ) -> None:
        super().__init__(
            410,
            "withdrawn",
            _("This record was withdrawn. Delete your copies."),
            id=record_id,
            reason=reason,
            reason_label=reason_label,
            withdrawn_at=withdrawn_at,
            **({"into": into} if into else {}),
        )


def allowed_by(view: Any) -> list[str]:
    """The methods an address answers."""
    return [each for each in view.allowed_methods if each != "OPTIONS"]


def problem_response(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler. None leaves an error that is no refusal to Django."""
    if isinstance(exception, Http404):
        exception = Problem(404, "not_found", NOT_FOUND)
    return refusal(exception, context) if isinstance(exception, exceptions.APIException) else None


def refusal(exception: exceptions.APIException, context: Mapping[str, Any]) -> HttpResponse:
    """The answer that says what is refused, as a problem document. ``context``: the ``view`` that refuses."""
    code = getattr(exception, "problem_code", None) or exception.get_codes()
    response = HttpResponse(
        json.dumps(
            {
                "type": f"urn:harmtracker:problem:{code}",
                "title": str(TITLES.get(exception.status_code, _("Refused"))),
                "status": exception.status_code,
                "detail": str(exception.detail),
                **getattr(exception, "members", {}),
            },
            ensure_ascii=False,
        ),
        status=exception.status_code,
        content_type=MEDIA_TYPE,
    )
    if exception.status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = getattr(exception, "auth_header", "Bearer")
    for name, value in getattr(exception, "headers", {}).items():
        response[name] = value
    if "retry_after" in (members := getattr(exception, "members", {})):
        response["Retry-After"] = str(members["retry_after"])
    if isinstance(exception, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(allowed_by(context["view"]))
    return response
