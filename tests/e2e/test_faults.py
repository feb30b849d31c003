"""What goes wrong while people work: impatient hands, a session that ends, a machine that dies."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from claims.models import Statement
from harmtracker.models import Job
from tests.e2e.acts import CAPTURE_MS, captured_text, hand_in, said_to_be_done, sign_in, the_form
from tests.factories import PASSWORD, WORDS, CaptureFactory, PartyFactory, analyst
from tests.small_web import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "<html lang='en'><title>Report</title><article><h1>Report</h1><p>" + "Nobody answered the telephone. " * 12


@pytest.fixture
def open_form(live_server, page) -> Page:
    return filled_form(live_server, page)


def filled_form(live_server, page: Page) -> Page:
    """The statement form, filled in by a signed-in analyst."""
    PartyFactory(name="Meridian Wire")
    capture = CaptureFactory()
    sign_in(page, live_server.url, analyst())
    page.goto(f"{live_server.url}{capture.get_absolute_url()}log/?exact={WORDS}&start=0&end={len(WORDS)}")
    form = the_form(page)
    form.get_by_role("textbox", name="Who says it").fill("Meridian Wire")
    form.get_by_role("radio", name="Testimony").check()
    form.get_by_role("textbox", name="Or a new incident").fill("Killings in Bucha")
    return page


def test_an_impatient_hand_logs_one_statement(open_form):
    # Presses by timer: a press by the driver would wait for the page the one before it leads to.
    the_form(open_form).get_by_role("button", name="Log statement").evaluate(
        "button => [0, 40, 80].forEach((pause) => setTimeout(() => button.click(), pause))"
    )
    said_to_be_done(open_form, "Logged ST-")
    assert Statement.objects.count() == 1


def test_a_double_click_logs_one_statement(open_form):
    the_form(open_form).get_by_role("button", name="Log statement").dblclick(no_wait_after=True)
    said_to_be_done(open_form, "Logged ST-")
    assert Statement.objects.count() == 1


def test_a_double_click_without_script_logs_one_statement(live_server, someone_else):
    page = filled_form(live_server, someone_else(java_script_enabled=False))
    the_form(page).get_by_role("button", name="Log statement").dblclick(no_wait_after=True)
    said_to_be_done(page, "Logged ST-")
    assert Statement.objects.count() == 1


def test_nothing_typed_is_lost_when_the_session_ends(open_form):
    Session.objects.all().delete()
    the_form(open_form).get_by_role("button", name="Log statement").click()
    expect(open_form.get_by_role("status").filter(has_text="What you typed is kept")).to_be_visible()
    open_form.get_by_role("textbox", name="Username").fill(analyst(username="back").username)
    open_form.get_by_role("textbox", name="Password").fill("not the word")
    open_form.get_by_role("button", name="Sign in").click()
    expect(open_form.get_by_role("alert")).to_be_visible()
    open_form.get_by_role("textbox", name="Password").fill(PASSWORD)
    open_form.get_by_role("button", name="Sign in").click()
    open_form.get_by_role("button", name="Send it now").click()
    said_to_be_done(open_form, "Logged ST-")
    logged = Statement.objects.get()
    assert (logged.kind, logged.created_by.username) == ("testimony", "back")
    assert [each.title for each in logged.incidents.all()] == ["Killings in Bucha"]


def test_a_link_is_taken_while_nobody_wakes_the_workers(worker, web_ports, live_server, page):
    sign_in(page, live_server.url, analyst())
    worker.kill("relay")
    try:
        with serving(PAGE, web_ports[1]) as address:
            hand_in(page, address)
            steps = page.get_by_role("region", name="Capture 1")
            expect(steps.get_by_role("listitem").filter(has_text="Queued")).to_have_attribute("aria-current", "step")
            worker.start("relay")
            expect(captured_text(page)).to_be_visible(timeout=CAPTURE_MS)
    finally:
        if "relay" not in worker.processes:
            worker.start("relay")


def test_a_capture_is_finished_though_its_worker_died(worker, web_ports, live_server, page):
    sign_in(page, live_server.url, analyst())
    let_go = threading.Event()
    with serving(PAGE, web_ports[2], until=let_go) as address:
        hand_in(page, address)
        fetching = page.get_by_role("region", name="Capture 1").get_by_role("listitem").filter(has_text="Fetching")
        expect(fetching).to_have_attribute("aria-current", "step", timeout=CAPTURE_MS)
        worker.kill("worker")
        try:
            let_go.set()
            assert Job.objects.filter(state="running").update(lease_until=Now()) == 1  # its lease has run out
        finally:
            worker.start("worker")
        expect(captured_text(page)).to_be_visible(timeout=CAPTURE_MS)
    assert Job.objects.get(kind="capture.fetch").attempts == 2
