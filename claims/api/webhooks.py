"""Endpoints that are told of changes, and the messages to them: what partners see of both, and may do with them."""

import uuid
from typing import Any, ClassVar, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from claims.actions import webhook as actions
from claims.api import bodies, parameters
from claims.api.described import described
from claims.api.etags import etag_of
from claims.api.managing import IF_MATCH, IF_MATCH_OR_NOT, ManagedView, done, managed, refusing, versions_held
from claims.api.pages import CURSOR, DEFAULT, MOST, Page, address_after, bound_to, read_cursor
from claims.api.parameters import read_key
from claims.api.ready import written
from claims.api.serializers import webhooks as shapes
from claims.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from claims.models.webhooks import DeliveryOutcome, DeliveryState
from claims.release.redaction import Document
from claims.webhooks.noting import seen_by, told_today

ENDPOINTS: Final = "webhook-endpoints/"
DELIVERIES: Final = "webhook-deliveries/"
OF_ENDPOINT: Final = parameters.key("endpoint", "Messages to this endpoint.")
STATE: Final = parameters.code("state", DeliveryState, "How far a message is.")
OUTCOME: Final = parameters.code("outcome", DeliveryOutcome, "How the newest attempt ended.")
LIMIT: Final = parameters.whole_number("limit", "Messages on a page.", 1, MOST, DEFAULT)


class _OfEndpoint(ManagedView):
    """An address under one endpoint of the caller's own."""

    def one(self, key: str) -> WebhookEndpoint:
        """The endpoint. Raises Http404 for another's as for none."""
        try:
            return self.of_partner().get(pk=read_key(key))
        except (ValueError, WebhookEndpoint.DoesNotExist) as error:
            raise Http404 from error

    def of_partner(self) -> QuerySet[WebhookEndpoint]:
        """The endpoints of the caller's partner."""
        rows = WebhookEndpoint.objects.filter(partner=self.reader.token.partner_id)
        return rows.select_related("token__partner")

    def handle_exception(self, exc: Exception) -> Any:
        # Another request deleted it after this one had found it.
        return super().handle_exception(Http404() if isinstance(exc, WebhookEndpoint.DoesNotExist) else exc)


