"""What the broker can ask of a worker: to do the work of a lane, and to write down that something is due."""

from celery import shared_task

from harmtracker import jobs, schedule, wake_ups


@shared_task(name="harmtracker.work")
def work(lane: str) -> None:
    """There is work in this lane. If there is more than one wake-up should do, the next one is sent from here."""
    if jobs.work(lane):
        wake_ups.send(lane)


@shared_task(name="harmtracker.fall_due")
def fall_due(kind: str) -> None:
    """The clock says that scheduled work may be due: one job for each slot, however often this is asked."""
    schedule.fall_due(kind)
