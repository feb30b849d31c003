"""How long a running demonstration takes for its pages, asked over HTTP by one person who is signed in:

    .venv/bin/python -m bench.over_http http://127.0.0.1:8000 mira PASSWORD [ROUNDS [ADDRESS PASSWORD]]

With a second address, of the same case in another version, both are asked in turn, request by request, so that a busy
moment of the machine falls on both; the last column is the median of the second by the median of the first.
"""

import http.client
import re
import statistics
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

ROUNDS = 15
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LINE = re.compile(r'<article class="line" id="(ST-[^"]+)"')


@dataclass
class Visitor:
    """Somebody with a browser. ``took`` holds the milliseconds of each answer, by the name of the page."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of one answer, on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(form)
        connection.request("POST" if form else "GET", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _is, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer.status, text

    def sign_in(self, name: str, password: str) -> None:
        """Raises SystemExit when the door stays shut."""
        token = TOKEN.search(self.ask("/sign-in/")[1])
        form = {"csrfmiddlewaretoken": token[1] if token else "", "username": name, "password": password}
        if self.ask("/sign-in/", form)[0] != 302:
            raise SystemExit(f"{name} could not sign in at {self.host}:{self.port}.")

    def time(self, name: str, path: str) -> None:
        began = time.perf_counter()
        status, _text = self.ask(path)
        if status != 200:
            raise SystemExit(f"{path} answers {status}.")
        self.took.setdefault(name, []).append((time.perf_counter() - began) * 1000)


def pages_of(visitor: Visitor) -> dict[str, str]:
    """The pages of the incident with the most lines, and of what it names, by what they are called in the tables."""
    listed = dict.fromkeys(re.findall(r'href="(/incidents/IN-[^"/]+/)"', visitor.ask("/")[1]))
    texts = {path: visitor.ask(path)[1] for path in listed}
    incident = max(texts, key=lambda path: len(LINE.findall(texts[path])))
    statement = f"/statements/{LINE.findall(texts[incident])[0]}/"
    capture = re.findall(r'href="(/sources/SO-[^"/]+/captures/\d+/)', texts[incident])[0]
    party = re.findall(r'href="(/parties/[^"/]+/)"', texts[incident])[0]
    return {
        "incidents": "/",
        "incident": incident,
        "incident: propose a finding": f"{incident}assess/",
        "incident: release": f"{incident}release/",
        "incident: edit": f"{incident}edit/",
        "statement": statement,
        "statement: answer": f"{statement}answer/?incident={incident.split('/')[2]}",
        "statement: propose a finding": f"{statement}assess/",
        "statement: release": f"{statement}release/",
        "statements": "/statements/",
        "sources": "/sources/",
        "parties": "/parties/",
        "party": party,
        "source in the Reader": capture,
        "statement form beside the text": f"{capture}log/",
        "more words": f"{capture}words/",
        "outside note": f"{capture}note/",
        "review": "/review/",
    }


def visitor_at(address: str, name: str, password: str) -> tuple[Visitor, dict[str, str]]:
    """Somebody signed in there, and the pages to ask for; each was asked for once."""
    parts = urlsplit(address)
    visitor = Visitor(parts.hostname or "127.0.0.1", parts.port or 80)
    visitor.sign_in(name, password)
    pages = pages_of(visitor)
    for path in pages.values():
        visitor.ask(path)
    return visitor, pages


def main() -> None:
    """Ask in rounds and print the table."""
    address, name, password, *more = sys.argv[1:]
    rounds = int(more[0]) if more else ROUNDS
    asked = [visitor_at(address, name, password)]
    if len(more) > 1:
        asked.append(visitor_at(more[1], name, more[2]))
    for _round in range(rounds):
        for page in asked[0][1]:
            for visitor, pages in asked:
                visitor.time(page, pages[page])
    for page in asked[0][1]:
        medians = [statistics.median(visitor.took[page]) for visitor, _pages in asked]
        best = [min(visitor.took[page]) for visitor, _pages in asked]
        cells = [f"{median:.0f} | {least:.0f}" for median, least in zip(medians, best, strict=True)]
        ratio = f" | {medians[1] / medians[0]:.2f}" if len(medians) > 1 else ""
        print(f"| {page} | {' | '.join(cells)}{ratio} |")


if __name__ == "__main__":
    main()
