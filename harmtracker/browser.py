"""What Chromium is told wherever the product starts it, to print our own page or to show a captured one."""

from typing import Final

ON_ITS_OWN: Final = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-breakpad",
    "--no-first-run",
    "--metrics-recording-only",
    "--proxy-server=http://127.0.0.1:9",  # for what it wants of its own accord: there is nothing
    "--proxy-bypass-list=<-loopback>",
)
"""Switches with which it shows nothing on a screen, begins nothing by itself and reaches nobody."""
