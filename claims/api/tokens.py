"""Who is calling: a partner's token in the Authorization header, and nowhere else."""

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from claims.actions.partner import PREFIX, token_digest
from claims.api.rates import COUNT, Rate, rate_of
from claims.models import Partner, PartnerToken
from claims.release.scopes import parts_of
from harmtracker.markings import rank
from harmtracker.prepared import planned

TOKEN: Final = [f't."{field.column}"' for field in PartnerToken._meta.concrete_fields]
PARTNER: Final = [f'p."{field.column}"' for field in Partner._meta.concrete_fields]
TOKEN_FIELDS: Final = [field.attname for field in PartnerToken._meta.concrete_fields]
PARTNER_FIELDS: Final = [field.attname for field in Partner._meta.concrete_fields]
# The request is counted as its token is looked up: one question for both. Only of who knows the secret, or a stranger
# could use up a partner's minute; and of a token bound to networks only once it is clear that the call is from one.
CALLED: Final = f"""
WITH counted AS ({COUNT.format(which="public_id = %s AND digest = %s AND networks = '{}' AND %s")})
SELECT {", ".join(TOKEN + PARTNER)}, counted.count, counted.seconds
FROM claims_partnertoken t JOIN claims_partner p ON p.id = t.partner_id LEFT JOIN counted ON true
WHERE t.public_id = %s
"""  # noqa: S608  # nosec B608  # names of columns are ours
REALM = 'Bearer realm="harmtracker export"'
USE_IS_NOTED_EVERY = timedelta(minutes=1)
INVALID = _("The token is not valid.")
LONGEST = 200


@dataclass(frozen=True)
class Caller:
    """A token and what it may read: documents up to ``ceiling``, with the added ``parts`` of them.

    ``rate``: what is left of its minute, where this request was counted as the token was looked up.
    """

    token: PartnerToken
    ceiling: str
    parts: tuple[str, ...]
    rate: Rate | None = None

    def has(self, scope: str) -> bool:
        return scope in self.token.scopes


def caller_with(token: PartnerToken, rate: Rate | None = None) -> Caller:
    """Who calls with this token, and what it may read."""
    ceiling = min(token.ceiling, token.partner.ceiling, key=rank)
    return Caller(token, ceiling, tuple(parts_of(token.scopes)), rate)


class PartnerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer ht_<id>_<secret>``. A wrong id and a wrong secret take the same time and answer."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller]:
        token, rate = self._token(request)
        now = timezone.now()
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("The token was revoked."), "revoked")
        if token.expires_at <= now:
            raise AuthenticationFailed(_("The token has expired."), "expired")
        # Once a minute: a busy partner would otherwise rewrite its row with every answer.
        if token.last_used_at is None or token.last_used_at < now - USE_IS_NOTED_EVERY:
            PartnerToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return AnonymousUser(), caller_with(token, rate)

    def authenticate_header(self, request: Request) -> str:
        del request
        return REALM

    def _token(self, request: Request) -> tuple[PartnerToken, Rate | None]:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        prefix, _line, rest = text.strip().partition("_")
        public_id, _line, secret = rest.partition("_")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(_("Send the token as Authorization: Bearer ht_…"), "no_token")
        if len(text) > LONGEST or "\0" in text:
            raise AuthenticationFailed(INVALID, "invalid_token")
        given = token_digest(public_id, secret)
        token, rate = _called(public_id[:16], given)
        kept = token.digest if token else "0" * 64
        matches = hmac.compare_digest(kept, given) and prefix == PREFIX
        if token is None or not matches or not token.partner.is_active or not _is_from(token, request):
            raise AuthenticationFailed(INVALID, "invalid_token")
        return token, rate


def _called(public_id: str, digest: str) -> tuple[PartnerToken | None, Rate | None]:
    with planned() as cursor:
        cursor.execute(CALLED, [public_id, digest, settings.EXPORT_REQUESTS_PER_MINUTE > 0, public_id])
        row = cursor.fetchone()
    if row is None:
        return None, None
    token = PartnerToken.from_db(DEFAULT_DB_ALIAS, TOKEN_FIELDS, row[: len(TOKEN)])
    token.partner = Partner.from_db(DEFAULT_DB_ALIAS, PARTNER_FIELDS, row[len(TOKEN) : -2])
    count, seconds = row[-2:]
    return token, None if count is None else rate_of(count, seconds)


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
