"""Log lines: one JSON object each, times in UTC, the request's id, and never a body or a search term."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdFilter(logging.Filter):
    """Gives every record the id of the request being answered, or an empty one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(BaseJsonFormatter):
    """Writes what a reader of the log needs, in a fixed order."""

    # Django puts the request object and the raw query of a refused address into these.
    WITHHELD = frozenset({"request", "sql", "params"})

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["request_id"] = getattr(record, "request_id", "")
        super().add_fields(log_data, record, message_dict)
        for name in self.WITHHELD:
            log_data.pop(name, None)
