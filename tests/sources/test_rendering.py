"""A browser loads a page once more, when a person asks and the setting allows: beside the capture, not instead."""

import io
import json
import os
import pwd
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from harmtracker import jobs
from harmtracker.families import family_of
from harmtracker.models import Job
from sources import intake
from sources.capture import chromium, render, seal
from sources.capture.rendered import RenderEnd
from sources.evidence.manifests import write_manifest
from sources.evidence.verifying import run_check
from sources.models import Capture, Manifest, RenderedPage
from tests.background import free_ports
from tests.factories import BlobFactory, analyst, capture_under_way
from tests.small_web import serving

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n and so on"


def nobody() -> bool:
    try:
        return pwd.getpwnam("nobody").pw_uid not in (0, os.geteuid())
    except KeyError:
        return False


PROGRAM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
NEEDS_RIGHTS = pytest.mark.skipif(
    os.geteuid() != 0 or not nobody(), reason="not run: needs rights to start programs as the account nobody"
)
NEEDS_A_BROWSER = pytest.mark.skipif(not os.access(PROGRAM, os.X_OK), reason="not run: install chromium")


@pytest.fixture
def person():
    return analyst()


@pytest.fixture
def reader(client_of, person):
    return client_of(person)


@pytest.fixture
def rendering(settings):
    settings.RENDER_PAGES = True
    return settings


def captured(site, person, path: str = "article") -> Capture:
    """A page that a person handed in, visited and read."""
    capture = intake.hand_in_link(address=site.url(path), by=person).capture
    work()
    return capture


def work() -> None:
    jobs.work("fetch")
    jobs.work("parse")


def ask(reader, capture: Capture) -> str:
    """Press "Render this page"; the page that follows."""
    address = reverse("source-again", args=[capture.source.ref])
    return reader.post(address, {"render": "yes"}, follow=True).content.decode()


def newest(capture: Capture) -> Capture:
    return Capture.objects.filter(source=capture.source_id).order_by("-number").first()


def evidence(reader, capture: Capture) -> str:
    return reader.get(reverse("source-evidence", args=[capture.source.ref])).content.decode()


def test_nothing_is_rendered_unless_the_installation_wants_it(site, person, reader):
    capture = captured(site, person)
    assert "Render this page" not in reader.get(capture.source.get_absolute_url()).content.decode()
    assert "Pages are not rendered in this installation." in ask(reader, capture)
    assert newest(capture) == capture


def test_without_a_browser_the_capture_stands_and_says_why(site, person, reader, rendering):
    first = captured(site, person)
    assert "Render this page" in reader.get(first.source.get_absolute_url()).content.decode()
    ask(reader, first)
    work()
    second = newest(first)
    assert (second.number, second.outcome, second.text) == (2, "ok", Capture.objects.get(pk=first.pk).text)
    assert (second.rendered.end, second.rendered.page) == (RenderEnd.NOT_POSSIBLE, None)
    assert str(RenderEnd.NOT_POSSIBLE.sentence) in evidence(reader, first).replace("&#x27;", "'")
    told = json.loads(second.manifest.content)["rendered"]
    assert (told["provenance"], told["end"], told["picture"]["length"]) == ("rendered", "not_possible", 0)
    assert "rendered" not in json.loads(Manifest.objects.get(pk=first.pk).content)
    assert run_check().problem_count == 0


def test_what_is_no_page_is_not_rendered(site, person, reader, rendering):
    first = captured(site, person, "missing")
    ask(reader, first)
    work()
    second = newest(first)
    assert (second.outcome, second.rendered.end, second.rendered.detail) == ("http.404", RenderEnd.NO_PAGE, "http.404")


