"""One module opens connections to the outside. Whatever else touches a socket is named here, with its reason."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from sources.capture.extract import extract
from sources.capture.fetch import fetch
from sources.capture.judge import Kind
from tests.hostile import ARTICLE

ROOT = Path(__file__).parents[2]
APPS = [ROOT / app for app in ("harmtracker", "sources", "claims")]
OURS = [ROOT / "manage.py", *(path for app in APPS for path in app.rglob("*.py"))]
GUARD = "sources/capture/guard.py"

# Packages through which Python code reaches a network, or another program that does.
CONNECTING = {
    "socket", "_socket", "ssl", "_ssl", "select", "selectors", "asyncio", "socketserver", "http", "urllib", "urllib3",
    "ftplib", "smtplib", "poplib", "imaplib", "telnetlib", "xmlrpc", "wsgiref", "requests", "httpx", "aiohttp",
    "pycurl", "websockets", "paramiko", "dns", "boto3", "botocore", "storages", "multiprocessing",
    "subprocess", "ctypes", "playwright", "selenium", "trafilatura", "htmldate", "courlan", "webbrowser",
}  # fmt: skip
HARMLESS = {"urllib.parse", "http.HTTPStatus"}
READING = "runs in the reading child, which is refused every socket (test_children)"
STARTING = "starts the servers beside the demonstration and the tests, and asks on this machine whether they are up"
NAMED = {
    GUARD: {"http", "socket", "ssl", "urllib3"},
    # listens on loopback for one browser that renders; it connects through the guard alone (tested below)
    "sources/capture/proxy_child.py": {"socket", "select"},
    # starts that browser, which has no way out but the proxy, and speaks to it over pipes (test_rendering)
    "sources/capture/chromium.py": {"subprocess", "select"},
    # ends what other programs started
    "harmtracker/families.py": {"subprocess"},
    # starts the children and listens to their pipes
    "sources/capture/child_process.py": {"subprocess", "select"},
    "harmtracker/gunicorn_settings.py": {"ctypes"},  # tells malloc how many heaps to keep
    "sources/capture/cage.py": {"ctypes"},  # has the kernel take calls away
    "sources/capture/child_side.py": {"ctypes"},  # asks the kernel to end it with its parent
    # connect without the guard, to what the operator set and to nothing else
    "sources/evidence/bucket.py": {"botocore", "storages"},
    "sources/evidence/authority.py": {"urllib3"},
    "claims/news_mail.py": {"smtplib"},
    "sources/capture/reading_view.py": {"trafilatura", "htmldate"},  # READING
    "sources/capture/text_child.py": {"trafilatura", "htmldate"},  # READING
    # starts Chromium, for which no name resolves and no other host is there, and kills it (tests/test_paper.py)
    "harmtracker/paper.py": {"subprocess"},
    # STARTING
    "harmtracker/embedded/guardian.py": {"urllib"},
    "harmtracker/embedded/postgres.py": {"socket"},
    "harmtracker/embedded/valkey.py": {"socket"},
    "harmtracker/embedded/account.py": {"subprocess"},
    "harmtracker/management/commands/demo.py": {"socket", "subprocess"},
    "claims/demo/site.py": {"socket", "http"},  # listens on loopback, for the demonstration
}
USES_THE_GUARD = {
    "alarm.py", "fetch_child.py", "post_child.py", "proxy_child.py", "robots.py", "unpack.py", "visit.py",
}  # fmt: skip
IMPORTERS = {"__import__", "import_module", "import_string", "exec", "eval", "compile"}


@cache
def _imports_and_calls(code: str) -> list[ast.AST]:
    """The nodes that are looked for, of a whole file: each is parsed and walked through once."""
    kinds = (ast.Import, ast.ImportFrom, ast.Call)
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]


def imported(path: Path) -> set[str]:
    """Every module a file imports, wherever in it, `from a import b` as a.b."""
    found = set()
    for node in _imports_and_calls(path.read_text(encoding="utf-8")):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def connecting(path: Path) -> set[str]:
    """The packages of CONNECTING that a file imports."""
    names = {name for name in imported(path) if not any(name == ok or name.startswith(ok + ".") for ok in HARMLESS)}
    return {name.split(".")[0] for name in names} & CONNECTING


def test_the_search_finds_what_it_is_meant_to(tmp_path):
    file = tmp_path / "file.py"
    file.write_text("def f():\n    import urllib.request as u\n    from http.client import HTTPConnection\nimport os\n")
    assert connecting(file) == {"urllib", "http"}
    file.write_text("from urllib.parse import quote\nfrom http import HTTPStatus\n")
    assert connecting(file) == set()


def test_only_the_guard_and_those_named_touch_a_network():
    found = {str(path.relative_to(ROOT)): connecting(path) for path in OURS}
    assert {name: what for name, what in found.items() if what} == {
        name: what for name, what in NAMED.items() if (ROOT / name).exists()
    }


def test_no_module_hides_what_it_imports():
    """A name put together at run time would pass the test above by."""
    hidden = {
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for path in OURS
        for node in _imports_and_calls(path.read_text(encoding="utf-8"))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") in IMPORTERS or getattr(node.func, "attr", "") in IMPORTERS - {"compile"})
    }
    assert hidden == {
        "harmtracker/embedded/guardian.py: importlib.import_module('claims.demo')",
        "harmtracker/jobs.py: import_string(KINDS[job.kind].function)",  # a table of our own functions
    }


def test_the_guard_is_used_by_the_visit_and_by_what_sends_messages_alone():
    users = {path.name for path in OURS if any(n.startswith("sources.capture.guard") for n in imported(path))}
    users |= {path.name for path in OURS if "sources.capture.guard" in imported(path)}
    assert users == USES_THE_GUARD
    asking = [
        path.name
        for path in OURS
        if "guard.ask" in (code := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "guard.ask"
    ]
    assert sorted(asking) == ["post_child.py", "visit.py"]


def _called(file: str) -> set[str]:
    """What a file of ours calls, as far as it connects or looks a name up."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = ("connect", "connect_ex", "create_connection", "getaddrinfo", "gethostbyname", "sendto", "urlopen")
    return {ast.unparse(call.func) for call in calls if getattr(call.func, "attr", "") in named}


