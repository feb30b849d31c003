"""The scripts, in a real browser under the real content security policy, on a page as the templates make it."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.utils.csp import build_policy
from playwright.sync_api import Page, expect

from harmtracker.wording import visible_parts

pytestmark = pytest.mark.browser

FIRST = "Das Ministerium 😀 called it “fake” and \u202esaid so."
SECOND = "Given that the soldiers had gone by April, where was the footage?"
CANONICAL = f"{FIRST}\n{SECOND}"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

SOURCE = """{% extends "base.html" %}{% load record static %}
{% block title %}Sample{% endblock %}
{% block scripts %}<script type="module" src="{% static "js/selection.js" %}"></script>{% endblock %}
{% block content %}
<ul><li data-line><a href="/one">One</a></li><li data-line><a href="/two">Two</a></li></ul>
<label hidden data-reader-find>Find words <input type="search" aria-keyshortcuts="/"></label>
<article class="captured" data-reader-text tabindex="0" lang="en" aria-label="Captured text">
<div class="p"><p data-start="0">{% untrusted first %}<sup>1</sup></p></div>
<div class="p"><p data-start="{{ second_start }}">{% untrusted second %}</p></div>
</article>
<div class="adder" id="adder" role="toolbar" aria-label="Selected words" hidden>
<button class="btn" form="pick">Log statement</button> <span><b data-picked></b> words</span></div>
<form id="pick" action="/picked"><input type="hidden" name="exact"><input type="hidden" name="start">
<input type="hidden" name="end"></form>
<form action="/slow" method="post">
<label for="note">Note</label><input id="note" name="note"><button>Save</button>
<div data-jump="KeyK"><label><input type="radio" name="kind" value="1"> Allegation</label>
<label><input type="radio" name="kind" value="2"> Casualty figure</label>
<label><input type="radio" name="kind" value="3"> Announcement</label></div></form>
{% endblock %}"""


class Person:
    is_authenticated = is_active = True
    role = "editor"
    single_keys = True

    def __str__(self) -> str:
        return "Ines Caldeira"

    def get_role_display(self) -> str:
        return "Editor"


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(start: str, end: str) -> str:
    return CANONICAL.encode("utf-16-le")[2 * int(start) : 2 * int(end)].decode("utf-16-le")


class Site(ThreadingHTTPServer):
    """Serves the sample page and the static files; remembers what was posted."""

    daemon_threads = True
    request_queue_size = 64  # a browser asks for all stylesheets at once; with fewer, connections are reset

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = {"user": Person(), "csrf_token": "x", "first": FIRST, "second": SECOND}
        context["second_start"] = utf16_length(FIRST) + 1
        self.markup = Template(SOURCE).render(Context(context)).encode()
        self.posted: list[tuple[str, bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if not path.startswith("/static/"):
            self.answer("text/html; charset=utf-8", self.server.markup)
            return
        found = finders.find(path.removeprefix("/static/"))
        self.answer(TYPES[Path(found).suffix], Path(found).read_bytes())

    def do_POST(self) -> None:
        self.server.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        if self.path == "/slow":
            time.sleep(0.5)
        self.answer("text/html; charset=utf-8", self.server.markup)

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", build_policy(settings.SECURE_CSP))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Quiet: the tests say what went wrong."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sample(site: Site, page: Page) -> Page:
    site.posted.clear()
    page.goto(site.address)
    return page


def sent_words(page: Page) -> dict[str, str]:
    page.wait_for_url("**/picked?*")
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


# ---- Selecting words


def test_the_sample_holds_what_is_hard_to_count():
    assert utf16_length(FIRST) > len(FIRST)
    assert any(part.is_hidden for part in visible_parts(FIRST))


def test_arrows_choose_words_and_enter_sends_them(sample):
    sample.get_by_label("Captured text").focus()
    for key in ["ArrowRight"] * 4 + ["Shift+ArrowRight"] * 3:
        sample.keyboard.press(key)
    expect(sample.get_by_role("toolbar", name="Selected words")).to_be_visible()
    sample.keyboard.press("Enter")
    sent = sent_words(sample)
    assert sent["exact"] == "it “fake” and \u202esaid"
    assert utf16_slice(sent["start"], sent["end"]) == sent["exact"]


def test_words_across_two_blocks_are_counted_with_the_line_end(sample):
    sample.get_by_label("Captured text").focus()
    for key in ["ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowUp"]:
        sample.keyboard.press(key)
    sample.get_by_role("button", name="Log statement").click()
    sent = sent_words(sample)
    assert sent["exact"].replace("\r\n", "\n") == CANONICAL[CANONICAL.index("Given") :][: len("Given that")]


def test_mouse_selects_and_keys_go_on_from_there(sample):
    sample.locator("[data-start]").nth(1).dblclick(position={"x": 12, "y": 12})
    sample.keyboard.press("Shift+ArrowRight")
    expect(sample.locator("[data-picked]")).to_have_text("2")
    sample.keyboard.press("Enter")
    assert sent_words(sample)["exact"] == "Given that"


def test_slash_finds_words_by_their_first_letters_and_again_from_there(sample):
    for key in ["/", "t", "h", "e", "Enter"]:
        sample.keyboard.press(key)
    expect(sample.get_by_label("Captured text")).to_be_focused()
    for key in ["Shift+ArrowRight", "Enter"]:
        sample.keyboard.press(key)
    assert sent_words(sample)["exact"] == "the soldiers"


def test_words_that_are_not_there_are_said_to_be_wrong_and_nothing_is_selected(sample):
    find = sample.get_by_role("searchbox", name="Find words")
    find.fill("nowhere")
    find.press("Enter")
    expect(find).to_have_attribute("aria-invalid", "true")
    expect(find).to_be_focused()


def test_escape_lets_go(sample):
    sample.get_by_label("Captured text").focus()
    sample.keyboard.press("ArrowRight")
    adder = sample.get_by_role("toolbar", name="Selected words")
    expect(adder).to_be_visible()
    sample.keyboard.press("Escape")
    expect(adder).to_be_hidden()


def test_words_outside_the_text_are_not_offered(sample):
    sample.get_by_text("All times UTC").dblclick()
    sample.wait_for_timeout(150)
    expect(sample.get_by_role("toolbar", name="Selected words")).to_be_hidden()


# ---- Keys


def test_keys_reach_the_log_box_and_the_lines(sample):
    sample.keyboard.press("j")
    sample.keyboard.press("j")
    expect(sample.get_by_role("link", name="Two")).to_be_focused()
    sample.keyboard.press("k")
    expect(sample.get_by_role("link", name="One")).to_be_focused()
    sample.keyboard.press("c")
    expect(sample.get_by_label("Log a link")).to_be_focused()


def test_keys_never_act_in_a_field(sample):
    note = sample.get_by_label("Note")
    note.focus()
    sample.keyboard.type("c?gi")
    expect(note).to_be_focused()
    expect(note).to_have_value("c?gi")


def clock_stands_still(page: Page, seconds: float = 0) -> None:
    """So many seconds have gone by for the scripts, and no more do, however slow the machine is."""
    page.evaluate("passed => { const at = performance.now() + passed; performance.now = () => at; }", seconds * 1000)


def test_alt_and_a_letter_go_to_a_question_and_letters_choose_its_answer(sample):
    clock_stands_still(sample)
    sample.keyboard.press("Alt+k")
    expect(sample.get_by_role("radio", name="Allegation")).to_be_focused()
    sample.keyboard.type("an")
    expect(sample.get_by_role("radio", name="Announcement")).to_be_checked()
    clock_stands_still(sample, seconds=0.9)
    sample.keyboard.type("f")
    expect(sample.get_by_role("radio", name="Casualty figure")).to_be_checked()


def test_g_then_a_letter_goes_to_a_section(sample, site):
    clock_stands_still(sample)
    sample.keyboard.press("g")
    sample.keyboard.press("s")
    sample.wait_for_url(f"{site.address}statements/")


def test_single_keys_that_are_off_do_nothing_and_the_others_do(sample):
    sample.evaluate("document.documentElement.dataset.singleKeys = 'off'")  # as the page of such a person says
    sample.keyboard.press("c")
    expect(sample.get_by_label("Log a link")).not_to_be_focused()
    sample.keyboard.press("Control+k")
    expect(sample.get_by_role("dialog", name="Go to").get_by_role("searchbox")).to_be_focused()


def test_the_list_of_keys_leaves_out_what_the_page_does_not_offer(sample):
    sample.keyboard.press("?")
    keys = sample.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("next and previous line")
    expect(keys.get_by_text("ask for changes")).to_be_hidden()


# ---- Sending once, dropping


def test_an_impatient_hand_sends_once(sample, site):
    sample.get_by_label("Note").fill("x")
    # Presses by timer: a press by the driver would wait for the page the one before it leads to.
    sample.get_by_role("button", name="Save").evaluate(
        "button => [0, 60, 120].forEach((pause) => setTimeout(() => button.click(), pause))"
    )
    sample.wait_for_url("**/slow")
    assert [path for path, _body in site.posted] == ["/slow"]


def test_a_dropped_file_is_handed_in(sample, site):
    dropped = sample.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['held words'], 'note.txt')); return t; }"
    )
    sample.dispatch_event("form[data-dropzone]", "drop", {"dataTransfer": dropped})
    sample.wait_for_url("**/log/")
    [(path, body)] = site.posted
    assert path == "/log/"
    assert b'filename="note.txt"' in body
    assert b"held words" in body


def test_a_dropped_link_waits_in_the_box(sample, site):
    dropped = sample.evaluate_handle(
        "() => { const t = new DataTransfer(); t.setData('text/uri-list', '# x\\r\\nhttp://a.example/b'); return t; }"
    )
    sample.dispatch_event("form[data-dropzone]", "drop", {"dataTransfer": dropped})
    expect(sample.get_by_label("Log a link")).to_have_value("http://a.example/b")
    assert site.posted == []
