"""Asking a time-stamping authority (RFC 3161), and checking what it answers.

It connects without the guard, and only to the address in the settings, never to one that somebody handed in. What
leaves the house is a hash and a random number.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import urllib3
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from harmtracker.errors import Refused

MOST_BYTES: Final = 64 * 1024
SECONDS: Final = 20
SHA256_OID: Final = "2.16.840.1.101.3.4.2.1"
CLOCKS_APART: Final = timedelta(minutes=10)


class NotStamped(Refused):
    """There is no time-stamp; nothing is stored. The message is for whoever runs this installation."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A checked answer. ``token`` is the whole of it (DER), ``authority`` the name in its certificate."""

    token: bytes
    authority: str
    at: datetime


def ask(hashed: bytes, root: str) -> Stamp:
    """Have the SHA-256 of these bytes, which is ``root``, stamped with the time. Raises NotStamped."""
    certificates = trusted()
    request = TimestampRequestBuilder().data(hashed).hash_algorithm(HashAlgorithm.SHA256).build()
    token = _post(request.as_bytes())
    stamp = check(token, root, certificates, request)
    if abs(stamp.at - datetime.now(UTC)) > CLOCKS_APART:
        raise NotStamped(_("The authority's clock and ours are more than ten minutes apart. One of them is wrong."))
    return stamp


def check(
    token: bytes, root: str, certificates: list[x509.Certificate], request: TimeStampRequest | None = None
) -> Stamp:
    """Read a token and check that it stamps this root, signed by somebody we trust. Raises NotStamped.

    With ``request`` it must also be the answer to that very request.
    """
    try:
        answer = decode_timestamp_response(token)
        verifier = VerifierBuilder(roots=certificates, nonce=request.nonce if request else None).build()
        verifier.verify(answer, bytes.fromhex(root))
        if answer.tst_info.message_imprint.hash_algorithm.dotted_string != SHA256_OID:
            raise VerificationError("not over a SHA-256")
        return Stamp(token, _signer(answer), answer.tst_info.gen_time.astimezone(UTC))
    except (VerificationError, ValueError) as error:
        raise NotStamped(_("The time-stamp does not hold: %(why)s.") % {"why": str(error)[:200]}) from error


def trusted() -> list[x509.Certificate]:
    """The certificates that stamps must lead to. Raises NotStamped when there are none to be read."""
    try:
        return x509.load_pem_x509_certificates(Path(settings.TIME_STAMP_CERTIFICATES).read_bytes())
    except (OSError, ValueError) as error:
        raise NotStamped(_("The file in TIME_STAMP_CERTIFICATES holds no certificates that can be read.")) from error


def _post(request: bytes) -> bytes:
    """Send the request, and take at most MOST_BYTES of answer within SECONDS. Follows nothing. Raises NotStamped."""
    until = time.monotonic() + SECONDS
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=10), retries=False) as pool:
            answer = pool.request(
                "POST", settings.TIME_STAMP_URL, body=request, headers=headers, preload_content=False, redirect=False
            )
            with closing(answer):
                return _taken(answer, until)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NotStamped(_("The time-stamping authority cannot be reached.")) from error


def _taken(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    if answer.status != 200:
        raise NotStamped(_("The time-stamping authority answers with status %(status)s.") % {"status": answer.status})
    token = b""
    while piece := answer.read1(MOST_BYTES):
        token += piece
        if len(token) > MOST_BYTES or time.monotonic() > until:
            raise NotStamped(_("The time-stamping authority answers too much, or too slowly."))
    return token


def _signer(answer: TimeStampResponse) -> str:
    """The name in the certificate that signed, as people would call the authority."""
    (signer,) = answer.signed_data.signer_infos
    for der in answer.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return str(names[0].value if names else certificate.subject.rfc4514_string())[:200]
    return str(signer.issuer.rfc4514_string())[:200]
