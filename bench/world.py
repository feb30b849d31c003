"""What all incidents share: people of the house, parties with their ties, places."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench.batch import Batch
from bench.seeded import BEGAN, Chance, Skewed
from bench.words import BODIES, LANGUAGES, TOWNS
from sources.names import fold

BEFORE = BEGAN - timedelta(days=30)


@dataclass
class Speaker:
    """A party as the generator needs it: its key, kind and names, and the state or family of bodies it belongs to."""

    id: str
    kind: str
    names: tuple[str, str, str]
    family: str
    ref: str


@dataclass
class World:
    """Everything that exists before the first incident."""

    analysts: list[str]
    editors: list[str]
    team: str
    parties: Skewed[Speaker]
    accused: Skewed[Speaker]
    media: Skewed[Speaker]
    bodies: Skewed[Speaker]
    us: Speaker
    places: Skewed[dict[str, Any]]
    everyone: list[Speaker] = field(default_factory=list)


def build_world(chance: Chance, batch: Batch, statements: int) -> World:
    """The rows of the world for so many statements: 60 parties and 48 places at least, 2,000 and 1,000 at most."""
    analysts, editors, team = _people(chance, batch)
    parties = _parties(chance, batch, min(2000, 60 + statements // 500), analysts[0])
    _ties(chance, batch, parties, analysts[0])
    forces = [party for party in parties if party.kind in ("armed_force", "state_body", "state")]
    return World(
        analysts=analysts,
        editors=editors,
        team=team,
        parties=Skewed(parties),
        accused=Skewed(forces),
        media=Skewed([party for party in parties if party.kind == "media"]),
        bodies=Skewed([party for party in parties if party.kind == "igo"]),
        us=parties[-1],
        places=Skewed(_places(chance, batch, min(1000, 48 + statements // 1000), analysts[0])),
        everyone=parties,
    )


def _people(chance: Chance, batch: Batch) -> tuple[list[str], list[str], str]:
    team = chance.key(BEFORE)
    batch.add("team", id=team, name="Eastern desk")
    made: dict[str, list[str]] = {"analyst": [], "editor": [], "viewer": [], "admin": []}
    for name, role, clearance in (
        ("analyst1", "analyst", "AMBER"),
        ("analyst2", "analyst", "AMBER_STRICT"),
        ("analyst3", "analyst", "AMBER"),
        ("editor1", "editor", "AMBER_STRICT"),
        ("editor2", "editor", "AMBER_STRICT"),
        ("viewer1", "viewer", "GREEN"),
        ("admin1", "admin", "GREEN"),
    ):
        key = chance.key(BEFORE)
        made[role].append(key)
        # An unusable password: these accounts exist in benchmark databases only.
        batch.add(
            "user",
            id=key,
            username=name,
            name=name.title(),
            role=role,
            clearance=clearance,
            password="!",  # noqa: S106
            created_at=BEFORE,
        )
    return made["analyst"], made["editor"], team


def _parties(chance: Chance, batch: Batch, count: int, by: str) -> list[Speaker]:
    parties = []
    for number in range(count):
        if number < 4:
            kind, patterns = "state", ("State of {t}", "Держава {t}", "Государство {t}")
        else:
            kind, *patterns = BODIES[number % len(BODIES)]
        town = TOWNS[number * 7 % len(TOWNS)]
        names = tuple(pattern.format(t=town[i], k=number) for i, pattern in enumerate(patterns))
        key, ref = chance.key(BEFORE), chance.ref("PA")
        parties.append(Speaker(key, kind, names, family=key, ref=ref))
        batch.add("party", id=key, ref=ref, kind=kind, name=names[0], created_at=BEFORE, created_by_id=by)
        for lang, name in zip(LANGUAGES, names, strict=True):
            batch.add("party_name", id=chance.key(BEFORE), party_id=key, text=name, lang=lang, folded=fold(name))
    return parties


def _ties(chance: Chance, batch: Batch, parties: list[Speaker], by: str) -> None:
    states = parties[:4]
    for party in parties[4:]:
        if party.kind not in ("armed_force", "state_body", "person") or chance.happens(0.2):
            continue
        state = chance.choice(states)
        party.family = state.family
        batch.add(
            "affiliation",
            id=chance.key(BEFORE),
            party_id=party.id,
            body_id=state.id,
            kind="acts_for" if party.kind == "person" else "belongs_to",
            created_at=BEFORE,
            created_by_id=by,
        )


def _places(chance: Chance, batch: Batch, count: int, by: str) -> list[dict[str, Any]]:
    places = []
    for number in range(count):
        names = TOWNS[number % len(TOWNS)]
        if number >= len(TOWNS):
            names = tuple(f"{name} {number // len(TOWNS) + 1}" for name in names)
        place = {
            "id": chance.key(BEFORE),
            "names": names,
            "latitude": 47 + 4 * chance.random(),
            "longitude": 30 + 8 * chance.random(),
        }
        places.append(place)
        batch.add(
            "place",
            id=place["id"],
            ref=chance.ref("PL"),
            name=names[0],
            country="UA",
            latitude=place["latitude"],
            longitude=place["longitude"],
            created_at=BEFORE,
            created_by_id=by,
        )
        for lang, name in zip(LANGUAGES, names, strict=True):
            if lang == "en" or name not in names[: LANGUAGES.index(lang)]:
                batch.add(
                    "place_name", id=chance.key(BEFORE), place_id=place["id"], text=name, lang=lang, folded=fold(name)
                )
    return places


def marking(chance: Chance, world: World) -> dict[str, Any]:
    """A marking and a workflow state as a house that works would have them: most AMBER, most approved."""
    tlp, workflow = chance.random(), chance.random()
    return {
        "tlp": "GREEN" if tlp < 0.25 else "AMBER" if tlp < 0.9 else "AMBER_STRICT" if tlp < 0.97 else "RED",
        "workflow": "approved" if workflow < 0.7 else "in_review" if workflow < 0.82 else "draft",
        "team_id": world.team if chance.happens(0.03) else None,
    }
