"""A time-stamping authority of the tests' own: real certificates, real tokens (RFC 3161), real HTTP on loopback."""

import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "Test Clock of Kyiv"
FAULTS = ("refused", "other root", "other number", "another signer", "garbage", "error", "endless", "wrong clock",
          "redirect", "changed time")  # fmt: skip


def _digest(body: bytes) -> bytes:
    made = hashes.Hash(hashes.SHA256())
    made.update(body)
    return made.finalize()


def _certificate(name: str, key, issuer: str, issuer_key, *extensions) -> x509.Certificate:
    called = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)]
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(*reversed(called), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@dataclass
class Authority:
    """Signs what it is asked to. ``fault`` makes it do one thing wrong; ``asked`` holds the requests it got."""

    url: str = ""
    fault: str = ""
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root_key, self.key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        authority = x509.BasicConstraints(ca=True, path_length=None)
        self.root = _certificate("Test Root", self.root_key, "Test Root", self.root_key, authority)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        self.certificate = _certificate(NAME, self.key, "Test Root", self.root_key, usage)

    def pem(self) -> bytes:
        return self.root.public_bytes(serialization.Encoding.PEM)

    def answer(self, request: bytes) -> bytes:
        """The response to a request, DER."""
        asked = tsp.TimeStampReq.load(request)
        if self.fault == "refused":
            status = {"status": "rejection", "status_string": ["not today"]}
            return tsp.TimeStampResp({"status": status}).dump()
        if self.fault == "garbage":
            return b"\x30\x03nonsense"
        response = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._token(asked)}).dump()
        if self.fault == "changed time":  # somebody on the way sets the year back
            return response.replace(datetime.now(UTC).strftime("%Y%m").encode(), b"202001", 1)
        return response

    def _token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        imprint, nonce, at = asked["message_imprint"].native, asked["nonce"].native, datetime.now(UTC)
        if self.fault == "other root":
            imprint["hashed_message"] = _digest(b"other")
        if self.fault == "wrong clock":
            at -= timedelta(hours=3)
        told = {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": imprint["hash_algorithm"]["algorithm"]},
                "hashed_message": imprint["hashed_message"],
            },
            "serial_number": secrets.randbits(60),
            "gen_time": at.replace(microsecond=0),
            "nonce": nonce + 1 if self.fault == "other number" else nonce,
        }
        return self._signed(tsp.TSTInfo(told).dump())

    def _signed(self, content: bytes) -> cms.ContentInfo:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        ess = tsp.SigningCertificateV2({"certs": [{"cert_hash": _digest(der)}]})
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [_digest(content)]},
                {"type": "signing_certificate_v2", "values": [ess]},
            ]
        )
        key = rsa.generate_private_key(65537, 2048) if self.fault == "another signer" else self.key
        ours = asn1_x509.Certificate.load(der)
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": ours.issuer, "serial_number": ours.serial_number}},
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
            "signature": key.sign(attributes.untag().dump(), padding.PKCS1v15(), hashes.SHA256()),
        }
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [ours],
            "signer_infos": [signer],
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


class _Door(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        authority = self.server.authority
        request = self.rfile.read(int(self.headers["Content-Length"]))
        authority.asked.append(request)
        if authority.fault == "error":
            self.send_error(503)
            return
        if authority.fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        if authority.fault == "endless":
            for _piece in range(100):
                self.wfile.write(b"\0" * 10_000)
            return
        self.wfile.write(authority.answer(request))

    def log_message(self, *_told: object) -> None:
        """Tests say nothing."""


@contextmanager
def time_stamping_authority() -> Iterator[Authority]:
    """An authority at work on a free port of loopback."""
    authority = Authority()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.authority = authority
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def openssl_says(folder: Path, root: str, token: bytes, pem: bytes) -> str:
    """What OpenSSL, another reader of the same standard, says of a token over this hash."""
    (folder / "token.tsr").write_bytes(token)
    (folder / "root.pem").write_bytes(pem)
    command = ["openssl", "ts", "-verify", "-digest", root, "-in", "token.tsr", "-CAfile", "root.pem"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout + done.stderr
