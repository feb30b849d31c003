"""Partners and the tokens they pull the export with."""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models import Partner, PartnerToken
from claims.release.scopes import SCOPES
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.markings import Tlp, rank
from harmtracker.models import User
from harmtracker.permissions import require

PREFIX = "ht"
LONGEST_DAYS = 365


def create_partner(*, name: str, by: User, contact: str = "", ceiling: str = Tlp.GREEN) -> Partner:
    """Add an organisation that may pull the export, up to the marking ``ceiling``. Raises ``Refused``."""
    require(by, "partner.manage")
    name = name.strip()
    if not name:
        raise Refused(_("Give the name of the organisation."), field="name")
    _check_ceiling(ceiling)
    with audit.recording():
        try:
            with transaction.atomic():
                partner = Partner.objects.create(name=name, contact=contact, ceiling=ceiling, created_by=by)
        except IntegrityError as error:
            raise Refused(_("There is a partner of this name already."), field="name") from error
        audit.record("partner.created", subject=partner, by=by, changes={"name": [None, name]})
    return partner


def set_partner_active(*, partner: Partner, is_active: bool, expected_version: int, by: User, reason: str) -> None:
    """Shut a partner out at once, with all its tokens, or let it in again. Raises ``Refused``, ``StaleRecord``."""
    require(by, "partner.manage")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    with audit.recording():
        changes = save_version(partner, expected_version, is_active=is_active)
        verb = "partner.opened" if is_active else "partner.closed"
        audit.record(verb, subject=partner, by=by, changes=changes, reason=reason)


def issue_token(
    *,
    partner: Partner,
    scopes: Sequence[str],
    ceiling: str,
    by: User,
    networks: Sequence[str] = (),
    days: int = 90,
) -> tuple[PartnerToken, str]:
    """Make a token for a partner; returns it with its plain text ``ht_<id>_<secret>``, which is kept nowhere.

    ``scopes`` are keys of ``SCOPES``; ``networks`` CIDR blocks it may be used from (none: from anywhere); ``days``
    until it expires, a year at most. Raises ``Refused`` naming the field.
    """
    require(by, "partner.manage")
    _check_ceiling(ceiling)
    if rank(ceiling) > rank(partner.ceiling):
        raise Refused(_("This is above the partner's own ceiling."), field="ceiling")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused(_("Choose one scope or more from the list."), field="scopes")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused(_("A token lasts from one day to one year."), field="days")
    blocks = [_network(block) for block in networks]
    public_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with audit.recording():
        token = PartnerToken.objects.create(
            partner=partner,
            public_id=public_id,
            digest=token_digest(public_id, secret),
            scopes=[scope for scope in SCOPES if scope in scopes],
            ceiling=ceiling,
            networks=blocks,
            created_by=by,
            expires_at=timezone.now() + timedelta(days=days),
        )
        changes = {"scopes": [None, token.scopes], "ceiling": [None, ceiling], "networks": [None, blocks]}
        audit.record("partner.token_issued", subject=token, by=by, changes=changes, about=[partner.pk])
    return token, f"{PREFIX}_{public_id}_{secret}"


def revoke_token(*, token: PartnerToken, by: User, reason: str = "") -> None:
    """End a token at once. Doing it twice changes nothing. ``token`` is fresh afterwards."""
    require(by, "partner.manage")
    with audit.recording():
        ended = PartnerToken.objects.filter(pk=token.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by=by
        )
        token.refresh_from_db()
        if ended:
            audit.record("partner.token_revoked", subject=token, by=by, reason=reason, about=[token.partner_id])


def token_digest(public_id: str, secret: str) -> str:
    """HMAC-SHA256 (hex) under the server's pepper: what a stolen database holds opens nothing."""
    text = f"{public_id}:{secret}".encode()
    return hmac.new(settings.TOKEN_PEPPER.encode(), text, hashlib.sha256).hexdigest()


def _check_ceiling(ceiling: str) -> None:
    if ceiling not in Tlp.values or ceiling == Tlp.RED:
        raise Refused(
            _("Choose a marking up to AMBER+STRICT. RED is for named people, never for partners."), field="ceiling"
        )


def _network(block: str) -> str:
    try:
        return str(ipaddress.ip_network(block.strip(), strict=False))
    except ValueError as error:
        raise Refused(
            _("%(block)s is no network, such as 192.0.2.0/24.") % {"block": block}, field="networks"
        ) from error
