"""Clearing up after a killed run ends its processes and no others."""

import os
import subprocess
import sys
import time

from harmtracker.embedded.leftovers import MARK, end_marked, marked, started_at


def sleeper(mark: str, code: str = "import time; print('up', flush=True); time.sleep(60)") -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {MARK: mark}, stdout=subprocess.PIPE, start_new_session=True
    )
    process.stdout.readline()
    return process


def test_only_marked_processes_end() -> None:
    ours, other = sleeper("run-a"), sleeper("run-b")
    try:
        assert marked("run-a") == [ours.pid]
        assert end_marked("run-a") == 1
        assert ours.wait(5) != 0
        assert other.poll() is None
        assert marked("run-b") == [other.pid]
    finally:
        for process in (ours, other):
            process.kill()
            process.communicate()


def test_a_process_that_will_not_end_is_forced() -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    process = sleeper("run-c", deaf)
    began = time.monotonic()
    end_marked("run-c", patience=0.5)
    assert process.wait(30) == -9
    assert time.monotonic() - began < 30
    process.communicate()


def test_a_dead_process_has_no_start() -> None:
    process = sleeper("run-d")
    assert started_at(process.pid)
    process.kill()
    process.communicate()
    assert started_at(process.pid) == ""
    assert end_marked("run-d") == 0
