"""A child for the tests of limits: does what it is asked, good or bad."""

import os
import time

from sources.capture import child


def work(request: bytes) -> bytes:
    wish = request.decode()
    if wish == "sleep":
        time.sleep(60)
    while wish == "spin":
        pass
    if wish == "eat":
        return bytes(10**10)
    if wish == "die":
        os.abort()
    return repr(dict(os.environ)).encode()


if __name__ == "__main__":
    child.main(work)
