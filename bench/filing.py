"""The rows of a story whose links and findings are settled: the incident and its statements."""

from typing import Any

from bench.batch import Batch
from bench.seeded import Chance, day
from bench.story import Said, Story
from bench.words import LANGUAGES, OPENINGS


def file(chance: Chance, batch: Batch, story: Story, also: str | None) -> None:
    """Add them to the batch; ``also`` is an earlier incident that a few statements are about as well."""
    incident = story.incident
    batch.add("incident", **incident)
    _audit(chance, batch, "incident", incident, incident["id"])
    video = _video(chance, batch, story)
    for one in story.said:
        if one.kind == "authenticity_claim":
            one.row["media_item_id"] = video
        batch.add("statement", **one.row)
        _audit(chance, batch, "statement", one.row, incident["id"])
        batch.add("about", id=chance.key(one.row["created_at"]), statement_id=one.id, incident_id=incident["id"])
        # An allegation about another incident would accuse someone there, after that one may have been judged.
        if also and one.kind != "allegation" and chance.happens(0.05):
            batch.add("about", id=chance.key(one.row["created_at"]), statement_id=one.id, incident_id=also)
        for party in one.accused:
            batch.add(
                "accusation",
                id=chance.key(one.row["created_at"]),
                statement_id=one.id,
                party_id=party.id,
                wording=party.names[one.lang],
            )
        if one.kind == "casualty_figure":
            _figure(chance, batch, one, incident["id"])
        if one.lang and chance.happens(0.3):
            _our_translation(chance, batch, one)


def _video(chance: Chance, batch: Batch, story: Story) -> str | None:
    if not any(one.kind == "authenticity_claim" for one in story.said):
        return None
    incident, page = story.incident, story.pages[0]
    key = chance.key(page.created_at)
    batch.add(
        "media_item",
        id=key,
        ref=chance.ref("ME"),
        description=f"Video: {incident['title']}",
        source_id=page.id,
        first_seen=incident["occurred"],
        tlp=incident["tlp"],
        workflow=incident["workflow"],
        created_at=page.created_at,
        created_by_id=story.by,
    )
    return key


def _figure(chance: Chance, batch: Batch, one: Said, incident: str) -> None:
    at_least = chance.happens(0.4)
    batch.add(
        "figure",
        id=chance.key(one.row["created_at"]),
        statement_id=one.id,
        incident_id=incident,
        outcome="killed",
        population="civilian",
        words=f"at least {one.number}" if at_least else str(one.number),
        least=one.number if at_least else None,
        best=None if at_least else one.number,
        **day(one.said_at.strftime("%Y-%m-%d"), "Europe/Kyiv").fields("as_of"),
        created_at=one.row["created_at"],
        created_by_id=one.row["created_by_id"],
    )


def _our_translation(chance: Chance, batch: Batch, one: Said) -> None:
    at = one.row["created_at"]
    words = OPENINGS[one.kind][0].format(a="They", p="the town", n=one.number, s="a street")
    batch.add(
        "rendering",
        id=chance.key(at),
        statement_id=one.id,
        lang=LANGUAGES[0],
        text=words,
        fidelity="translation",
        translator="tracker_human",
        translates_id=one.first_rendering,
        created_at=at,
        created_by_id=one.row["created_by_id"],
    )


def _audit(chance: Chance, batch: Batch, noun: str, row: dict[str, Any], incident: str) -> None:
    batch.add(
        "audit",
        id=chance.key(row["created_at"]),
        actor_id=row["created_by_id"],
        actor_name="Analyst",
        verb=f"{noun}.created",
        subject_type=f"claims.{noun}",
        subject_id=row["id"],
        subject_ref=row["ref"],
        about=f"{{{incident}}}",
    )
