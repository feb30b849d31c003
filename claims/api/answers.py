"""What all answers of the export share: a token, declared parameters, an ETag, and a row that says who read."""

import json
import logging
from typing import Any, ClassVar

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from claims.api import hxl
from claims.api.etags import etag_of, is_held, unchanged
from claims.api.formats import FORMATS, ByPreference, Csv, Jsonld
from claims.api.linked.nodes import linked
from claims.api.parameters import Parameter, read_parameters
from claims.api.problems import MissingScope, NotInThisFormat, TooLong, Unavailable, WrongParameter, refusal
from claims.api.rates import Rate, TooOften, count_request
from claims.api.reads import put_on_record
from claims.api.retiring import Retiring
from claims.api.tokens import Caller, PartnerTokenAuthentication
from claims.release.redaction import Document
from harmtracker.markings import Tlp, rank

logger = logging.getLogger(__name__)

SHORT = (",", ":")
LONGEST_ADDRESS = 4_000  # characters of path and query, as they came
VARY = ("Accept", "Accept-Language", "Authorization")


class KeepsPerson(APIView):
    """An API view that leaves the signed-in person of the page world alone.

    REST framework writes its own user onto the request; our middleware would take that for a sign-out.
    """

    http_method_names = ["get", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = getattr(request, "user", None)  # a call with a token has none (harmtracker/middleware_of_pages.py)
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        except (OperationalError, InterfaceError):  # the answer could not be put on record either
            logger.exception("The database did not answer.")
            response = refusal(Unavailable(), {"view": self})
        request.user = person  # type: ignore[assignment]
        return response


class ExportView(KeepsPerson):
    """One address of the export. Subclasses name their ``endpoint``, the ``scopes`` it needs and its parameters."""

    authentication_classes = [PartnerTokenAuthentication]
    content_negotiation_class = ByPreference
    permission_classes = []
    endpoint: ClassVar[str] = ""
    scopes: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    streamed: ClassVar[dict[str, str]] = {}
    is_linked: ClassVar[bool] = False  # whether it answers as JSON-LD, too

    retiring: ClassVar[Retiring | None] = None  # once there is something to use instead

    caller: Caller | None = None
    read_ref: str = ""
    read_from: str = ""
    change_seq: int | None = None
    rate: Rate | None = None

    def get_renderers(self) -> list[BaseRenderer]:
        """What content negotiation may choose from: JSON first, then linked data and what this address streams."""
        linked_data = [Jsonld()] if self.is_linked else []
        lists = [each() for each in FORMATS if each.media_type in self.streamed]
        return [*super().get_renderers(), *linked_data, *lists]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Raises ``NotInThisFormat``, which says in which formats there is something here."""
        try:
            return super().perform_content_negotiation(request, force)
        except NotAcceptable as error:
            raise NotInThisFormat([each.media_type or "" for each in self.get_renderers()]) from error

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        self.caller = request.auth if isinstance(request.auth, Caller) else None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Token (401), rate (429), length (414), scope (403), parameters (400): a stranger learns nothing of these."""
        super().initial(request, *args, **kwargs)
        self.rate = self.reader.rate or count_request(self.reader.token)
        if self.rate.left < 0:
            raise TooOften(self.rate)
        if len(request.META["PATH_INFO"]) + len(request.META["QUERY_STRING"]) > LONGEST_ADDRESS:
            raise TooLong(LONGEST_ADDRESS)
        for scope in self.scopes:
            if not self.reader.has(scope):
                raise MissingScope(scope)
        self.asked = read_parameters(request.query_params, {each.name: each for each in self.parameters})
        if hxl.is_asked_for(self.asked) and request.accepted_renderer.media_type != Csv.media_type:
            raise WrongParameter(hxl.PROFILE.name, _("This goes together with Accept: text/csv."))

    @property
    def reader(self) -> Caller:
        """Who is calling; only after authentication."""
        if self.caller is None:
            raise RuntimeError("asked for the caller before authentication")
        return self.caller

    def answer(self, body: Document | bytes, *, link: str = "", version: str = "") -> HttpResponse:
        """The document (or JSON written already), or 304 when the caller holds these very bytes.

        As JSON, or as linked data where that was asked for. ``version``: of what may be written to, see ``etag_of``.
        """
        media_type = self.request.accepted_renderer.media_type
        if media_type == Jsonld.media_type:
            context = self.request.build_absolute_uri(reverse("api-context"))
            body = linked(json.loads(body) if isinstance(body, bytes) else body, context)
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False, separators=SHORT).encode()
        etag = etag_of(content, version)
        if is_held(self.request, etag):
            response = unchanged(etag, len(content))
        else:
            response = HttpResponse(content, content_type=media_type)
        response["ETag"] = etag
        if link:
            response["Link"] = link
        return response

    def name_record(self, document: Document) -> None:
        """Note which record this answer is about, if it is marked above GREEN."""
        if rank(document["sensitivity"]["tlp"]) > rank(Tlp.GREEN):
            self.read_ref = document["ref"]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        # Rendered here already: JSON is written once, as bytes, and no renderer is asked.
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, VARY)
        response["Cache-Control"] = "private, no-cache"
        for name, value in self.rate.headers().items() if self.rate else ():
            response[name] = value
        if self.retiring:
            self.retiring.tell(response)
        if self.caller is not None:
            put_on_record(
                self.caller.token,
                endpoint=self.read_from or self.endpoint,
                query=self._asked_in_words(request),
                ceiling=self.caller.ceiling,
                status=response.status_code,
                record_ref=self.read_ref,
                change_seq=self.change_seq,
            )
        if request.method == "HEAD" and response.streaming:
            response.streaming_content = ()
        elif request.method == "HEAD" and response.content:
            response["Content-Length"] = str(len(response.content))
            response.content = b""
        return response

    def _asked_in_words(self, request: Request) -> dict[str, str]:
        """The declared parameters as they were sent, refused ones too. PostgreSQL's JSON holds no NUL."""
        asked = request.query_params
        names = [each.name for each in self.parameters if each.name in asked]
        return {name: asked[name][:200].replace("\0", "\N{REPLACEMENT CHARACTER}") for name in names}
