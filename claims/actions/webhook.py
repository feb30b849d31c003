"""Endpoints that partners are told of changes at: the one thing a partner's token may write, and only its own.

Whatever a token writes makes it the endpoint's: from then on the endpoint is told what that token may know, so that no
token learns through an endpoint what it could not read.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.api.tokens import caller_with
from claims.models import Partner, PartnerToken, WebhookDelivery, WebhookEndpoint
from claims.models.webhooks import TOLD_OF, DeliveryState, EventType, PauseCause
from claims.release.scopes import MANAGE_WEBHOOKS, SCOPE_OF
from claims.webhooks.noting import ask_to_send, in_use, seen_by
from claims.webhooks.sending import PAUSED
from claims.webhooks.signing import new_salt, secret_of
from harmtracker import audit
from harmtracker.audit import newest_sequence
from harmtracker.db import plain
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.models import Priority, User
from harmtracker.permissions import require
from sources.addresses import AddressRefused, receiver

MOST_ENDPOINTS: Final = 5  # of one partner
LONGEST_ADDRESS: Final = 1000
BOTH_SIGN: Final = timedelta(hours=24)
ADDRESSES: Final = {
    "url.scheme": _("Give an address that begins with https://."),
    "url.credentials": _("Leave name and password out of the address; every message is signed."),
    "url.port": _("Only the usual ports can be reached."),
    "ssrf.blocked": _("This address does not lead to the public internet."),
}
NO_ADDRESS: Final = _("This is no address.")


def create_endpoint(*, token: PartnerToken, address: str, types: Sequence[str] = ()) -> tuple[WebhookEndpoint, str]:
    """Tell a partner of changes at an address from now on; the endpoint, and its secret, which is shown this once.

    ``types``: of TOLD_OF; none means all that the token may read. Raises ``Refused`` naming the field.
    """
    _require(token, token.partner_id)
    address = _checked(address)
    with audit.recording():
        Partner.objects.select_for_update().get(pk=token.partner_id)
        of_partner = WebhookEndpoint.objects.filter(partner=token.partner_id)
        if of_partner.count() >= MOST_ENDPOINTS:
            raise Refused(
                _("A partner has at most %(most)s endpoints. Delete one first.") % {"most": MOST_ENDPOINTS}, code="most"
            )
        _refuse_second(of_partner, address)
        endpoint = WebhookEndpoint.objects.create(
            partner_id=token.partner_id,
            token=token,
            address=address,
            types=_types(types or _still(TOLD_OF, token), token),
            salt=new_salt(),
            change_seq=newest_sequence(),
        )
        endpoint.refresh_from_db()
        _record("webhook.created", endpoint, token, {"address": [None, address], "types": [None, endpoint.types]})
    return endpoint, secret_of(endpoint.pk, endpoint.salt)


def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    token: PartnerToken,
    expected: Collection[str] | None = None,
    address: str | None = None,
    types: Sequence[str] | None = None,
    is_paused: bool | None = None,
) -> None:
    """Change where or of what an endpoint is told, pause or resume it. Raises ``Refused``. It is fresh afterwards.

    What waits and this token could never see is dropped. Raises ``StaleRecord`` for an endpoint whose version is none
    of those ``expected``; None: whatever it is.
    """
    _require(token, endpoint.partner_id)
    with audit.recording():
        held = _held_as(expected, endpoint)
        before = {"address": held.address, "types": held.types, "token": held.token}
        if address is not None and (address := _checked(address)) != held.address:
            _refuse_second(WebhookEndpoint.objects.filter(partner=held.partner_id), address)
            held.address = address
        held.types = _types(types if types is not None else _still(held.types, token), token)
        held.token = token
        held.save(update_fields=["address", "types", "token"])
        held.deliveries.filter(state=DeliveryState.WAITING).exclude(seen_by(caller_with(token))).delete()
        now = {name: getattr(held, name) for name in before}
        changes = {name: [plain(before[name]), plain(now[name])] for name in before if before[name] != now[name]}
        if changes:
            _record("webhook.changed", held, token, changes)
        if is_paused is not None:
            (pause_endpoint if is_paused else resume_endpoint)(endpoint=held, by=token)
    endpoint.refresh_from_db()


def _held_as(expected: Collection[str] | None, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """The endpoint as it stands, locked. Raises ``StaleRecord``, ``DoesNotExist`` where it was deleted meanwhile."""
    held = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    if expected is not None and held.version not in expected:
        raise StaleRecord(_("This endpoint was changed since you read it. Read it again."), current=held)
    return held


def rotate_secret(*, endpoint: WebhookEndpoint, token: PartnerToken) -> str:
    """A new secret, shown this once. For a day both sign, so that the receiver can change over in its own time."""
    _require(token, endpoint.partner_id)
    with audit.recording():
        held = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        held.earlier_salt, held.earlier_until = held.salt, timezone.now() + BOTH_SIGN
        held.salt = new_salt()
        held.save(update_fields=["salt", "earlier_salt", "earlier_until"])
        _record("webhook.secret_changed", held, token)
    endpoint.refresh_from_db()
    return secret_of(endpoint.pk, endpoint.salt)


def pause_endpoint(*, endpoint: WebhookEndpoint, by: User | PartnerToken) -> None:
    """Send nothing there until somebody resumes it. What changes meanwhile is told then. Twice changes nothing."""
    _require(by, endpoint.partner_id)
    cause = PauseCause.PARTNER if isinstance(by, PartnerToken) else PauseCause.HOUSE
    with audit.recording():
        rows = WebhookEndpoint.objects.filter(pk=endpoint.pk, pause_cause="")
        if rows.update(pause_cause=cause, paused_at=Now()):
            _record(PAUSED, endpoint, by)
    endpoint.refresh_from_db()


def resume_endpoint(*, endpoint: WebhookEndpoint, by: User | PartnerToken) -> None:
    """Go on sending, as if nothing had failed before. Raises ``Refused``: the house's pause is the house's to end."""
    _require(by, endpoint.partner_id)
    with audit.recording():
        held = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if held.pause_cause == PauseCause.HOUSE and isinstance(by, PartnerToken):
            raise Refused(_("The organisation that keeps this record paused it. Ask there."), code="paused")
        if held.pause_cause:
            WebhookEndpoint.objects.filter(pk=held.pk).update(
                pause_cause="", paused_at=None, failed_count=0, failing_since=None, rests_until=None
            )
            held.deliveries.filter(state=DeliveryState.WAITING).update(
                next_at=Now(), tried_count=0, first_tried_at=None
            )
            _record("webhook.resumed", held, by)
            ask_to_send(held)
    endpoint.refresh_from_db()


def delete_endpoint(*, endpoint: WebhookEndpoint, token: PartnerToken, expected: Collection[str] | None = None) -> None:
    """Forget an endpoint with all its messages. Raises ``StaleRecord`` as ``change_endpoint`` does."""
    _require(token, endpoint.partner_id)
    with audit.recording():
        _held_as(expected, endpoint)  # no message is made meanwhile
        _record("webhook.deleted", endpoint, token, {"address": [endpoint.address, None]})
        endpoint.delete()


def send_test(*, endpoint: WebhookEndpoint, by: User | PartnerToken) -> WebhookDelivery:
    """Send a message that only says that it is a test. Raises ``Refused`` where nothing can be sent.

    One that still waits is the one: nobody can have us knock at an address faster than it answers.
    """
    _require(by, endpoint.partner_id)
    with audit.recording():
        _refuse_closed(endpoint)
        waiting = endpoint.deliveries.filter(type=EventType.TEST, state=DeliveryState.WAITING).first()
        if waiting is not None:
            return waiting
        delivery = WebhookDelivery.objects.create(endpoint=endpoint, type=EventType.TEST)
        delivery.refresh_from_db()
        _send_now(delivery, by)
        _record("webhook.tested", endpoint, by)
    return delivery


def send_again(*, delivery: WebhookDelivery, by: User | PartnerToken) -> None:
    """Send a message once more, under its number, now. Raises ``Refused`` where nothing can be sent, or no more."""
    endpoint = delivery.endpoint
    _require(by, endpoint.partner_id)
    eyes = caller_with(endpoint.token)
    if not WebhookDelivery.objects.filter(seen_by(eyes), pk=delivery.pk, type__in=[*endpoint.types, EventType.TEST]):
        raise Refused(_("This endpoint is not told of such changes any more."), code="not_told")
    with audit.recording():
        _refuse_closed(endpoint)
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.WAITING, next_at=Now(), ended_at=None, tried_count=0, first_tried_at=None
        )
        delivery.refresh_from_db()
        _send_now(delivery, by)
        _record("webhook.sent_again", endpoint, by, {"message": [None, delivery.message_id]})


def _require(by: User | PartnerToken, partner: Any) -> None:
    """A person who may manage partners, or a token of this very partner that may manage its webhooks."""
    if not isinstance(by, PartnerToken):
        require(by, "partner.manage")
    elif by.partner_id != partner or MANAGE_WEBHOOKS not in by.scopes:
        raise NotAllowed(_("This token may not change this endpoint."))


def _checked(address: str) -> str:
    """The address as the one parser writes it. Where its name leads is seen at every sending."""
    try:
        href = receiver(address).href
    except AddressRefused as refused:
        raise Refused(ADDRESSES.get(refused.code, NO_ADDRESS), field="address", code=refused.code) from refused
    if len(href) > LONGEST_ADDRESS:
        raise Refused(NO_ADDRESS, field="address", code="url.length")
    return href


def _refuse_second(of_partner: Any, address: str) -> None:
    if of_partner.filter(address=address).exists():
        raise Refused(_("This partner has an endpoint at this address already."), field="address", code="exists")


def _still(types: Iterable[str], token: PartnerToken) -> list[str]:
    """Those of these types that the token may read."""
    return [each for each in types if SCOPE_OF[each.partition(".")[0]] in token.scopes]


def _types(types: Sequence[str], token: PartnerToken) -> list[str]:
    """In the order of the list. Raises ``Refused``: an endpoint is told of what its token reads, and of something."""
    for each in types:
        if each not in TOLD_OF:
            raise Refused(_("%(type)s is no type of message.") % {"type": each[:40]}, field="types")
        if not _still([each], token):
            scope = SCOPE_OF[each.partition(".")[0]]
            raise Refused(_("The token lacks the scope %(scope)s.") % {"scope": scope}, field="types", code="scope")
    if not types:
        raise Refused(_("The token reads nothing that an endpoint could be told of."), field="types")
    return [each for each in TOLD_OF if each in types]


def _refuse_closed(endpoint: WebhookEndpoint) -> None:
    """Locks the endpoint: it is not deleted while a message to it is made."""
    if in_use().select_for_update(of=("self",)).filter(pk=endpoint.pk).first() is None:
        raise Refused(_("This endpoint is paused, or its token has ended: nothing is sent there."), code="paused")


def _send_now(delivery: WebhookDelivery, by: User | PartnerToken) -> None:
    """Somebody waits for it: the endpoint need not rest any longer. Only our own people come before other endpoints.

    A partner that asks again and again for what its slow receivers take would hold up the messages to all others.
    """
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(rests_until=None)
    ask_to_send(delivery.endpoint, priority=Priority.BULK if isinstance(by, PartnerToken) else Priority.PERSON)


def _record(
    verb: str, endpoint: WebhookEndpoint, by: User | PartnerToken, changes: dict[str, Any] | None = None
) -> None:
    about = [endpoint.partner_id]
    if isinstance(by, PartnerToken):
        audit.record(verb, subject=endpoint, by=None, acting=str(by), changes=changes, about=about)
    else:
        audit.record(verb, subject=endpoint, by=by, changes=changes, about=about)
