"""Rendering a page: a browser of another account loads it, through a proxy of ours that the guard stands behind."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from sources.addresses import Doors
from sources.capture import child, chromium
from sources.capture.fetch import limits_from_settings
from sources.capture.frames import PORT
from sources.capture.rendered import NotRendered, Rendered, RenderEnd, Seen
from sources.capture.storing import storable

MODULE: Final = "sources.capture.proxy_child"
GRACE_SECONDS: Final = 5.0  # the proxy ends with the rendering; so much after its deadline it is killed
CPU_SECONDS: Final = 20
MEMORY_BYTES: Final = 512 * 1024 * 1024
LONGEST: Final = 300
BODIES: Final = 2  # a page with all its pictures and scripts may bring twice what one visit may


def render(href: str) -> Rendered:
    """Have Chromium load a page and take what it shows. Every failure is an end; nothing is raised for a page."""
    began_at = datetime.now(UTC)
    looking = _Looking(href)
    asked: dict[str, Any] = {}
    try:
        account = chromium.account_named(settings.RENDER_ACCOUNT)
        looking.prepare(account)
        bounds = child.Bounds(settings.RENDER_SECONDS + GRACE_SECONDS, CPU_SECONDS, MEMORY_BYTES)
        answer = child.run(MODULE, _request(account, looking.folder), bounds, on_piece=looking.begin)
        asked = _asked(answer)
    except NotRendered as failed:
        looking.failed = failed
    except (child.ChildFailed, ValueError, TypeError, KeyError, AttributeError) as failed:
        looking.failed = looking.failed or NotRendered(RenderEnd.BROKEN, f"proxy: {failed}"[:200])
    finally:
        looking.end()
    ended_at = datetime.now(UTC)
    if looking.failed or looking.seen is None:
        why = looking.failed or NotRendered(RenderEnd.BROKEN, "proxy")
        return Rendered(why.end, began_at, ended_at, detail=why.detail, asked=asked)
    return Rendered(RenderEnd.MADE, began_at, ended_at, seen=looking.seen, asked=asked)


def _request(account: pwd.struct_passwd, folder: Path) -> bytes:
    """What the proxy is told: the doors and limits of a visit, whom it serves, and how long."""
    limits, doors = limits_from_settings(), Doors.from_settings()
    request = {
        "ports": sorted(doors.ports),
        "loopback": sorted(doors.loopback),
        "seconds": settings.RENDER_SECONDS + GRACE_SECONDS / 2,
        "connect_seconds": limits.connect_seconds,
        "head_bytes": limits.header_bytes,
        "body_bytes": limits.body_bytes * BODIES,
        "account": account.pw_uid,
        "lasts_while": str(folder),
    }
    return json.dumps(request).encode()


def _asked(answer: bytes) -> dict[str, dict[str, Any]]:
    """What the proxy tells, as it can be kept. Raises ValueError, TypeError, KeyError, AttributeError for rubbish."""
    told = json.loads(answer)
    return {
        storable(host, LONGEST): {
            "asked": int(entry["asked"]),
            "connected": storable(entry["connected"], LONGEST),
            "received": int(entry["received"]),
            "refusal": storable(entry["refusal"], LONGEST),
        }
        for host, entry in told.items()
    }


class _Looking:
    """One rendering under way. The proxy serves while `folder` is there."""

    def __init__(self, href: str) -> None:
        self.href = href
        self.folder = Path()
        self.seen: Seen | None = None
        self.failed: NotRendered | None = None
        self._account: pwd.struct_passwd | None = None

    def prepare(self, account: pwd.struct_passwd) -> None:
        """Make the browser a folder of its own. Raises NotRendered where we may not give one away."""
        self._account = account
        self.folder = Path(tempfile.mkdtemp(prefix="render-"))
        try:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        except PermissionError as error:
            raise NotRendered(RenderEnd.NOT_POSSIBLE, f"as {account.pw_name}: {error.strerror}") from error

    def begin(self, kind: bytes, piece: bytes) -> None:
        """The proxy listens: have the page looked at. When that is over, so is the proxy's work."""
        if kind != PORT or self._account is None or self.seen or self.failed:
            return
        try:
            self.seen = chromium.look_at(
                self.href,
                program=settings.CHROMIUM,
                account=self._account,
                folder=self.folder,
                proxy_port=int(piece),
                seconds=settings.RENDER_SECONDS,
            )
        except NotRendered as failed:
            self.failed = failed
        finally:
            self.end()

    def end(self) -> None:
        """Remove the folder, and with it the reason for the proxy to go on."""
        if self._account is not None and self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)
