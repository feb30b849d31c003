"""The relay: every job wakes a worker, at once or after the broker has come back, and none is lost."""

import json
import logging
import time

import pytest
import redis
from django.db import connection
from django.db.transaction import atomic
from kombu.exceptions import OperationalError as BrokerError

from harmtracker import jobs
from harmtracker.embedded import Servers, valkey
from harmtracker.embedded.account import server_account
from harmtracker.management.commands.relay import Relay
from harmtracker.models import Job
from tests.background import Background


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
    yield started
    started.stop()


def woken(broker, *, seconds: float) -> list[str]:
    """The ids of the jobs whose wake-up waits for a worker, once there is one."""
    until = time.monotonic() + seconds
    with redis.Redis(unix_socket_path=str(broker.valkey_socket)) as client:
        while time.monotonic() < until:
            queues = [key for key in client.keys("*capture") if client.type(key) == b"list"]
            if messages := [json.loads(message) for key in queues for message in client.lrange(key, 0, -1)]:
                return [message["headers"]["argsrepr"] for message in messages]
            time.sleep(0.02)
    return []


def test_a_saved_job_wakes_a_worker_at_once(relay, broker) -> None:
    with atomic():
        job = jobs.enqueue("capture.run", "first")
        assert woken(broker, seconds=0.3) == []
    assert str(job.pk) in woken(broker, seconds=1.5)[0]


def test_a_job_nobody_was_told_about_is_found(relay, broker) -> None:
    job = jobs.enqueue("capture.run", "silent")
    with redis.Redis(unix_socket_path=str(broker.valkey_socket)) as client:
        assert woken(broker, seconds=2)
        client.flushall()
    Job.objects.bulk_create([Job(kind="capture.run", key="unheard", due_at=job.due_at)])
    assert str(Job.objects.get(key="unheard").pk) in woken(broker, seconds=5)[0]


def test_jobs_asked_for_while_the_broker_is_away_are_not_lost(relay, broker) -> None:
    valkey.stop(broker)
    began = time.monotonic()
    job = jobs.enqueue("capture.run", "patient")
    assert time.monotonic() - began < 0.5
    relay.wait_for("relay", "the broker does not answer", seconds=15)
    time.sleep(2.5)
    assert relay.log("relay").count("the broker does not answer") == 1
    valkey.start(broker, server_account())
    assert str(job.pk) in woken(broker, seconds=15)[0]
    relay.wait_for("relay", "the broker answers again")


@pytest.mark.django_db
def test_a_waiting_job_is_not_woken_again_at_once(monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(jobs, "wake", sent.append)
    job = jobs.enqueue("capture.run", "waiting")
    relay = Relay()
    relay.sweep()
    relay.sweep()
    assert sent == [job]


@pytest.mark.django_db
def test_trouble_is_logged_once_and_nothing_is_forgotten(monkeypatch, caplog) -> None:
    def down(job: Job) -> None:
        raise BrokerError("gone")

    jobs.enqueue("capture.run", "a")
    jobs.enqueue("capture.run", "b")
    relay = Relay()
    monkeypatch.setattr(jobs, "wake", down)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            relay.sweep()
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        sent = []
        monkeypatch.setattr(jobs, "wake", sent.append)
        relay.sweep()
        assert len(sent) == 2
        assert "answers again" in caplog.records[-1].getMessage()
