"""Whose turn it is: people first and in turns, no host hurried, no lane held by one, and a line that says so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from harmtracker import jobs, schedule, turns
from harmtracker.models import HostTurn, Job, LanePause, Priority
from harmtracker.turns import claim_next, keys_ahead_of, why_waiting
from tests.factories import admin, analyst

pytestmark = pytest.mark.django_db
KIND, LANE = "capture.fetch", "fetch"
MANY = 5000
QUICK = 10  # milliseconds
TRIES = 100


@pytest.fixture
def places(settings):
    """Room for everybody, where a test is about turns alone."""
    settings.VISITS_AT_ONCE = 1000


def ask(key, **fields):
    return jobs.enqueue(KIND, key, **fields)


def many(person, count, prefix="m", **fields):
    now = timezone.now()
    told = {"kind": KIND, "lane": LANE, "requested_by": person, "priority": Priority.BULK} | fields
    Job.objects.bulk_create(
        Job(key=f"{prefix}{n:04}", due_at=now + timedelta(microseconds=n), **told) for n in range(count)
    )


def taken(count):
    return [job.key if job else None for job in (claim_next(LANE) for _ in range(count))]


class TestTurns:
    def test_people_come_before_the_schedule_and_both_before_many_at_once(self, places):
        ask("bulk", priority=Priority.BULK)
        ask("schedule", priority=Priority.RECHECK)
        ask("person", by=analyst())
        assert taken(4) == ["person", "schedule", "bulk", None]

    def test_people_take_turns_however_many_links_one_of_them_has(self, places):
        first, second, third = analyst(), analyst(), analyst()
        for n in range(4):
            ask(f"first {n}", by=first)
        for n in range(2):
            ask(f"second {n}", by=second)
        ask("third 0", by=third)
        assert taken(3) == ["first 0", "second 0", "third 0"]
        Job.objects.filter(state="running").update(state="done", lease_until=None)
        assert taken(4) == ["first 1", "second 1", "first 2", "first 3"]

    def test_who_has_fewer_jobs_running_comes_first(self, places):
        busy, idle = analyst(), analyst()
        ask("busy 0", by=busy)
        taken(1)
        ask("busy 1", by=busy)
        ask("idle 0", by=idle)
        assert taken(2) == ["idle 0", "busy 1"]

    def test_one_lane_is_nothing_to_another(self):
        jobs.enqueue("capture.read", "1")
        assert claim_next(LANE) is None
        assert claim_next("parse").key == "1"


class TestPlaces:
    def test_a_place_is_kept_free_for_whoever_comes_next(self, settings):
        settings.VISITS_AT_ONCE = 3
        many(analyst(), 5)
        assert taken(3) == ["m0000", "m0001", None]
        ask("single", by=analyst())
        assert taken(2) == ["single", None]

    def test_one_person_does_not_hold_them_all_either(self, settings):
        settings.VISITS_AT_ONCE = 3
        many(analyst(), 5, priority=Priority.PERSON)
        assert taken(3) == ["m0000", "m0001", None]
        ask("other", by=analyst())
        assert taken(1) == ["other"]

    def test_scheduled_visits_share_the_places_of_the_others(self, settings):
        settings.VISITS_AT_ONCE = 2
        jobs.enqueue(KIND, "again", lane="recheck", priority=Priority.RECHECK)
        assert claim_next("recheck").key == "again"
        ask("bulk", priority=Priority.BULK)
        assert taken(1) == [None]
        ask("person", by=analyst())
        assert taken(1) == ["person"]

    def test_a_single_place_is_used(self, settings):
        settings.VISITS_AT_ONCE = 1
        ask("bulk", priority=Priority.BULK)
        ask("bulk too", priority=Priority.BULK)
        assert taken(2) == ["bulk", None]

    def test_a_visit_that_lost_its_worker_holds_no_place_for_long(self, settings):
        settings.VISITS_AT_ONCE = 1
        ask("lost")
        lost = claim_next(LANE)
        ask("next")
        assert taken(1) == [None]
        long_ago = timezone.now() - timedelta(seconds=settings.JOB_LIMITS[LANE].hard + 1)
        Job.objects.filter(pk=lost.pk).update(started_at=long_ago)
        assert taken(1) == ["next"]


class TestHosts:
    def test_a_host_is_visited_once_at_a_time_and_others_meanwhile(self, places):
        ask("a1", host="a.example")
        ask("a2", host="a.example")
        ask("b1", host="b.example")
        assert taken(3) == ["a1", "b1", None]
        HostTurn.objects.update(next_at=timezone.now() - timedelta(seconds=1))
        assert taken(1) == [None], "still under visit"
        Job.objects.filter(key="a1").update(state="done", lease_until=None)
        assert taken(1) == ["a2"]

    def test_between_two_visits_lies_the_pace(self, places, settings):
        settings.FETCH_HOST_DELAY_SECONDS = 1
        ask("a1", host="a.example")
        jobs.finish(claim_next(LANE))
        ask("a2", host="a.example")
        assert taken(1) == [None]
        wait = HostTurn.objects.get().next_at - timezone.now()
        assert timedelta(0) < wait <= timedelta(seconds=1)

    def test_a_site_may_ask_for_a_slower_pace_within_reason(self, places):
        ask("a1", host="a.example")
        job = claim_next(LANE)
        turns.set_pace("a.example", 20)
        jobs.finish(job)
        HostTurn.objects.update(next_at=timezone.now())
        ask("a2", host="a.example")
        assert taken(1) == ["a2"]
        assert HostTurn.objects.get().next_at - timezone.now() > timedelta(seconds=15)

    def test_a_host_that_asked_for_a_pause_blocks_nobody_else(self, places):
        turns.hold_host("a.example", timedelta(minutes=15), "http.429")
        turns.hold_host("a.example", timedelta(seconds=1), "http.5xx")
        waiting = ask("a1", host="a.example", by=analyst())
        ask("b1", host="b.example", by=analyst())
        assert taken(2) == ["b1", None]
        why = why_waiting(waiting)
        assert why.host_because == "http.429", "the longer pause stands"
        assert why.until - timezone.now() > timedelta(minutes=14)

    def test_hosts_nobody_waits_for_are_forgotten(self):
        turns.hold_host("a.example", timedelta(minutes=15), "http.429")
        turns.hold_host("b.example", timedelta(minutes=15), "http.429")
        HostTurn.objects.filter(host="b.example").update(next_at=timezone.now() - timedelta(days=2))
        assert turns.forget_hosts() == 1
        assert HostTurn.objects.get().host == "a.example"


class TestPauses:
    def test_a_paused_lane_gives_nothing_and_says_who_stopped_it(self):
        keeper = admin()
        job = ask("1")
        LanePause.objects.create(lane=LANE, reason="The line is down", paused_by=keeper)
        assert claim_next(LANE) is None
        assert why_waiting(job).pause.paused_by == keeper
        jobs.enqueue("capture.read", "1")
        assert claim_next("parse") is not None
        LanePause.objects.all().delete()
        assert claim_next(LANE) is not None


class TestPosition:
    def test_counts_in_the_order_of_the_turns(self, places):
        first, second = analyst(), analyst()
        asked = [ask(f"first {n}", by=first) for n in range(4)]
        asked.append(ask("second 0", by=second))
        asked.append(ask("second 1", by=second))
        asked.append(ask("bulk", priority=Priority.BULK))
        position = {job.key: len(keys_ahead_of(job)) for job in asked}
        order = [key for key, _ahead in sorted(position.items(), key=lambda item: item[1])]
        assert sorted(position.values()) == list(range(7))
        assert order == ["first 0", "second 0", "first 1", "second 1", "first 2", "first 3", "bulk"]
        Job.objects.update(host="")
        assert taken(1) == [order[0]]

    def test_a_single_link_has_hardly_anyone_ahead_of_it(self, places):
        many(analyst(), 300)
        assert keys_ahead_of(ask("single", by=analyst())) == ()


def takes_less_than(milliseconds: float, sql, **given) -> bool:
    """Whether PostgreSQL itself says so of one of many tries: the machine may be busy."""
    with connection.cursor() as cursor:
        for _try in range(TRIES):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", given)
            if cursor.fetchone()[0][0]["Execution Time"] < milliseconds:
                return True
    return False


def test_a_turn_is_found_among_thousands_in_a_few_milliseconds(places):
    many(analyst(), MANY)
    many(analyst(), 50, "o", host="slow.example")
    turns.hold_host("slow.example", timedelta(minutes=5), "http.429")
    single = ask("single", by=analyst())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE harmtracker_job")
    assert takes_less_than(QUICK, turns.TAKERS, lane=LANE)
    assert takes_less_than(3 * QUICK, turns.AHEAD, lane=LANE, job=single.pk)
    assert claim_next(LANE) == single


def test_finding_the_turn_takes_as_many_questions_for_one_job_as_for_many(places, django_assert_num_queries):
    many(analyst(), 1)
    with django_assert_num_queries(11):
        assert claim_next(LANE)
    many(analyst(), 100, "n")
    many(analyst(), 100, "o")
    with django_assert_num_queries(11):
        assert claim_next(LANE)


class TestTheClock:
    def test_a_slot_is_one_job_however_often_it_is_asked_for(self):
        first = schedule.fall_due("evidence.verify")
        assert schedule.fall_due("evidence.verify") is None, "it still waits"
        Job.objects.update(state="done")
        assert schedule.fall_due("evidence.verify") == first, "done in this slot already"
        assert Job.objects.get().lane == "upkeep"

    def test_the_next_slot_is_another_job(self):
        schedule.fall_due("evidence.verify")
        Job.objects.update(state="done", key="2022-04-03T00:00")
        assert schedule.fall_due("evidence.verify").key != "2022-04-03T00:00"

    def test_what_came_round_by_the_clock_is_forgotten_after_a_while_and_nothing_else(self):
        old = timezone.now() - timedelta(days=8)
        schedule.fall_due("recheck.sweep")
        schedule.fall_due("embargoes.ended")
        ask("1")
        jobs.enqueue("evidence.verify", "asked for by a person", by=admin())
        Job.objects.update(state="done", finished_at=old)
        assert jobs.forget(timedelta(days=7)) == 2
        assert set(Job.objects.values_list("kind", flat=True)) == {KIND, "evidence.verify"}
