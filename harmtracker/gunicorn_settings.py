"""How gunicorn serves, in the demonstration and in production alike."""

import ctypes
from contextlib import suppress
from typing import Any, Final

from harmtracker import environment as env

M_ARENA_MAX: Final = -8  # malloc.h of glibc
# Otherwise each thread has a heap of its own, and each keeps what its largest answer took. Python's threads allocate
# one after the other anyway. Another C library has no such call, and no such heaps.
with suppress(AttributeError):
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)

worker_class = "gthread"
workers = env.number("WEB_PROCESSES", 1)
threads = env.number("WEB_THREADS", 8)
timeout = 60
# The longest it knows: too long an address is refused by us first, in the words of the export (claims/api/answers.py).
limit_request_line = 8190
# The process manager kills five seconds after asking.
graceful_timeout = 3
# By default it would open a socket for remote control.
control_socket_disable = True
# Requests are logged by RequestIdMiddleware, without the query string: it may hold search terms.
accesslog = None
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "harmtracker.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}


def post_worker_init(_worker: Any) -> None:
    """Called by gunicorn in each process before its first request."""
    from harmtracker.collecting import spare_what_is_loaded  # Django is ready only now

    spare_what_is_loaded()
