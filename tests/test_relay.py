"""The relay: every job wakes a worker, at once or after the broker has come back, and none is lost."""

import json
import logging
import time
from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.db.transaction import atomic
from django.utils.timezone import now
from kombu.exceptions import OperationalError as BrokerError

from harmtracker import jobs, turns, wake_ups
from harmtracker.embedded import Servers, valkey
from harmtracker.embedded.account import server_account
from harmtracker.management.commands.relay import Relay
from harmtracker.models import HostTurn, Job, LanePause
from harmtracker.wake_ups import MOST_WAITING
from tests.background import Background
from tests.factories import admin


@pytest.fixture
def broker(own_place):
    """A broker of the test's own, which it may stop."""
    hold = Servers(own_place, database=False)
    hold.start()
    yield own_place
    valkey.stop(own_place)
    hold.stop()


@pytest.fixture
def relay(tmp_path, transactional_db, broker):
    started = Background(tmp_path, connection.settings_dict["NAME"], {"HARMTRACKER_TEST_BROKER": broker.broker_url})
    started.start("relay")
    # Visits hold every place of the lane, so that a worker of another test, should there be one, takes nothing.
    held = {"state": "running", "started_at": now() + timedelta(hours=1), "lease_until": now() + timedelta(hours=1)}
    Job.objects.bulk_create(Job(kind="capture.fetch", key=f"held {n}", due_at=now(), **held) for n in range(3))
    yield started
    Job.objects.update(state="done", lease_until=None)
    started.stop()


def woken(broker, *, seconds: float, lane: str = "fetch") -> list[str]:
    """The wake-ups that wait for a worker of this lane, once there is one."""
    until = time.monotonic() + seconds
    with redis.Redis(unix_socket_path=str(broker.valkey_socket)) as client:
        while time.monotonic() < until:
            queues = [key for key in client.keys(f"*{lane}") if client.type(key) == b"list"]
            if messages := [json.loads(message) for key in queues for message in client.lrange(key, 0, -1)]:
                return [message["headers"]["argsrepr"] for message in messages]
            time.sleep(0.02)
    return []


def test_a_saved_job_wakes_a_worker_of_its_lane_at_once(relay, broker) -> None:
    with atomic():
        jobs.enqueue("capture.fetch", "first")
        assert woken(broker, seconds=0.3) == []
    assert woken(broker, seconds=60) == ["['fetch']"]
    assert woken(broker, seconds=0.1, lane="parse") == []


def test_a_job_nobody_was_told_about_is_found(relay, broker) -> None:
    job = jobs.enqueue("capture.fetch", "silent")
    with redis.Redis(unix_socket_path=str(broker.valkey_socket)) as client:
        assert woken(broker, seconds=60)
        client.flushall()
    Job.objects.bulk_create([Job(kind="capture.fetch", key="unheard", due_at=job.due_at)])
    assert woken(broker, seconds=60)


def test_thousands_of_jobs_are_a_few_wake_ups(relay, broker) -> None:
    Job.objects.bulk_create([Job(kind="capture.fetch", key=str(n), due_at=now()) for n in range(2000)])
    for number in range(20):
        jobs.enqueue("capture.fetch", f"told {number}")
    time.sleep(3)
    assert 1 <= len(woken(broker, seconds=60)) <= MOST_WAITING


def test_jobs_asked_for_while_the_broker_is_away_are_not_lost(relay, broker) -> None:
    valkey.stop(broker)
    jobs.enqueue("capture.fetch", "patient")
    relay.wait_for("relay", "the broker does not answer", seconds=60)
    time.sleep(2.5)
    assert relay.log("relay").count("the broker does not answer") == 1
    valkey.start(broker, server_account())
    assert woken(broker, seconds=60)
    relay.wait_for("relay", "the broker answers again")


@pytest.mark.django_db
def test_what_cannot_be_taken_wakes_nobody(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(wake_ups, "send", lambda lane, count: sent.append((lane, count)))
    jobs.enqueue("capture.read", "paused")
    jobs.enqueue("capture.fetch", "asked to wait", host="slow.example")
    jobs.enqueue("capture.fetch", "later", delay=timedelta(minutes=1))
    jobs.enqueue("capture.sealed", "ready")
    turns.hold_host("slow.example", timedelta(minutes=5), "http.429")
    LanePause.objects.create(lane="parse", reason="The reader is being mended", paused_by=admin())
    Relay().sweep()
    assert sent == [("claims", 1)]
    HostTurn.objects.update(next_at=now())
    Relay().sweep()
    assert ("fetch", 1) in sent


@pytest.mark.django_db
def test_trouble_is_logged_once_and_nothing_is_forgotten(monkeypatch, caplog) -> None:
    def down(lane: str, count: int) -> None:
        raise BrokerError("gone")

    jobs.enqueue("capture.fetch", "a")
    jobs.enqueue("capture.fetch", "b")
    relay = Relay()
    monkeypatch.setattr(wake_ups, "send", down)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            relay.sweep()
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        sent = []
        monkeypatch.setattr(wake_ups, "send", lambda lane, count: sent.append((lane, count)))
        relay.sweep()
        assert sent == [("fetch", 2)]
        assert "answers again" in caplog.records[-1].getMessage()
