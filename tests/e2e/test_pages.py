"""Every page with the first case on it: axe finds nothing, nothing scrolls sideways, nothing is heavy, nobody is asked.

Light and dark, as wide as a desk and as narrow as a telephone. An address that is new is looked at as soon as
tests/test_access.py knows it; NOT_PAGES says of the others what they are.
"""

import gzip
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.partner import issue_token
from claims.actions.webhook import create_endpoint
from claims.demo import load_once, site
from claims.models import (
    Assessment,
    CommentRequest,
    Incident,
    MediaItem,
    Partner,
    Place,
    Statement,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from claims.webhooks.noting import note_changes
from harmtracker import jobs
from harmtracker.models import Job, Role, User
from harmtracker.permissions import ACTS
from sources.models import Capture, Party
from tests.background import allowed, free_ports
from tests.conftest import _empty_tables
from tests.e2e.conftest import _browser_of_one_person
from tests.e2e.reading import faults_of
from tests.factories import IncidentFactory, PartyFactory, PlaceFactory
from tests.test_access import ALL, BY_ACT

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDE, NARROW = 1280, 320  # pixels; the second is also the first at 400 %
MOST_HTML, MOST_SCRIPT = 100_000, 60_000  # bytes, compressed as they are sent
BUCHA = "Killings of civilians in Bucha"
# A page is opened by whoever sees most on it.
SEES_MOST = [Role.EDITOR, Role.ADMIN, Role.ANALYST, Role.VIEWER]
NOT_PAGES = {
    "capture-body": "a download",
    "capture-manifest": "a download",
    "capture-rendered": "a download",
    "capture-time-stamp": "a download",
    "capture-warc": "a download",
    "source-warc": "a download",
    "source-wacz": "a download",
    "incident-pdf": "a download",
}


def incident() -> Incident:
    return Incident.objects.get(title=BUCHA)


def statement() -> Statement:
    return Statement.objects.filter(kind="allegation", incidents__title=BUCHA).first()


def capture() -> Capture:
    return statement().renderings.first().capture


def failed() -> Capture:
    return Capture.objects.exclude(outcome="ok").first()


# What an address with a key is about, by the first part of its path.
HELD: dict[str, Callable[[], dict[str, Any]]] = {
    "incidents": lambda: {"ref": incident().ref},
    "statements": lambda: {"ref": statement().ref},
    "sources": lambda: {"ref": capture().source.ref, "number": capture().number},
    "parties": lambda: {"ref": Party.objects.get(name="Russian Ministry of Defence").ref},
    "places": lambda: {"ref": Place.objects.get(name="Bucha").ref},
    "media": lambda: {"ref": MediaItem.objects.first().ref},
    "requests": lambda: {"ref": CommentRequest.objects.first().ref},
    "assessments": lambda: {"pk": Assessment.objects.filter(finding="could_not_confirm")[0].pk},
    "log": lambda: {"pk": Job.objects.get(kind="links.hand_in").pk},
    "partners": lambda: {"pk": Partner.objects.first().pk},
    "people": lambda: {"pk": User.objects.first().pk},
    "desk": lambda: {"code": "unanswered"},
}
MERGED = {"incidents": Incident, "parties": Party, "places": Place}
HELD |= {
    f"merged {kind}": lambda model=model: {"ref": model.objects.get(merged_into__isnull=False).ref}
    for kind, model in MERGED.items()
}
# The same pages with something else on them, and the two that say no.
OTHERWISE: dict[str, tuple[Role, Callable[[], str]]] = {
    "incident as a viewer": (Role.VIEWER, lambda: f"{incident().get_absolute_url()}"),
    "Reader as a viewer": (Role.VIEWER, lambda: f"{capture().source.get_absolute_url()}"),
    "Reader of a failure": (Role.ANALYST, lambda: f"{failed().source.get_absolute_url()}"),
    "reading view": (Role.ANALYST, lambda: f"{capture().get_absolute_url()}?view=reading"),
    "dossier of a day": (Role.VIEWER, lambda: f"{incident().get_absolute_url()}dossier/?at={timezone.now():%Y-%m-%d}"),
    "evidence of a failure": (Role.ANALYST, lambda: f"{failed().source.get_absolute_url()}evidence/"),
    "sources, narrowed": (Role.ANALYST, lambda: "/sources/?outcome=failed&age=within_day&order=captured"),
    "statement form": (Role.ANALYST, lambda: f"{capture().get_absolute_url()}log/?start=0&end=30"),
    "more words": (Role.ANALYST, lambda: f"{capture().get_absolute_url()}words/?start=0&end=30"),
    "outside note": (Role.ANALYST, lambda: f"{capture().get_absolute_url()}note/?start=0&end=30"),
    "forbidden": (Role.VIEWER, lambda: "/people/"),
    "not there": (Role.VIEWER, lambda: "/incidents/IN-0000000/"),
}


def _is_opened(view: Callable[..., Any]) -> bool:
    """Whether an address can be opened at all, or only sent to: what its decorator keeps of the methods it takes."""
    while view:
        if methods := inspect.getclosurevars(view).nonlocals.get("request_method_list"):
            return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


PATHS = {name: path for path, name, view in ALL if name in BY_ACT and name not in NOT_PAGES and _is_opened(view)}


def address_of(name: str) -> str:
    needed = set(re.findall(r"<(?:\w+:)?(\w+)>", PATHS[name]))
    kind = ("merged " if PATHS[name].endswith("/take-apart/") else "") + PATHS[name].split("/")[0]
    held = HELD[kind]() if needed else {}
    return reverse(name, kwargs={key: value for key, value in held.items() if key in needed})


@dataclass
class Demo:
    """The first case behind a server of this module's own: the one for tests empties the tables after each."""

    address: str
    sessions: dict[Role, str]

    def cookie(self, role: Role) -> dict[str, str]:
        return {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": self.address}


def tell(partner: Partner) -> None:
    """Messages of everything released so far wait for an endpoint of this partner, and one attempt has failed."""
    scopes = ["incidents:read", "statements:read", "webhooks:manage"]
    keeper = User.objects.filter(role=Role.ADMIN).first()
    token, _plain = issue_token(partner=partner, scopes=scopes, ceiling=partner.ceiling, by=keeper)
    create_endpoint(token=token, address="https://partner.example/hook")
    WebhookEndpoint.objects.update(change_seq=0)
    note_changes()
    WebhookAttempt.objects.create(delivery=WebhookDelivery.objects.first(), outcome="fault", status=503, seconds=0.2)


def merge() -> None:
    """One record of each kind that can be taken apart again."""
    for kind, make in (("incidents", IncidentFactory), ("parties", PartyFactory), ("places", PlaceFactory)):
        make(merged_into=MERGED[kind].objects.get(**HELD[kind]()))


def client_of(role: Role) -> Client:
    """The first person of a role, signed in; the server sees only what is committed, so not a test's own."""
    client = Client()
    client.force_login(User.objects.filter(role=role).order_by("created_at", "pk")[0])
    return client


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_ports(1)[0]
    options = {"FETCH_ALLOWED_LOOPBACK": allowed([port]), "EVIDENCE_ROOT": folder / "evidence"}
    with django_db_blocker.unblock():
        try:
            with override_settings(**options), site.served(port, wait_seconds=0):
                load_once(folder / "secrets.json", f"http://127.0.0.1:{port}")
            clients = {role: client_of(role) for role in Role}
            links = ["https://news.example/a", "https://news.example/b", "not a link", "http://127.0.0.1/"]
            clients[Role.EDITOR].post(reverse("hand-in"), {"links": "\n".join(links)})
            jobs.work("upkeep")
            tell(Partner.objects.first())
            merge()
            server = LiveServer("localhost")
            try:
                kept = settings.SESSION_COOKIE_NAME
                yield Demo(server.url, {role: client.cookies[kept].value for role, client in clients.items()})
            finally:
                server.stop()
        finally:
            _empty_tables(None)
            # Django keeps connections apart while Playwright's loop runs; nobody else would close this one.
            connections.close_all()


class Walk:
    """One browser for each role, kept from page to page with what it holds of styles and scripts."""

    def __init__(self, chromium: Browser, demo: Demo) -> None:
        self.complaints: list[str] = []
        self.scripts: dict[str, int] = {}
        self.looks: set[str] = set()
        self._chromium, self._demo = chromium, demo
        self._pages: dict[Role, Page] = {}

    def as_(self, role: Role) -> Page:
        if role not in self._pages:
            page = self._pages[role] = _browser_of_one_person(self._chromium, self.complaints)
            page.context.add_cookies([self._demo.cookie(role)])
        return self._pages[role]

    def end(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def walk(chromium, demo) -> Iterator[Walk]:
    made = Walk(chromium, demo)
    yield made
    made.end()


def look_at(page: Page, address: str, status: int = 200, known: set[str] | None = None) -> None:
    """With everything that folds opened: light and wide, then dark and narrow. Axe takes longer than the page."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDE, "height": 1000})
    hosts: set[str] = set()

    def asked(request: Any) -> None:
        hosts.add(urlsplit(request.url).netloc)

    page.on("request", asked)
    response = page.goto(address)
    assert response.status == status
    assert len(gzip.compress(response.body())) <= MOST_HTML
    page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
    faults = {"light and wide": faults_of(page, known)}
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": 800})
    faults["dark and narrow"] = faults_of(page, known) + wider_than_the_page(page)
    page.remove_listener("request", asked)
    assert {view: found for view, found in faults.items() if found} == {}
    assert hosts == {urlsplit(address).netloc}


def weight_of_scripts(page: Page, known: dict[str, int]) -> int:
    """Bytes of all scripts of this page, compressed; `known` keeps what was weighed before."""
    read = (
        "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => /[.]js([?]|$)/.test(name))"
    )
    names = set(page.evaluate(read))
    for name in names - known.keys():
        known[name] = len(gzip.compress(page.request.get(name).body()))
    return sum(known[name] for name in names)


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


def _walk_to(walk: Walk, demo: Demo, role: Role, path: str, status: int = 200) -> None:
    page = walk.as_(role)
    walk.complaints.clear()
    look_at(page, demo.address + path, status, walk.looks)
    assert 0 < weight_of_scripts(page, walk.scripts) <= MOST_SCRIPT
    assert walk.complaints == []


@pytest.mark.parametrize("name", PATHS)
def test_a_page_can_be_used_by_everybody(demo, walk, name):
    role = next(role for role in SEES_MOST if role in ACTS[BY_ACT[name]])
    _walk_to(walk, demo, role, address_of(name))


@pytest.mark.parametrize("name", OTHERWISE)
def test_so_can_it_with_something_else_on_it(demo, walk, name):
    role, path = OTHERWISE[name]
    _walk_to(walk, demo, role, path(), {"forbidden": 403, "not there": 404}.get(name, 200))


TABS = ["Text", "Captures and changes", "Copies", "Evidence", "Statements"]


def test_the_tabs_of_a_source_are_walked_by_keyboard(demo, page):
    page.context.add_cookies([demo.cookie(Role.ANALYST)])
    page.goto(demo.address + capture().source.get_absolute_url())
    for words in TABS:
        tabs = page.get_by_role("navigation", name="Of this source")
        tabs.get_by_role("link", name="Text").focus()
        for _each in range(TABS.index(words)):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText").startswith(words)
        page.keyboard.press("Enter")
        current = page.get_by_role("navigation", name="Of this source").locator("[aria-current=page]")
        expect(current).to_have_text(re.compile(rf"^{words}"))
        expect(page.get_by_role("heading", level=1)).to_have_text(capture().source.title)


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
