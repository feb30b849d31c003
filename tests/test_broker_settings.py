"""What Celery is told: no task may be lost with its worker, repeated for ever, or keep a request waiting."""

import pytest
from django.utils.module_loading import import_string

from claims.webhooks.sending import SECONDS_AT_ONCE
from harmtracker import wake_ups
from harmtracker.celery import app
from harmtracker.jobs import KINDS, SECONDS_PER_WAKE_UP
from harmtracker.models import Lane
from harmtracker.schedule import EVERY
from sources import posting
from sources.capture.extract import BOUNDS
from sources.capture.fetch import GRACE_SECONDS


@pytest.mark.parametrize("lane", Lane.values)
def test_each_time_limit_of_a_lane_lies_below_the_next(settings, lane: str) -> None:
    limits, options = settings.JOB_LIMITS[lane], app.conf.broker_transport_options
    assert SECONDS_PER_WAKE_UP * 5 < limits.soft < limits.hard < limits.lease < options["visibility_timeout"]


def test_a_visit_ends_before_its_task_is_asked_to(settings) -> None:
    for lane in ("fetch", "recheck"):
        assert settings.JOB_LIMITS[lane].soft > settings.FETCH_DEADLINE_SECONDS + GRACE_SECONDS + SECONDS_PER_WAKE_UP
    assert BOUNDS.seconds + SECONDS_PER_WAKE_UP < settings.JOB_LIMITS["parse"].soft


def test_a_message_to_a_partner_ends_before_its_task_is_asked_to(settings) -> None:
    longest = SECONDS_AT_ONCE + settings.WEBHOOK_DEADLINE_SECONDS + posting.GRACE_SECONDS
    assert longest + SECONDS_PER_WAKE_UP < settings.JOB_LIMITS["webhooks"].soft


def test_a_task_nobody_set_limits_for_has_some() -> None:
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit


def test_a_task_outlives_its_worker_and_is_taken_one_at_a_time() -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1


def test_only_json_is_spoken_and_no_result_is_kept() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_ignore_result is True
    assert app.conf.result_backend is None


def test_the_broker_is_given_seconds_not_minutes() -> None:
    options = app.conf.broker_transport_options
    assert options["socket_timeout"] <= 5
    assert options["socket_connect_timeout"] <= 2
    assert app.conf.task_publish_retry is False


def test_nothing_runs_eagerly() -> None:
    assert app.conf.task_always_eager is False


@pytest.mark.parametrize("lane", Lane.values)
def test_a_wake_up_goes_to_the_queue_of_its_lane_with_the_limits_of_its_lane(settings, lane: str, monkeypatch) -> None:
    sent = {}
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.update(options | {"name": name}))
    assert wake_ups.send(lane) == 1
    limits = settings.JOB_LIMITS[lane]
    assert (sent["name"], sent["args"], sent["queue"]) == ("harmtracker.work", [lane], lane)
    assert (sent["soft_time_limit"], sent["time_limit"]) == (limits.soft, limits.hard)
    assert sent["retry"] is False


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_work_has_somebody_who_does_it(kind: str) -> None:
    assert callable(import_string(KINDS[kind].function))


def test_beat_asks_only_for_tasks_there_are_and_its_messages_do_not_pile_up() -> None:
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]
        assert entry["options"]["queue"] in Lane.values
    assert {entry["args"][0] for entry in app.conf.beat_schedule.values()} == set(EVERY) <= set(KINDS)
