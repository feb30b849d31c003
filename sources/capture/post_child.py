"""The sending child: one message to one address for each job, through the guard. Only the head of an answer is read.

A process of its own beside the fetching child: what hostile pages did there cannot touch what partners are sent.
"""

from __future__ import annotations

import json
import time
from typing import Any

from sources.addresses import AddressRefused, Doors, receiver
from sources.capture import child, guard
from sources.capture.alarm import within
from sources.capture.guard import Stopped


def work(request: bytes) -> bytes:
    """Post what the request holds; the answer is JSON: `code` ("ok" when anything was answered), and its head."""
    asked = json.loads(request)
    told: dict[str, Any] = {"code": "ok", "detail": "", "status": None, "retry_after": "", "date": ""}
    try:
        with within(asked["seconds"]):
            told |= _post(asked, time.monotonic() + asked["seconds"])
    except AddressRefused as refused:
        told["code"] = refused.code
    except Stopped as stopped:
        told |= {"code": stopped.code, "detail": stopped.detail}
    return json.dumps(told).encode()


def _post(asked: dict[str, Any], deadline: float) -> dict[str, Any]:
    """The head of the answer. Raises AddressRefused, Stopped."""
    doors = Doors(frozenset(asked["ports"]), frozenset(asked["loopback"]))
    answer = guard.ask(
        receiver(asked["href"], doors),
        doors,
        headers=asked["headers"],
        connect_seconds=asked["connect_seconds"],
        deadline=deadline,
        body=asked["body"].encode(),
    )
    guard.close(answer)
    head = answer.response
    return {
        "status": head.status,
        "retry_after": head.headers.get("retry-after", "")[:100],
        "date": head.headers.get("date", "")[:100],
    }


if __name__ == "__main__":
    child.main(work, may_connect=True)
