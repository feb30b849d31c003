"""What Celery is told: no task may be lost with its worker, repeated for ever, or keep a request waiting."""

import pytest

from harmtracker.celery import app
from harmtracker.jobs import TASKS


def test_each_time_limit_lies_below_the_next(settings) -> None:
    options = app.conf.broker_transport_options
    assert (
        app.conf.task_soft_time_limit
        < app.conf.task_time_limit
        < settings.JOB_LEASE_SECONDS
        < options["visibility_timeout"]
    )


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


@pytest.mark.parametrize("task", sorted(TASKS.values()))
def test_every_task_has_its_queue(task: str) -> None:
    queue = app.amqp.router.route({}, task)["queue"].name
    assert queue == {"sources": "capture", "claims": "claims"}[task.split(".")[0]]
