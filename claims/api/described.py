"""How addresses are described to the schema: parameters, answers and refusals, the same words everywhere."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema

from claims.api.formats import Jsonld
from claims.api.parameters import Parameter
from claims.api.problems import MEDIA_TYPE
from claims.api.serializers.shared import ProblemSerializer, TombstoneSerializer
from claims.api.tokens import PartnerTokenScheme

REFUSALS = {
    400: "A parameter is unknown, repeated or malformed.",
    401: "No valid token.",
    403: "The token lacks a scope.",
    404: "Unknown, not released, or above the token's ceiling: told alike.",
    406: "Not in this format.",
    410: "This number was never given out: begin anew with the newest of the `dumps`.",
    414: "The address is longer than 4,000 characters.",
    503: "Not to be had at the moment; `Retry-After` says when to ask again.",
    429: "More requests than the token has in a minute; `Retry-After` says how long to wait.",
}


class ExportSchema(AutoSchema):
    """What a view says of itself goes into its description: the scopes a token needs, and that the address retires."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{PartnerTokenScheme.name: list(getattr(self.view, "scopes", ()))}]

    def is_deprecated(self) -> bool:
        return getattr(self.view, "retiring", None) is not None


def described(
    name: str,
    summary: str,
    answer: Any,
    *,
    parameters: Iterable[Parameter] = (),
    single: bool = False,
    scopes: bool = True,
    others: Iterable[int] = (),
    linked: bool = False,
    streamed: Mapping[str, str] | None = None,
) -> Callable[..., Any]:
    """Describe a ``get``: its ``name`` for generated clients, and what it answers.

    ``single`` adds 404 and 410; ``scopes`` adds 403; ``others`` adds more; ``linked`` adds JSON-LD;
    ``streamed`` names other media types and what they are.
    """
    statuses = [400, 401, *([403] if scopes else []), *([404] if single else []), 406, 414, 429, 503, *others]
    answers: dict[Any, Any] = {200: answer, 304: OpenApiResponse(description="You hold these very bytes (ETag).")}
    if linked:
        answers[(200, Jsonld.media_type)] = OpenApiResponse(OpenApiTypes.OBJECT, description=Jsonld.__doc__ or "")
    for media_type, meaning in (streamed or {}).items():
        answers[(200, media_type)] = OpenApiResponse(OpenApiTypes.STR, description=meaning)
    for status in statuses:
        answers[(status, MEDIA_TYPE)] = OpenApiResponse(ProblemSerializer, description=REFUSALS[status])
    if single and scopes:
        answers[(410, MEDIA_TYPE)] = OpenApiResponse(TombstoneSerializer, description="The record was withdrawn.")
    return extend_schema(
        operation_id=name,
        summary=summary,
        responses=answers,
        parameters=[each.documented() for each in parameters],
        tags=["export"],
    )
