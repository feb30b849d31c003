"""What failed runs once more: a fault is not hidden, and chance does not decide."""

import json

import pytest

from tests import twice


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """What pytest is asked, and how it ends: ``ends`` holds (exit code, tests that failed) for each run to come."""
    monkeypatch.setattr(twice, "ROOT", tmp_path)
    runs = {"ends": [], "asked": []}

    def pytest_run(*arguments):
        runs["asked"].append(arguments)
        code, failed = runs["ends"].pop(0)
        last_failed = tmp_path / ".local/pytest/unit/v/cache/lastfailed"
        last_failed.parent.mkdir(parents=True, exist_ok=True)
        last_failed.write_text(json.dumps(dict.fromkeys(failed, True)))
        return code

    monkeypatch.setattr(twice, "_pytest", pytest_run)
    return runs


def test_what_fails_twice_is_a_fault(runs):
    runs["ends"] = [(1, ["tests/test_a.py::test_one"]), (1, ["tests/test_a.py::test_one"])]
    assert twice.main("unit", ["-n", "2"]) == 1
    assert runs["asked"][1][-1] == "tests/test_a.py::test_one"


def test_what_passes_by_itself_is_named(runs, capsys):
    runs["ends"] = [(1, ["tests/test_a.py::test_one"]), (0, [])]
    assert twice.main("unit", []) == 0
    assert capsys.readouterr().out.endswith("find out why:\n  tests/test_a.py::test_one\n")


@pytest.mark.parametrize(
    ("code", "failed"),
    [(1, [f"tests/test_a.py::test_{number}" for number in range(6)]), (1, []), (2, ["tests/test_a.py"]), (0, [])],
    ids=["too many for chance", "none named", "interrupted", "all passed"],
)
def test_nothing_else_runs_again(runs, code, failed):
    runs["ends"] = [(code, failed)]
    assert twice.main("unit", []) == code
