"""Starts the product's settings again and again, each in a process with an environment of its own.

Reads lines `{"script": …, "environment": …}` and answers each with `{"code": …, "said": …, "trouble": …}`. What is
started is forked from a process that holds the libraries already, without the product's own modules: reading
Django and Celery from disk is most of what a start costs, and proves nothing here.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


class Starts:
    """The other side: one such process for as long as it is held."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def run(self, script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        self._process.stdin.write(json.dumps({"script": script, "environment": environment}) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess([], told["code"], told["said"], told["trouble"])

    def end(self) -> None:
        self._process.communicate(timeout=60)


def _answer(script: str, environment: dict[str, str]) -> dict[str, object]:
    for name in [name for name in sys.modules if name.partition(".")[0] == "harmtracker"]:
        del sys.modules[name]
    os.environ.clear()
    os.environ.update(environment)
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as trouble:
        try:
            exec(script, {})
            code = 0
        except ImproperlyConfigured:  # anything else ends the process, and the test that asked
            traceback.print_exc()
            code = 1
    return {"code": code, "said": said.getvalue(), "trouble": trouble.getvalue()}


def _main() -> None:
    import harmtracker.settings  # noqa: F401  # for the libraries it reads

    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        started = os.fork()
        if not started:
            with os.fdopen(writing, "w") as answer:
                json.dump(_answer(**asked), answer)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            sys.stdout.write(answer.read() + "\n")
        sys.stdout.flush()
        os.waitpid(started, 0)


if __name__ == "__main__":
    _main()
