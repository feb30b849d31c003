"""A child for the tests of limits: does what it is asked, good or bad."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

from sources.capture import child, child_side

KEPT = []


def work(request: bytes) -> bytes:
    wish, _, rest = request.partition(b" ")
    answer = globals()[wish.decode()](rest)
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def environment(_rest):
    return dict(os.environ)


def sleep(_rest):
    time.sleep(60)


def spin(rest):
    until = time.process_time() + float(rest or 3600)
    while time.process_time() < until:
        pass
    return "spun"


def eat(rest):
    return len(b"x" * int(rest or 10**10))


def die(_rest):
    os.abort()


def leave(_rest):
    os._exit(0)


def raise_it(_rest):
    raise LookupError("where")


def pid(_rest):
    return os.getpid()


def length(rest):
    return len(rest)


def long_answer(rest):
    return b"a" * int(rest)


def rubbish(_rest):
    os.write(child_side._voice.outgoing, b"<html>" * 100)
    return "rubbish"


def rubbish_afterwards(_rest):
    """Bytes that would be taken for the answer to the next job, were jobs not numbered."""
    late = child_side.HEADER.pack(b"A", child_side._voice.job, 3) + b"two"
    threading.Timer(0.1, lambda: os.write(child_side._voice.outgoing, late)).start()
    return "one"


def chatter(_rest):
    for _ in range(20_000):
        sys.stdout.write("a library that talks\n")
        sys.stderr.write("and complains\n")
    return "done"


def pieces(_rest):
    child.piece(b"x", b"one ")
    child.piece(b"x", b"two ")
    time.sleep(60)


def progress(_rest):
    for number in range(1000):
        child.progress({"step": "counting", "bytes": number})
    child.progress({"step": "done"})
    return "told"


def stain(_rest):
    os.environ["STAIN"] = "1"
    os.chdir("/")
    os.umask(0o777)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.1)
    signal.setitimer(signal.ITIMER_PROF, 0.1)
    sys.path.insert(0, "/nowhere")
    sys.setrecursionlimit(5000)
    socket.setdefaulttimeout(0.001)
    warnings.simplefilter("error")
    return state(b"")


def state(_rest):
    umask = os.umask(0)
    os.umask(umask)
    return [
        os.environ.get("STAIN"), str(Path.cwd()), umask, str(signal.getsignal(signal.SIGTERM)),
        str(signal.getsignal(signal.SIGALRM)), sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), sys.path[:2],
        sys.getrecursionlimit(), socket.getdefaulttimeout(), len(warnings.filters),
    ]  # fmt: skip


def wait_a_little(_rest):
    time.sleep(0.6)
    return "waited"


def leave_files_open(_rest):
    KEPT.extend(os.open("/dev/null", os.O_RDONLY) for _ in range(40))
    return os.getpid()


def leave_a_thread(_rest):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return os.getpid()


def write_a_file(rest):
    with Path(rest.decode()).open("w") as file:
        file.write("words")
        file.flush()
    return "written"


def reach(rest):
    """Try every way out of this process, and say how each ended."""
    import _socket

    port = int(rest)
    ways = {
        "socket": lambda: socket.create_connection(("127.0.0.1", port), 1),
        "_socket": lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM).connect(("127.0.0.1", port)),
        "name": lambda: socket.getaddrinfo("localhost", port),
        "urllib": lambda: __import__("urllib.request").request.urlopen(f"http://127.0.0.1:{port}/", timeout=1),
        "urllib3": lambda: __import__("urllib3").request("GET", f"http://127.0.0.1:{port}/", retries=False),
        "trafilatura": lambda: _none_is_failure(
            __import__("trafilatura").fetch_url(f"http://127.0.0.1:{port}/page"), "trafilatura"
        ),
        "subprocess": lambda: subprocess.run(["true"], check=True),
        "system": lambda: os.system("true"),
        "fork": os.fork,
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "exec": lambda: os.execv("/bin/true", ["true"]),
    }
    return {name: _ending(way) for name, way in ways.items()}


def reach_in_c(rest):
    """The same past Python: what an error in a parser written in C may be made to do. 0 or more is a success."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    status = Path("/proc/self/status").read_text()
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(int(rest)), bytes([127, 0, 0, 1]))
    opened = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    return {
        "filtered": "Seccomp:\t2" in status,
        "socket": opened,
        "connect": libc.connect(opened, address, len(address)),
        "kill": libc.kill(os.getppid(), 0),
        "execve": libc.execve(b"/nonexistent", None, None),
        "why_not": ctypes.get_errno(),
        "arithmetic": libc.abs(-1),
    }


def _none_is_failure(found, name):
    if found is None:
        raise PermissionError(f"{name} found nothing")


def _ending(way):
    try:
        way()
    except OSError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001  # libraries wrap the refusal in errors of their own; the caller compares what it is told
        return f"{type(error).__name__} {error}"
    return "went through"


if __name__ == "__main__":
    child.main(work)
