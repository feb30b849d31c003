"""Servers of a project that exists for one test only."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmtracker.embedded import Place, Servers, place

FAST = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def own_place(tmp_path: Path) -> Iterator[Place]:
    project = tmp_path / "мій проєкт"
    project.mkdir()
    made = place(project=project)
    yield made
    hold = Servers(made)
    if (made.base / "users.lock").exists():
        hold.start()
        hold.stop()
    if os.geteuid() == 0:
        shutil.rmtree(made.base, ignore_errors=True)  # root's lies under /var/lib, not in the test's folder


@pytest.fixture
def servers(own_place: Place) -> Servers:
    return Servers(own_place, options=FAST)
