"""Every attack on whoever reads a page, from the site to the words: named, in time, and harmless to the next page."""

import time

import pytest

from sources.addresses import Doors
from sources.capture import child
from sources.capture.extract import Extracted, extract
from sources.capture.fetch import Fetched, fetch
from sources.capture.judge import kind_of
from sources.capture.outcomes import Outcome
from sources.capture.visit import Limits
from tests.hostile import ARTICLE
from tests.hostile_pages import CHARSETS, PDF_BOMBS, WORDS, pdf_bomb

MB = 1024 * 1024
SECONDS = 10
PATIENCE = 30  # seconds more on a machine with other work
# Reading is bounded by these; the processor time is what a page that never ends comes up against.
BOUNDS = child.Bounds(seconds=SECONDS, cpu_seconds=2, memory_bytes=1024 * MB)
HASTY = child.Bounds(seconds=SECONDS, cpu_seconds=1, memory_bytes=1024 * MB)  # for what only they end
LIMITS = Limits(total_seconds=10, body_bytes=25 * MB)


def capture(site, path: str, bounds: child.Bounds = BOUNDS) -> tuple[Fetched, Extracted]:
    fetched = fetch(site.url(path), LIMITS, Doors(loopback=frozenset({site.pair})))
    kind = kind_of(fetched.media_type, fetched.body)
    return fetched, extract(fetched.body, kind, charset=fetched.charset, base=fetched.href, bounds=bounds)


def is_well(site) -> bool:
    """Whether an honest page is still read as before."""
    return "nobody was harmed" in capture(site, "article", BOUNDS)[1].text.text


@pytest.fixture(autouse=True)
def ready(site):
    """The reading child is loaded: nothing hostile is near it while it is."""
    assert is_well(site)


@pytest.mark.parametrize(
    ("name", "outcome", "words"),
    [
        ("attributes", "parse.timeout", ""),
        ("nesting", None, "the words inside"),
        ("formatting", None, "words"),
        ("entities", None, "&&&"),
        ("tables", None, "words"),
        ("json-ld", "ok", "the words of the page"),
        ("patterns", "ok", "the words"),
        ("scripted", "ok", "nobody was harmed"),
        ("controls", "ok", "one two"),
    ],
)
def test_a_page_that_attacks_ends_in_its_name_and_in_time(site, name, outcome, words):
    """`None`: read, or given up on time, according to how fast the machine is."""
    begun = time.monotonic()
    fetched, read = capture(site, f"page?name={name}", HASTY if outcome == "parse.timeout" else BOUNDS)
    assert time.monotonic() - begun < SECONDS + PATIENCE
    assert fetched.outcome == Outcome.OK
    assert read.outcome == outcome or (outcome is None and read.outcome in ("ok", "parse.timeout", "parse.memory"))
    assert words in (read.text.text if read.text else words)
    assert is_well(site)


@pytest.mark.parametrize("name", sorted(PDF_BOMBS))
def test_a_pdf_that_attacks_ends_in_its_name_and_in_time(site, name):
    bomb = pdf_bomb(name)  # made beforehand: the visitor does not wait as long as that may take
    begun = time.monotonic()
    fetched, read = capture(site, f"pdf-bomb?name={name}")
    assert time.monotonic() - begun < SECONDS + PATIENCE
    assert fetched.body == bomb
    assert read.outcome in ("verdict.empty", "type.mismatch", "parse.timeout", "parse.memory", "ok", "ok.partial")
    assert is_well(site)


@pytest.mark.parametrize("name", CHARSETS)
def test_a_charset_that_lies_is_seen_through(site, name):
    _fetched, read = capture(site, f"charset?name={name}")
    assert read.outcome == Outcome.OK
    assert WORDS in read.text.text


def test_no_script_and_no_odd_character_comes_through(site):
    _fetched, read = capture(site, "page?name=scripted")
    hrefs = [link["href"] for link in read.text.links]
    assert not [href for href in hrefs if not href.startswith(("http:", "https:"))]
    assert "alert" not in read.text.text
    text = capture(site, "page?name=controls")[1].text
    for told in (text.text, text.title):
        assert "\0" not in told
        told.encode("utf-8")  # a lone surrogate would raise


def test_what_was_read_before_makes_no_difference(site):
    """State of a job is not there for the next: the same page reads the same, first or last, warm or fresh."""
    before = capture(site, "article")[1]
    for name in ("scripted", "controls", "json-ld"):
        capture(site, f"page?name={name}")
    capture(site, "pdf-bomb?name=nested")
    capture(site, "charset?name=koi8-r")
    assert capture(site, "article")[1] == before
    child.end_all("sources.capture.text_child")
    assert capture(site, "article")[1] == before
    assert before.text.text.count("\n") < len(ARTICLE)
