"""Servers of a project that exists for one test only."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from harmtracker.embedded import Place, Servers, place

FAST = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def servers(own_place: Place) -> Servers:
    return Servers(own_place, options=FAST)


@pytest.fixture(scope="module")
def once_started(tmp_path_factory) -> Iterator[Place]:
    """A place whose servers were started and stopped: making a cluster is most of what a first start takes."""
    made = place(project=tmp_path_factory.mktemp("made"))
    made.base.parent.mkdir(exist_ok=True)
    hold = Servers(made, options=FAST)
    hold.start()
    hold.stop()
    yield made
    if os.geteuid() == 0:
        shutil.rmtree(made.base, ignore_errors=True)  # root's lies under /var/lib, not in the test's folder


@pytest.fixture
def has_a_cluster(once_started: Place, own_place: Place) -> None:
    """The servers of this test start as every time but the first."""
    own_place.base.parent.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", once_started.base, own_place.base], check=True)  # keeps whose the files are
