"""One page in one Chromium: another account, its sandbox on, no way out but a proxy, and an end with all its processes.

It is spoken to over two pipes (the DevTools protocol), so it listens nowhere. What it says is as untrusted as the page.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import pwd
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from harmtracker.browser import ON_ITS_OWN
from harmtracker.families import family_of, kill_family, memory_of
from sources.capture.rendered import NotRendered, RenderEnd, Seen

MEMORY: Final = 1024 * 1024 * 1024
"""Bytes in use by all of its processes together."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one message; a picture comes in base64."""
WIDTH, HEIGHT, TALLEST = 1280, 900, 15_000
"""Of the window, and of the picture at most, in CSS pixels."""
RESERVE: Final = 0.4
"""Share of the time that is kept for taking the document and the picture of a page that never comes to rest."""
PIECE: Final = 256 * 1024
WEIGH_EVERY: Final = 0.5
LONGEST_COMPLAINT: Final = 4_000
FILE_BLOCKS: Final = 400_000
"""Of 512 bytes: no file it writes grows larger."""
# The pipes it is spoken to over are 3 and 4 by its own custom; nothing else of ours stays open for it.
SHELL: Final = f'ulimit -c 0; ulimit -f {FILE_BLOCKS}; exec "$@" 3<&0 4>&1 </dev/null >/dev/null'
ARGUMENTS: Final = (
    *ON_ITS_OWN,
    "--remote-debugging-pipe",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
# Calls between browsers go beside every proxy; the switch above forbids it, and no page finds what makes them.
WITHOUT_CALLS: Final = "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection']) delete globalThis[name];"


def account_named(name: str) -> pwd.struct_passwd:
    """The account Chromium runs as: another one than ours, and not root. Raises NotRendered."""
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        raise NotRendered(RenderEnd.NOT_POSSIBLE, f"no account {name}") from None
    if account.pw_uid in (0, os.geteuid()):
        raise NotRendered(RenderEnd.NOT_POSSIBLE, f"{name} is no account of its own")
    return account


def look_at(
    href: str, *, program: str, account: pwd.struct_passwd, folder: Path, proxy_port: int, seconds: float
) -> Seen:
    """Load a page, wait until it rests, and take its document and its picture. Raises NotRendered.

    `folder` is the account's own. Chromium and all that it started are dead when this returns, at the latest `seconds`
    and what a kill takes after it was called.
    """
    with _started(program, account, folder) as process:
        chromium = _Chromium(process, time.monotonic() + seconds)
        version = str(chromium.ask("Browser.getVersion").get("product", ""))[:100]
        _be_sure_of_the_sandbox(process)
        page = _Page(chromium, proxy_port)
        page.load(href, time.monotonic() + seconds * (1 - RESERVE))
        return Seen(page.document(), page.picture(), version)


@contextlib.contextmanager
def _started(program: str, account: pwd.struct_passwd, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    if not os.access(program, os.X_OK):
        raise NotRendered(RenderEnd.NOT_POSSIBLE, "no Chromium")
    try:
        process = subprocess.Popen(
            ["/bin/sh", "-c", SHELL, "sh", program, *ARGUMENTS, f"--user-data-dir={folder / 'profile'}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"},
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            start_new_session=True,
            umask=0o077,
        )
    except OSError as error:  # we may not start anything as somebody else
        raise NotRendered(RenderEnd.NOT_POSSIBLE, f"as {account.pw_name}: {error.strerror}") from error
    try:
        yield process
    finally:
        kill_family(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _be_sure_of_the_sandbox(process: subprocess.Popen[bytes]) -> None:
    """It refuses to start without one, unless it is told to: by a file of the machine's, or by what wraps it."""
    for number in family_of(process.pid):
        with contextlib.suppress(OSError):  # it ended while we looked
            if b"--no-sandbox" in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0"):
                raise NotRendered(RenderEnd.NOT_POSSIBLE, "started without its sandbox")


class _Chromium:
    """A running browser, spoken to in JSON, each message ended by a NUL."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        self.deadline = deadline
        self._process = process
        self._pipes = [pipe.fileno() for pipe in (process.stdin, process.stdout, process.stderr) if pipe]
        for pipe in self._pipes:
            os.set_blocking(pipe, False)
        self._received = bytearray()
        self._outgoing = bytearray()
        self._complaint = bytearray()
        self._asked = 0
        self._weighed = time.monotonic()
        self.has_spoken = False

    def ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Have something done and wait for the answer. Raises NotRendered."""
        number = self.send(method, session, **parameters)
        while True:
            message = self.hear(self.deadline)
            if message is None:
                raise NotRendered(RenderEnd.TOO_LONG, method)
            if message.get("id") == number:
                break
        result = message.get("result")
        if not isinstance(result, dict):
            raise NotRendered(RenderEnd.BROKEN, f"{method}: {str(message.get('error'))[:200]}")
        return result

    def send(self, method: str, session: str = "", **parameters: Any) -> int:
        """Have something done without waiting; the number of the message."""
        self._asked += 1
        message: dict[str, Any] = {"id": self._asked, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._outgoing += json.dumps(message).encode() + b"\0"
        return self._asked

    def hear(self, until: float) -> dict[str, Any] | None:
        """The next message, None if there was none until then. Raises NotRendered."""
        searched = 0
        while (end := self._received.find(b"\0", searched)) < 0:
            searched = len(self._received)
            if searched > LARGEST:
                raise NotRendered(RenderEnd.TOO_LARGE, "message")
            if not self._pump(min(until, self.deadline)):
                return None
        message = _message(bytes(self._received[:end]))
        del self._received[: end + 1]
        self.has_spoken = True
        if message.get("method") == "Page.javascriptDialogOpening":  # the page would wait for somebody to press a key
            self.send("Page.handleJavaScriptDialog", str(message.get("sessionId", "")), accept=False)
        return message

    def _pump(self, until: float) -> bool:
        """Move what can be moved; False when it is too late."""
        now = time.monotonic()
        if now >= until:
            return False
        if now > self._weighed + WEIGH_EVERY:
            self._weighed = now
            if memory_of(self._process.pid) > MEMORY:
                raise NotRendered(RenderEnd.TOO_LARGE, "memory")
        stdin, stdout, stderr = self._pipes
        waiting = select.poll()
        waiting.register(stdout, select.POLLIN)
        waiting.register(stderr, select.POLLIN)
        if self._outgoing:
            waiting.register(stdin, select.POLLOUT)
        ready = dict(waiting.poll(min(until - now, WEIGH_EVERY) * 1000 + 1))
        if stderr in ready:
            self._complaint += self._read(stderr)
            del self._complaint[:-LONGEST_COMPLAINT]
        if stdin in ready:
            self._hand_over(stdin)
        if stdout in ready:
            some = self._read(stdout)
            if not some:
                raise self._failure()
            self._received += some
        return True

    def _read(self, pipe: int) -> bytes:
        try:
            return os.read(pipe, PIECE)
        except BlockingIOError:
            return b""

    def _hand_over(self, stdin: int) -> None:
        try:
            del self._outgoing[: os.write(stdin, self._outgoing[:PIECE])]
        except BrokenPipeError:
            raise self._failure() from None

    def _failure(self) -> NotRendered:
        """It ended by itself. Before it said a word it could not start, for want of a sandbox perhaps."""
        lines = self._complaint.decode("utf-8", "replace").splitlines()
        telling = [line for line in lines if "sandbox" in line.lower()] or lines[-1:] or ["ended"]
        end = RenderEnd.BROKEN if self.has_spoken else RenderEnd.NOT_POSSIBLE
        return NotRendered(end, telling[0][-200:])


class _Page:
    """One page of a running browser, in a context of its own: it alone has the way through the proxy."""

    def __init__(self, chromium: _Chromium, proxy_port: int) -> None:
        self._chromium = chromium
        proxy = f"http://127.0.0.1:{proxy_port}"
        context = chromium.ask("Target.createBrowserContext", proxyServer=proxy, proxyBypassList="<-loopback>")
        own = str(context.get("browserContextId", ""))
        target = chromium.ask("Target.createTarget", url="about:blank", browserContextId=own).get("targetId")
        self._session = str(chromium.ask("Target.attachToTarget", targetId=target, flatten=True).get("sessionId", ""))
        self._ask("Page.enable")
        self._ask("Page.setLifecycleEventsEnabled", enabled=True)
        self._ask("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_CALLS)
        self._ask("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        chromium.ask("Browser.setDownloadBehavior", behavior="deny", browserContextId=own)

    def load(self, href: str, until: float) -> None:
        """Go there and wait until its network rests, or until then. Raises NotRendered."""
        gone = self._ask("Page.navigate", url=href)
        if gone.get("errorText"):
            raise NotRendered(RenderEnd.REFUSED, str(gone["errorText"])[:200])
        while (message := self._chromium.hear(until)) is not None:
            told = message.get("params")
            if message.get("method") != "Page.lifecycleEvent" or not isinstance(told, dict):
                continue
            if told.get("name") == "networkIdle" and told.get("loaderId") == gone.get("loaderId"):
                return

    def document(self) -> bytes:
        """The document as it stands now. Raises NotRendered."""
        root = self._ask("DOM.getDocument", depth=0).get("root")
        number = root.get("nodeId") if isinstance(root, dict) else None
        written = self._ask("DOM.getOuterHTML", nodeId=number).get("outerHTML")
        if not isinstance(written, str) or not written:
            raise NotRendered(RenderEnd.BROKEN, "no document")
        return written.encode("utf-8", "replace")

    def picture(self) -> bytes:
        """The whole page, down to TALLEST. Raises NotRendered."""
        size = self._ask("Page.getLayoutMetrics").get("cssContentSize")
        height = size.get("height") if isinstance(size, dict) else None
        tall = int(min(TALLEST, max(HEIGHT, height))) if isinstance(height, (int, float)) else HEIGHT
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": tall, "scale": 1}
        taken = self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip).get("data")
        try:
            picture = base64.b64decode(taken, validate=True) if isinstance(taken, str) else b""
        except binascii.Error:
            picture = b""
        if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
            raise NotRendered(RenderEnd.BROKEN, "no picture")
        return picture

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._chromium.ask(method, self._session, **parameters)


def _message(written: bytes) -> dict[str, Any]:
    """A message of the browser's. Raises NotRendered for what is none."""
    try:
        message = json.loads(written)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise NotRendered(RenderEnd.BROKEN, "spoke rubbish")
    return message
