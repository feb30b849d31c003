"""Every page with the first case on it: axe finds nothing, nothing scrolls sideways, nobody else is asked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.demo import load_once, site
from claims.models import Assessment, CommentRequest, Incident, MediaItem, Partner, Place, Statement
from harmtracker.models import Role, User
from sources.models import Capture, Party
from tests.background import allowed, free_ports
from tests.conftest import _empty_tables

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
NARROW = 320  # pixels, which is also 1280 at 400 %
BUCHA = "Killings of civilians in Bucha"


def incident() -> str:
    return Incident.objects.get(title=BUCHA).get_absolute_url()


def statement() -> str:
    return Statement.objects.filter(kind="allegation", incidents__title=BUCHA).first().get_absolute_url()


def capture() -> Capture:
    return Statement.objects.filter(incidents__title=BUCHA, kind="allegation").first().renderings.first().capture


def reader() -> str:
    return capture().source.get_absolute_url()


def capture_title() -> str:
    return capture().source.title


def reader_of_a_failure() -> str:
    return Capture.objects.exclude(outcome="ok").first().source.get_absolute_url()


def assessment() -> str:
    return f"/assessments/{Assessment.objects.filter(finding='could_not_confirm')[0].pk}/"


def selected(page: str) -> str:
    return f"{capture().get_absolute_url()}{page}/?start=0&end=30"


PAGES: dict[str, tuple[Role, Callable[[], str]]] = {
    "desk": (Role.ANALYST, lambda: "/desk/"),
    "incidents": (Role.ANALYST, lambda: "/"),
    "incident": (Role.EDITOR, incident),
    "incident as a viewer": (Role.VIEWER, incident),
    "incident, new": (Role.ANALYST, lambda: "/incidents/new/"),
    "incident, edit": (Role.ANALYST, lambda: f"{incident()}edit/"),
    "figure": (Role.ANALYST, lambda: f"{incident()}figures/new/"),
    "figures": (Role.VIEWER, lambda: f"{incident()}figures/"),
    "table of figures": (Role.ANALYST, lambda: f"{incident()}figures/table/"),
    "dossier": (Role.EDITOR, lambda: f"{incident()}dossier/"),
    "dossier of a day": (Role.VIEWER, lambda: f"{incident()}dossier/?at={timezone.now():%Y-%m-%d}"),
    "timeline": (Role.ANALYST, lambda: f"{incident()}timeline/"),
    "request for comment": (Role.ANALYST, lambda: f"{incident()}requests/new/"),
    "request, logged": (Role.EDITOR, lambda: CommentRequest.objects.first().get_absolute_url()),
    "its outcome": (Role.ANALYST, lambda: f"/requests/{CommentRequest.objects.first().ref}/outcome/"),
    "statements": (Role.ANALYST, lambda: "/statements/"),
    "statement": (Role.EDITOR, statement),
    "statement, edit": (Role.ANALYST, lambda: f"{statement()}edit/"),
    "statement, answer": (Role.ANALYST, lambda: f"{statement()}answer/"),
    "sources": (Role.ANALYST, lambda: "/sources/"),
    "Reader": (Role.ANALYST, reader),
    "Reader as a viewer": (Role.VIEWER, reader),
    "Reader of a failure": (Role.ANALYST, reader_of_a_failure),
    "reading view": (Role.ANALYST, lambda: f"{capture().get_absolute_url()}?view=reading"),
    "statements of a source": (Role.ANALYST, lambda: f"{reader()}statements/"),
    "source, edit": (Role.EDITOR, lambda: f"{reader()}edit/"),
    "source, marking": (Role.EDITOR, lambda: f"{reader()}marking/"),
    "source, media item": (Role.ANALYST, lambda: f"{reader()}media/"),
    "sources, narrowed": (Role.ANALYST, lambda: "/sources/?outcome=failed&age=within_day&order=captured"),
    "captures and changes": (Role.ANALYST, lambda: f"{reader()}changes/"),
    "statement form": (Role.ANALYST, lambda: selected("log")),
    "more words": (Role.ANALYST, lambda: selected("words")),
    "outside note": (Role.ANALYST, lambda: selected("note")),
    "hand-in": (Role.ANALYST, lambda: "/log/"),
    "parties": (Role.ANALYST, lambda: "/parties/"),
    "party": (Role.EDITOR, lambda: Party.objects.get(name="Russian Ministry of Defence").get_absolute_url()),
    "party, new": (Role.ANALYST, lambda: "/parties/new/"),
    "party, edit": (
        Role.ANALYST, lambda: f"{Party.objects.get(name='Russian Ministry of Defence').get_absolute_url()}edit/",
    ),
    "party, merge": (
        Role.EDITOR, lambda: f"{Party.objects.get(name='Russian Ministry of Defence').get_absolute_url()}merge/",
    ),
    "incident, merge": (Role.EDITOR, lambda: f"{incident()}merge/"),
    "statement, incidents": (Role.ANALYST, lambda: f"{statement()}incidents/"),
    "place": (Role.ANALYST, lambda: f"/places/{Place.objects.get(name='Bucha').ref}/"),
    "media item": (Role.ANALYST, lambda: f"/media/{MediaItem.objects.first().ref}/"),
    "assess, incident": (Role.EDITOR, lambda: f"{incident()}assess/"),
    "assess, statement": (Role.ANALYST, lambda: f"{statement()}assess/"),
    "assessment": (Role.EDITOR, assessment),
    "review": (Role.EDITOR, lambda: "/review/"),
    "marking": (Role.EDITOR, lambda: f"{incident()}marking/"),
    "release": (Role.EDITOR, lambda: f"{incident()}release/"),
    "partners": (Role.ADMIN, lambda: "/partners/"),
    "partner": (Role.ADMIN, lambda: f"/partners/{Partner.objects.first().pk}/"),
    "people": (Role.ADMIN, lambda: "/people/"),
    "person": (Role.ADMIN, lambda: f"/people/{User.objects.first().pk}/"),
    "person, new": (Role.ADMIN, lambda: "/people/new/"),
    "forbidden": (Role.VIEWER, lambda: "/people/"),
    "not there": (Role.VIEWER, lambda: "/incidents/IN-0000000/"),
}  # fmt: skip


@dataclass
class Demo:
    """The first case behind a server of this module's own: the one for tests empties the tables after each."""

    address: str
    sessions: dict[Role, str]

    def cookie(self, role: Role) -> dict[str, str]:
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": self.address}


