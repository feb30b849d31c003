"""A certificate is checked against the name, put on record, and protection once begun is not given up."""

import hashlib
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from sources.addresses import Doors
from sources.capture.visit import Limits, Visit, visit

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl, which makes the certificate, is missing")


class _Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(302 if self.path == "/down" else 200)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/")
        self.end_headers()
        self.wfile.write(b"<p>words")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out",
         folder / "certificate.pem", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "certificate.pem"


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_arguments: None  # a visitor that turns away is meant to
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    serving.join()


def hash_of(certificate: Path) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()


def visit_secure(port: int, path: str = "/") -> Visit:
    return visit(f"https://127.0.0.1:{port}{path}", Limits(), Doors(loopback=frozenset({f"127.0.0.1:{port}"})))


def test_a_certificate_nobody_vouches_for_ends_the_visit(port):
    made = visit_secure(port)
    assert (made.code, made.body) == ("tls.invalid", b"")


def test_a_certificate_that_fails_is_on_record_and_its_site_is_asked_for_nothing(port, certificate):
    _Handler.asked.clear()
    (hop,) = visit_secure(port).hops
    assert (hop.connected, hop.refusal, hop.raw_head) == ("127.0.0.1", "tls.invalid", b"")
    told = hash_of(certificate) if sys.version_info >= (3, 13) else ""  # older ones keep it to themselves
    assert (hop.certificate_sha256, _Handler.asked) == (told, [])


def test_without_the_check_anybodys_certificate_would_do(port, monkeypatch):
    """The first test can fail: with a context that checks nothing, the page is read from whoever answers."""
    monkeypatch.setattr(ssl, "create_default_context", ssl._create_unverified_context)
    assert visit_secure(port).body == b"<p>words"


def test_a_valid_certificate_is_put_on_record(port, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    made = visit_secure(port)
    assert (made.code, made.body) == ("ok", b"<p>words")
    assert made.hops[0].certificate_sha256 == hash_of(certificate)
    assert made.hops[0].tls in ("TLSv1.2", "TLSv1.3")


def test_https_is_never_left_for_http(port, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    made = visit_secure(port, "/down")
    assert made.code == "redirect.downgrade"
    assert [hop.refusal for hop in made.hops] == ["", "redirect.downgrade"]


class _Expired(ssl.SSLContext):
    """Finds every certificate expired."""

    def wrap_socket(self, *_arguments: object, **_named: object) -> ssl.SSLSocket:
        error = ssl.SSLCertVerificationError("certificate has expired")
        error.verify_code = 10
        raise error


def test_an_expired_certificate_has_its_own_name(port, monkeypatch):
    monkeypatch.setattr(ssl, "create_default_context", lambda: _Expired(ssl.PROTOCOL_TLS_CLIENT))
    assert visit_secure(port).code == "tls.expired"
