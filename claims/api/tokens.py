"""Who is calling: a partner's token in the Authorization header, and nowhere else."""

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from claims.actions.partner import PREFIX, token_digest
from claims.models import PartnerToken
from claims.release.scopes import parts_of
from harmtracker.markings import rank
from harmtracker.prepared import asked

REALM = 'Bearer realm="harmtracker export"'
USE_IS_NOTED_EVERY = timedelta(minutes=1)
INVALID = _("The token is not valid.")
LONGEST = 200


@dataclass(frozen=True)
class Caller:
    """A token and what it may read: documents up to ``ceiling``, with the added ``parts`` of them."""

    token: PartnerToken
    ceiling: str
    parts: tuple[str, ...]

    def has(self, scope: str) -> bool:
        return scope in self.token.scopes


def caller_with(token: PartnerToken) -> Caller:
    """Who calls with this token, and what it may read."""
    ceiling = min(token.ceiling, token.partner.ceiling, key=rank)
    return Caller(token, ceiling, tuple(parts_of(token.scopes)))


class PartnerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ht_<id>_<secret>``. A wrong id and a wrong secret take the same time and answer."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller]:
        token = self._token(request)
        now = timezone.now()
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("The token was revoked."), "revoked")
        if token.expires_at <= now:
            raise AuthenticationFailed(_("The token has expired."), "expired")
        # Once a minute: a busy partner would otherwise rewrite its row with every answer.
        if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
            PartnerToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return AnonymousUser(), caller_with(token)

    def authenticate_header(self, request: Request) -> str:
        del request
        return REALM

    def _token(self, request: Request) -> PartnerToken:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        prefix, _line, rest = text.strip().partition("_")
        public_id, _line, secret = rest.partition("_")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(_("Send the token as Authorization: Bearer ht_…"), "no_token")
        if len(text) > LONGEST or "\0" in text:
            raise AuthenticationFailed(INVALID, "invalid_token")
        token: PartnerToken | None = next(iter(asked(_called, None, public_id=public_id[:16])), None)
        kept = token.digest if token else "0" * 64
        given = token_digest(public_id, secret)
        matches = hmac.compare_digest(kept, given) and prefix == PREFIX
        if token is None or not matches or not token.partner.is_active or not _is_from(token, request):
            raise AuthenticationFailed(INVALID, "invalid_token")
        return token


def _called(_way: None, public_id: str) -> QuerySet[PartnerToken]:
    return PartnerToken.objects.select_related("partner").filter(public_id=public_id)


def _is_from(token: PartnerToken, request: Request) -> bool:
    """Whether the call comes from a network the token may be used from."""
    if not token.networks:
        return True
    try:
        address = ipaddress.ip_address(_client_address(request))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(block) for block in token.networks)


def _client_address(request: Request) -> str:
    """The caller's address: what our own proxy saw, never what a caller claims."""
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


class PartnerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = "claims.api.tokens.PartnerTokenAuthentication"
    name = "partnerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        del auto_schema
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "ht_<id>_<secret>, in the Authorization header only; never in an address.",
        }
