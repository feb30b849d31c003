"""One incident, its statements and all they name, put together from their separate documents when it is asked for."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from claims.api.documents import present, readable
from claims.api.tokens import Caller
from claims.models.release import Scope
from claims.release.redaction import Document

Part = dict[str, Any]


def bundle(incident: Document, caller: Caller) -> Document:
    """A document that stands alone: the incident, its statements, and once each link, party and source they name."""
    rows = readable("statement", caller).filter(shown__document__incidents__contains=[{"id": incident["id"]}])
    told = present(rows.order_by("record_id"), caller)
    statements = [each for each in told if any(about["id"] == incident["id"] for about in each["incidents"])]
    whole = {
        "object": "bundle",
        "incident": incident,
        "statements": statements,
        "links": [link for statement in statements for link in statement["links"]],
        "parties": _once("party", [incident, statements]),
        "sources": _once("source", [incident, statements]),
    }
    if str(Scope.FIGURES) in caller.parts:
        whole["casualties"] = casualties(incident["id"], statements)
    return whole


def casualties(incident_id: str, statements: list[Document]) -> list[Part]:
    """The range of each outcome and population, from the newest figure of each reporter (domain note, "Figures").

    Only totals of the incident's own area count; a reporter whose name is withheld stands for itself.
    """
    newest: dict[tuple[str, str, str], Part] = {}
    for statement in statements:
        if statement["lifecycle"] != "current":
            continue
        reporter = statement["party"]["id"] if statement["party"] else statement["id"]
        for figure in statement["figures"]:
            if figure["incident"]["id"] != incident_id or not _counts(figure):
                continue
            key = (figure["outcome"], figure["population"], reporter)
            if key not in newest or (figure["as_of"]["start"] or "") >= (newest[key]["as_of"]["start"] or ""):
                newest[key] = figure
    groups: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for (outcome, population, _reporter), figure in newest.items():
        groups[outcome, population].append(figure)
    return [_range(outcome, population, figures) for (outcome, population), figures in sorted(groups.items())]


def _counts(figure: Part) -> bool:
    return bool(figure["is_incident_area"]) and (figure["demographic"], figure["count_kind"]) == ("total", "incident")


def _range(outcome: str, population: str, figures: list[Part]) -> Part:
    lows = [(_first(each["min"], each["best"]), each["statement"]["id"]) for each in figures]
    highs = [(_first(each["max"], each["best"]), each["statement"]["id"]) for each in figures]
    low = min((each for each in lows if each[0] is not None), default=(None, None))
    high = max((each for each in highs if each[0] is not None), default=(None, None))
    return {
        "outcome": outcome,
        "population": population,
        "floor": low[0],
        "floor_statement": low[1],
        "ceiling": high[0],
        "ceiling_statement": high[1],
        "is_open": any(each["max"] is None and each["best"] is None for each in figures),
    }


def _first(value: int | None, otherwise: int | None) -> int | None:
    return otherwise if value is None else value


def _once(kind: str, value: Any) -> list[Part]:
    """Every object of a kind named anywhere inside, once, by key."""
    found = {each["id"]: each for each in _all(kind, value) if "name" in each or "title" in each}
    return [found[key] for key in sorted(found)]


def _all(kind: str, value: Any) -> Iterator[Part]:
    if isinstance(value, dict):
        if value.get("object") == kind:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _all(kind, each)
