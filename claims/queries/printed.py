"""What a dossier on paper has to carry besides itself: how it is marked, and where its words can be found."""

from dataclasses import dataclass, field
from typing import Any

from claims.queries.dossier import Dossier
from harmtracker.markings import rank
from sources.models import Capture, Party, Source


@dataclass
class Cited:
    """A source behind words or notes shown: which captures of it, and for which records (references)."""

    source: Source
    publisher: Party | None
    captures: dict[int, Capture] = field(default_factory=dict)
    refs: list[str] = field(default_factory=list)


def marking_of(read: Dossier) -> str:
    """The strictest marking of anything on the page: that is how the paper has to be handled."""
    records: list[Any] = [read.incident, *(each.note for each in read.notes), *(each.request for each in read.asked)]
    return str(max([*read.ledger.outline.markings, *(record.tlp for record in records)], key=rank))


def sources_of(read: Dossier) -> list[Cited]:
    """Each source once, in the order in which the page first names it; none that is withheld."""
    found: dict[Any, Cited] = {}
    for voice in read.voices:
        for words in voice.words:
            if words.source is not None:
                publisher = words.source.publisher if words.publisher_seen else None
                _add(found, words.source, publisher, words.capture, voice.statement.ref)
    for each in read.notes:
        if each.source is not None:
            _add(found, each.source, None, each.note.capture, each.note.ref)
    return list(found.values())


def _add(found: dict[Any, Cited], source: Source, publisher: Party | None, capture: Any, ref: str) -> None:
    cited = found.setdefault(source.pk, Cited(source, publisher))
    if capture is not None:
        cited.captures[capture.number] = capture
    if ref not in cited.refs:
        cited.refs.append(ref)


def lines_left_out(read: Dossier) -> int:
    """How many lines of the ledger the page does not write out."""
    return read.shown.total - len(read.shown.anchors)
