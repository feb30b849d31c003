"""Pictures of a running demo, for looking at beside the design: light, dark and 320 pixels wide.

    python -m tests.e2e.screenshots ADDRESS ACCOUNT PASSWORD [PATH ...] [--into screenshots]

Signs in as ACCOUNT, saves PATH-light.png, PATH-dark.png and PATH-320.png for each path (the lists when none is given)
and ends with 1 when a page answers with an error, scrolls sideways, asks another host or breaks the content security
policy, naming each.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Nothing but our own pages: each of these switches off something the browser would fetch by itself.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
LISTS = ["/", "/statements/", "/sources/", "/parties/", "/review/"]
VIEWS = {"light": (1440, "light"), "dark": (1440, "dark"), "320": (320, "light")}
PATIENCE = 10_000  # milliseconds


@dataclass
class Shoot:
    """One run: where the demo answers, where pictures go, and what was found wrong on the way."""

    address: str
    into: Path
    faults: list[str] = field(default_factory=list)

    def take(self, browser: Browser, account: str, password: str, paths: list[str]) -> None:
        """Sign in once per view and picture every path."""
        for view, (width, scheme) in VIEWS.items():
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            context.set_default_timeout(PATIENCE)
            self._watch(context, view)
            self._sign_in(context.new_page(), account, password)
            for path in paths:
                self._picture(context.new_page(), path, view, width)
            context.close()

    def _watch(self, context: BrowserContext, view: str) -> None:
        home = urlsplit(self.address).netloc

        def on_request(request) -> None:
            if urlsplit(request.url).scheme.startswith("http") and urlsplit(request.url).netloc != home:
                self.faults.append(f"{view}: a request to another host: {request.url}")

        def on_console(message) -> None:
            if message.type == "error":
                self.faults.append(f"{view}: {message.page.url if message.page else ''}: {message.text}")

        context.on("request", on_request)
        context.on("console", on_console)
        context.on("weberror", lambda error: self.faults.append(f"{view}: {error.error}"))

    def _sign_in(self, page: Page, account: str, password: str) -> None:
        page.goto(urljoin(self.address, "/"))
        page.get_by_label("Username").fill(account)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label(re.compile("account$")).wait_for()
        page.close()

    def _picture(self, page: Page, path: str, view: str, width: int) -> None:
        answer = page.goto(urljoin(self.address, path))
        if answer is None or answer.status >= 400:
            self.faults.append(f"{path} answered {answer.status if answer else 'nothing'}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.faults.append(f"{path} is {wide} wide at {width}")
        page.screenshot(path=self.into / f"{file_name(path)}-{view}.png", full_page=True)
        page.close()


def file_name(path: str) -> str:
    """``/incidents/IN-7K2QPM/`` becomes ``incidents-IN-7K2QPM``; the first page is ``home``."""
    return re.sub(r"[^\w-]+", "-", path).strip("-") or "home"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("account")
    parser.add_argument("password")
    parser.add_argument("paths", nargs="*", default=LISTS)
    parser.add_argument("--into", type=Path, default=Path("screenshots"))
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    shoot = Shoot(chosen.address, chosen.into)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        shoot.take(browser, chosen.account, chosen.password, chosen.paths)
        browser.close()
    sys.stdout.writelines(f"{fault}\n" for fault in shoot.faults)
    return 1 if shoot.faults else 0


if __name__ == "__main__":
    sys.exit(main())
