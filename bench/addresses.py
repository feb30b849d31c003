"""Which pages are measured: lists full and narrowed, the largest, a middling and the smallest of each record."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count
from django.test import Client

from bench.pages import Asked
from claims.actions.partner import create_partner, issue_token
from claims.models import Accusation, Incident, Link, Rendering, Statement, StatementIncident
from claims.release.make import release_incident
from claims.release.scopes import SCOPES
from harmtracker.markings import STOPS_RELEASE
from harmtracker.models import User
from sources.models import Party, Source

RELEASED = 60


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def addresses(*, api: bool) -> list[Asked]:
    """Every page as an editor sees it, and the partner's pull; ``api`` releases records first, through the action."""
    editor = User.objects.get(username="editor1")
    client = signed_in(editor)
    pages = [(label, path) for label, path in _lists() + _records(editor)]
    asked = [Asked(label, path, client) for label, path in pages]
    if api:
        asked += _export(editor)
    return asked


def _lists() -> list[tuple[str, str]]:
    speakers = _ranked("party_id", Statement)
    most, few = Party.objects.get(pk=speakers[0]).ref, Party.objects.get(pk=speakers[-1]).ref
    accused = Party.objects.get(pk=_ranked("party_id", Accusation)[0]).ref
    return [
        ("incidents", "/"),
        ("incidents, verified", "/?finding=verified"),
        ("incidents, unanswered", "/?answered=unanswered"),
        ("statements", "/statements/"),
        ("statements, denials", "/statements/?kind=denial"),
        ("statements, rare kind and finding", "/statements/?kind=retraction&finding=withdrawn"),
        ("statements of the most quoted party", f"/statements/?party={most}"),
        ("statements of a party with few", f"/statements/?party={few}"),
        ("statements, unanswered by the most accused", f"/statements/?accused={accused}&answered=unanswered"),
        ("sources", "/sources/"),
        ("sources, words changed", "/sources/?state=changed"),
        ("sources, copies suggested", "/sources/?state=copies"),
        ("sources, failed, newest capture first", "/sources/?outcome=failed&order=captured"),
        ("sources, longest not captured", "/sources/?age=over_month&order=longest_ago"),
        ("parties", "/parties/"),
        ("review", "/review/"),
        ("desk", "/desk/"),
        ("questions: never answered", "/questions/silences/"),
        ("questions: never answered by the most accused", f"/questions/silences/?accused={accused}"),
        ("questions: denied before the evidence", "/questions/denials/"),
        ("questions: denied before, by the most accused", f"/questions/denials/?party={accused}"),
        ("questions: changed at the source", "/questions/changed/"),
        ("questions: reports and origins", "/questions/origins/"),
        ("questions: positions of the most quoted party", f"/questions/positions/?party={most}"),
        ("questions: its positions on a past day", f"/questions/positions/?party={most}&at=2022-06-01"),
    ]


