"""One incident: who says what about it, in which sources."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.batch import Batch
from bench.press import Page, seal, write_pages
from bench.seeded import Chance, Skewed, day
from bench.tables import array
from bench.words import BETWEEN, DETAILS, LANGUAGES, OPENINGS, STREETS
from bench.world import Speaker, World, marking
from claims.models.incident import Harm, Means

KINDS = Skewed(
    [
        "allegation",
        "denial",
        "casualty_figure",
        "characterization",
        "condemnation",
        "testimony",
        "authenticity_claim",
        "justification",
        "humanitarian_claim",
        "announcement",
        "movement_claim",
        "motive_claim",
        "finding",
        "endorsement",
        "appeal",
        "acknowledgement",
        "correction",
        "no_comment",
        "retraction",
    ],
    0.9,
)
POSITIONS = {
    "denial": "denies_act",
    "acknowledgement": "accepts_responsibility",
    "justification": "acknowledges_act_alternative_explanation",
}
BY_ACCUSED = {
    "denial",
    "acknowledgement",
    "justification",
    "no_comment",
    "authenticity_claim",
    "motive_claim",
    "correction",
    "retraction",
}
CHECKABILITY = {
    "condemnation": "opinion",
    "endorsement": "opinion",
    "appeal": "commitment",
    "characterization": "legal_characterization",
}
SPOKEN_AS = {
    "armed_force": "military_command",
    "state": "head_of_state",
    "state_body": "spokesperson",
    "media": "journalist",
    "ngo": "ngo",
    "igo": "igo_official",
    "witness": "witness",
    "person": "local_official",
}
ZONES = ("Europe/Kyiv", "UTC", "America/New_York")


@dataclass
class Said:
    """A statement being told: its row, and what the links and findings have to know of it."""

    row: dict[str, Any]
    speaker: Speaker
    said_at: datetime
    accused: list[Speaker] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    renderings: list[str] = field(default_factory=list)
    lang: int = 0
    first_rendering: str = ""
    number: int = 0

    @property
    def id(self) -> str:
        return self.row["id"]

    @property
    def kind(self) -> str:
        return self.row["kind"]


@dataclass
class Story:
    """Everything about one incident that its links and findings need."""

    incident: dict[str, Any]
    said: list[Said]
    pages: list[Page]
    accused: list[Speaker]
    by: str


def tell(chance: Chance, world: World, batch: Batch, count: int) -> Story:
    """One incident with ``count`` statements. Its sources go into the batch; the statements are not filed yet."""
    began = chance.beginning()
    accused = [world.accused.pick(chance) for _number in range(1 + chance.happens(0.2))]
    by = chance.choice(world.analysts)
    place = world.places.pick(chance)
    incident = _incident(chance, world, began, place, by)
    said = sorted(
        (_said(chance, world, incident, accused, began, number) for number in range(count)), key=lambda one: one.said_at
    )
    _open_with_allegation(said, accused)
    pages = write_pages(chance, world, batch, [one.said_at for one in said], by)
    for one in said:
        _words(chance, one, place["names"], pages, by)
    for page in pages:
        seal(chance, batch, page, by)
    return Story(incident, said, pages, accused, by)


def _incident(chance: Chance, world: World, began: datetime, place: dict[str, Any], by: str) -> dict[str, Any]:
    created = chance.later(began, 20)
    return {
        "id": chance.key(created),
        "ref": chance.ref("IN"),
        "title": f"Shelling of {chance.choice(STREETS)[0]}, {place['names'][0]}",
        "summary": "Invented for measuring.",
        **day(began.strftime("%Y-%m-%d"), "Europe/Kyiv").fields("occurred"),
        "place_id": place["id"],
        "place_as_reported": place["names"][chance.randrange(3)],
        "latitude": place["latitude"],
        "longitude": place["longitude"],
        "harm": array(sorted({chance.choice(Harm.values) for _number in range(2)})),
        "means": chance.choice(Means.values),
        **marking(chance, world),
        "created_at": created,
        "created_by_id": by,
    }


def _said(
    chance: Chance, world: World, incident: dict[str, Any], accused: list[Speaker], began: datetime, number: int
) -> Said:
    kind = KINDS.pick(chance)
    if kind == "finding":
        speaker = world.bodies.pick(chance)
    else:
        speaker = chance.choice(accused) if kind in BY_ACCUSED else world.parties.pick(chance)
    said_at = chance.later(began, 12)
    zone = chance.choice(ZONES)
    row = {
        "kind": kind,
        "party_id": speaker.id,
        "spoken_as": SPOKEN_AS[speaker.kind],
        "said_in": "Evening briefing" if chance.happens(0.4) else "",
        "how_known": "on_record" if chance.happens(0.7) else "official_publication",
        **day(said_at.strftime("%Y-%m-%d"), zone).fields("said"),
        "said_zone": zone,
        "responsibility_position": POSITIONS.get(kind),
        "checkability": CHECKABILITY.get(kind, "factual"),
        **marking(chance, world),
    }
    one = Said(row, speaker, said_at)
    if kind == "allegation":
        one.accused = [] if chance.happens(0.1) else list({each.id: each for each in accused}.values())
        row["names_nobody"] = not one.accused
    return one


def _open_with_allegation(said: list[Said], accused: list[Speaker]) -> None:
    """What comes first is an allegation: the answers need something to answer."""
    first = said[0]
    first.row |= {
        "kind": "allegation",
        "names_nobody": False,
        "responsibility_position": None,
        "checkability": "factual",
    }
    first.accused = list({each.id: each for each in accused}.values())


def _sentence(chance: Chance, one: Said, names: tuple[str, str, str]) -> tuple[str, str, str]:
    """The same words in the three languages."""
    number, street, detail = chance.randrange(2, 90), chance.choice(STREETS), chance.choice(DETAILS)
    accused = one.accused[0].names if one.accused else ("They", "Вони", "Они")
    said = tuple(
        f"{OPENINGS[one.kind][lang]} {detail[lang]}".format(a=accused[lang], p=names[lang], n=number, s=street[lang])
        for lang in range(3)
    )
    one.number = number
    return said


def _words(chance: Chance, one: Said, names: tuple[str, str, str], pages: list[Page], by: str) -> None:
    """Renderings: the words as the first source has them, often also a second source's."""
    sentence = _sentence(chance, one, names)
    first = chance.randrange(len(pages))
    used = [pages[first]]
    if chance.happens(0.35):
        used.append(pages[(first + 1 + chance.randrange(len(pages) - 1)) % len(pages)])
    one.lang = used[0].lang
    created = max(page.created_at for page in used) + timedelta(minutes=chance.randrange(5, 600))
    one.row |= {"id": chance.key(created), "ref": chance.ref("ST"), "created_at": created, "created_by_id": by}
    for number, page in enumerate(used):
        start, end = page.quote(one.speaker.names[page.lang], sentence[page.lang])
        own = page.lang == one.lang
        key = chance.key(created)
        page.quoted.append(
            {
                "id": key,
                "statement_id": one.id,
                "lang": LANGUAGES[page.lang],
                "text": sentence[page.lang],
                "start": start,
                "end": end,
                "fidelity": "verbatim" if own else "translation",
                "translator": "" if own else "publisher",
                "created_at": created + timedelta(minutes=number),
            }
        )
        one.first_rendering = one.first_rendering or key
        one.origins.add(page.origin)
        if page.fetched:
            one.renderings.append(key)
    if chance.happens(0.5):
        used[0].write(chance.choice(BETWEEN)[one.lang])
