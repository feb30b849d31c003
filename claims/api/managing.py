"""Addresses a partner may write to: which token may, what is refused, and how it is described."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.bodies import JSON
from claims.api.described import REFUSALS
from claims.api.problems import MEDIA_TYPE, Problem
from claims.api.ready import written
from claims.api.serializers.shared import ProblemSerializer
from claims.release.redaction import Document
from claims.release.scopes import MANAGE_WEBHOOKS
from harmtracker.errors import Refused, StaleRecord

CONFLICTS: Final = frozenset({"exists", "most", "not_told", "paused"})
WRITING: Final = {
    400: "A parameter or a member of the body is unknown, repeated or wrong; `parameter` says which.",
    404: "This partner has none of that key.",
    406: "Not in this format.",
    409: "It does not go with how things stand; `detail` says why.",
    412: "It was changed since you read it: read it again. Nothing was written.",
    413: "The body is too large.",
    415: "The body is not called JSON.",
    428: "`If-Match` is missing. Nothing was written.",
}
IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The `ETag` with which you read what you change; `*`: whatever stands there now.",
)
IF_MATCH_OR_NOT: Final = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="Only if it is still what you read under this `ETag`."
)


class ManagedView(ExportView):
    """An address that partners may write to, with a token of the scope ``webhooks:manage`` and no other."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    scopes = (MANAGE_WEBHOOKS,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            response["Cache-Control"] = "no-store"  # there may be a secret in it
        return response


def done(body: Document, status: int = 200) -> HttpResponse:
    """What was written, as it stands now."""
    return HttpResponse(written(body), status=status, content_type="application/json")


def versions_held(request: Request, *, required: bool = True) -> frozenset[str] | None:
    """The versions ``If-Match`` allows to be written over; None for any. Raises ``Problem`` 428 where it is missing
    and ``required``.

    Only the part of an ETag that is the version counts: what sending puts down meanwhile makes no reader stale.
    """
    if "If-Match" not in request.headers and not required:
        return None
    if "If-Match" not in request.headers:
        raise Problem(428, "if_match", _("Send If-Match with the ETag you read, or * for whatever stands there now."))
    held = parse_etags(request.headers["If-Match"])
    return None if held == ["*"] else frozenset(each.strip('"').partition("-")[0] for each in held)


@contextmanager
def refusing() -> Iterator[None]:
    """An action's refusal becomes a problem document."""
    try:
        yield
    except StaleRecord as stale:
        raise Problem(412, stale.code, str(stale.message)) from stale
    except Refused as refused:
        if refused.code in CONFLICTS:
            raise Problem(409, refused.code, str(refused.message)) from refused
        named = {"parameter": refused.field} if refused.field else {}
        raise Problem(400, "body", str(refused.message), **named) from refused


def managed(
    name: str,
    summary: str,
    answer: Any,
    *,
    status: int = 200,
    body: Any = None,
    of_one: bool = True,
    conflicts: bool = True,
    held: bool = False,
    if_match: OpenApiParameter | None = None,
) -> Callable[..., Any]:
    """Describe a method: its ``body``, and what it answers under which ``status``.

    ``of_one`` adds 404; ``conflicts`` adds 409; ``held`` adds 304; ``if_match`` adds that header and what is answered
    without the right one; a body adds what can be wrong with bodies.
    """
    statuses = [400, 401, 403, *([404] if of_one else []), 406, *([409] if conflicts else [])]
    statuses += [*([412] if if_match else []), *([428] if if_match and if_match.required else [])]
    statuses += [414, *([413, 415] if body else []), 429, 503]
    answers: dict[Any, Any] = {status: answer or OpenApiResponse(description="Done.")}
    if held:
        answers[304] = OpenApiResponse(description="You hold these very bytes (ETag).")
    for each in statuses:
        words = (REFUSALS | WRITING)[each]
        answers[(each, MEDIA_TYPE)] = OpenApiResponse(ProblemSerializer, description=words)
    return extend_schema(
        operation_id=name,
        summary=summary,
        request={JSON: body} if body else None,
        responses=answers,
        parameters=[if_match] if if_match else [],
        tags=["export"],
    )
