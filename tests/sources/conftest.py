"""The hostile site, for tests of fetching and capturing."""

from collections.abc import Iterator

import pytest

from tests.hostile import Site, hostile_site


@pytest.fixture(scope="session")
def running_site() -> Iterator[Site]:
    with hostile_site() as site:
        yield site


@pytest.fixture
def site(running_site: Site, settings) -> Iterator[Site]:
    """The one loopback pair that may be visited, as the demonstration's setting allows it."""
    settings.FETCH_ALLOWED_LOOPBACK = [running_site.pair]
    settings.FETCH_DEADLINE_SECONDS = 10
    running_site.asked.clear()
    running_site.server.posted.clear()
    running_site.server.asked_robots.clear()
    running_site.server.robots = 404
    yield running_site
    assert running_site.canary.touched == [], "something forbidden was connected to"
