"""Messages that wake workers, a few at most for each lane. Only the relay and the workers themselves send them."""

from typing import Final

from django.conf import settings
from kombu.exceptions import OperationalError

MOST_WAITING: Final = 4
"""Wake-ups of one lane that lie in the broker unread; each does several jobs, so more would say nothing new."""


def send(lane: str, count: int = 1) -> int:
    """Wake up to ``count`` workers for a lane; how many messages were sent, none while enough lie there unread.

    Raises kombu's OperationalError when the broker cannot be reached.
    """
    from harmtracker.celery import app

    limits = settings.JOB_LIMITS[lane]
    with app.connection_or_acquire() as connection:
        try:
            unread = int(connection.default_channel.queue_declare(lane).message_count)
        except connection.recoverable_connection_errors as error:
            raise OperationalError(str(error)) from error
        wanted = max(0, min(count, MOST_WAITING) - unread)
        for _message in range(wanted):
            app.send_task(
                "harmtracker.work",
                args=[lane],
                queue=lane,
                retry=False,
                ignore_result=True,
                soft_time_limit=limits.soft,
                time_limit=limits.hard,
            )
    return wanted
