"""Secrets and signatures of messages, as Standard Webhooks has them (symmetric, HMAC-SHA256).

No secret is kept. It is made from a random salt under the server's pepper whenever it is needed: a stolen database
signs nothing, and there is nothing to show a second time.
"""

import base64
import hashlib
import hmac
import secrets
import uuid
from typing import Final

from django.conf import settings

PREFIX: Final = "whsec_"


def new_salt() -> str:
    """Sixty-four hex digits of which a secret is made."""
    return secrets.token_hex(32)


def secret_of(endpoint: uuid.UUID, salt: str) -> str:
    """The secret as its partner writes it down: ``whsec_`` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_key(endpoint, salt)).decode()


def signatures(endpoint: uuid.UUID, salts: list[str], message_id: str, timestamp: int, body: str) -> str:
    """The header ``webhook-signature``: one signature for each secret that holds, with a space between them."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    made = (hmac.digest(_key(endpoint, salt), signed, "sha256") for salt in salts)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


def _key(endpoint: uuid.UUID, salt: str) -> bytes:
    return hmac.new(settings.TOKEN_PEPPER.encode(), f"webhook:{endpoint}:{salt}".encode(), hashlib.sha256).digest()
