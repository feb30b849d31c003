"""A real worker does what the ledger says, and a dead worker's job is not lost."""

import threading
import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from harmtracker import jobs, wake_ups
from harmtracker.models import Job
from sources import intake
from sources.models import Capture
from tests.factories import analyst
from tests.small_web import serving

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "<html lang='en'><title>Report</title><article><h1>Report</h1><p>" + "Nobody answered the telephone. " * 12
NOWHERE = "00000000-0000-7000-8000-00000000000{}"  # no capture has this key: the work itself fails


def attempts_of(job: Job, *, more_than: int, seconds: float = 60) -> int:
    """How often the job was tried, once a worker has taken it again."""
    until = time.monotonic() + seconds
    while job.attempts <= more_than and time.monotonic() < until:
        time.sleep(0.05)
        job.refresh_from_db()
    return job.attempts


def settled(*jobs_of: Job) -> None:
    """Nobody shall wait for what these tests leave behind."""
    Job.objects.filter(pk__in=[job.pk for job in jobs_of]).update(state="done", lease_until=None)


def test_a_job_saved_here_is_taken_by_a_worker_there(worker) -> None:
    job = jobs.enqueue("capture.fetch", NOWHERE.format(0))
    assert attempts_of(job, more_than=0) == 1, worker.log("worker") + worker.log("relay")
    settled(job)


def test_a_worker_that_is_held_takes_nothing_whoever_wakes_it(worker) -> None:
    worker.hold()
    job = jobs.enqueue("capture.fetch", NOWHERE.format(3))
    wake_ups.send("fetch")
    time.sleep(0.5)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)
    worker.go_on()
    assert attempts_of(job, more_than=0) == 1
    settled(job)


def test_a_worker_is_held_no_sooner_than_it_has_ended_what_it_began(worker, web_ports) -> None:
    answered = threading.Event()
    with serving(PAGE, web_ports[0], until=answered) as address:
        intake.hand_in_link(address=address, by=analyst())
        until = time.monotonic() + 60
        while not Job.objects.filter(state="running").exists() and time.monotonic() < until:
            time.sleep(0.02)
        threading.Timer(0.5, answered.set).start()
        worker.hold()
        assert answered.is_set()
        assert not Job.objects.filter(state="running").exists()
    worker.go_on()


def test_a_job_whose_worker_died_is_taken_again_when_its_lease_has_run_out(worker) -> None:
    # What a worker killed in the middle leaves behind: a running row whose lease nobody renews.
    lost = Job.objects.create(
        kind="capture.fetch",
        key=NOWHERE.format(1),
        state=Job.State.RUNNING,
        attempts=1,
        due_at=Now(),
        started_at=Now(),
        lease_until=Now() + timedelta(seconds=1),
    )
    assert attempts_of(lost, more_than=1) == 2, worker.log("relay")
    assert lost.deaths == 1
    settled(lost)


def test_a_fault_of_our_own_is_kept_and_tried_again_later(worker) -> None:
    job = jobs.enqueue("capture.fetch", NOWHERE.format(2))
    until = time.monotonic() + 60
    while not job.last_error and time.monotonic() < until:
        time.sleep(0.05)
        job.refresh_from_db()
    assert (job.state, job.deaths) == ("queued", 0)
    assert "its log says where" in job.last_error.lower()
    settled(job)


def test_one_wake_up_is_enough_for_many_jobs_in_every_lane(worker, web_ports) -> None:
    with serving(PAGE, web_ports[0]) as address:
        person = analyst()
        for number in range(6):
            intake.hand_in_link(address=f"{address}/{number}", by=person)
        until = time.monotonic() + 120
        # A capture has its outcome a moment before its job is done.
        unfinished = Capture.objects.filter(outcome=""), Job.objects.exclude(lane="claims").exclude(state="done")
        while any(rows.exists() for rows in unfinished) and time.monotonic() < until:
            time.sleep(0.2)
    assert set(Capture.objects.values_list("outcome", flat=True)) == {"ok"}, worker.log()
    assert set(Job.objects.exclude(lane="claims").values_list("kind", "state")) == {
        ("capture.fetch", "done"),
        ("capture.read", "done"),
    }


def test_a_single_link_does_not_wait_for_anothers_many(worker, web_ports, settings) -> None:
    """The figure for 5,000 stands in bench/README.md; here, that those in front are few and soon done."""
    many, single = analyst(), analyst()
    with serving(PAGE, web_ports[1]) as address:
        for number in range(40):
            intake.hand_in_link(address=f"{address}/many/{number}", by=many, cause="bulk")
        until = time.monotonic() + 120
        capture = intake.hand_in_link(address=f"{address}/single", by=single).capture
        while Capture.objects.filter(pk=capture.pk, outcome="").exists() and time.monotonic() < until:
            time.sleep(0.05)
        left = Capture.objects.filter(cause="bulk", outcome="").count()
        Job.objects.filter(state="queued").update(state="done")
    assert Capture.objects.get(pk=capture.pk).outcome == "ok", worker.log()
    assert left > 0, "the many were not done first"