def _records(editor: User) -> list[tuple[str, str]]:
    about = _seen(Incident, _ranked("incident_id", StatementIncident), editor)
    sources = _seen(Source, _ranked("source_id", Rendering.objects.exclude(source=None)), editor)
    speakers = _ranked("party_id", Statement)
    largest, middle, smallest = about(0), about(0.5), about(1)
    most, party = Party.objects.get(pk=speakers[0]), Party.objects.get(pk=speakers[len(speakers) // 2])
    statement = _seen(Statement, _ranked("to_statement_id", Link.objects.filter(removed_at=None)), editor)(0)
    quoted, some, claim = sources(0), sources(0.5), _claim_of(largest, editor)
    said = {each.pk: each.spoken_of.count() for each in (largest, middle, smallest)}
    return [
        (f"incident, a middling one: {said[middle.pk]} statements", f"/incidents/{middle.ref}/"),
        (f"incident, the smallest: {said[smallest.pk]}", f"/incidents/{smallest.ref}/"),
        *_sheets(middle, editor),
        ("questions: positions on a middling incident", f"/questions/positions/?incident={middle.ref}"),
        ("questions: positions on the largest incident", f"/questions/positions/?incident={largest.ref}"),
        (f"statement, the most linked: {statement.links_in.count()} links", f"/statements/{statement.ref}/"),
        (f"source, the most quoted: {quoted.renderings.count()} quotations", f"/sources/{quoted.ref}/"),
        ("source, a middling one", f"/sources/{some.ref}/"),
        (f"party, the most quoted: {most.statements.count()} statements", f"/parties/{most.ref}/"),
        ("party, a middling one", f"/parties/{party.ref}/"),
        (f"incident, the largest: {said[largest.pk]}", f"/incidents/{largest.ref}/"),
        ("incident, the largest: the second part of its ledger", f"/incidents/{largest.ref}/?part=2"),
        *[
            (f"incident, the largest: {what}", f"/incidents/{largest.ref}/{path}")
            for what, path in (
                ("dossier", "dossier/"),
                ("timeline", "timeline/"),
                ("figures", "figures/"),
                ("a new figure", "figures/new/"),
                ("a new table of figures", "figures/table/"),
                ("a request for comment", "requests/new/"),
                ("propose a finding", "assess/"),
                ("release", "release/"),
            )
        ],
        (
            "incident, the largest: an answer",
            f"/statements/{claim.ref}/answer/?incident={largest.ref}",
        ),
    ]


def _ranked(column: str, rows: Any) -> list[Any]:
    """Keys by how many rows point at them, most first."""
    rows = rows.objects.all() if isinstance(rows, type) else rows
    return list(
        rows.order_by().values(column).annotate(n=Count("pk")).order_by("-n", column).values_list(column, flat=True)
    )


def _seen(model: Any, keys: list[Any], editor: User) -> Callable[[float], Any]:
    """Finds the record at a place of the ranking (0: the first, 1: the last) or the next towards its middle."""

    def at(share: float) -> Any:
        place = round(share * (len(keys) - 1))
        near = keys[place : place + 20] if share < 1 else keys[place - 20 :][::-1]
        found = model.objects.visible_to(editor).in_bulk(near)
        return next(found[key] for key in near if key in found)

    return at


def _sheets(incident: Incident, editor: User) -> list[tuple[str, str]]:
    """The forms of a middling incident, of its first allegation and of the text that one stands in."""
    claim = _claim_of(incident, editor)
    capture = claim.renderings.exclude(capture=None).order_by("id")[0].capture
    return [
        ("incident: dossier", f"/incidents/{incident.ref}/dossier/"),
        ("incident: propose a finding", f"/incidents/{incident.ref}/assess/"),
        ("incident: release", f"/incidents/{incident.ref}/release/"),
        ("statement: answer", f"/statements/{claim.ref}/answer/?incident={incident.ref}"),
        ("statement: release", f"/statements/{claim.ref}/release/"),
        ("statement form beside the text", f"{capture.get_absolute_url()}log/"),
    ]


def _claim_of(incident: Incident, editor: User) -> Statement:
    return Statement.objects.visible_to(editor).filter(incidents=incident, kind="allegation").order_by("id")[0]


def _export(editor: User) -> list[Asked]:
    """Release what may be released, and pull it as a partner."""
    ready = Incident.objects.filter(workflow="approved", tlp__in=["GREEN", "AMBER"], team=None, releases=None)
    ready = ready.exclude(handling__overlap=[str(flag) for flag in STOPS_RELEASE])
    for incident in ready.order_by("-created_at")[: max(0, RELEASED - Incident.objects.exclude(releases=None).count())]:
        said = incident.statements.filter(
            workflow="approved", tlp__in=["GREEN", "AMBER"], team=None, lifecycle="current", releases=None
        )
        release_incident(
            incident=incident,
            expected_version=incident.version,
            by=editor,
            statements=list(said.order_by("created_at")[:5]),
            confirmed_unassessed=True,
        )
    admin = User.objects.get(username="admin1")
    partner = create_partner(name=f"Partner of {datetime.now(UTC):%Y-%m-%d %H:%M:%S}", by=admin, ceiling="AMBER")
    _token, secret = issue_token(partner=partner, scopes=list(SCOPES), ceiling="AMBER", by=admin)
    headers = {"Authorization": f"Bearer {secret}"}
    key = Incident.objects.exclude(releases=None).order_by("-created_at")[0].pk
    return [
        Asked(f"export: {label}", f"/api/v1/{path}", Client(), headers)
        for label, path in (
            ("incidents", "incidents/"),
            ("statements", "statements/"),
            ("one incident with all that belongs to it", f"incidents/{key}/bundle/"),
        )
    ]