def session_of(role: Role) -> str:
    """A session of the first person of a role; the server sees only what is committed, so not a test's own."""
    client = Client()
    client.force_login(User.objects.filter(role=role).order_by("created_at", "pk")[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_ports(1)[0]
    options = {"FETCH_ALLOWED_LOOPBACK": allowed([port]), "EVIDENCE_ROOT": folder / "evidence"}
    with django_db_blocker.unblock():
        try:
            with override_settings(**options), site.served(port, wait_seconds=0):
                load_once(folder / "secrets.json", f"http://127.0.0.1:{port}")
            server = LiveServer("localhost")
            try:
                yield Demo(server.url, {role: session_of(role) for role in Role})
            finally:
                server.stop()
        finally:
            _empty_tables(None)
            # Django keeps connections apart while Playwright's loop runs; nobody else would close this one.
            connections.close_all()


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page, each with where and why."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def look_at(page: Page, address: str, status: int = 200) -> None:
    """Light, dark and narrow, with everything that folds opened."""
    hosts: set[str] = set()
    page.context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    response = page.goto(address)
    assert response.status == status
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    faults = {"light": faults_of(page)}
    page.emulate_media(color_scheme="dark")
    faults["dark"] = faults_of(page)
    page.set_viewport_size({"width": NARROW, "height": 800})
    faults["narrow"] = faults_of(page) + wider_than_the_page(page)
    assert {view: found for view, found in faults.items() if found} == {}
    assert hosts == {urlsplit(address).netloc}


def wider_than_the_page(page: Page) -> list[str]:
    """What makes the page scroll sideways: its width and the innermost elements that reach out."""
    width = page.evaluate("document.documentElement.scrollWidth")
    if width <= NARROW:
        return []
    outside = page.locator("main *").evaluate_all(
        "all => all.filter((each) => each.getBoundingClientRect().right > innerWidth)"
        ".map((each) => each.outerHTML.slice(0, 120))"
    )
    return [f"{width} wide", *outside[-5:]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(demo, page, name):
    role, path = PAGES[name]
    page.context.add_cookies([demo.cookie(role)])
    look_at(page, demo.address + path(), {"forbidden": 403, "not there": 404}.get(name, 200))


TABS = ["Text", "Captures and changes", "Copies", "Evidence", "Statements"]


def test_the_tabs_of_a_source_are_walked_by_keyboard(demo, page):
    page.context.add_cookies([demo.cookie(Role.ANALYST)])
    page.goto(demo.address + reader())
    for words in TABS:
        tabs = page.get_by_role("navigation", name="Of this source")
        tabs.get_by_role("link", name="Text").focus()
        for _each in range(TABS.index(words)):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText").startswith(words)
        page.keyboard.press("Enter")
        current = page.get_by_role("navigation", name="Of this source").locator("[aria-current=page]")
        expect(current).to_have_text(re.compile(rf"^{words}"))
        expect(page.get_by_role("heading", level=1)).to_have_text(capture_title())


def test_choices_above_the_sources_narrow_the_list_and_are_taken_back(demo, page):
    page.context.add_cookies([demo.cookie(Role.ANALYST)])
    page.goto(demo.address + "/sources/")
    rows = page.locator("#results .rows > li")
    everything = rows.count()
    choice = page.locator(".tally a", has_text="Failed, in any way")
    number = int(choice.locator(".n").inner_text())
    assert 0 < number < everything
    choice.click()
    expect(rows).to_have_count(number)
    page.locator(".tally a[aria-current]", has_text="Failed, in any way").click()
    expect(rows).to_have_count(everything)


def test_signing_in_can_be_done_by_everybody(demo, page):
    look_at(page, demo.address)
