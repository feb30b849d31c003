"""Play archive files back with pywb, as an outsider would, and hold every answer against what the file contains.

    python tools/replay/play.py FILE.warc.gz [FILE.warc.gz ...]

Runs in the environment of tools/replay/requirements.lock. Listens on loopback only, keeps everything in a temporary
folder, and ends with 1 when an answer is missing or differs by a byte.
"""

import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator

BIN = Path(sys.executable).parent
PATIENCE = 60  # seconds until the player has to answer


def answers(file: Path) -> list[tuple[str, str, str, bytes]]:
    """Address, time (14 digits), status and unpacked body of every answer in a WARC."""
    found = []
    with file.open("rb") as opened:
        for record in ArchiveIterator(opened):
            if record.rec_type == "response":
                headers = record.rec_headers
                at = "".join(filter(str.isdigit, headers.get_header("WARC-Date")))[:14]
                url, status = headers.get_header("WARC-Target-URI"), record.http_headers.get_statuscode()
                found.append((url, at, status, record.content_stream().read()))
    return found


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port: int, path: str) -> tuple[int, bytes]:
    """Status and unpacked body of one address of the player."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_for(port: int, player: subprocess.Popen) -> None:
    """Until the player answers; an error if it ends before, or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and player.poll() is None:
        try:
            ask(port, "/")
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the player does not start")


def differences(port: int, file: Path) -> list[str]:
    """What the player gives otherwise than the file has it. ``id_`` asks for a page as it was archived."""
    wrong = []
    for url, at, status, body in answers(file):
        try:
            played, shown = ask(port, f"/all/{at}id_/{quote(url, safe=':/?=&%')}")
        except (OSError, http.client.HTTPException) as error:
            wrong.append(f"{file.name}: {url} cannot be played: {error!r}")
            continue
        if str(played) != status:
            wrong.append(f"{file.name}: {url} has status {status}, played {played}")
        elif not status.startswith("3") and shown != body:
            wrong.append(f"{file.name}: {url} has {len(body)} bytes, played {len(shown)}")
    return wrong


def main(files: list[Path]) -> int:
    """Load the files into a collection, serve it, compare, and say how it went."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manager = [str(BIN / "wb-manager")]
        subprocess.run([*manager, "init", "all"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        kept = [Path(shutil.copy(file, folder / f"{number}-{file.name}")) for number, file in enumerate(files)]
        subprocess.run(
            [*manager, "add", "all", *map(str, kept)],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        port = free_port()
        command = [str(BIN / "wayback"), "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as player:
            try:
                wait_for(port, player)
                wrong = [words for file in kept for words in differences(port, file)]
            finally:
                player.terminate()
        count = sum(len(answers(file)) for file in kept)
    sys.stdout.write("\n".join([*wrong, f"{count} answers played, {len(wrong)} otherwise than archived\n"]))
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main([Path(given) for given in sys.argv[1:]]))