class Endpoints(_OfEndpoint):
    """Your endpoints."""

    endpoint = ENDPOINTS

    @described("list_webhook_endpoints", "List your endpoints", shapes.WebhookEndpointPageSerializer)
    def get(self, request: Request) -> HttpResponse:
        return self.answer(Page(None, None, [written(_endpoint(each)) for each in self.of_partner()]).content())

    @managed(
        "create_webhook_endpoint",
        "Be told of changes at an address",
        shapes.WebhookEndpointWithSecretSerializer,
        status=201,
        body=shapes.NEW_ENDPOINT,
        of_one=False,
    )
    def post(self, request: Request) -> HttpResponse:
        sent = bodies.read_body(request, {"address": bodies.text, "types": bodies.texts}, required=("address",))
        with refusing():
            made, secret = actions.create_endpoint(token=self.reader.token, **sent)
        response = done(_endpoint(made) | {"secret": secret}, 201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{made.pk}/")
        return response


class Endpoint(_OfEndpoint):
    """One endpoint."""

    endpoint = f"{ENDPOINTS}{{key}}/"

    @managed("read_webhook_endpoint", "Read an endpoint", shapes.WebhookEndpointSerializer, conflicts=False, held=True)
    def get(self, request: Request, key: str) -> HttpResponse:
        held = self.one(key)
        return self.answer(_endpoint(held), version=held.version)

    @managed(
        "change_webhook_endpoint",
        "Change, pause or resume an endpoint",
        shapes.WebhookEndpointSerializer,
        body=shapes.ENDPOINT_CHANGE,
        if_match=IF_MATCH,
    )
    def patch(self, request: Request, key: str) -> HttpResponse:
        held, token, expected = self.one(key), self.reader.token, versions_held(request)
        readers = {"address": bodies.text, "types": bodies.texts, "paused": bodies.truth}
        sent = bodies.read_body(request, readers)
        paused = sent.pop("paused", None)
        with refusing():
            actions.change_endpoint(endpoint=held, token=token, expected=expected, is_paused=paused, **sent)
        response = done(_endpoint(held))
        response["ETag"] = etag_of(response.content, held.version)
        return response

    @managed(
        "delete_webhook_endpoint",
        "Delete an endpoint with its messages",
        None,
        status=204,
        conflicts=False,
        if_match=IF_MATCH_OR_NOT,
    )
    def delete(self, request: Request, key: str) -> HttpResponse:
        held, expected = self.one(key), versions_held(request, required=False)
        with refusing():
            actions.delete_endpoint(endpoint=held, token=self.reader.token, expected=expected)
        response = HttpResponse(status=204)
        del response["Content-Type"]  # there is nothing to be of a type
        return response


class EndpointSecret(_OfEndpoint):
    """Another secret for an endpoint."""

    endpoint = f"{ENDPOINTS}{{key}}/secret/"

    @managed(
        "change_webhook_secret",
        "Have another secret; for a day both sign",
        shapes.WebhookEndpointWithSecretSerializer,
        conflicts=False,
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        held = self.one(key)
        secret = actions.rotate_secret(endpoint=held, token=self.reader.token)
        return done(_endpoint(held) | {"secret": secret})


class EndpointTest(_OfEndpoint):
    """A test message to an endpoint."""

    endpoint = f"{ENDPOINTS}{{key}}/test/"

    @managed("test_webhook_endpoint", "Be sent a test message", shapes.WebhookDeliverySerializer, status=202)
    def post(self, request: Request, key: str) -> HttpResponse:
        with refusing():
            delivery = actions.send_test(endpoint=self.one(key), by=self.reader.token)
        return done(_delivery(delivery), 202)


class Deliveries(ManagedView):
    """Messages to your endpoints, of records this token could see."""

    endpoint = DELIVERIES
    parameters: ClassVar = (OF_ENDPOINT, STATE, OUTCOME, LIMIT, CURSOR)

    @described(
        "list_webhook_deliveries",
        "List messages and what became of them",
        shapes.WebhookDeliveryPageSerializer,
        parameters=parameters,
    )
    def get(self, request: Request) -> HttpResponse:
        chosen = {name: self.asked[name] for name in ("endpoint", "state", "outcome") if name in self.asked}
        limit, bound = self.asked.get("limit", DEFAULT), bound_to([DELIVERIES, self.reader.token.partner_id, chosen])
        after = read_cursor(self.asked.get("cursor"), bound).get("after")
        rows = _deliveries(self.reader).annotate(outcome=_newest_outcome()).filter(**chosen)
        found = list((rows.filter(pk__lt=after) if after else rows)[: limit + 1])
        shown = found[:limit]
        onwards = None
        if len(found) > limit:
            onwards = address_after(request._request, {"after": str(shown[-1].pk)} | bound)
        page = Page(onwards, None, [written(_delivery(each)) for each in told_today(shown, self.reader)])
        return self.answer(page.content(), link=page.link_header())


class Replay(ManagedView):
    """A message sent once more."""

    endpoint = f"{DELIVERIES}{{key}}/replay/"

    @managed("replay_webhook_delivery", "Have a message sent again", shapes.WebhookDeliverySerializer, status=202)
    def post(self, request: Request, key: str) -> HttpResponse:
        held = _deliveries(self.reader).filter(pk=_message_key(key)).first()
        if held is None:
            raise Http404
        with refusing():
            actions.send_again(delivery=held, by=self.reader.token)
        return done(_delivery(*told_today([held], self.reader)), 202)


def _deliveries(caller: Any) -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(seen_by(caller), endpoint__partner=caller.token.partner_id)
    return rows.select_related("endpoint__token__partner").prefetch_related("attempts")


def _newest_outcome() -> Subquery:
    newest = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-at", "-id")
    return Subquery(newest.values("outcome")[:1])


def _message_key(text: str) -> uuid.UUID:
    """The key in ``msg_`` and 32 hex digits. Raises Http404."""
    try:
        key = uuid.UUID(text.removeprefix("msg_"))
    except ValueError as error:
        raise Http404 from error
    if text != f"msg_{key.hex}":
        raise Http404
    return key


def _endpoint(held: WebhookEndpoint) -> Document:
    both_sign = held.earlier_until is not None and held.earlier_until > timezone.now()
    return {
        "object": "webhook_endpoint",
        "id": str(held.pk),
        "address": held.address,
        "types": held.types,
        "token": str(held.token),
        "is_open": held.is_open,
        "paused": {
            "cause": held.pause_cause,
            "label": held.get_pause_cause_display(),
            "since": _time(held.paused_at),
        }
        if held.pause_cause
        else None,
        "created_at": _time(held.created_at),
        "last_success_at": _time(held.last_success_at),
        "failed_attempts": held.failed_count,
        "failing_since": _time(held.failing_since),
        "rests_until": _time(held.rests_until),
        "earlier_secret_until": _time(held.earlier_until) if both_sign else None,
    }


def _delivery(held: WebhookDelivery) -> Document:
    return {
        "object": "webhook_delivery",
        "id": held.message_id,
        "endpoint": str(held.endpoint_id),
        "type": held.type,
        "record": str(held.record_id) if held.record_id else None,
        "change_seq": held.change_seq,
        "reason": held.reason or None,
        "into": str(held.into) if held.into else None,
        "made_at": _time(held.made_at),
        "state": held.state,
        "next_attempt_at": _time(held.next_at),
        "attempts": [
            {
                "at": _time(each.at),
                "outcome": each.outcome,
                "label": each.get_outcome_display(),
                "status": each.status,
                "seconds": each.seconds,
            }
            for each in held.attempts.all()
        ],
    }


def _time(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
