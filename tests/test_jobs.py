"""The ledger of work: asked for once, taken once, tried a counted number of times, and announced at commit."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, Job, JobStep
from harmtracker.turns import claim_next
from tests.factories import admin, analyst, editor
from tests.refusals import as_role, refused_by

KIND, LANE = "capture.fetch", "fetch"


def _job(**fields):
    return Job.objects.create(**({"kind": KIND, "key": "k", "due_at": timezone.now()} | fields))


def _set(job, **fields):
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def _past(**span):
    return timezone.now() - timedelta(**(span or {"seconds": 1}))


def taken(key="1", **fields):
    """A job that a worker has in hand."""
    jobs.enqueue(KIND, key, **fields)
    return claim_next(LANE)


BREAKS = [
    ("job_once_per_key", lambda: [_job(), _job()]),
    ("job_state_known", lambda: _job(state="stuck")),
    ("job_attempts_capped", lambda: _job(attempts=4)),
    ("job_running_has_lease", lambda: _job(state="running")),
    ("job_running_has_lease", lambda: _job(lease_until=timezone.now())),
    ("harmtracker_job_attempts_check", lambda: _job(attempts=-1)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "attempt"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_table_refuses(rule, attempt):
    with refused_by(rule):
        attempt()


@pytest.mark.django_db
class TestAsking:
    def test_writes_a_row_that_says_what_for_whom(self):
        person = analyst()
        job = jobs.enqueue(KIND, "capture 1", payload={"capture": "1"}, by=person)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.payload, job.requested_by) == ("queued", 0, {"capture": "1"}, person)
        assert claim_next(LANE) == job

    def test_twice_gives_the_same_row_and_changes_nothing_of_it(self):
        first = jobs.enqueue(KIND, "capture 1", payload={"n": 1})
        again = jobs.enqueue(KIND, "capture 1", payload={"n": 2})
        assert again.pk == first.pk
        assert Job.objects.get().payload == {"n": 1}
        assert jobs.enqueue(KIND, "capture 2").pk != first.pk

    def test_for_work_nobody_does_is_an_error(self):
        with pytest.raises(KeyError):
            jobs.enqueue("coffee.make", "1")
        assert not Job.objects.exists()

    def test_for_later_is_not_due_yet(self):
        jobs.enqueue(KIND, "later", delay=timedelta(hours=1))
        assert claim_next(LANE) is None

    @pytest.mark.parametrize("kind", sorted(jobs.KINDS))
    def test_each_kind_waits_in_its_lane(self, kind):
        assert jobs.enqueue(kind, "1").lane == jobs.KINDS[kind].lane


@pytest.mark.django_db
class TestTaking:
    def test_counts_the_attempt_and_takes_a_lease(self, settings):
        job = taken()
        assert (job.state, job.attempts) == ("running", 1)
        assert timezone.now() - job.started_at < timedelta(seconds=5)
        left = job.lease_until - timezone.now()
        assert timedelta(0) < left <= timedelta(seconds=settings.JOB_LIMITS[LANE].lease)

    def test_takes_it_from_everybody_else(self):
        assert taken() is not None
        assert claim_next(LANE) is None

    @pytest.mark.parametrize("state", ["done", "dead", "quarantined"])
    def test_finished_work_is_not_taken_again(self, state):
        job = _set(jobs.enqueue(KIND, "1"), state=state)
        assert claim_next(LANE) is None
        job.refresh_from_db()
        assert (job.state, job.attempts) == (state, 0)

    def test_a_lease_that_ran_out_is_taken_over(self):
        job = taken()
        _set(job, lease_until=_past())
        again = claim_next(LANE)
        assert (again.pk, again.attempts, again.deaths) == (job.pk, 2, 1)
        assert again.lease_until > timezone.now()

    def test_work_that_ended_two_workers_goes_into_quarantine(self):
        job = taken()
        for _death in range(2):
            _set(job, lease_until=_past())
            again = claim_next(LANE)
        assert again is None
        job.refresh_from_db()
        assert (job.state, job.deaths, job.last_error) == ("quarantined", 2, "worker.lost")
        assert job.lease_until is None
        assert job.finished_at is not None

    def test_only_a_person_with_the_right_lets_it_out_and_it_is_recorded(self):
        job = _set(jobs.enqueue(KIND, "1"), state="quarantined", deaths=2, attempts=2)
        jobs.retry(job, by=editor())
        with pytest.raises(NotAllowed):
            jobs.release(job, by=analyst())
        job.refresh_from_db()
        assert job.state == "quarantined"
        jobs.release(job, by=admin())
        assert AuditEvent.objects.get(verb="job.released").changes == {"work": [None, f"{KIND} 1"]}
        assert claim_next(LANE).deaths == 0
        with pytest.raises(Refused, match="not in quarantine"):
            jobs.release(job, by=admin())

    def test_attempts_are_capped_and_the_job_says_why_it_died(self):
        job = _set(taken(), attempts=3, lease_until=_past())
        assert claim_next(LANE) is None
        job.refresh_from_db()
        assert (job.state, job.attempts, job.last_error) == ("dead", 3, "worker.lost")
        assert job.lease_until is None
        assert job.finished_at is not None

    def test_the_last_attempt_is_left_alone_while_its_lease_holds(self):
        job = _set(jobs.enqueue(KIND, "1"), state="running", attempts=3, lease_until=timezone.now() + timedelta(60))
        assert claim_next(LANE) is None
        job.refresh_from_db()
        assert job.state == "running"


@pytest.mark.django_db
class TestEnding:
    def test_done(self):
        job = taken()
        jobs.finish(job)
        job.refresh_from_db()
        assert (job.state, job.lease_until, job.last_error) == ("done", None, "")
        assert job.finished_at is not None

    def test_failed_with_attempts_left_waits_its_time(self):
        job = taken()
        jobs.fail(job, "The site did not answer.", retry_in=timedelta(minutes=5))
        job.refresh_from_db()
        assert (job.state, job.last_error, job.finished_at) == ("queued", "The site did not answer.", None)
        assert timedelta(minutes=4) < job.due_at - timezone.now() <= timedelta(minutes=5)
        assert claim_next(LANE) is None
        _set(job, due_at=_past())
        assert claim_next(LANE).attempts == 2

    def test_failed_for_good_is_dead_at_once(self):
        job = taken()
        jobs.fail(job, "Gone.")
        job.refresh_from_db()
        assert (job.state, job.attempts, job.last_error) == ("dead", 1, "Gone.")
        assert job.finished_at is not None

    def test_failed_on_the_last_attempt_is_dead_whatever_was_hoped(self):
        _set(jobs.enqueue(KIND, "1"), attempts=2)
        job = claim_next(LANE)
        jobs.fail(job, "x" * 5000, retry_in=timedelta(seconds=1))
        job.refresh_from_db()
        assert (job.state, len(job.last_error)) == ("dead", 2000)

    def test_a_person_gives_a_dead_job_new_attempts(self):
        person, job = analyst(), taken()
        jobs.fail(job, "Gone.")
        jobs.retry(job, by=person)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.finished_at, job.requested_by) == ("queued", 0, None, person)
        assert claim_next(LANE).attempts == 1

    @pytest.mark.parametrize("state", ["running", "done"])
    def test_only_a_dead_job_can_be_given_new_attempts(self, state):
        job = taken()
        if state == "done":
            jobs.finish(job)
        jobs.retry(job, by=analyst())
        job.refresh_from_db()
        assert (job.state, job.attempts, job.requested_by) == (state, 1, None)


@pytest.mark.django_db
class TestTelling:
    def test_steps_are_kept_in_order_and_cut_to_size(self):
        job = jobs.enqueue(KIND, "1")
        jobs.step(job, "fetching")
        jobs.step(job, "reading", "x" * 500)
        assert [(step.name, len(step.detail)) for step in job.steps.all()] == [("fetching", 0), ("reading", 200)]
        assert JobStep.objects.first().at <= timezone.now()

    def test_background_work_knows_that_it_is(self):
        assert not jobs.in_background()
        with jobs.running():
            assert jobs.in_background()
            with jobs.running():
                pass
            assert jobs.in_background()
        assert not jobs.in_background()


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_woken_for_one_job_one_gets_it():
    job = jobs.enqueue(KIND, "1")
    start, got = threading.Barrier(6), []

    def work():
        start.wait(60)
        try:
            got.append(claim_next(LANE))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert sorted(claimed is not None for claimed in got) == [False] * 5 + [True]
    job.refresh_from_db()
    assert job.attempts == 1
    jobs.finish(job)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_all_get_the_same_row():
    start, got = threading.Barrier(4), []

    def ask():
        start.wait(60)
        try:
            got.append(jobs.enqueue(KIND, "1").pk)
        finally:
            connection.close()

    people = [threading.Thread(target=ask) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join(60)
    assert got == [Job.objects.get().pk] * 4


def _heard(server, count, seconds=5.0):
    """Payloads of the next notifications; stops waiting when ``count`` have come."""
    return [told.payload for told in server.notifies(timeout=seconds, stop_after=count)]


@pytest.mark.django_db(transaction=True)
class TestTheBell:
    def test_rings_elsewhere_once_the_work_is_committed(self):
        with as_role("postgres") as server:
            server.execute("LISTEN jobs")
            with transaction.atomic():
                jobs.enqueue(KIND, "1")
                assert _heard(server, 1, 0.2) == []  # not before the commit
            assert _heard(server, 1) == [LANE]

    def test_does_not_ring_for_work_that_was_rolled_back_or_asked_for_before(self):
        job = jobs.enqueue(KIND, "1")
        with as_role("postgres") as server:
            server.execute("LISTEN jobs")
            with transaction.atomic():
                jobs.enqueue(KIND, "2")
                transaction.set_rollback(True)
            jobs.enqueue(KIND, "1")
            assert _heard(server, 1, 0.2) == []
        assert Job.objects.get() == job

    def test_rings_once_for_many_jobs_of_a_lane(self):
        with as_role("postgres") as server:
            server.execute("LISTEN jobs")
            with transaction.atomic():
                for key in ("1", "2", "3"):
                    jobs.enqueue(KIND, key)
                jobs.enqueue("capture.read", "1")
            assert sorted(_heard(server, 2)) == [LANE, "parse"]
            assert _heard(server, 1, 0.2) == []

    def test_rings_again_for_a_retry(self):
        job = taken()
        jobs.fail(job, "Gone.")
        with as_role("postgres") as server:
            server.execute("LISTEN jobs")
            jobs.retry(job, by=analyst())
            assert _heard(server, 1) == [LANE]
