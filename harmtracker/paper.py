"""PDF from a page of ours, printed by Chromium where the installation has one.

Chromium is given one file in a folder of its own and nothing else: no script of the page runs and nothing is loaded
(a content security policy in the file; no name resolves, and the only proxy is a dead one), and its environment holds
none of our settings. It is stopped with all its processes on time and on memory. One at a time in each process of ours.
"""

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext_lazy as _

from harmtracker.browser import ON_ITS_OWN
from harmtracker.families import has_ended, kill_family, memory_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SECONDS: Final = 30
MEMORY: Final = 1024 * 1024 * 1024
"""Bytes in use by all of Chromium's processes together."""
POLICY: Final = (
    """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
)
LARGEST: Final = 50 * 1024 * 1024
LOOK_EVERY, WEIGH_EVERY = 0.05, 0.5
"""Seconds between two looks whether it has ended, and between two at its memory."""
SHEETS: Final = (
    "tokens", "base", "frame", "components", "ledger", "forms", "lists", "changes", "evidence", "figures", "dossier",
    "print",
)  # fmt: skip
ARGUMENTS: Final = (
    *ON_ITS_OWN,
    "--no-sandbox",  # as root, and in containers, there is none to be had; see docs/decisions/0040
    "--no-zygote",
    "--js-flags=--jitless",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer",
    "--run-all-compositor-stages-before-draw",
)
_turn = threading.Lock()


class NotPrinted(Exception):
    """No PDF was made; ``words`` say to a person why, and what they can do instead."""

    def __init__(self, words: "StrPromise", detail: str = "") -> None:
        super().__init__(detail or str(words))
        self.words = words


def is_possible() -> bool:
    """Whether there is a Chromium to print with."""
    return bool(settings.CHROMIUM) and os.access(settings.CHROMIUM, os.X_OK)


def _styles() -> str:
    """Our stylesheets as one text, in the order in which pages load them."""
    found = [finders.find(f"css/{name}.css") for name in SHEETS]
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in found if isinstance(path, str))
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def print_to_pdf(html: str) -> bytes:
    """The page, a whole document without stylesheets, as PDF in ours. Raises ``NotPrinted``."""
    if not is_possible():
        raise NotPrinted(_("This installation makes no PDF itself. Use “Print to PDF” of your browser."))
    if not _turn.acquire(blocking=False):
        raise NotPrinted(_("Another PDF is being made. Try again in a few seconds."))
    try:
        folder = Path(tempfile.mkdtemp(prefix="paper-"))
        try:
            return _print_in(folder, html)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        _turn.release()


def _print_in(folder: Path, html: str) -> bytes:
    page, made = folder / "page.html", folder / "page.pdf"
    page.write_text(html.replace("</head>", f"{POLICY}<style>{_styles()}</style></head>", 1), encoding="utf-8")
    process = subprocess.Popen(
        [
            settings.CHROMIUM,
            *ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={made}",
            page.as_uri(),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,
        umask=0o077,
    )
    try:
        _watch(process)
    finally:
        kill_family(process)
    if process.returncode != 0 or not made.is_file() or not 0 < made.stat().st_size <= LARGEST:
        raise NotPrinted(BROKEN, f"Chromium ended with {process.returncode}")
    return made.read_bytes()


BROKEN = _("The PDF could not be made. Use “Print to PDF” of your browser.")


def _watch(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end. Raises ``NotPrinted`` when it takes too long or too much memory."""
    begun = weighed = time.monotonic()
    while not has_ended(process):
        now = time.monotonic()
        if now > begun + SECONDS:
            raise NotPrinted(_("Making the PDF took too long. Use “Print to PDF” of your browser."), "time")
        if now > weighed + WEIGH_EVERY:
            weighed = now
            if memory_of(process.pid) > MEMORY:
                raise NotPrinted(BROKEN, "memory")
        time.sleep(LOOK_EVERY)
