"""Proposed findings with their evidence, and the decisions on them; the columns they move on the record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.batch import Batch
from bench.seeded import Chance, Skewed, day
from bench.story import Said, Story
from bench.tables import array
from bench.world import Speaker, World

CONCLUSIONS = Skewed(
    ["could_not_confirm", "corroborated", "partly_corroborated", "contradicted", "verified", "refuted"], 0.7
)
OPINIONS = {"opinion", "commitment", "legal_characterization"}
TWO_ORIGINS = {"corroborated", "verified", "refuted"}
SECOND_PERSON = {"verified", "refuted"}
WHY = "The pictures and the words agree on street and hour."


@dataclass
class Case:
    """A record being judged: its row, the column that names it, and the time of the last step."""

    row: dict[str, Any]
    column: str
    at: datetime
    accused: list[Speaker]
    about: str
    step: int = 0
    stage: str = "unverified"


def judge(chance: Chance, world: World, batch: Batch, story: Story) -> None:
    """A fifth of the statements and half of the incidents come before the editors."""
    asked: set[str] = set()
    cases = [(0.2, _case(one, story)) for one in story.said]
    everyone = {party.id: party for one in story.said for party in one.accused if "lifecycle" not in one.row}
    incident = Case(
        story.incident, "incident_id", max(one.row["created_at"] for one in story.said), list(everyone.values()), ""
    )
    incident.about = story.incident["id"]
    for share, case in [*cases, (0.5, incident)]:
        if chance.happens(share):
            _judge(chance, world, batch, story, case, asked)


def _case(one: Said, story: Story) -> Case:
    return Case(one.row, "statement_id", one.row["created_at"], one.accused, story.incident["id"])


def _judge(chance: Chance, world: World, batch: Batch, story: Story, case: Case, asked: set[str]) -> None:
    if case.row.get("checkability") in OPINIONS:
        _propose(chance, world, batch, case, "not_checkable")
        return
    _propose(chance, world, batch, case, "in_progress")
    if chance.happens(0.15):
        return
    finding, evidence = _conclusion(chance, story)
    if finding in SECOND_PERSON:
        _ask(chance, world, batch, case, asked)
    waits = chance.happens(0.1)
    assessment = _propose(chance, world, batch, case, finding, decided=not waits)
    for number, rendering in enumerate(evidence):
        batch.add(
            "evidence",
            id=chance.key(case.at),
            assessment_id=assessment,
            rendering_id=rendering,
            reliability="B",
            direction="against" if finding in ("refuted", "contradicted") else "for",
            credibility=str(2 + number),
        )
    if not waits and chance.happens(0.08):
        _propose(chance, world, batch, case, "in_progress" if chance.happens(0.7) else "withdrawn")


def _conclusion(chance: Chance, story: Story) -> tuple[str, list[str]]:
    """A finding, and renderings from two origins where it needs them; without those it could not be confirmed."""
    finding = CONCLUSIONS.pick(chance)
    usable = [one for one in story.said if one.renderings and len(one.origins) == 1]
    if not usable:
        return "could_not_confirm", []
    first = chance.choice(usable)
    others = [one for one in usable if not one.origins & first.origins]
    if finding in TWO_ORIGINS and not others:
        return "could_not_confirm", []
    second = [chance.choice(others)] if others else []
    return finding, [one.renderings[0] for one in [first, *second]]


def _propose(chance: Chance, world: World, batch: Batch, case: Case, finding: str, *, decided: bool = True) -> str:
    """Add an assessment and, unless it still waits, the decision that approves it; the record's columns follow."""
    proposed = chance.later(case.at, 2)
    case.at = decided_at = chance.later(proposed, 1)
    key = chance.key(proposed)
    concludes = finding not in ("in_progress", "withdrawn")
    unconfirmed = finding == "could_not_confirm"
    batch.add(
        "assessment",
        id=key,
        **{case.column: case.row["id"]},
        subject_version=1,
        moves_from=case.stage,
        finding=finding,
        standard_of_proof="balance_of_probabilities" if finding == "verified" else "none",
        confidence=chance.choice(["low", "moderate", "high"]) if concludes else "",
        reasons=WHY,
        public_wording="The details could not be confirmed." if unconfirmed else "",
        tried=array(["no_second_source"] if unconfirmed else []),
        proposed_at=proposed,
        would_settle="A picture with a known place and hour." if unconfirmed else "",
        proposed_by_id=chance.choice(world.analysts),
    )
    editor = chance.choice(world.editors)
    if decided:
        case.step += 1
        batch.add(
            f"decision{case.step}",
            id=chance.key(decided_at),
            assessment_id=key,
            kind="approve",
            decided_at=decided_at,
            decided_by_id=editor,
        )
        _move(case, finding, key, decided_at)
        batch.add(
            "audit",
            id=chance.key(decided_at),
            actor_id=editor,
            actor_name="Editor",
            verb="finding.approve",
            subject_type=f"claims.{case.column.removesuffix('_id')}",
            subject_id=case.row["id"],
            subject_ref=case.row["ref"],
            reason=WHY,
            about=array([case.about]),
        )
    return key


def _move(case: Case, finding: str, assessment: str, at: datetime) -> None:
    """As the trigger on decisions moves them: a re-examination leaves the conclusion in force."""
    case.stage = finding
    row = case.row
    row["stage"] = finding
    if finding == "in_progress" and row.get("standing_id"):
        row |= {"under_review_since": at, "under_review_reason": WHY}
        return
    concludes = finding not in ("in_progress", "withdrawn")
    row |= {"finding": finding, "standing_id": assessment if concludes else None}


def _ask(chance: Chance, world: World, batch: Batch, case: Case, asked: set[str]) -> None:
    """Nobody is found to have done something without having been asked."""
    for party in case.accused:
        if party.id in asked:
            continue
        asked.add(party.id)
        at = case.at + timedelta(hours=1)
        key = chance.key(at)
        batch.add(
            "request",
            id=key,
            ref=chance.ref("CR"),
            asked_by_id=world.us.id,
            party_id=party.id,
            incident_id=case.about,
            question="What do you say to this?",
            state="sent",
            channel="e-mail",
            tlp="AMBER",
            **day(at.strftime("%Y-%m-%d"), "UTC").fields("asked"),
            deadline=at + timedelta(days=7),
            created_at=at,
            created_by_id=world.analysts[0],
        )
        batch.add(
            "request_event",
            id=chance.key(at),
            request_id=key,
            outcome="no_response_by_deadline",
            happened_at=at + timedelta(days=7),
            created_at=at + timedelta(days=7),
            created_by_id=world.analysts[0],
        )