def test_the_proxy_listens_and_leaves_connecting_to_the_guard():
    assert _called("sources/capture/proxy_child.py") == {"guard.connect"}


def test_the_demonstrations_own_site_asks_only_whether_it_is_up_itself():
    tree = ast.parse((ROOT / "claims/demo/site.py").read_text(encoding="utf-8"))
    asked = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in ("connect", "connect_ex", "create_connection", "getaddrinfo", "urlopen")
    }
    assert asked <= {"probe.connect_ex((HOST, port))"}
    hosts = [
        ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Assign) if "HOST" in ast.unparse(node)
    ]
    assert hosts == ["'127.0.0.1'"]


class Ear:
    """Hears of every attempt to connect or to look a name up in this process while it listens."""

    def __init__(self):
        self.heard = []
        self.listens = False
        sys.addaudithook(self.hear)  # it cannot be taken out again, only told to keep still

    def hear(self, event, arguments):
        if self.listens and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
            self.heard.append((event, arguments))


@pytest.fixture(scope="module")
def ear():
    return Ear()


def test_the_worker_itself_connects_to_nobody(site, ear):
    """Visiting and reading are for the children: the process that holds our secrets opens no socket for a page."""
    ear.listens = True
    try:
        fetched = fetch(site.url("article"))
        read = extract(fetched.body, Kind.HTML, base=fetched.href)
    finally:
        ear.listens = False
    assert (fetched.body, read.outcome) == (ARTICLE.encode(), "ok")
    assert ear.heard == []


def test_a_connection_would_have_been_heard(site, ear):
    import socket

    ear.listens = True
    try:
        socket.create_connection(("127.0.0.1", site.port), 1).close()
    finally:
        ear.listens = False
    assert ("socket.connect" in {event for event, _arguments in ear.heard}) is True
    ear.heard.clear()
