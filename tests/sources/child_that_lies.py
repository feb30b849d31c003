"""A fetching child that a hostile page has taken over: tells its parent whatever could do it harm."""

import json

from sources.capture import child
from sources.capture.frames import BODY, HOP_BEGINS, HOP_ENDS

HONEST = {
    "code": "ok",
    "detail": "",
    "href": "http://a.example/",
    "robots": "allowed",
    "crawl_delay": None,
    "versions": {},
}


def work(request: bytes) -> bytes:
    lie = json.loads(request)["href"].rpartition("/")[2]
    if lie == "flood":
        while True:
            child.piece(BODY, b"x" * 1_000_000)
    if lie == "hops":
        for _ in range(10_000):
            child.piece(HOP_BEGINS, json.dumps({"url": "http://a.example/"}).encode())
    if lie == "no-hop":
        child.piece(HOP_ENDS, b"{}")
    if lie == "odd-hop":
        child.piece(HOP_BEGINS, json.dumps({"price": 1}).encode())
    if lie == "odd-piece":
        child.piece(b"z", b"")
    if lie == "progress":
        child.piece(b"P", b"[1, 2]")
    answers = {
        "code": HONEST | {"code": "verified"},
        "detail": HONEST | {"detail": {"a": 1}},
        "robots": HONEST | {"robots": "welcome"},
        "delay": HONEST | {"crawl_delay": "a while"},
        "list": [1, 2],
        "deep": None,
    }
    if lie == "deep":
        return b"[" * 100_000
    return json.dumps(answers.get(lie, HONEST)).encode()


if __name__ == "__main__":
    child.main(work, may_connect=True)
