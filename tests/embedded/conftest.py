"""Servers of a project that exists for one test only."""

import pytest

from harmtracker.embedded import Place, Servers

FAST = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def servers(own_place: Place) -> Servers:
    return Servers(own_place, options=FAST)
