"""A page is captured, a quotation logged, the page changed and captured again: its desk shows the damage, in red."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from claims.models import Alarm, Statement
from sources.models import Source
from tests.e2e.acts import CAPTURE_MS, captured_text, hand_in, log_statement, said_to_be_done, sign_in, the_form
from tests.e2e.reading import faults_of
from tests.e2e.test_pages import wider_than_the_page
from tests.factories import IncidentFactory, PartyFactory, analyst
from tests.small_web import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MINISTRY = "Ministry of Defence"
SAID = "Our soldiers did not shoot at anybody in the town"
PAGE = (
    "<html lang='en'><title>Report from the town</title><article><h1>Report from the town</h1><p>{said}, said the "
    "Ministry of Defence on Sunday.</p><p>Our reporters could not reach the town and rely on pictures that two "
    "agencies passed on, and on officials reached by telephone.</p><p>Nobody else has answered so far.</p></article>"
)
BEFORE = PAGE.format(said=SAID)
AFTER = PAGE.format(said=SAID.replace("not ", ""))


def log_the_denial(page: Page) -> None:
    """Without a word typed that the page does not offer: the form opened empty, the words and who said them in it."""
    page.get_by_role("link", name="Open the form").click()
    form = the_form(page)
    form.get_by_role("textbox", name="Words, as captured").fill(SAID)
    form.get_by_role("combobox", name="Who is quoted, in the words of the text").fill("said the Ministry of Defence")
    form.get_by_role("textbox", name="Who says it").fill(MINISTRY)
    form.get_by_role("radio", name="Denial").check()
    form.get_by_role("combobox", name="What it says of its own part").select_option("Denies the act")
    form.get_by_role("checkbox", name="Shooting in the town").check()
    log_statement(page)


def take_the_attribution_by_mouse(page: Page) -> None:
    """Words selected beside the form become the attribution at the press of a button."""
    page.get_by_role("link", name="Open the form").click()
    form = the_form(page)
    button = form.get_by_role("button", name="Take the words selected in the text")
    captured_text(page).get_by_role("paragraph").filter(has_text="Nobody else").dblclick(position={"x": 8, "y": 12})
    button.click()
    expect(form.get_by_role("combobox", name="Who is quoted, in the words of the text")).to_have_value("Nobody")
    page.get_by_role("link", name="Back to the text").click()


def damaged_quotation(page: Page):
    return page.get_by_role("listitem").filter(has_text="Quoted words were changed")


def is_usable(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert faults_of(page) == []
    if width == 320:
        assert wider_than_the_page(page) == []


def test_a_quotation_that_lost_its_not_is_shown_on_the_desk_and_answered(worker, web_ports, live_server, page):
    PartyFactory(name=MINISTRY)
    IncidentFactory(title="Shooting in the town")
    sign_in(page, live_server.url, analyst())
    with serving(BEFORE, web_ports[0]) as address:
        hand_in(page, address)
        expect(captured_text(page)).to_be_visible(timeout=CAPTURE_MS)
    take_the_attribution_by_mouse(page)
    log_the_denial(page)
    page.get_by_role("link", name="Desk").click()
    expect(page.get_by_role("heading", name="Desk", exact=True)).to_be_visible()
    expect(damaged_quotation(page)).to_have_count(0)

    source = Source.objects.get()
    page.goto(f"{live_server.url}{source.get_absolute_url()}")
    with serving(AFTER, web_ports[0]):
        page.get_by_role("button", name="Capture again").click()
        expect(page.get_by_role("article", name="Captured text, capture 2")).to_be_visible(timeout=CAPTURE_MS)
    expect(page.get_by_role("link", name="Desk")).to_be_visible()
    for _each in range(50):  # the words are looked for by a job of its own, after the text is there
        page.goto(f"{live_server.url}{reverse('desk')}")
        if damaged_quotation(page).count():
            break
        page.wait_for_timeout(200)

    line = damaged_quotation(page)
    expect(line.get_by_role("deletion")).to_have_text("removed: not")
    expect(line).to_contain_text("Negation")
    expect(line).to_contain_text(MINISTRY)
    red = line.get_by_text("Quoted words were changed").evaluate("each => getComputedStyle(each).color")
    assert red == line.get_by_text("Negation").evaluate("each => getComputedStyle(each).color")
    assert red == "rgb(161, 22, 35)"
    for width in (1280, 320):
        is_usable(page, width)

    page.set_viewport_size({"width": 1280, "height": 900})
    line.get_by_role("link", name="Look side by side").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    sides = page.get_by_role("table").filter(has_text="capture 1")
    expect(sides.get_by_role("deletion")).to_have_text(re.compile("not"))
    expect(page.get_by_role("list", name="Quotations in these captures")).to_contain_text("Words changed in capture 2")
    expect(page.get_by_role("list", name="Quotations in these captures")).to_contain_text("Exact")
    for width in (1280, 320):
        is_usable(page, width)

    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Desk").click()
    damaged_quotation(page).get_by_role("textbox").fill("The outlet turned the denial round.")
    damaged_quotation(page).get_by_role("button", name="I changed something").click()
    said_to_be_done(page, "Answered")
    expect(damaged_quotation(page)).to_have_count(0)
    assert Alarm.objects.get().answer == "acted"
    # A person answered; the statement and its words are as they were.
    rendering = Statement.objects.get().renderings.get()
    assert (rendering.exact, rendering.capture.number) == (SAID, 1)
    assert [check.outcome for check in rendering.checks.order_by("capture__number")] == ["exact", "edited"]
    assert [check.attribution_outcome for check in rendering.checks.all()] == ["exact", "exact"]
