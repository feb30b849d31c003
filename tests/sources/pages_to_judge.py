"""Small pages for the judge, and what it says of them once the real reading child has read them."""

import json
from datetime import UTC, datetime

from sources.capture.extract import extract
from sources.capture.fetch import Fetched
from sources.capture.judge import Kind, judge
from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop

LINK = "https://site.example/news/2022/denial"
PARAGRAPHS = {
    "en": "The ministry said on Monday that nobody was harmed while its troops held the town; residents disagreed. ",
    "de": "Das Ministerium erklärte am Montag, niemand sei zu Schaden gekommen, doch die Bewohner widersprachen dem. ",
    "fr": "Le ministère a déclaré lundi que personne n'avait été blessé, mais les habitants racontent autre chose. ",
    "ru": "Министерство заявило в понедельник, что никто не пострадал, однако жители города рассказали другое. ",
    "uk": "Міністерство заявило в понеділок, що ніхто не постраждав, однак мешканці міста розповіли інше. ",
}
MENU = "<nav><ul>" + "".join(f"<li><a href=/s/{n}>Section {n}</a></li>" for n in range(40)) + "</ul></nav>"
HEADLINES = "".join(
    f"<li><a href=/news/2022/story-{n}>Residents of town number {n} tell what they saw that week</a></li>"
    for n in range(40)
)


def prose(lang: str = "en", times: int = 20) -> str:
    return "".join(f"<p>{PARAGRAPHS[lang] * 2}</p>" for _ in range(times))


def page(title: str, body: str, head: str = "", body_class: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body class='{body_class}'>{body}</body></html>"
    )


def structured(**told: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Denial", **told}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def judged(html: str, *way: str, status: int = 200, outcome: Outcome = Outcome.OK, **headers: str) -> Outcome:
    """The outcome for a page that was reached by these addresses, the first of them the one asked for."""
    way = way or (LINK,)
    pairs = [[name.replace("_", "-"), value] for name, value in headers.items()]
    hops = tuple(Hop(address, status=status, headers=pairs) for address in way)
    visit = Fetched(way[0], way[-1], outcome, datetime.now(UTC), hops=hops)
    extracted = extract(html.encode(), Kind.HTML, base=way[-1])
    assert extracted.outcome == Outcome.OK
    return judge(visit, extracted.text)
