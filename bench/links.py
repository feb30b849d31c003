"""Links between the statements of one incident, each as the rules of the domain allow it."""

from datetime import datetime, timedelta
from typing import Any

from bench.batch import Batch
from bench.seeded import Chance
from bench.story import Said, Story
from bench.world import World

ANSWER = {
    "denial": ("denies", "responsibility"),
    "acknowledgement": ("replies_to", "responsibility"),
    "justification": ("qualifies", "intent"),
    "no_comment": ("replies_to", "other"),
    "authenticity_claim": ("denies", "media_authenticity"),
}
STANCE = {
    "characterization": ("supports", "legal_character"),
    "condemnation": ("supports", "occurrence"),
    "motive_claim": ("qualifies", "intent"),
    "finding": ("refutes", "means"),
    "testimony": ("corroborates", "occurrence"),
    "allegation": ("repeats", "occurrence"),
}
# What a party does to its own earlier statement, and what becomes of that one.
OWN = {
    "correction": ("corrects", "corrected"),
    "retraction": ("retracts", "retracted_by_speaker"),
    "casualty_figure": ("supersedes", "superseded"),
}


def tie(chance: Chance, world: World, batch: Batch, story: Story) -> None:
    """Link each later statement to an earlier one, if its kind asks for it; ends change their lifecycle."""
    allegations: list[Said] = []
    own: dict[str, Said] = {}
    for one in story.said:
        if one.kind in OWN:
            _own(chance, world, batch, one, own)
        elif allegations and one.kind in ANSWER | STANCE:
            _other(chance, batch, one, _early(chance, allegations))
        if chance.happens(0.03) and allegations:
            _contradicts(chance, batch, one, chance.choice(allegations))
        if one.kind == "allegation":
            allegations.append(one)
        elif one.kind == "casualty_figure" or one.speaker.id not in own:
            own[one.speaker.id] = one


def _early(chance: Chance, allegations: list[Said]) -> Said:
    """The first allegations draw most of the answers."""
    return allegations[min(len(allegations) - 1, int(chance.expovariate(0.4)))]


def _own(chance: Chance, world: World, batch: Batch, one: Said, own: dict[str, Said]) -> None:
    target = own.get(one.speaker.id)
    if target is None or target.row.get("lifecycle"):
        return
    if one.kind == "casualty_figure" and target.kind != "casualty_figure":
        return
    link, lifecycle = OWN[one.kind]
    created = _link(chance, batch, one, target, link, "number")
    target.row |= {
        "lifecycle": lifecycle,
        "lifecycle_reason": "The same party said so later.",
        "lifecycle_at": created,
        "lifecycle_by_id": chance.choice(world.editors),
    }


def _other(chance: Chance, batch: Batch, one: Said, target: Said) -> None:
    link, aspect = ANSWER.get(one.kind) or STANCE[one.kind]
    if link == "corroborates" and (one.speaker.family == target.speaker.family or one.origins & target.origins):
        link = "supports"
    if link == "denies" and chance.happens(0.3):
        link = "rebuts"
    if chance.happens(0.6 if link == "repeats" else 0.9):
        _link(chance, batch, one, target, link, aspect)


def _contradicts(chance: Chance, batch: Batch, one: Said, other: Said) -> None:
    if one is not other:
        first, second = sorted((one, other), key=lambda end: end.id)
        _link(chance, batch, first, second, "contradicts", "time", editorial=True)


def _link(
    chance: Chance, batch: Batch, one: Said, target: Said, link: str, aspect: str, *, editorial: bool = False
) -> datetime:
    created = max(one.row["created_at"], target.row["created_at"]) + timedelta(minutes=5)
    ours = editorial or chance.happens(0.2)
    row: dict[str, Any] = {
        "basis": "editorial" if ours else "explicit",
        "reason": "Both speak of that day." if ours else "",
    }
    batch.add(
        "link",
        id=chance.key(created),
        from_statement_id=one.id,
        to_statement_id=target.id,
        type=link,
        aspect=aspect,
        created_at=created,
        created_by_id=one.row["created_by_id"],
        **row,
    )
    return created
