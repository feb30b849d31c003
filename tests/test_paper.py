"""PDF through Chromium: of our page and of nothing else, within time and memory, one at a time, and nothing is left."""

import io
import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from harmtracker import paper
from tests.factories import IncidentFactory, StatementFactory, editor


def ends(process: int) -> bool:
    """Whether the process is gone, or goes within seconds: a kill takes effect when the process is next run."""
    for _look in range(600):
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            return True
        if "zombie" in status:
            return True
        time.sleep(0.05)
    return False


def text_of(pdf: bytes) -> list[str]:
    """The words of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture
def folder(monkeypatch):
    """Where the folder of a printing is made, so that one sees what is left of it; Chromium wants a short path."""
    with tempfile.TemporaryDirectory() as made:
        monkeypatch.setattr("tempfile.tempdir", made)
        yield Path(made)


@pytest.fixture
def chromium(settings):
    """The browser of this machine; elsewhere in the tests nothing is printed."""
    settings.CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not os.access(settings.CHROMIUM, os.X_OK):
        pytest.skip("not run: install chromium")  # the product prints without it; CI installs it first


@pytest.fixture
def ear():
    """A port of this machine; what knocks there stays in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


@pytest.fixture
def stand_in(tmp_path_factory, settings):
    """A program of the test's own in Chromium's place."""

    def put(script: str) -> Path:
        program = tmp_path_factory.mktemp("program") / "chromium"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        settings.CHROMIUM = str(program)
        return program.parent

    return put


@pytest.mark.django_db
def test_the_dossier_comes_as_pdf_with_its_marking_on_every_page(client, folder, chromium):
    incident = IncidentFactory(title="Killings in Bucha", tlp="GREEN", workflow="approved")
    for _each in range(8):
        StatementFactory(incident=incident, tlp="AMBER", workflow="approved")
    client.force_login(editor(name="Olha Marchuk"))

    answer = client.get(f"/incidents/{incident.ref}/dossier/pdf/")
    pages = text_of(answer.content)

    assert answer["Content-Type"] == "application/pdf"
    assert incident.ref in answer["Content-Disposition"]
    assert "Killings in Bucha" in pages[0]
    assert len(pages) > 1
    assert all("TLP:AMBER" in page for page in pages)
    assert list(folder.iterdir()) == []


def test_chromium_loads_nothing_runs_nothing_and_reads_no_other_file(folder, ear, chromium):
    (folder / "secret.txt").write_text("a secret beside it")
    port = ear.getsockname()[1]
    html = f"""<!doctype html><html><head><title>x</title></head><body><p id="p">as written</p>
      <img src="http://127.0.0.1:{port}/i.png">
      <link rel="stylesheet" href="http://127.0.0.1:{port}/s.css">
      <iframe src="file://{folder}/secret.txt"></iframe><object data="file://{folder}/secret.txt"></object>
      <script>document.getElementById("p").textContent = "changed by a script"</script></body></html>"""

    page = "".join(text_of(paper.print_to_pdf(html)))

    assert "as written" in page
    assert "secret" not in page
    with pytest.raises(TimeoutError):
        ear.accept()


def test_it_is_told_nothing_of_ours_and_killed_with_all_it_started_when_time_is_up(stand_in, folder, monkeypatch):
    monkeypatch.setattr(paper, "SECONDS", 4)  # long enough for a shell to begin on a busy machine
    place = stand_in('env > "$(dirname "$0")/env"; sleep 60 & echo $! > "$(dirname "$0")/child"; wait')

    with pytest.raises(paper.NotPrinted, match="time"):
        paper.print_to_pdf("<html><head></head></html>")

    told = (place / "env").read_text()
    child = int((place / "child").read_text())
    assert ends(child)
    assert "SECRET" not in told
    assert "DATABASE" not in told
    assert list(folder.iterdir()) == []


def test_it_is_stopped_on_memory(stand_in, folder, monkeypatch):
    monkeypatch.setattr(paper, "MEMORY", 100_000)
    stand_in("sleep 60")
    with pytest.raises(paper.NotPrinted, match="memory"):
        paper.print_to_pdf("<html><head></head></html>")


def test_what_fails_says_so_and_leaves_nothing(stand_in, folder):
    stand_in("exit 3")
    with pytest.raises(paper.NotPrinted, match="ended with 3"):
        paper.print_to_pdf("<html><head></head></html>")
    assert list(folder.iterdir()) == []


def test_a_second_one_meanwhile_is_told_to_wait(stand_in, folder):
    place = stand_in('touch "$(dirname "$0")/begun"; while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.02; done; exit 1')
    failures = []

    def first():
        with pytest.raises(paper.NotPrinted):
            paper.print_to_pdf("<html><head></head></html>")
        failures.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    while not (place / "begun").exists():
        thread.join(0.02)
    try:
        with pytest.raises(paper.NotPrinted, match="Another PDF is being made"):
            paper.print_to_pdf("<html><head></head></html>")
    finally:
        (place / "go").touch()
        thread.join(60)
    assert failures == ["first"]
