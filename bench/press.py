"""The sources of an incident: pages in three languages that quote what was said, and their captures."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.batch import Batch
from bench.seeded import Chance
from bench.words import BETWEEN, LANGUAGES, QUOTES, SAID
from bench.world import World, marking
from sources.capture.text import WALKER_VERSION

AROUND = 32


@dataclass
class Page:
    """A source whose text is being written."""

    id: str
    capture: str
    lang: int
    origin: str
    created_at: datetime
    fetched: bool
    paragraphs: list[str] = field(default_factory=list)
    length: int = 0
    quoted: list[dict[str, Any]] = field(default_factory=list)

    def quote(self, speaker: str, words: str) -> tuple[int, int]:
        """Write a paragraph that quotes these words; returns where they stand, in code points."""
        opening, closing = QUOTES[self.lang]
        start = self.length + len(opening)
        self.write(f"{opening}{words}{closing}, {SAID[self.lang]}: {speaker}.")
        return start, start + len(words)

    def write(self, paragraph: str) -> None:
        self.paragraphs.append(paragraph)
        self.length += len(paragraph) + 2

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def write_pages(chance: Chance, world: World, batch: Batch, said_at: list[datetime], by: str) -> list[Page]:
    """About one source for every eight statements; a few are confirmed copies of an earlier one."""
    count = max(2, len(said_at) // 8)
    pages: list[Page] = []
    for number in range(count):
        last = said_at[min(len(said_at) - 1, (number + 1) * len(said_at) // count)]
        published = chance.later(last, 1)
        created = chance.later(published, 5)
        lang = chance.choices((0, 1, 2), (5, 3, 2))[0]
        key, publisher = chance.key(created), world.media.pick(chance)
        page = Page(key, chance.key(created), lang, key, created, fetched=chance.happens(0.95))
        address = f"https://news{chance.randrange(500)}.example.org/{LANGUAGES[lang]}/{key[-12:]}"
        batch.add(
            "source",
            id=key,
            ref=chance.ref("SO"),
            title=f"{publisher.names[lang]}: {BETWEEN[number % 4][lang]}",
            publisher_id=publisher.id,
            submitted_address=address,
            address_key=address.removeprefix("https://"),
            host=address.split("/")[2],
            lang=LANGUAGES[lang],
            published=published.strftime("%Y-%m-%d"),
            published_start=published,
            published_end=published,
            created_at=created,
            created_by_id=by,
            **marking(chance, world),
        )
        if pages and chance.happens(0.05):
            _copy_of(chance, world, batch, page, chance.choice(pages), created)
        pages.append(page)
    return pages


def _copy_of(chance: Chance, world: World, batch: Batch, page: Page, original: Page, at: datetime) -> None:
    page.origin = original.origin
    batch.add(
        "copy",
        id=chance.key(at),
        derived_id=page.id,
        original_id=original.id,
        kind="reprint",
        state="confirmed",
        decided_at=at,
        decided_by_id=chance.choice(world.editors),
        created_at=at,
    )


def seal(chance: Chance, batch: Batch, page: Page, by: str) -> None:
    """The capture of a finished page, and the renderings that quote it."""
    if not page.paragraphs:
        page.write(BETWEEN[0][page.lang])
    text = page.text
    digest = hashlib.sha256(text.encode()).hexdigest()
    # The page as it came is not held: no file lies behind these blobs.
    body = hashlib.sha256(f"{page.id} as it came".encode()).hexdigest()
    batch.add("blob", sha256=body, size=len(text.encode()) * 3, media_type="text/html", created_at=page.created_at)
    batch.add(
        "capture",
        id=page.capture,
        source_id=page.id,
        number=1,
        obtained="fetched" if page.fetched else "pasted",
        reason="" if page.fetched else "The site refused.",
        requested_by_id=by,
        created_at=page.created_at,
        outcome="ok",
        finished_at=page.created_at + timedelta(seconds=2),
        body_id=body,
        media_type="text/html",
        charset="utf-8",
        text=text,
        text_sha256=digest,
        walker_version=WALKER_VERSION,
        title=page.paragraphs[0][:100],
        lang=LANGUAGES[page.lang],
    )
    for quoted in page.quoted:
        start, end = quoted["start"], quoted["end"]
        batch.add(
            "rendering",
            **quoted,
            source_id=page.id,
            capture_id=page.capture,
            exact=quoted["text"],
            prefix=text[max(0, start - AROUND) : start],
            suffix=text[end : end + AROUND],
            text_sha256=digest,
            created_by_id=by,
        )
        batch.add(
            "quote_check",
            id=chance.key(quoted["created_at"]),
            rendering_id=quoted["id"],
            capture_id=page.capture,
            outcome="exact",
            created_at=quoted["created_at"],
        )