def test_a_rendering_that_ended_its_worker_is_not_tried_again(site, person, reader, rendering):
    first = captured(site, person)
    ask(reader, first)
    jobs.work("fetch", most=1)
    Job.objects.filter(kind="capture.render").update(
        state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    work()
    second = newest(first)
    assert (second.rendered.end, second.rendered.detail, second.outcome) == (RenderEnd.BROKEN, "worker.lost", "ok")


def test_a_page_is_not_rendered_while_a_capture_is_under_way(site, person, reader, rendering):
    first = captured(site, person)
    intake.capture_again(source=first.source, by=person)
    assert "A capture is under way." in ask(reader, first)
    assert Job.objects.filter(kind="capture.fetch", payload__render=True).count() == 0


def with_rendering() -> Capture:
    """A finished capture with all that is kept of a rendering."""
    body = held(b"<p>Nobody was harmed.</p>", "text/html")
    capture = capture_under_way(body=body, media_type="text/html", hops=[HOP], transport="ok", obtained="fetched")
    now = timezone.now()
    RenderedPage.objects.create(
        capture=capture, end="made", address="https://a.example/x", began_at=now, ended_at=now, browser="Chrome/1",
        page=held(b"<p>Nobody was harmed, it says.</p>", "text/html"), picture=held(PNG, "image/png"),
        words=held(b"Nobody was harmed, it says.", "text/plain"),
        asked={"a.example:443": {"asked": 1, "connected": "93.184.215.14", "received": 9, "refusal": ""}},
    )  # fmt: skip
    Capture.objects.filter(pk=capture.pk).update(outcome="ok", finished_at=now)
    write_manifest(capture)
    return Capture.objects.select_related("source").get(pk=capture.pk)


HOP = {"url": "https://a.example/x", "status": 200, "resolved": [], "connected": "", "headers": [], "refusal": "",
       "certificate_sha256": ""}  # fmt: skip


def held(body: bytes, media_type: str):
    return BlobFactory(sha256=seal.seal(body), size=len(body), media_type=media_type)


def test_what_was_shown_can_be_taken_and_never_opens_as_a_page(reader):
    capture = with_rendering()
    page = evidence(reader, capture)
    for part, kept in [("picture", PNG), ("words", b"Nobody was harmed, it says.")]:
        address = reverse("capture-rendered", args=[capture.source.ref, capture.number, part])
        assert address in page
        answer = reader.get(address)
        assert b"".join(answer.streaming_content) == kept
        assert answer["Content-Disposition"].startswith("attachment")
    answer = reader.get(reverse("capture-rendered", args=[capture.source.ref, capture.number, "page"]))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert b"".join(answer.streaming_content) == b"<p>Nobody was harmed, it says.</p>"
    assert (
        reader.get(reverse("capture-rendered", args=[capture.source.ref, capture.number, "capture"])).status_code == 404
    )


def test_archives_hold_it_as_records_of_their_own(reader):
    capture = with_rendering()
    answer = reader.get(reverse("source-wacz", args=[capture.source.ref]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as file:
        pages = file.read("pages/pages.jsonl").decode().splitlines()[1:]
        archive = file.read("archive/data.warc.gz")
    records = [
        (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
        for record in ArchiveIterator(io.BytesIO(archive))
        if record.rec_type == "resource"
    ]
    name = f"urn:harmtracker:{capture.source.ref}:{capture.number}:rendered:"
    assert [address for address, _body in records] == [f"{name}page", f"{name}words", f"{name}picture"]
    assert records[2][1] == PNG
    assert [json.loads(page)["url"] for page in pages] == ["https://a.example/x"]


def test_a_changed_picture_is_found(reader):
    capture = with_rendering()
    seal.path_of(capture.rendered.picture_id).chmod(0o644)
    seal.path_of(capture.rendered.picture_id).write_bytes(PNG + b"!")
    run = run_check()
    assert [problem["which"] for problem in run.problems] == [capture.rendered.picture_id]
    assert "no longer match their hash" in evidence(reader, capture)


@pytest.fixture
def pretender():
    """Stands in for a browser that is not as it should be: a script which the account nobody can read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "browser"


@NEEDS_RIGHTS
@pytest.mark.parametrize(
    ("does", "end", "detail"),
    [
        ("""exec sh -c 'printf "{\\"id\\": 1, \\"result\\": {}}\\0" >&4; sleep 9' --no-sandbox""",
         RenderEnd.NOT_POSSIBLE, "started without its sandbox"),
        ("echo no; echo No usable sandbox! >&2", RenderEnd.NOT_POSSIBLE, "No usable sandbox!"),
        ("printf 'hello\\0' >&4; exec sleep 9", RenderEnd.BROKEN, "spoke rubbish"),
        ("exec id -un >&2", RenderEnd.NOT_POSSIBLE, "nobody"),
    ],
    ids=["told to do without its sandbox", "no sandbox to be had", "rubbish", "another account"],
)  # fmt: skip
def test_a_browser_that_is_not_as_it_should_be_sees_nothing(site, rendering, pretender, does, end, detail):
    pretender.write_text(f"#!/bin/sh\n{does}\n")
    pretender.chmod(0o755)
    rendering.CHROMIUM = str(pretender)
    made = render.render(site.url("article"))
    assert (made.end, made.detail, site.asked) == (end, detail, [])


SCRIPT = """<!doctype html><title>Ministry denies</title><p>The ministry said on Monday that nobody was harmed.</p>
<p id="more"></p><img src="http://127.0.0.1:%(bird)d/i"><link rel="stylesheet" href="http://localhost:%(bird)d/c">
<script>
const inward = "127.0.0.1:%(bird)d", tries = [];
for (const address of ["http://" + inward, "http://[::1]:%(bird)d", "http://10.0.0.1/", "https://" + inward])
  tries.push(fetch(address, {mode: "no-cors"}).catch(() => 0));
try { new WebSocket("ws://" + inward) } catch (error) {}
const calls = typeof RTCPeerConnection;
document.getElementById("more").textContent = "Only a script says this; calls: " + calls;
</script>"""


@pytest.mark.browser
@NEEDS_RIGHTS
@NEEDS_A_BROWSER
def test_a_page_made_by_its_script_is_shown_and_reaches_nothing_of_ours(site, person, reader, rendering):
    """The site's own end looks at the canary: the page tries it by every way a page has."""
    rendering.CHROMIUM = PROGRAM
    rendering.RENDER_SECONDS = 40  # on a busy machine
    (port,) = free_ports(1)
    rendering.FETCH_ALLOWED_LOOPBACK = [pair := f"127.0.0.1:{port}"]
    with serving(SCRIPT % {"bird": site.canary.port}, port) as address:
        first = intake.hand_in_link(address=address, by=person).capture
        work()
        ask(reader, first)
        work()
    second = newest(first)
    shown = second.rendered
    assert (shown.end, shown.detail) == (RenderEnd.MADE, "")
    assert seal.read_blob(shown.picture_id).startswith(PNG[:8])
    assert "Only a script says this; calls: undefined" in seal.read_blob(shown.words_id).decode()
    assert b"Only a script says this; calls: undefined</p>" in seal.read_blob(shown.page_id)
    assert "calls: undefined" not in second.text
    assert shown.asked[pair]["connected"] == "127.0.0.1"
    refused = {host: told["refusal"] for host, told in shown.asked.items() if host != pair}
    assert refused[f"127.0.0.1:{site.canary.port}"] == "ssrf.blocked"
    assert refused["10.0.0.1"] == "ssrf.blocked"
    assert set(refused.values()) == {"ssrf.blocked"}
    assert "Picture of the whole page" in evidence(reader, first)


@pytest.mark.browser
@NEEDS_RIGHTS
@NEEDS_A_BROWSER
def test_a_page_that_never_ends_is_ended_with_all_its_processes(monkeypatch, rendering):
    started = []
    monkeypatch.setattr(
        chromium,
        "kill_family",
        lambda process, kill=chromium.kill_family: (started.extend(family_of(process.pid)), kill(process)),
    )
    rendering.CHROMIUM = PROGRAM
    rendering.RENDER_SECONDS = 3
    (port,) = free_ports(1)
    rendering.FETCH_ALLOWED_LOOPBACK = [f"127.0.0.1:{port}"]
    with serving("<p>words</p><script>while (true) {}</script>", port) as address:
        made = render.render(address)
    assert (made.end, made.seen) == (RenderEnd.TOO_LONG, None)
    assert started
    assert not [number for number in started if is_alive(number)]


def is_alive(number: int) -> bool:
    """Whether a process runs still, or again, as the browser's account."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False
    return "zombie" not in status and f"Uid:\t{pwd.getpwnam('nobody').pw_uid}" in status
