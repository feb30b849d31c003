"""The whole documents of statements, before anything is taken out of it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from claims.models import Accusation, Figure, Incident, Link, OutsideNote, Rendering, Statement, StatementIncident
from claims.models.link import CITO
from claims.queries.rows import folded
from claims.quote_checks import own_checks
from claims.release import assessed, mentions
from claims.release.incident import note, sensitivity
from claims.release.mentions import Part, moment
from harmtracker.prepared import asked, is_among
from sources.models import Capture, Party

# What a document says of a party and of a link, as columns.
PARTY = ("id", "ref", "name", "kind")
LINK = ("id", "type", "aspect", "basis")


def whole_statements(statements: Sequence[Statement]) -> list[Part]:
    """Everything a partner could be cleared to read of statements, scoped parts included, in their order.

    As many questions for thirty as for one.
    """
    if not statements:
        return []
    judged, keys = assessed.judged(statements), [each.pk for each in statements]
    named = {row.pk: row for row in asked(_named, None, statements=keys)}
    own = [_by_statement(asked(ask, None, statements=keys)) for ask in (_held, _figures, _notes)]
    return [_whole(each, named[each.pk], judged[each.pk], *(rows[each.pk] for rows in own)) for each in statements]


def _by_statement(rows: Iterable[Any]) -> defaultdict[uuid.UUID, list[Any]]:
    gathered = defaultdict(list)
    for row in rows:
        gathered[row.statement_id].append(row)
    return gathered


def _whole(
    statement: Statement,
    named: Any,
    judged: assessed.Judged,
    words: list[Any],
    figures: list[Figure],
    notes: list[OutsideNote],
) -> Part:
    items, ratings = assessed.cited(judged.evidence)
    return {
        "object": "statement",
        "id": str(statement.pk),
        "ref": statement.ref,
        "version": statement.version,
        "kind": statement.kind,
        **attribution(named),
        "said": mentions.dated(statement, "said", statement.said_zone),
        "responsibility_position": statement.responsibility_position,
        "checkability": statement.checkability,
        "lifecycle": statement.lifecycle,
        "names_nobody": statement.names_nobody,
        "accuses": [_accusation(row) for row in named.accused],
        "media_item": mentions.media_item(named.media_item),
        "incidents": [mentions.reference(Incident(**row), "incident") for row in named.about_rows],
        "renderings": [rendering(row) for row in words],
        "links": [_link(statement, row) for row in named.link_rows],
        "finding": assessed.standing(statement, judged.approved),
        "under_review": assessed.under_review(statement),
        "assessments": assessed.assessments(judged.approved),
        "sensitivity": sensitivity(statement.tlp, statement.handling),
        "figures": [_figure(row) for row in figures],
        "notes": [note(row) for row in notes],
        "evidence": {"quotations": [quotation_proof(row) for row in words if row.start is not None], "cited": items},
        "ratings": ratings,
    }


def _named(_way: None, statements: list[uuid.UUID]) -> QuerySet[Any]:
    """Statements with all they name: who spoke and for whom, whom they accuse, what they are about and answer.

    ``accused``, ``about_rows`` and ``link_rows`` are in the order of their keys.
    """
    accused = Accusation.objects.filter(statement=OuterRef("pk")).order_by("pk")
    about = StatementIncident.objects.filter(statement=OuterRef("pk")).order_by("incident_id")
    links = Link.objects.filter(from_statement=OuterRef("pk"), removed_at=None).order_by("pk")
    return (
        Statement._base_manager.select_related("party", "on_behalf_of", "media_item__standing")
        .annotate(
            accused=folded(accused, wording="wording", **{name: f"party__{name}" for name in PARTY}),
            about_rows=folded(about, id="incident_id", ref="incident__ref"),
            link_rows=folded(links, **{name: name for name in LINK}, to="to_statement_id", to_ref="to_statement__ref"),
        )
        .filter(is_among("id", statements))
    )


def _held(_way: None, statements: list[uuid.UUID]) -> QuerySet[Any]:
    """The words that stand, each with its newest check in a capture of its own source."""
    return (
        Rendering.objects.filter(is_among("statement_id", statements), withdrawn_at=None)
        .select_related("source__publisher", "capture")
        .annotate(
            newest_outcome=Subquery(own_checks().values("outcome")[:1]),
            newest_check_at=Subquery(own_checks().values("created_at")[:1]),
        )
    )


def _figures(_way: None, statements: list[uuid.UUID]) -> QuerySet[Figure]:
    rows = Figure.objects.filter(is_among("statement_id", statements), withdrawn_at=None)
    return rows.select_related("incident", "statement")


def _notes(_way: None, statements: list[uuid.UUID]) -> QuerySet[OutsideNote]:
    rows = OutsideNote.objects.filter(is_among("statement_id", statements), withdrawn_at=None)
    return rows.select_related("party", "incident", "statement", "source__publisher")


def _accusation(row: dict[str, Any]) -> Part:
    accused = Party(**{name: row[name] for name in PARTY})
    return {"object": "accusation", "party": mentions.party(accused), "wording": row["wording"] or None}


def attribution(statement: Statement) -> Part:
    """Who spoke, for whom, in which role, where, and how we know."""
    return {
        "party": mentions.party(statement.party),
        "on_behalf_of": mentions.party(statement.on_behalf_of),
        "spoken_as": statement.spoken_as,
        "role_words": statement.role_words or None,
        "said_in": statement.said_in or None,
        "how_known": statement.how_known,
    }


def rendering(row: Any) -> Part:
    """Words in one language from one source; how they were obtained stands beside every quotation."""
    return {
        "object": "rendering",
        "id": str(row.pk),
        "lang": row.lang,
        "text": row.text,
        "fidelity": row.fidelity,
        "translator": row.translator or None,
        "translates": str(row.translates_id) if row.translates_id else None,
        "quote_check": quote_check(row),
        "obtained": row.capture.obtained if row.capture else None,
        "captured_at": moment(row.capture.finished_at) if row.capture else None,
        "source": mentions.source(row.source),
    }


def quote_check(row: Any) -> Part | None:
    """What became of quoted words in the newest capture of their own source; None for words that are no quotation."""
    if row.start is None:
        return None
    return {"outcome": row.newest_outcome or "unchecked", "checked_at": moment(row.newest_check_at)}


def _link(statement: Statement, row: dict[str, Any]) -> Part:
    """What this statement does to another. Shown to those who may read both ends."""
    return {
        "object": "link",
        "id": row["id"],
        "type": row["type"],
        "cito": list(CITO[row["type"]]),
        "aspect": row["aspect"],
        "basis": row["basis"],
        "from": mentions.reference(statement, "statement"),
        "to": mentions.reference(Statement(id=row["to"], ref=row["to_ref"]), "statement"),
    }


def _figure(row: Figure) -> Part:
    return {
        "object": "figure",
        "id": str(row.pk),
        "statement": mentions.reference(row.statement, "statement"),
        "incident": mentions.reference(row.incident, "incident"),
        "outcome": row.outcome,
        "population": row.population,
        "demographic": row.demographic,
        "count_kind": row.count_kind,
        "area": row.area or None,
        "is_incident_area": row.is_incident_area,
        "as_of": mentions.dated(row, "as_of"),
        "words": row.words or None,
        "min": row.least,
        "best": row.best,
        "max": row.most,
    }


def quotation_proof(row: Rendering) -> Part:
    """Where quoted words stand: hashes of the captured bytes and text, and the W3C TextQuoteSelector."""
    capture: Any = row.capture
    return {
        "object": "quotation_proof",
        "rendering": str(row.pk),
        "source": mentions.reference(row.source, "source"),
        "capture": _capture(capture),
        "text_sha256": row.text_sha256,
        "selector": {
            "exact": row.exact,
            "prefix": row.prefix,
            "suffix": row.suffix,
            "start": row.start,
            "end": row.end,
        },
    }


def _capture(capture: Capture) -> Part:
    return {
        "id": str(capture.pk),
        "number": capture.number,
        "obtained": capture.obtained,
        "captured_at": moment(capture.finished_at),
        "media_type": capture.media_type or None,
        "sha256": capture.body_id,
        "final_address": capture.final_address or None,
    }
