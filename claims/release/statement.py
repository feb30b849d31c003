"""The whole document of a statement, before anything is taken out of it."""

from typing import Any

from claims.models import Figure, Link, QuoteCheck, Rendering, Statement
from claims.models.link import CITO
from claims.release import assessed, mentions
from claims.release.incident import note, sensitivity
from claims.release.mentions import Part, moment
from sources.models import Capture


def whole_statement(statement: Statement) -> Part:
    """Everything a partner could be cleared to read of a statement, scoped parts included."""
    approved = assessed.approved_assessments(statement)
    items, ratings = assessed.cited(approved)
    held = list(
        statement.renderings.filter(withdrawn_at=None)
        .select_related("source__publisher", "capture")
        .prefetch_related("checks__capture")
    )
    return {
        "object": "statement",
        "id": str(statement.pk),
        "ref": statement.ref,
        "version": statement.version,
        "kind": statement.kind,
        **attribution(statement),
        "said": mentions.dated(statement, "said", statement.said_zone),
        "responsibility_position": statement.responsibility_position,
        "checkability": statement.checkability,
        "lifecycle": statement.lifecycle,
        "names_nobody": statement.names_nobody,
        "accuses": [
            {"object": "accusation", "party": mentions.party(row.party), "wording": row.wording or None}
            for row in statement.accuses.select_related("party").order_by("pk")
        ],
        "media_item": mentions.media_item(statement.media_item),
        "incidents": [mentions.reference(each, "incident") for each in statement.incidents.order_by("pk")],
        "renderings": [rendering(row) for row in held],
        "links": links(statement),
        "finding": assessed.standing(statement, approved),
        "under_review": assessed.under_review(statement),
        "assessments": assessed.assessments(approved),
        "sensitivity": sensitivity(statement.tlp, statement.handling),
        "figures": figures(statement),
        "notes": notes(statement),
        "evidence": {"quotations": [quotation_proof(row) for row in held if row.start is not None], "cited": items},
        "ratings": ratings,
    }


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


def rendering(row: Rendering) -> Part:
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


def quote_check(row: Rendering) -> Part | None:
    """What became of quoted words in the newest capture of their own source; None for words that are no quotation."""
    if row.start is None:
        return None
    own = (check for check in row.checks.all() if check.capture.source_id == row.source_id)
    checks: list[QuoteCheck] = sorted(own, key=lambda check: check.capture.number)
    if not checks:
        return {"outcome": "unchecked", "checked_at": None}
    return {"outcome": checks[-1].outcome, "checked_at": moment(checks[-1].created_at)}


def links(statement: Statement) -> list[Part]:
    """What this statement does to others. Shown to those who may read both ends."""
    rows = statement.links_out.filter(removed_at=None).select_related("from_statement", "to_statement").order_by("pk")
    return [_link(row) for row in rows]


def _link(row: Link) -> Part:
    return {
        "object": "link",
        "id": str(row.pk),
        "type": row.type,
        "cito": list(CITO[row.type]),
        "aspect": row.aspect,
        "basis": row.basis,
        "from": mentions.reference(row.from_statement, "statement"),
        "to": mentions.reference(row.to_statement, "statement"),
    }


def figures(statement: Statement) -> list[Part]:
    rows = statement.figures.filter(withdrawn_at=None).select_related("incident", "statement")
    return [_figure(row) for row in rows]


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


def notes(statement: Statement) -> list[Part]:
    rows = statement.notes.filter(withdrawn_at=None).select_related(
        "party", "incident", "statement", "source__publisher"
    )
    return [note(row) for row in rows]


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
