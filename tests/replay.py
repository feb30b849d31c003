"""Our archive files played back by pywb: `make replay`. Not part of `make test`: the player needs other libraries.

REPLAY_PYTHON names the Python of that environment (tools/replay/requirements.lock).
"""

import os
import subprocess
from pathlib import Path

import pytest

from harmtracker import jobs
from sources import intake
from sources.evidence.warc import Warc, exported
from tests.factories import analyst
from tests.hostile import Site, hostile_site

PLAY = Path(__file__).parents[1] / "tools" / "replay" / "play.py"
PATHS = ["article", "moved", "packed", "missing", "lying-length", "odd-header"]


@pytest.fixture
def site(settings):
    with hostile_site() as running:
        settings.FETCH_ALLOWED_LOOPBACK = [running.pair]
        yield running


def archived(site: Site, path: str, folder: Path) -> Path:
    source = intake.hand_in_link(address=site.url(path), by=analyst()).source
    jobs.work("fetch")
    jobs.work("parse")
    file = folder / f"{source.ref}.warc.gz"
    file.write_bytes(b"".join(Warc(source).pieces(exported(source))))
    return file


@pytest.mark.django_db
def test_a_player_of_other_people_plays_what_we_archived(site, tmp_path):
    files = [archived(site, path, tmp_path) for path in PATHS]
    told = subprocess.run(
        [os.environ["REPLAY_PYTHON"], str(PLAY), *map(str, files)],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "7 answers played, 0 otherwise" in told.stdout
