"""The ledger of an incident: each claim with its answers beneath it, and what stands in no thread.

Put together from an ``Outline``, by places alone; a ``Stretch`` of it becomes lines with their voices.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from claims.models import Link
from claims.models.statement import StatementKind
from claims.queries.outline import Outline
from claims.queries.voices import Accused, Voice
from sources.models import Party

DEEPEST_INDENT = 3
"""Answers further down stand in the list of the last indent; their numbers go on growing."""
NOTHING = -1


@dataclass
class Line:
    """One voice at one place of the ledger.

    ``number`` is what people cite ("1.2.1"). ``links`` tie it to the line above. A ``is_reference`` line stands for a
    voice that is shown in full under ``number`` elsewhere; it has answers where a thread goes on from another part.
    """

    voice: Voice
    number: str
    depth: int = 0
    links: list[Link] = field(default_factory=list)
    answered: str = ""
    answers: list["Line"] = field(default_factory=list)
    is_reference: bool = False
    silent: list[Accused] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return self.voice.statement.ref

    @property
    def silent_names(self) -> str:
        """The accused that never answered, by name."""
        return ", ".join(accused.name for accused in self.silent)

    @property
    def shown_answers(self) -> list["Line"]:
        """Answers as drawn: at the last indent those further down follow in the same list."""
        if self.depth < DEEPEST_INDENT - 1:
            return self.answers
        return [line for answer in self.answers for line in answer.in_order()] if self.depth < DEEPEST_INDENT else []

    def in_order(self) -> list["Line"]:
        """This line and everything beneath it, depth first."""
        found: list[Line] = []
        waiting = [self]
        while waiting:  # a thread may be deeper than calls may be nested
            line = waiting.pop()
            found.append(line)
            waiting.extend(reversed(line.answers))
        return found


@dataclass
class Group:
    """What one party said outside the threads; ``party`` None: withheld, ``alias`` may stand for it."""

    party: Party | None
    lines: list[Line]
    alias: str = ""


class Place(NamedTuple):
    """A line of the ledger without its voice: ``said`` counts in the outline, ``above`` is the place it answers."""

    said: int
    number: str
    above: int = NOTHING
    is_reference: bool = False


@dataclass
class Ledger:
    """All lines in their order: threads by when their claims were made, depth first, then "also said" by speaker.

    ``threads``: where each thread begins. Those ``also_said`` follow from that place on and have no number.
    """

    outline: Outline
    places: list[Place]
    threads: list[int]
    also_said: int

    @property
    def claims(self) -> int:
        return len(self.threads)

    @property
    def answers(self) -> int:
        """Voices shown beneath a claim; one that answers two claims counts once."""
        beneath = {place.said for place in self.places if place.above != NOTHING}
        return len(beneath - {self.places[start].said for start in self.threads})

    def first_among(self, said: set[int]) -> str:
        """The first thread that begins with one of these, by the reference of its claim; "" for none."""
        found = (self.places[start].said for start in self.threads)
        return next((self.outline.said[claim].ref for claim in found if claim in said), "")


def arranged(outline: Outline) -> Ledger:
    """Put statements into threads. Pure.

    A thread starts at each allegation, and at any statement that is answered but answers nothing. Answers hang beneath
    what they answer, to any depth. Each statement is shown in full once; where it answers something else as well, a
    short reference stands. Circles end where they close.
    """
    beneath: dict[int, list[int]] = {}
    for answer, target in outline.ties:
        beneath.setdefault(target, []).append(answer)
    roots = _roots(outline, beneath)
    numbers = {root: str(index) for index, root in enumerate(roots, start=1)}
    places: list[Place] = []
    threads = []
    for root in roots:
        threads.append(len(places))
        _grow(root, beneath, numbers, places)
    ledger = Ledger(outline, places, threads, len(places))
    groups: dict[int | str, list[Place]] = {}
    for said in range(len(outline.said)):
        if said not in numbers:
            groups.setdefault(outline.speaker_of(said), []).append(Place(said, ""))
    for group in groups.values():
        places.extend(group)
    return ledger


def _roots(outline: Outline, beneath: dict[int, list[int]]) -> list[int]:
    answering = {answer for answers in beneath.values() for answer in answers}
    allegations = {said for said, each in enumerate(outline.said) if each.kind == StatementKind.ALLEGATION}
    roots = allegations | (beneath.keys() - answering)
    reached = _reached(roots, beneath)
    for said in sorted(beneath.keys() - reached):
        # What answers only one another in a circle starts at the oldest.
        if said not in reached:
            roots.add(said)
            reached |= _reached({said}, beneath)
    # Allegations come first, oldest first; what else drew answers follows.
    return sorted(roots, key=lambda said: (said not in allegations, said))


def _reached(starts: set[int], beneath: dict[int, list[int]]) -> set[int]:
    reached: set[int] = set()
    waiting = list(starts)
    while waiting:
        said = waiting.pop()
        if said not in reached:
            reached.add(said)
            waiting.extend(beneath.get(said, ()))
    return reached


def _grow(root: int, beneath: dict[int, list[int]], numbers: dict[int, str], places: list[Place]) -> None:
    """Add ``root`` with the answers beneath it, depth first, however deep they go."""
    places.append(Place(root, numbers[root]))
    waiting = [(len(places) - 1, iter(beneath.get(root, ())), count(1))]
    while waiting:
        above, answers, order = waiting[-1]
        answer = next(answers, None)
        if answer is None:
            waiting.pop()
            continue
        is_reference = answer in numbers
        if not is_reference:
            numbers[answer] = f"{places[above].number}.{next(order)}"
            waiting.append((len(places), iter(beneath.get(answer, ())), count(1)))
        places.append(Place(answer, numbers[answer], above, is_reference))
