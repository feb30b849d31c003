"""The ledger of an incident: each claim with its answers beneath it, and what stands in no thread."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from claims.models import Incident, Link
from claims.models.link import LinkType
from claims.models.statement import StatementKind
from claims.queries.voices import Accused, Voice, voices
from harmtracker.models import User
from sources.models import Party

DEEPEST_INDENT = 3
"""Answers further down stand in the list of the last indent; their numbers go on growing."""


@dataclass
class Line:
    """One voice at one place of the ledger.

    ``number`` is what people cite ("1.2.1"). ``links`` tie it to the line above. A ``is_reference`` line stands for a
    voice that is shown in full under ``number`` elsewhere and has no answers of its own here.
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


@dataclass
class Ledger:
    """Threads in the order in which their claims were made, and "also said" by party."""

    threads: list[Line] = field(default_factory=list)
    also_said: list[Group] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)

    @property
    def claims(self) -> int:
        return len(self.threads)

    @property
    def answers(self) -> int:
        """Voices shown beneath a claim; one that answers two claims counts once."""
        beneath = {line.voice.key for thread in self.threads for line in thread.in_order()[1:]}
        return len(beneath - {thread.voice.key for thread in self.threads})

    @property
    def lines(self) -> list[Line]:
        """Every full line once."""
        threads = [line for thread in self.threads for line in thread.in_order() if not line.is_reference]
        return threads + [line for group in self.also_said for line in group.lines]


def ledger(incident: Incident, user: User) -> Ledger:
    """The incident's ledger from what the reader may see, in a fixed number of queries."""
    return arranged(voices(incident, user))


def arranged(heard: list[Voice]) -> Ledger:
    """Put voices (oldest first) into threads. Pure.

    A thread starts at each allegation, and at any statement that is answered but answers nothing. Answers hang beneath
    what they answer, to any depth. Each voice is shown in full once; where it answers something else as well, a short
    reference stands. Circles end where they close.
    """
    by_key = {voice.key: voice for voice in heard}
    beneath = _answers(heard, by_key)
    roots = _roots(heard, beneath)
    shown: dict[Any, str] = {root.key: str(index) for index, root in enumerate(roots, start=1)}
    threads = [Line(root, shown[root.key]) for root in roots]
    for thread in threads:
        _grow(thread, beneath, by_key, shown)
    left = [voice for voice in heard if voice.key not in shown]
    return Ledger(threads, _by_party(left), heard)


def _answers(heard: list[Voice], by_key: dict[Any, Voice]) -> dict[Any, dict[Any, list[Link]]]:
    """For each statement its answers, oldest first, each with the links that make it one. Both ends must be seen."""
    beneath: dict[Any, dict[Any, list[Link]]] = {}
    for voice in heard:
        for link in voice.links:
            if link.to_statement_id not in by_key:
                continue
            answer, target = voice.key, link.to_statement_id
            if link.type == LinkType.CONTRADICTS and voice.said_order < by_key[target].said_order:
                # It has no direction of its own; the later of the two is shown as the answer.
                answer, target = target, answer
            beneath.setdefault(target, {}).setdefault(answer, []).append(link)
    return {
        target: dict(sorted(answers.items(), key=lambda each: by_key[each[0]].said_order))
        for target, answers in beneath.items()
    }


def _roots(heard: list[Voice], beneath: dict[Any, dict[Any, list[Link]]]) -> list[Voice]:
    answering = {answer for answers in beneath.values() for answer in answers}
    roots = {
        voice.key
        for voice in heard
        if voice.statement.kind == StatementKind.ALLEGATION or (voice.key in beneath and voice.key not in answering)
    }
    reached = _reached(roots, beneath)
    for voice in heard:
        # What answers only one another in a circle starts at the oldest.
        if voice.key in beneath and voice.key not in reached:
            roots.add(voice.key)
            reached |= _reached({voice.key}, beneath)
    # Allegations come first, oldest first; what else drew answers follows.
    return sorted(
        (voice for voice in heard if voice.key in roots),
        key=lambda voice: voice.statement.kind != StatementKind.ALLEGATION,
    )


def _reached(starts: set[Any], beneath: dict[Any, dict[Any, list[Link]]]) -> set[Any]:
    reached: set[Any] = set()
    waiting = list(starts)
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(beneath.get(key, {}))
    return reached


def _grow(
    root: Line, beneath: dict[Any, dict[Any, list[Link]]], by_key: dict[Any, Voice], shown: dict[Any, str]
) -> None:
    """Hang the answers beneath ``root``, depth first, however deep they go."""
    waiting = [(root, iter(beneath.get(root.voice.key, {}).items()), count(1))]
    while waiting:
        line, answers, places = waiting[-1]
        answer, links = next(answers, (None, []))
        if answer is None:
            waiting.pop()
            continue
        is_reference = answer in shown
        if not is_reference:
            shown[answer] = f"{line.number}.{next(places)}"
        child = Line(by_key[answer], shown[answer], line.depth + 1, links, line.number, is_reference=is_reference)
        line.answers.append(child)
        if not is_reference:
            waiting.append((child, iter(beneath.get(answer, {}).items()), count(1)))


def _by_party(left: list[Voice]) -> list[Group]:
    groups: dict[Any, Group] = {}
    for voice in left:
        key = voice.speaker.pk if voice.speaker else voice.alias
        group = groups.setdefault(key, Group(voice.speaker, [], voice.alias))
        group.lines.append(Line(voice, ""))
    return list(groups.values())
