"""The broker dies while somebody hands in a link: they are told that it waits, and it is captured once it is back."""

import os
import re
import signal
import time

import pytest
import redis
from django.db import connection
from playwright.sync_api import Page, expect

from harmtracker.embedded import Servers, valkey
from harmtracker.embedded.account import server_account
from harmtracker.models import Job
from sources.models import Capture
from tests.background import Background, allowed
from tests.e2e.acts import captured_text, hand_in, sign_in
from tests.factories import analyst
from tests.small_web import serving

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BACK_AGAIN_MS = 60_000  # a worker that lost its broker tries again after growing pauses
PAGE = "<html lang='en'><title>Report</title><article><h1>Report</h1><p>" + "Nobody answered the telephone. " * 12


@pytest.fixture
def broker(own_place):
    """A broker of the test's own, which it may kill."""
    hold = Servers(own_place, database=False)
    hold.start()
    yield own_place
    hold.stop()


@pytest.fixture
def workers(request, tmp_path, transactional_db, broker, web_ports, settings):
    """A relay and a worker that know no broker but the test's own. Those of the other tests rest meanwhile."""
    others: Background = request.getfixturevalue("background")
    others.stop()
    started = Background(
        tmp_path,
        connection.settings_dict["NAME"],
        {"HARMTRACKER_TEST_BROKER": broker.broker_url, "FETCH_ALLOWED_LOOPBACK": ",".join(allowed(web_ports))},
    )
    settings.EVIDENCE_ROOT = started.evidence_root
    try:
        started.start()
        yield started
    finally:
        started.stop()
        others.start()


def kill(broker) -> None:
    """kill -9, as when its machine loses power: what it held in memory is gone."""
    with redis.Redis(unix_socket_path=str(broker.valkey_socket)) as client:
        process = client.info("server")["process_id"]
    os.kill(process, signal.SIGKILL)
    until = time.monotonic() + 60
    while valkey.answers(broker) and time.monotonic() < until:
        time.sleep(0.02)
    assert not valkey.answers(broker)


def told_to_wait(page: Page) -> None:
    """The page of the source says that the capture is queued, that it goes on by itself, and offers no failure."""
    run = page.get_by_role("region", name="Capture 1")
    expect(run.get_by_role("listitem").filter(has_text="Queued")).to_have_attribute("aria-current", "step")
    expect(run.get_by_role("status")).to_have_text(re.compile(r"Queued.*(next in turn|waiting)"))
    expect(run).to_contain_text("You can leave it: the capture goes on.")


def test_a_link_handed_in_while_the_broker_is_dead_waits_and_is_captured_when_it_is_back(
    workers, broker, web_ports, live_server, page
):
    sign_in(page, live_server.url, analyst())
    kill(broker)
    with serving(PAGE, web_ports[3]) as address:
        hand_in(page, address)
        told_to_wait(page)
        workers.wait_for("relay", "the broker does not answer", seconds=20)
        page.reload()
        told_to_wait(page)  # still, and for whoever comes back later
        assert Capture.objects.get().outcome == ""
        assert set(Job.objects.values_list("state", flat=True)) == {"queued"}

        valkey.start(broker, server_account())
        expect(captured_text(page)).to_be_visible(timeout=BACK_AGAIN_MS)
    assert Capture.objects.get().outcome == "ok"
    assert set(Job.objects.filter(kind__startswith="capture.").values_list("attempts", flat=True)) == {1}
